"""Whose a figure is, over what period, and for each of what;
None where it is the issuer's own for the year.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.clauses import CLAUSE_OR_COLON, HAN, SEMICOLONS, STOP
from workers.report.chinese.units import SCOPE_FILE
from workers.report.extraction.bodies import Body, Issuer, find_bodies, issuer_of
from workers.report.extraction.periods import Period, Reach, find_periods
from workers.report.model import Metric, Segmented, Status
from workers.report.text import Span

# A period in brackets behind the figure: 36件（截至11月底）.
_BRACKET = 12
# What is said of a place or body further away than this is not said of the figure.
REACH = 120
# With these a clause has two subjects (派出所配合我镇检查),
# or another than its first (司法局指导全镇…).
_JOINT = re.compile(r"配合|协助|联合|会同|协同|参与|纳入|由|对接|指导|督促|帮助|支持")
# 按照每村1名的标准配备12名: what stands behind it is no longer said of each.
_STANDARD = re.compile(r"的?(?:标准|要求|原则|比例|目标|任务)")
# 人 before 均 may belong to another word (当事人均, 负责人均);
# the others only count as heads of a clause.
_MEAN = (
    "(?<![事责请个任本法证持理嫌述告主代诉商])人均(?![已能可按有为在无未])"
    f"|(?<![{HAN}])[户村案件所镇]均"
)


def fill_scope(text: str, segmented: Segmented, metrics: Sequence[Metric]) -> tuple[Metric, ...]:
    """The metrics, in the order of the text, with `subject`,
    `period` and `per` where the text states them.
    """
    issuer, year = issuer_of(segmented.header), segmented.header.year
    stops = [0, *(stop.end() for stop in STOP.finditer(text)), len(text)]
    filled: list[Metric] = []
    for at, group in groupby(metrics, key=lambda metric: bisect_right(stops, metric.start)):
        figures = tuple(group)
        end = min(stops[at] if at < len(stops) else len(text), figures[-1].end + _BRACKET)
        filled += _Sentence(text, Span(stops[at - 1], end), figures, issuer, year).filled()
    return tuple(filled)


class _Sentence:
    """One sentence with its figures, up to the last of them."""

    __slots__ = ("figures", "marks", "span", "subjects", "text", "times", "units")

    def __init__(
        self, text: str, span: Span, figures: Sequence[Metric], issuer: Issuer, year: int | None
    ) -> None:
        self.text, self.span, self.figures = text, span, figures
        self.marks = [mark.start() for mark in CLAUSE_OR_COLON.finditer(text, *span)]
        self.times = tuple(find_periods(text, *span, year))
        self.subjects = tuple(find_bodies(text, self._clause_starts(), issuer))
        self.units = tuple(_find_pers(text, span))

    def filled(self) -> Iterator[Metric]:
        if not (self.times or self.subjects or self.units):
            return iter(self.figures)
        periods, subjects, pers = self._periods_of(), self._subjects_of(), self._pers_of()
        rows = zip(self.figures, periods, subjects, pers, strict=True)
        return (
            replace(figure, period=period, subject=subject, per=per)
            if period or subject or per
            else figure
            for figure, period, subject, per in rows
        )

    def _clause_starts(self) -> list[int]:
        """Where a clause begins: behind a mark or a period,
        and behind a figure's 、 (各村调解3件、司法所…).
        """
        behind = [
            figure.end + 1 for figure in self.figures if self.text.startswith("、", figure.end)
        ]
        behind += [period.span.end for period in self.times]
        return sorted({self.span.start, *(mark + 1 for mark in self.marks), *behind})

    def _clause_index(self, at: int) -> int:
        return bisect_left(self.marks, at)

    def _are_apart(self, start: int, end: int) -> bool:
        """Does a semicolon stand between them?"""
        first, last = self._clause_index(start), self._clause_index(end)
        return any(self.text[mark] in SEMICOLONS for mark in self.marks[first:last])

    def _periods_of(self) -> Iterator[str | None]:
        latest: dict[Reach, Period] = {}
        held: Period | None = None
        at = 0
        for figure in self.figures:
            while at < len(self.times) and self.times[at].span.start < figure.start:
                period = self.times[at]
                latest[period.reach] = period
                if period.reach in (Reach.LIST, Reach.SENTENCE, Reach.YEAR):
                    held = period
                at += 1
            if (
                held is not None
                and held.reach is Reach.LIST
                and self._are_apart(held.span.end, figure.start)
            ):
                held = None
            yield self._period_behind(figure, at) or self._period_before(figure, latest, held)

    def _period_behind(self, figure: Metric, at: int) -> str | None:
        """The period in brackets that follows the figure."""
        if at < len(self.times) and self.times[at].reach in (Reach.LIST, Reach.SENTENCE):
            between = self.text[figure.end : self.times[at].span.start]
            return self.times[at].written if between in {"（", "("} else None
        return None

    def _period_before(
        self, figure: Metric, latest: dict[Reach, Period], held: Period | None
    ) -> str | None:
        own = {Status.EARLIER: Reach.EARLIER, Status.PLANNED: Reach.LATER}.get(figure.status)
        other = latest.get(own) if own is not None else None
        if other is not None and figure.start - other.span.end <= REACH:
            return other.written
        each = latest.get(Reach.CLAUSE)
        if each is not None and self._clause_index(each.span.start) == self._clause_index(
            figure.start
        ):
            return each.written
        return held.written if held is not None and held.reach is not Reach.YEAR else None

    def _subjects_of(self) -> Iterator[str | None]:
        """A body holds in its clause, and on from clause to clause while each states a figure."""
        subject: Body | None = None
        at = until = 0
        for figure in self.figures:
            while at < len(self.subjects) and self.subjects[at].span.start < figure.start:
                subject = self.subjects[at]
                until = self._clause_index(subject.span.start)
                at += 1
            clause = self._clause_index(figure.start)
            if (
                subject is not None
                and subject.written
                and (clause > until or self._is_broken(subject, figure))
            ):
                subject = None
            until = clause + 1
            yield subject.written if subject is not None else None

    def _is_broken(self, subject: Body, figure: Metric) -> bool:
        if figure.start - subject.span.end > REACH or self._are_apart(
            subject.span.end, figure.start
        ):
            return True
        return bool(_JOINT.search(self.text, subject.span.end, figure.start))

    def _pers_of(self) -> Iterator[str | None]:
        """每村配备法律顾问1名、调解员3名: said of each figure up to the end of the clause."""
        unit: tuple[Span, str] | None = None
        at = 0
        for figure in self.figures:
            while at < len(self.units) and self.units[at][0].end <= figure.start:
                unit = self.units[at]
                at += 1
            if unit is not None and self._clause_index(unit[0].start) != self._clause_index(
                figure.start
            ):
                unit = None
            if unit is not None and _STANDARD.search(self.text, unit[0].end, figure.start):
                unit = None
            yield unit[1] if unit is not None else None


@knowledge
def _per_pattern() -> re.Pattern[str]:
    words = [str(row["word"]) for row in load_yaml(SCOPE_FILE)["per"]]
    require(len(set(words)) == len(words), SCOPE_FILE, "per", "a word stands twice")
    longest = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    bracket = rf"(?:[（(][{HAN}、]{{1,6}}[）)])?"
    each = rf"每一?[个名位家所支](?P<of>(?:{longest}){bracket})|每(?P<each>(?:{longest}){bracket})"
    return re.compile(rf"{each}|(?P<mean>{_MEAN})")


def _find_pers(text: str, span: Span) -> Iterator[tuple[Span, str]]:
    """What figures are stated for each of, with the place of the words that say so."""
    if text.find("每", *span) < 0 and text.find("均", *span) < 0:
        return
    for found in _per_pattern().finditer(text, *span):
        written = found[found.lastgroup or 0]
        yield Span(*found.span()), written[0] if found.lastgroup == "mean" else written
