"""Parts of totals: what 其中, 包括, 分别为 say of the figures after them, 共, 合计 of those before them.

Grammar only: two figures that happen to add up are not linked unless the words say so. Nothing crosses a full stop.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from workers.report.chinese.units import kind_of_unit
from workers.report.model import Metric

_STOP = re.compile(r"[。！!？?\n]")
# 其中 may look back over other statements; the others stand right behind their total, 分别 without a word between.
# Each alternative begins with a plain character, so that a text is passed over quickly.
_OPENER = re.compile(
    r"其中(?<!尤其中)|包括(?<!不包括)(?!但不)|包含(?<!不包含)|含(?<=[，,（(：:；;]含)(?![有量])|分为|分别为|分别是|分别有"
)
NEAR = 16
TOUCHING = 2
# A part stands this close behind its opener or the part before it; a list is no longer than this.
REACH = 40
MOST_PARTS = 12
# Right before the sum: 共26件; with a verb or noun: 合计公开713条.
_TOTAL = re.compile(r"(?<![公一])(?:共计|合计|总计|累计|总共|共有?)[\u4e00-\u9fff]{0,4}$")
_BARE_TOTAL = re.compile(r"(?:共计?|合计|总计|总共)$")
_TOTAL_REACH = 8
_TOTAL_GAP = 14

_MARK = re.compile(r"[，；;：:]|,(?!\d{3})")
_LISTED = re.compile(r"[^，；;。：:]*(?:、|和|及|与)[^，；;。：:]*")
# What begins a statement of its own, not the next part of a list.
_ANEW = re.compile(r"[，；;,]\s*(?:共|累计|合计|总计|全年|另|此外|同时|还|并|已|目前|分别|其中|包括)")
# An amount of growth is no part (其中同比增加12件).
_CHANGED = re.compile(r"(?:增长|增加|减少|下降|上升|提高|提升|压减|[多少])了?$")
# A sum of rounded parts may differ from its total by this much; a misprinted one too (the audit says so).
_ROUNDED = 0.1


def link_parts(text: str, metrics: Sequence[Metric]) -> tuple[Metric, ...]:
    """The metrics, which must be in the order of the text; those called a part have the index of their total."""
    page = _Page(text, metrics)
    links = page.links()
    return tuple(replace(metric, part_of=links[at]) if at in links else metric for at, metric in enumerate(metrics))


class _Page:
    """The figures of a text and the stops between its sentences; a link is the part's index → the total's."""

    def __init__(self, text: str, metrics: Sequence[Metric]) -> None:
        self.text = text
        self.metrics = metrics
        self.starts = [metric.start for metric in metrics]
        self.kinds = [kind_of_unit(metric.unit) if metric.value else None for metric in metrics]

    def links(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for opener in _OPENER.finditer(self.text):
            for part, total in self._opened(opener):
                found.setdefault(part, total)
        for at in range(len(self.metrics)):
            # A part of something before it is no total of what stands before it: links never run in a circle.
            for part in () if at in found else self._summed(at):
                found.setdefault(part, at)
        return self._with_twins(found)

    def _with_twins(self, found: dict[int, int]) -> dict[int, int]:
        """One figure that is stated of two things is a part of the same total both times."""
        for part, total in tuple(found.items()):
            for twin in (part - 1, part + 1):
                if 0 <= twin < len(self.starts) and twin != total and self.starts[twin] == self.starts[part]:
                    found.setdefault(twin, total)
        return found

    # What follows an opener.

    def _opened(self, opener: re.Match[str]) -> Iterator[tuple[int, int]]:
        first = bisect_left(self.starts, opener.end())
        totals = self._totals(opener, first)
        listed = self._listed(opener.end(), first) if totals else []
        complete = self._complete(listed, totals)
        previous: int | None = None
        for at in listed:
            total = self._total_of(at, totals)
            if previous is not None and not self._goes_on(previous, at, total, complete):
                break
            if total is not None and not _CHANGED.search(self.text, self._floor(at), self.starts[at]):
                yield at, total
            previous = at

    def _totals(self, opener: re.Match[str], first: int) -> list[int]:
        """The figures before the opener in its sentence that may be its total, the nearest first."""
        found: list[int] = []
        for at in range(first - 1, max(-1, first - 1 - MOST_PARTS), -1):
            between = self.text[self.metrics[at].end : opener.start()]
            if len(between) > 4 * REACH or _STOP.search(between):
                break
            if not opener[0].startswith("其中") and (len(between) > NEAR or len(_MARK.findall(between)) > 1):
                break
            if opener[0].startswith("分别") and len(between) > TOUCHING:
                break
            if self.kinds[at] is not None:
                found.append(at)
        return found

    def _listed(self, end: int, first: int) -> list[int]:
        """The figures after the opener, up to the stop, the next opener or a gap."""
        found: list[int] = []
        for at in range(first, min(len(self.metrics), first + MOST_PARTS)):
            between = self.text[end : self.starts[at]]
            if len(between) > REACH or _STOP.search(between) or _OPENER.search(between):
                break
            if not found and _MARK.search(between.lstrip("，,：: ")):
                break
            if not found or self.starts[at] > self.starts[found[-1]]:
                found.append(at)
            end = max(end, self.metrics[at].end)
        return found

    def _total_of(self, at: int, totals: Sequence[int]) -> int | None:
        """The nearest of its sort; where the part exceeds that one, a farther one of the same indicator."""
        nearest = next((total for total in totals if self.kinds[total] == self.kinds[at]), None)
        for total in totals:
            same = self.metrics[total].indicator == self.metrics[at].indicator is not None
            if (total == nearest or same) and self._fits(at, total):
                return total
        return None

    def _fits(self, at: int, total: int) -> bool:
        part, whole = self.metrics[at], self.metrics[total]
        if self.kinds[at] is None or self.kinds[at] != self.kinds[total]:
            return False
        return part.value <= whole.value or part.status is not whole.status

    def _complete(self, listed: Sequence[int], totals: Sequence[int]) -> frozenset[int]:
        """The beginning of the list that adds up to the nearest total: commas and semicolons in it part nothing."""
        total = self._total_of(listed[0], totals) if listed else None
        if total is None:
            return frozenset()
        alike = [at for at in listed if self._fits(at, total)]
        added = 0.0
        for count, at in enumerate(alike, 1):
            added += self.metrics[at].value
            if count > 1 and abs(added - self.metrics[total].value) < 0.5:
                return frozenset(listed[: listed.index(at) + 1])
        return frozenset()

    def _is_strong(self, previous: int, at: int) -> bool:
        """A list with 、 or 和, or two numbers of one thing (2场300人)."""
        between = self._between(previous, at)
        return not _MARK.search(between) and (len(between) <= 1 or bool(_LISTED.fullmatch(between)))

    def _goes_on(self, previous: int, at: int, total: int | None, complete: Collection[int]) -> bool:
        """A list with commas goes on while it counts the same thing; with semicolons too where it adds up."""
        if self._is_strong(previous, at):
            return True
        between, one, other = self._between(previous, at), self.metrics[previous], self.metrics[at]
        if total is None or one.status is not other.status or _ANEW.match(between):
            return False
        if at in complete:
            # Of two that add up the second may be what was done of the total (其中重大3件，化解88件); three are a list.
            return len(complete) > 2 or one.indicator == other.indicator or None in (one.indicator, other.indicator)
        single = len(_MARK.findall(between)) == 1 and between[0] not in "；;"
        return single and one.unit == other.unit and one.indicator == other.indicator is not None

    # What stands before a sum.

    def _summed(self, at: int) -> Sequence[int]:
        """The parts of the sum at this index; none where it is no sum."""
        word = _TOTAL.search(self.text, max(self._floor(at), self.starts[at] - _TOTAL_REACH), self.starts[at])
        if word is None or self.kinds[at] is None:
            return ()
        alike, joined = self._before(at, word.start())
        added = 0.0
        exact: Sequence[int] = ()
        for count, part in enumerate(alike, 1):
            added += self.metrics[part].value
            if count > 1 and abs(added - self.metrics[at].value) < 0.5:
                exact = alike[:count]
        return exact or (joined if _BARE_TOTAL.search(word[0]) and self._nearly(joined, at) else ())

    def _before(self, at: int, end: int) -> tuple[list[int], list[int]]:
        """The figures of the sum's sort before it, the nearest first; and of these the list that ends right there."""
        alike: list[int] = []
        joined: list[int] = []
        for part in range(at - 1, max(-1, at - 1 - 2 * MOST_PARTS), -1):
            between = self.text[self.metrics[part].end : end]
            if len(between) > (REACH if alike else _TOTAL_GAP) or _STOP.search(between) or "其中" in between:
                break
            if self._is_addend(part, at) and (not alike or self.starts[part] < self.starts[alike[-1]]):
                listed = len(between) <= 2 if not alike else joined == alike and self._is_strong(part, alike[-1])
                joined += [part] * listed
                alike.append(part)
            end = self.starts[part]
        return alike, joined

    def _is_addend(self, part: int, total: int) -> bool:
        one, whole = self.metrics[part], self.metrics[total]
        return self.kinds[part] == self.kinds[total] and one.status is whole.status and one.value <= whole.value

    def _nearly(self, parts: Sequence[int], total: int) -> bool:
        added, whole = sum(self.metrics[part].value for part in parts), self.metrics[total]
        return len(parts) > 1 and abs(added - whole.value) <= _ROUNDED * whole.value

    def _between(self, previous: int, at: int) -> str:
        return self.text[self.metrics[previous].end : self.starts[at]]

    def _floor(self, at: int) -> int:
        """Where the figure's own words may begin: behind the figure before it."""
        return max(self.metrics[at - 1].end if at else 0, self.starts[at] - REACH)
