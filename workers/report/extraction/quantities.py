"""Clean text → quantities: number grammar, units, qualifiers; and what only looks like a figure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from workers.errors import TooManyNumbers
from workers.report.chinese.clauses import CLAUSE_END, CLAUSE_MARKS, SENTENCE_MARKS, STOP_MARKS
from workers.report.extraction.exclusions import why_not
from workers.report.extraction.han import why_not_counted
from workers.report.extraction.lists import read_phrases
from workers.report.extraction.phrases import Phrase
from workers.report.extraction.quantity import Quantity, QuantityKind
from workers.report.extraction.status import kind_of, status_of
from workers.report.extraction.surroundings import Surroundings, quoted_stretches
from workers.report.model import Bound, Role, Segmented, Status
from workers.report.text import Span

# How far a judgement looks: a text without any stop must not be read again for each number.
_CLAUSE_REACH, _SENTENCE_REACH = 80, 200
# A report states some hundred numbers; each more costs the stages after this one,
# which have no limit of time.
MOST_NUMBERS = 20_000
_LISTED = frozenset({"、", "和", "及", "与"})
# Units that are written in several ways (九成五, 圆).
_RENAMED = frozenset({"%", "圆"})
CUT = "part of a damaged number"
UNREAD = "number that cannot be read whole"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A number that was not taken, at `[start, end)` of the text, and why."""

    start: int
    end: int
    why: str


def find_quantities(text: str, folded: str, segmented: Segmented) -> tuple[Quantity, ...]:
    """Every stated number of the text, in order. Stated zeros are found in `zeros`.

    >>> from workers.report.chinese.folding import fold_narrow
    >>> from workers.report.model import Header
    >>> text = "全年普法20余场次，2、3次培训"
    >>> bare = Segmented(header=Header(), sections=(), sentences=())
    >>> found = find_quantities(text, fold_narrow(text), bare)
    >>> [(q.value, q.unit, q.bound.value) for q in found]
    [(20.0, '场次', 'at_least'), (2.0, '次', 'exact'), (3.0, '次', 'exact')]
    """
    return tuple(
        found for found in judge_numbers(text, folded, segmented) if isinstance(found, Quantity)
    )


@lru_cache(maxsize=1)  # the audit asks for those left out of a text that was judged just before
def judge_numbers(text: str, folded: str, segmented: Segmented) -> tuple[Quantity | Rejected, ...]:
    """Each number of the text in order: taken, or not and why.

    TooManyNumbers beyond MOST_NUMBERS.
    """
    page = _Page(text, folded, segmented)
    last: Quantity | None = None
    phrases = read_phrases(page.folded)
    if len(phrases) > MOST_NUMBERS:
        raise TooManyNumbers(f"({len(phrases):,})", f"（{len(phrases):,} 个）")
    numbers: list[Quantity | Rejected] = []
    for phrase, rule in phrases:
        judged = page.judge(phrase, rule)
        if isinstance(judged, Quantity):
            judged = last = _as_listed(page.folded, last, judged)
        numbers.append(judged)
    return tuple(numbers)


def _as_listed(folded: str, last: Quantity | None, quantity: Quantity) -> Quantity:
    """分别增长5.1%和7.3%: what is said of the first of a list, a change or an earlier year,
    is said of the next.
    """
    if (
        last is None
        or last.unit != quantity.unit
        or folded[last.end : min(quantity.start, last.end + 2)] not in _LISTED
    ):
        return quantity
    kind = last.kind if last.kind is QuantityKind.CHANGE else quantity.kind
    status = last.status if last.status is Status.EARLIER else quantity.status
    return replace(quantity, kind=kind, status=status)


class _Page:
    """The text with what every judgement looks up:
    folded form, clauses, sentences, sections, quoted names.
    """

    def __init__(self, text: str, folded: str, segmented: Segmented) -> None:
        self.text = text
        self.folded = folded
        self.segmented = segmented
        self.quoted = quoted_stretches(self.folded)
        self.clause_ends = [match.start() for match in CLAUSE_END.finditer(self.folded)]
        self.sentence_ends = [at for at in self.clause_ends if folded[at] in SENTENCE_MARKS]
        # A plan that a sentence announces holds beyond its semicolons.
        self.full_stops = [at for at in self.sentence_ends if folded[at] in STOP_MARKS]
        self.target_lines = _target_lines(self.folded)
        self.section_starts = [section.start for section in segmented.sections]

    def judge(self, phrase: Phrase, rule: str) -> Quantity | Rejected:
        clause = _stretch_around(self.clause_ends, phrase.number_start, len(self.text))
        before = self.folded[max(clause.start, phrase.start - _CLAUSE_REACH) : phrase.start]
        after = self.folded[phrase.end : min(clause.end, phrase.end + _CLAUSE_REACH)]
        here = Surroundings(self.folded, phrase, before, after, self.quoted)
        reason = why_not(here) or (why_not_counted(here) if phrase.han else None)
        if reason is None and phrase.unread:
            reason = UNREAD
        if reason is None and _is_cut(self.text, phrase):
            reason = CUT
        if reason:
            return Rejected(phrase.start, phrase.end, reason)
        return self._quantity(here, clause, rule)

    def _quantity(self, here: Surroundings, clause: Span, rule: str) -> Quantity:
        phrase = here.phrase
        sentence = _stretch_around(self.sentence_ends, phrase.number_start, len(self.text))
        said = self._sentence_said(phrase.number_start)
        section = self._section_at(phrase.start)
        status = status_of(
            phrase,
            self.folded[max(said.start, phrase.start - _SENTENCE_REACH) : phrase.start],
            self.folded[phrase.end : min(said.end, phrase.end + _CLAUSE_REACH)],
            year=self.segmented.header.year,
            plan_section=self._is_plan(section, phrase.start),
        )
        return Quantity(
            start=phrase.start,
            end=phrase.end,
            value=phrase.value,
            unit=self._unit_as_written(phrase),
            bound=_bound_in_clause(phrase, here.before),
            status=status,
            kind=kind_of(phrase, here.before),
            clause=clause,
            sentence=sentence,
            section=section,
            why=rule,
            range_end=phrase.range_end,
        )

    def _sentence_said(self, at: int) -> Span:
        """The sentence up to its full stop; a sum has the time of what it adds up
        (拟新建9个。合计投入…).
        """
        said = _stretch_around(self.full_stops, at, len(self.text))
        if (
            self.folded[said.start : said.start + 2] not in _SUMS
            or self.folded[said.start - 1] == "\n"
        ):
            return said
        return Span(
            _stretch_around(self.full_stops, max(0, said.start - 2), len(self.text)).start, said.end
        )

    def _is_plan(self, section: int | None, at: int) -> bool:
        """Does a plan section, or a line 预期目标 since the section's beginning,
        govern the figure?
        """
        if section is not None and Role.PLAN in self.segmented.sections[section].roles:
            return True
        place = bisect_right(self.target_lines, at) - 1
        begin = self.section_starts[section] if section is not None else 0
        return place >= 0 and self.target_lines[place] >= begin

    def _unit_as_written(self, phrase: Phrase) -> str:
        """The unit in the report's own characters, its brackets half width;
        a share and ％ are %.
        """
        written = (
            self.text[phrase.unit_start : phrase.unit_end].replace("（", "(").replace("）", ")")
        )
        if phrase.unit is None:
            return ""
        return (
            phrase.unit.canonical if phrase.unit.name in _RENAMED else written or phrase.unit.name
        )

    def _section_at(self, at: int) -> int | None:
        place = bisect_right(self.section_starts, at) - 1
        if place < 0 or at >= self.segmented.sections[place].end:
            return None
        return place


# 分别为3,14件: a list whose commas came half width.
_LISTS = re.compile(r"分别|各|依次|其中")
_LIST_REACH = 12


def _is_cut(text: str, phrase: Phrase) -> bool:
    """12,34件: the half-width comma of a number whose groups are not of three."""
    start, end = phrase.number_start, phrase.number_end
    cut = (text[start - 1 : start] == "," and text[start - 2 : start - 1].isdecimal()) or (
        text[end : end + 1] == "," and text[end + 1 : end + 2].isdecimal()
    )
    return cut and not _LISTS.search(text, max(0, start - _LIST_REACH), start)


_TARGETS = re.compile(r"预期目标:?(?=\n|$)")
_REACHED = re.compile(rf"完成|实现|达|超|优于|[{CLAUSE_MARKS}]")
_LONGEST_HEADING = 16
_SUMS = frozenset({"合计", "总计", "共计"})


def _target_lines(folded: str) -> list[int]:
    """Where the headings and short lines begin that announce targets: 主要预期目标;
    not 完成预期目标.
    """
    starts = [
        (folded.rfind("\n", 0, match.start()) + 1, match.start())
        for match in _TARGETS.finditer(folded)
    ]
    return [
        start
        for start, end in starts
        if end - start <= _LONGEST_HEADING and not _REACHED.search(folded, start, end)
    ]


def _stretch_around(ends: Sequence[int], at: int, length: int) -> Span:
    """The stretch around `at` between the breaks."""
    place = bisect_right(ends, at)
    return Span(ends[place - 1] + 1 if place else 0, ends[place] if place < len(ends) else length)


_AT_LEAST_APART = re.compile(rf"(?:至少|最少|不少于)[^\d{CLAUSE_MARKS}]{{0,10}}$")


def _bound_in_clause(phrase: Phrase, before: str) -> Bound:
    """每村至少办院坝会2场: the qualifier stands before the verb."""
    if phrase.bound is Bound.EXACT and _AT_LEAST_APART.search(before):
        return Bound.AT_LEAST
    return phrase.bound
