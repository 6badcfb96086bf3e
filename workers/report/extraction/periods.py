"""What period a stretch of text speaks of: grammar of dates and spans here,
fixed words in `scope.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.clauses import CLAUSE_MARKS, COLONS, HAN
from workers.report.chinese.units import SCOPE_FILE
from workers.report.text import Span


class Reach(StrEnum):
    """How far a period holds behind itself; YEAR is the reporting year,
    which ends what held before.
    """

    CLAUSE = "clause"
    LIST = "list"
    SENTENCE = "sentence"
    YEAR = "year"
    EARLIER = "earlier"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Period:
    """A period as it is written at `span`."""

    span: Span
    written: str
    reach: Reach


_COUNT = r"[一二两三四五六七八九十\d]{1,3}"
_YEAR = r"20\d\d年"
_MONTH = r"\d{1,2}月(?:份|\d{1,2}[日号]|[上中下]旬|[底末初])?"
_TO = r"(?:至|到|[-—－–~～]{1,2})"
_GRAMMAR = re.compile(
    rf"(?P<until>截[至止]到?(?:(?:{_YEAR}|今年|去年)?(?:{_MONTH}|年?[底末])|{_YEAR}))"
    rf"|(?P<since>(?<!长期)(?<!一直)以来)"
    rf"|(?P<months>(?:{_YEAR}|今年|去年)?(?:\d{{1,2}}|{_MONTH}){_TO}(?:{_YEAR}|今年|次年|当年)?{_MONTH})"
    rf"|(?P<years>20\d\d年?{_TO}20\d\d年(?!度))"
    rf"|(?P<recent>近{_COUNT}(?:年|个月)来?|(?<![一\d]){_COUNT}年来)"
    rf"|(?P<quarter>(?:{_YEAR}|今年)?(?:(?:前[二两三23]个?|第?[一二三四1-4])季度|[上下]半年))"
    rf"|(?P<month>(?:{_YEAR}|今年)?\d{{1,2}}月份?(?![\d底末初上中下前起旬以至到—-]))"
    rf"|(?<![{HAN}\d])(?P<mean>[日周月年]均)"
    rf"|(?P<year>上一?年度?(?:同期)?|去年(?:同期)?|前年|明年|来年|下一?年度|20\d\d年(?:度|同期)?)"
)
# One of these stands in every period; most sentences have none.
_ANCHOR = re.compile("[年月季每均截]|以来|目前|期间|时期")
# 2021—2025年规划: no period of a figure, but part of a title.
_TITLE = re.compile(r"《[^》\n]{1,80}》?")
# 比上半年, 较一季度: what a figure is held against; 自3月起: when something began.
_COMPARED = frozenset("比较同与自")
_WHOLE_YEAR_ENDS = re.compile(r"(?:12月(?:份|底|末|31[日号])?|(?<!月)[底末]|20\d\d年)$")
_WHOLE_YEAR_MONTHS = re.compile(
    rf"(?:^|年)0?1(?:月(?:份|1[日号])?)?{_TO}12月(?:份|底|末|31[日号])?$"
)
_THIS_YEAR_SINCE = re.compile(
    r"^自?(?:今年|年初|本年度?|今年年?初|一年|(?P<year>20\d\d)年?(?:度|初)?)以来$"
)
_BEGINS = re.compile(r"(?<![各亲来独])自从?(?![治然愿主我身行觉查纠费学强])|从(?=\d)")
# 专项整治行动开展以来: the longest names of what began.
SINCE_REACH = 24
_CLAUSE_MARK = re.compile(rf"[{CLAUSE_MARKS}{COLONS}（(]")
_EARLIER_WORDS = frozenset("上去前")


@knowledge
def _fixed_periods() -> Mapping[str, Reach]:
    found: dict[str, Reach] = {}
    for row in load_yaml(SCOPE_FILE)["periods"]:
        for word in row["words"]:
            require(
                row.get("holds") in set(Reach),
                SCOPE_FILE,
                word,
                "holds must be clause, list, sentence or year",
            )
            require(word not in found, SCOPE_FILE, word, "stands twice")
            found[word] = Reach(row["holds"])
    return found


@knowledge
def _period_pattern() -> re.Pattern[str]:
    """Titles, the fixed words, the grammar: at one place the longest word wins,
    and it wins over the grammar.
    """
    longest = sorted(_fixed_periods(), key=lambda word: -len(word))
    words = "|".join(map(re.escape, longest))
    begins = "".join(sorted({word[0] for word in longest}))
    return re.compile(
        rf"{_TITLE.pattern}|(?=[{begins}])(?P<word>{words})(?!以来)|{_GRAMMAR.pattern}"
    )


def find_periods(text: str, start: int, end: int, year: int | None) -> Iterator[Period]:
    """The periods in `text[start:end]`, in order; `year` is the one reported on.

    >>> [
    ...     (found.written, found.reach.value)
    ...     for found in find_periods("截至11月底，受理3件；全年宣讲", 0, 14, 2024)
    ... ]
    [('截至11月底', 'sentence'), ('全年', 'year')]
    """
    if not _ANCHOR.search(text, start, end):
        return
    for found in _period_pattern().finditer(text, start, end):
        kind = found.lastgroup
        if kind is None or (
            found.start() > start and text[found.start() - 1] in _COMPARED and kind != "year"
        ):
            continue
        span = _since_span(text, start, found.end()) if kind == "since" else Span(*found.span())
        written = text[span.start : span.end]
        reach = _fixed_periods()[written] if kind == "word" else _reach_of(kind, written, year)
        if reach is not None:
            yield Period(span, written, reach)


def _since_span(text: str, start: int, end: int) -> Span:
    """From where the clause begins, or behind its 自, to 以来."""
    low = max(start, end - SINCE_REACH)
    marks = [mark.end() for mark in _CLAUSE_MARK.finditer(text, low, end)]
    begins = [found.end() for found in _BEGINS.finditer(text, marks[-1] if marks else low, end)]
    return Span(begins[-1] if begins else marks[-1] if marks else low, end)


def _reach_of(kind: str, written: str, year: int | None) -> Reach | None:
    """How far a period of the grammar holds; None where it says nothing certain."""
    if kind == "year":
        return _reach_of_year(written, year)
    named = re.search(r"20\d\d", written)
    this_year = named is None or int(named[0]) == year
    if kind == "since":
        return _reach_of_since(written, year)
    if kind == "until" and this_year and _WHOLE_YEAR_ENDS.search(written):
        return Reach.YEAR
    if kind == "months" and this_year and _WHOLE_YEAR_MONTHS.search(written):
        return Reach.YEAR
    if kind == "mean":
        return Reach.CLAUSE
    return Reach.LIST if kind in {"month", "quarter"} else Reach.SENTENCE


def _reach_of_since(written: str, year: int | None) -> Reach | None:
    this_year = _THIS_YEAR_SINCE.match(written)
    if this_year is None:
        return Reach.SENTENCE if len(written) > len("以来") else None
    named = this_year["year"]
    if named is None or int(named) == year:
        return Reach.YEAR
    return Reach.SENTENCE if year is not None else None


def _reach_of_year(written: str, year: int | None) -> Reach | None:
    if not written.startswith("20"):
        return Reach.EARLIER if written[0] in _EARLIER_WORDS else Reach.LATER
    if year is None:
        return None
    named = int(written[:4])
    return Reach.YEAR if named == year else Reach.EARLIER if named < year else Reach.LATER
