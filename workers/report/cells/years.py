"""A row of years: 2022年、2023年、2024年分别受理31件、40件、52件. The reporting year's is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from workers.report.chinese.clauses import CLAUSE_END, STOP, clause_start
from workers.report.extraction.periods import Reach, find_periods
from workers.report.relations.acts import are_listed
from workers.report.relations.view import View

_YEAR = r"20\d\d年?度?"
_NAMED = re.compile(rf"{_YEAR}(?:[、，,和及至到\-—~～]{{1,2}}{_YEAR})+")
_RECENT = re.compile(r"近(?P<count>[两二三四五])年来?")
_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5}
_TO = re.compile(r"[至到\-—~～]")
_EACH = "分别"
_REACH = 60


def years_of_rows(view: View, figures: Sequence[int], year: int) -> Mapping[int, int]:
    """The year of each figure that stands in a row of years."""
    found: dict[int, int] = {}
    for at in figures:
        if at in found:
            continue
        row = [at]
        for other in figures:
            if other > row[-1] and are_listed(view, row[-1], other):
                row.append(other)
        years = _named_years(view, at, year)
        if len(row) == len(years):
            found |= dict(zip(row, years, strict=True))
    return found


def _named_years(view: View, first: int, year: int) -> list[int]:
    """The years that stand before the first figure of a row, and are told of one by one."""
    start = view.metrics[first].start
    said = view.text[clause_start(view.text, start, _REACH, STOP) : start]
    if _EACH not in said:
        return []
    if named := _NAMED.search(said):
        years = [int(number) for number in re.findall(r"20\d\d", named[0])]
        spans = _TO.search(named[0]) and len(years) == 2 and years[0] < years[1]
        return list(range(years[0], years[1] + 1)) if spans else years
    recent = _RECENT.search(said)
    count = _COUNTS[recent["count"]] if recent else 0
    return list(range(year - count + 1, year + 1))


def figures_of_other_years(view: View, figures: Sequence[int], year: int) -> Iterator[int]:
    """去年调解90件，今年调解84件: those whose clause names another year right before them."""
    for at in figures:
        start = view.metrics[at].start
        begins = clause_start(view.text, start, _REACH, CLAUSE_END)
        before = [other.end for other in view.metrics if begins <= other.start < start]
        begins = max([begins, *before])
        named = list(find_periods(view.text, begins, start, year))
        if named and named[-1].reach in {Reach.EARLIER, Reach.LATER}:
            yield at
