"""Full-text search over the reports: by jieba's words, exact phrases first,
with the place where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select, text

from schema.tables import Document, Issuer, Report
from workers.errors import FazhiError
from workers.ledger import Ledger
from workers.report.chinese.characters import plain_text
from workers.report.chinese.folding import simplify
from workers.report.chinese.words import search_terms, tokenise
from workers.report.text import Span

# A snippet's characters on each side of a hit, and the snippets of one report.
AROUND, MOST_SNIPPETS = 24, 3
# Of so many reports that hold the words, the newest, the best are shown:
# ranking means reading each text.
MOST_RANKED = 500
_QUOTES = "\"“”'"
_PARTS = re.compile(r'"[^"]*"|“[^”]*”|\S+')


class NothingToSearch(FazhiError):
    """The query holds no word: give one or more Chinese words,
    an exact phrase in quotation marks.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A stretch of the clean text; `hits` are the spans within it that the query names."""

    text: str
    hits: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One report that the query finds; `rank` orders them, the greater the better."""

    document: int
    title: str
    issuer: str | None
    year: int | None
    rank: float
    snippets: tuple[Snippet, ...]


def split_query(written: str) -> list[str]:
    """What a person typed into one field, as words and phrases in quotation marks.

    >>> split_query('矛盾纠纷 “枫桥 经验”')
    ['矛盾纠纷', '“枫桥 经验”']
    """
    return _PARTS.findall(written)


def search_reports(
    ledger: Ledger,
    query: Sequence[str],
    *,
    limit: int = 20,
    narrowed: Sequence[ColumnElement[bool]] = (),
) -> list[SearchHit]:
    """The reports that hold all words of the query, best first:
    those with the exact phrases, then by their words.

    A phrase in quotation marks must occur in the text as it is. `narrowed` are further conditions
    on the reports. Raises NothingToSearch if the query has no word.
    """
    # A report in traditional characters keeps them: a phrase is looked for in both forms.
    required = [
        {plain_text(phrase), phrase} for given in query if (phrase := given.strip(_QUOTES)) != given
    ]
    phrases = [plain_text(given).strip(_QUOTES) for given in query]
    words = list(dict.fromkeys(word for phrase in phrases for word in tokenise(phrase)))
    if not words:
        raise NothingToSearch
    found = _select_best(phrases, required, words, narrowed).limit(limit)
    with ledger.transaction() as session:
        # A plan for any words would be slow for frequent ones or for rare ones.
        session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
        return [
            SearchHit(
                document=document,
                title=title or name,
                issuer=issuer,
                year=year,
                rank=round(float(rank), 4),
                snippets=tuple(cut_snippets(clean or "", phrases, words)),
            )
            for document, title, name, issuer, year, clean, rank in session.execute(found)
        ]


def _select_best(
    phrases: Sequence[str],
    required: Sequence[Set[str]],
    words: Sequence[str],
    narrowed: Sequence[ColumnElement[bool]],
) -> Select[int, str | None, str, str, int | None, str | None, int]:
    """Of the newest reports with all words and required phrases, those with most phrases first."""
    asked = func.to_tsquery(
        "simple", " & ".join("'" + word.replace("'", "''") + "'" for word in words)
    )
    exact: ColumnElement[int] = literal(0)
    for phrase in phrases:
        exact = exact + case((func.strpos(Report.text, phrase) > 0, 1), else_=0)
    rank = exact + func.ts_rank(Report.tokens, asked)
    newest = (
        select(Report.document_id)
        .join(Document, Document.id == Report.document_id)
        .where(Document.done_at.is_not(None), Report.tokens.bool_op("@@")(asked), *narrowed)
        .where(
            *(or_(*(func.strpos(Report.text, form) > 0 for form in forms)) for forms in required)
        )
        .order_by(Report.document_id.desc())
        .limit(MOST_RANKED)
    )
    return (
        select(
            Report.document_id,
            Report.title,
            Report.name,
            Issuer.name,
            Report.year,
            Report.text,
            rank.label("rank"),
        )
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
        .where(Report.document_id.in_(newest))
        .order_by(rank.desc(), Report.document_id.desc())
    )


def cut_snippets(text: str, phrases: Sequence[str], words: Sequence[str]) -> Iterator[Snippet]:
    """Where the phrases stand, else where their words do; one snippet for each of the first places.

    >>> [(s.text, s.hits) for s in cut_snippets("全年化解矛盾纠纷35件", ["矛盾纠纷"], ["矛盾纠纷"])]
    [('全年化解矛盾纠纷35件', (Span(start=4, end=8),))]
    """
    parts = {part for word in words for part in search_terms(word)}
    simple = simplify(text)
    present = [phrase for phrase in phrases if phrase and phrase in simple] or [
        part for part in parts if part in simple
    ]
    if not present:
        return
    pattern = re.compile("|".join(map(re.escape, sorted(present, key=len, reverse=True))))
    until = given = 0
    for match in pattern.finditer(simple):
        if match.start() < until:
            continue
        start, until = max(0, match.start() - AROUND), match.end() + AROUND
        piece = text[start:until].replace("\n", " ")
        yield Snippet(
            text=piece, hits=tuple(Span(*each.span()) for each in pattern.finditer(simplify(piece)))
        )
        given += 1
        if given == MOST_SNIPPETS:
            return
