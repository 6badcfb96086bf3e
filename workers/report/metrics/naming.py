"""Quantity → what it is about: a code of the catalogue, or none.

The trust falls from the words that stand at the figure itself (the thing counted, the verb), over the clauses before
it, to the heading; a figure with no words of its own takes the name of the one that it continues.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from workers.report.metrics.context import SENTENCE_STOPS, Background, Sentence, Stretch
from workers.report.metrics.matching import matched_length
from workers.report.metrics.plain import plain_characters
from workers.report.metrics.quantity import Quantity, QuantityKind
from workers.report.metrics.triggers import Catalogue, Trigger, catalogue
from workers.report.model import Segmented, Span

# One step of weight outranks this many characters of distance; a long phrase says more than a short one.
WEIGHT_POINTS = 4.0
DISTANCE_POINTS = 0.25
LENGTH_POINTS = 0.3
FAR = 24
# What follows the unit is the thing counted only where nothing before the number is.
AFTER_POINTS = 1.0
# Below this the words at hand are too far away or too weak for more than a guess.
LEAST_POINTS = 2.0
INHERITED = 0.9

# 其中 and its like open a part of what was counted before.
_PART = re.compile(r"[，,、；;：:\s]*(?:其中|包括|包含|含)")
_JOINED_OR_NOTHING = re.compile(r"[、\s,，共计约近超达]*")
_BETWEEN = re.compile(r"[、/和与及至到~—–-]{1,2}")
_JOINED = re.compile(r"[、\s]|(?:以?及|和|与)(?![解谐时])")
# 均, 都, 各: one figure that is stated of each thing before it. 分别: each thing has its own.
_EACH = re.compile(r"(?:均|都|皆|各|双双)(?:已|实现|保持|达到|达成|达|为|是|有|在|超过|超|[约近到至全])*[“\"]?$")
_RESPECTIVELY = re.compile(r"分别(?:是|为|达到|达|有|完成|[约近到至])*$")
_NAME_SPLIT = re.compile(r"[、/]|和|与|以及|及(?!时)")

_BRACKETS = str.maketrans("", "", "()（） ")
_UNKNOWN_UNIT = frozenset({"count"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """`indicator` is null where none fits; `confidence` between 0 and 1; `why` names the trigger."""

    indicator: str | None
    confidence: float
    why: str


NOTHING = Name(indicator=None, confidence=0.5, why="")


def name_quantities(text: str, segmented: Segmented, quantities: Sequence[Quantity]) -> tuple[tuple[Name, ...], ...]:
    """For each quantity its names, at least one: two where one figure is stated of two things."""
    plain = plain_characters(text)
    known = catalogue()
    background = Background(plain, segmented, known.lexicon)
    names: list[tuple[Name, ...]] = []
    ends = [0, *(stop.end() for stop in SENTENCE_STOPS.finditer(plain)), len(plain)]
    for index, group in groupby(quantities, key=lambda quantity: bisect_right(ends, quantity.start)):
        sentence = Sentence(plain, Span(ends[index - 1], ends[index]), tuple(group), known.lexicon)
        names += _Namer(plain, known, sentence, background).names()
    return tuple(names)


class _Namer:
    """Names the quantities of one sentence, in order; what was named before is what later ones may continue."""

    def __init__(self, text: str, known: Catalogue, sentence: Sentence, background: Background) -> None:
        self._text = text
        self._known = known
        self._sentence = sentence
        self._background = background
        self._done: list[tuple[Name, ...]] = []
        self._costs: dict[int | None, Mapping[int, float]] = {}

    def names(self) -> list[tuple[Name, ...]]:
        for at, quantity in enumerate(self._sentence.quantities):
            unnamed = quantity.kind in (QuantityKind.CHANGE, QuantityKind.DURATION)
            self._done.append((NOTHING,) if unnamed else self._names_of(at))
        self._share_backwards()
        return self._done

    def _share_backwards(self) -> None:
        """3、5场宣讲: the first number has the words of the second."""
        quantities = self._sentence.quantities
        for at in range(len(quantities) - 2, -1, -1):
            here, following = quantities[at], quantities[at + 1]
            between = self._text[here.end : following.start]
            if self._done[at] == (NOTHING,) and here.unit == following.unit and _BETWEEN.fullmatch(between):
                self._done[at] = tuple(_fainter(name) for name in self._done[at + 1])

    def _names_of(self, at: int) -> tuple[Name, ...]:
        stretch = self._sentence.stretch(at)
        before = self._text[stretch.before.start : stretch.before.end]
        if _EACH.search(before):
            several = self._one_each(at, stretch)
            if several:
                return several
        shared = self._respectively(at)
        name = shared or self._best(at, stretch)
        if name:
            return (name,)
        return self._continued(at, stretch, before) or self._widened(at, stretch, before) or (NOTHING,)

    def _widened(self, at: int, stretch: Stretch, before: str) -> tuple[Name, ...] | None:
        """轮训2期、118人次: the words before the number next to it, read for this one's unit."""
        if not at or not _JOINED_OR_NOTHING.fullmatch(before):
            return None
        wider = self._sentence.stretch(at - 1)
        name = self._best(at, replace(stretch, before=wider.before, hits=(*wider.hits, *stretch.hits)))
        return (_fainter(name),) if name and name.indicator else None

    def _best(self, at: int, stretch: Stretch) -> Name | None:
        """The name that the own words give, or null where they give none."""
        best, second = (LEAST_POINTS, None), LEAST_POINTS
        for points, trigger in self._candidates(at, stretch):
            if points > best[0]:
                second = best[0] if best[1] and best[1].code != trigger.code else second
                best = (points, trigger)
            elif best[1] and best[1].code != trigger.code:
                second = max(second, points)
        points, found = best
        if found is None:
            return None
        return Name(indicator=found.code, confidence=_confidence(points, second), why=found.label)

    def _candidates(self, at: int, stretch: Stretch) -> Iterator[tuple[float, Trigger]]:
        quantity = self._sentence.quantities[at]
        units = self._unit_classes(quantity)
        present = {number for hit in stretch.hits for number in hit.topics}
        for index, hit in enumerate(stretch.hits):
            for number in hit.sets:
                for trigger in self._known.by_set.get(number, ()):
                    if not trigger.units & units or trigger.excluded & present:
                        continue
                    points = self._points(at, stretch, trigger, index)
                    if points is not None:
                        yield points, trigger

    def _points(self, at: int, stretch: Stretch, trigger: Trigger, last: int) -> float | None:
        matched = matched_length(stretch.hits, trigger.phrase, last)
        if matched is None:
            return None
        cost = self._cost(at, stretch, trigger)
        if cost is None:
            return None
        quantity, hit = self._sentence.quantities[at], stretch.hits[last]
        after = hit.start >= quantity.end
        distance = hit.start - quantity.end if after else quantity.start - hit.end
        points = WEIGHT_POINTS * trigger.weight + LENGTH_POINTS * matched - DISTANCE_POINTS * min(distance, FAR)
        return points - cost - (AFTER_POINTS if after and stretch.before.end > stretch.before.start else 0.0)

    def _cost(self, at: int, stretch: Stretch, trigger: Trigger) -> float | None:
        """What it costs to carry what the trigger wants around it; null where it stands nowhere."""
        if trigger.against and self._taken_away(stretch, trigger):
            return None
        if not trigger.around:
            return 0.0
        wanted = set(trigger.around)
        if any(wanted.intersection(hit.topics) for hit in stretch.hits):
            return 0.0
        quantity = self._sentence.quantities[at]
        carried = [self._sentence.cost(number, quantity.start) for number in trigger.around]
        found = [cost for cost in carried if cost is not None]
        if quantity.section not in self._costs:
            self._costs[quantity.section] = self._background.costs(self._sentence, quantity.section)
        behind = self._costs[quantity.section]
        found += [behind[number] for number in trigger.around if number in behind]
        return min(found, default=None)

    def _taken_away(self, stretch: Stretch, trigger: Trigger) -> bool:
        """Does another topic of the sentence stand nearer than this trigger's own?"""
        last = self._sentence.last
        start = stretch.before.start
        return max(last(number, start) for number in trigger.against) >= max(
            [0, *(last(number, start) for number in trigger.around)]
        )

    def _unit_classes(self, quantity: Quantity) -> frozenset[str]:
        if quantity.kind is QuantityKind.RATE:
            return frozenset({"rate", "any"})
        if quantity.kind is QuantityKind.MONEY:
            return frozenset({"money", "any"})
        unit = plain_characters(quantity.unit).translate(_BRACKETS)
        return self._known.unit_classes.get(unit, _UNKNOWN_UNIT) | {"any"}

    def _continued(self, at: int, stretch: Stretch, before: str) -> tuple[Name, ...] | None:
        """The names of an earlier quantity of the sentence that this one goes on from, a little less certain."""
        part = _PART.match(before)
        linked = self._known.links.fullmatch(before)
        joined = _JOINED.match(before)
        quantity = self._sentence.quantities[at]
        # Nothing before it but a comma, and a thing of its own behind it: a new statement (…100%，292个证照共用).
        if not part and stretch.after.end > stretch.after.start and not before.strip("、，, "):
            return None
        # A share of a share is no rate of the thing itself (其中三分之二当天化解).
        if not (part or linked or joined) or (part and quantity.kind is QuantityKind.RATE):
            return None
        for earlier in range(at - 1, -1, -1):
            other = self._sentence.quantities[earlier]
            if other.kind is quantity.kind and (not joined or linked or part or earlier == at - 1):
                if joined and not linked and not part and other.unit != quantity.unit:
                    return None
                if self._unit_classes(other) & self._unit_classes(quantity) - {"any"}:
                    return tuple(_fainter(name) for name in self._done[earlier])
        return None

    def _one_each(self, at: int, stretch: Stretch) -> tuple[Name, ...] | None:
        """办结率和满意率均达100%: the names of the things before 均, where there are several."""
        names = [self._best(at, piece) for piece in self._pieces(stretch)]
        found = {name.indicator: name for name in names if name and name.indicator}
        return tuple(found.values()) if len(names) > 1 and found else None

    def _respectively(self, at: int) -> Name | None:
        """参考率、合格率分别为98%、100%: each figure takes the thing at its own place in the list."""
        first = at
        while first and self._sentence.stretch(first).before.start >= self._sentence.quantities[first - 1].end:
            before = self._sentence.stretch(first).before
            if not _JOINED.fullmatch(self._text, before.start, before.end) or at - first > 8:
                break
            first -= 1
        stretch = self._sentence.stretch(first)
        if not _RESPECTIVELY.search(self._text[stretch.before.start : stretch.before.end]):
            return None
        pieces = list(self._pieces(stretch))
        return self._best(first, pieces[at - first]) if at - first < len(pieces) > 1 else None

    def _pieces(self, stretch: Stretch) -> Iterator[Stretch]:
        start, end = stretch.before
        cuts = [(cut.start(), cut.end()) for cut in _NAME_SPLIT.finditer(self._text, start, end)]
        starts, ends = [start, *(cut[1] for cut in cuts)], [*(cut[0] for cut in cuts), end]
        for left, right in zip(starts, ends, strict=True):
            hits = tuple(hit for hit in stretch.hits if left <= hit.start and hit.end <= right)
            yield replace(stretch, before=Span(left, right), hits=hits)


def _confidence(points: float, second: float) -> float:
    """From the strength of the evidence and its lead over the next best: 0.6 for the weakest name, 0.98 at most."""
    return round(min(0.98, 0.6 + 0.02 * points + 0.02 * (points - second)), 2)


def _fainter(name: Name) -> Name:
    return replace(name, confidence=round(name.confidence * INHERITED, 2), why=f"continues {name.why}".strip())
