"""How well the triggers of the catalogue fit a quantity's own words:
the best one, and how far it is ahead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter

from workers.report.catalogue import knowledge
from workers.report.chinese.folding import simplify
from workers.report.extraction.context import LEVEL_AHEAD, Background
from workers.report.extraction.given_name import Name
from workers.report.extraction.matching import matched_length
from workers.report.extraction.quantity import Quantity, QuantityKind
from workers.report.extraction.triggers import Catalogue, Trigger, catalogue
from workers.report.extraction.wording import Sentence, Stretch

# One step of weight outranks this many characters of distance;
# a long phrase says more than a short one.
WEIGHT_POINTS = 4.0
DISTANCE_POINTS = 0.25
LENGTH_POINTS = 0.3
FAR = 24
# What follows the unit is the thing counted only where nothing before the number is.
AFTER_POINTS = 1.0
# The noun that the number counts decides: it outranks any topic word farther off.
HEAD_POINTS = 6.0
# Below this the words at hand are too far away or too weak for more than a guess.
LEAST_POINTS = 2.0

_points = itemgetter(0)
_BRACKETS = str.maketrans("", "", "()（） ")
_UNKNOWN_UNIT = frozenset({"count"})
# These units count acts and events: the noun beside them is what was done to.
_OF_ACTS = frozenset({"times", "events"})


class Evidence:
    """Weighs the triggers for the quantities of one sentence."""

    __slots__ = ("_background", "_behind", "_known", "_sentence")

    def __init__(self, known: Catalogue, sentence: Sentence, background: Background) -> None:
        self._known = known
        self._sentence = sentence
        self._background = background
        self._behind: dict[int | None, Mapping[int, float]] = {}

    def best(self, at: int, stretch: Stretch) -> Name | None:
        """The name that the words of the stretch give the quantity at this index,
        or None where they give none.
        """
        topics = frozenset[int]().union(*(hit.topics for hit in stretch.hits))
        found: Trigger | None = None
        best = second = LEAST_POINTS
        # Heaviest first: to carry a topic only costs, so what cannot win is not asked for its cost.
        fitting = sorted(self._fitting_triggers(at, stretch, topics), key=_points, reverse=True)
        for points, trigger in fitting:
            if points <= second:
                break
            cost = self._carrying_cost(at, stretch, trigger, topics)
            if cost is None or points - cost <= second:
                continue
            other = found is not None and found.code != trigger.code
            if points - cost > best:
                second = best if other else second
                best, found = points - cost, trigger
            elif other:
                second = points - cost
        return (
            Name(indicator=found.code, why=found.label, entry=found.entry, lead=best - second)
            if found
            else None
        )

    def ranked(self, at: int, stretch: Stretch) -> Mapping[str | None, float]:
        """The points that the words of the stretch give each code, and having none, where they
        are more than a guess: the best is the name, the others are its competitors.
        """
        topics = frozenset[int]().union(*(hit.topics for hit in stretch.hits))
        found: dict[str | None, float] = {}
        for points, trigger in self._fitting_triggers(at, stretch, topics):
            cost = self._carrying_cost(at, stretch, trigger, topics)
            if cost is not None and points - cost > found.get(trigger.code, LEAST_POINTS):
                found[trigger.code] = points - cost
        return found

    def unit_classes(self, quantity: Quantity) -> frozenset[str]:
        """What a trigger may call the quantity's unit."""
        return _unit_classes(quantity.kind, quantity.unit)

    def _fitting_triggers(
        self, at: int, stretch: Stretch, topics: frozenset[int]
    ) -> Iterator[tuple[float, Trigger]]:
        """The triggers whose phrase and unit fit, with their points before what
        is carried is taken off.
        """
        units = self.unit_classes(self._sentence.quantities[at])
        counted: tuple[int, frozenset[int]] | None = None
        for index, hit in enumerate(stretch.hits):
            triggers = _triggers_of(hit.sets, units)
            base = self._distance_points(at, stretch, index) if triggers else 0.0
            for trigger in triggers:
                if not trigger.excluded.isdisjoint(topics):
                    continue
                matched = matched_length(stretch.hits, trigger.phrase, index)
                if matched is None:
                    continue
                # What the number counts decides: a code that does not count it never wins.
                counted = counted or self._counted_kinds(at, stretch)
                head, kinds = counted
                if kinds and trigger.code and index != head and kinds.isdisjoint(trigger.counts):
                    continue
                points = WEIGHT_POINTS * trigger.weight + LENGTH_POINTS * matched
                if not trigger.head:
                    yield points + base, trigger
                elif self._sentence.is_counted(at, hit):
                    yield points + HEAD_POINTS, trigger

    def _counted_kinds(self, at: int, stretch: Stretch) -> tuple[int, frozenset[int]]:
        """Which word is the noun that the number counts, and the kinds that it is of;
        -1 where only the unit says it.
        """
        quantity, known = self._sentence.quantities[at], self._known
        if quantity.kind is not QuantityKind.COUNT or not _OF_ACTS.isdisjoint(
            self.unit_classes(quantity)
        ):
            return -1, frozenset()
        for index, hit in enumerate(stretch.hits):
            kinds = hit.sets & known.kinds
            if kinds and self._sentence.is_head(at, hit):
                return index, kinds
        return -1, known.unit_kinds.get(quantity.unit, frozenset())

    def _distance_points(self, at: int, stretch: Stretch, last: int) -> float:
        """What is taken off for where the word stands: 0 or less."""
        quantity, hit = self._sentence.quantities[at], stretch.hits[last]
        after = hit.start >= quantity.end
        distance = hit.start - quantity.end if after else quantity.start - hit.end
        points = -DISTANCE_POINTS * min(distance, FAR)
        return points - (
            AFTER_POINTS if after and stretch.before.end > stretch.before.start else 0.0
        )

    def _carrying_cost(
        self, at: int, stretch: Stretch, trigger: Trigger, topics: frozenset[int]
    ) -> float | None:
        """What it costs to carry what the trigger wants around it; None where it stands nowhere."""
        if trigger.against and self._taken_away(stretch, trigger):
            return None
        if trigger.subject and not self._has_subject(at, trigger):
            return None
        if trigger.beside and not self._is_beside(at, trigger, topics):
            return None
        if not trigger.around or not topics.isdisjoint(trigger.around):
            return 0.0
        quantity = self._sentence.quantities[at]
        carried = [self._sentence.cost(number, quantity.start) for number in trigger.around]
        found = [cost for cost in carried if cost is not None]
        found += [
            LEVEL_AHEAD
            for number in trigger.around
            if self._sentence.is_ahead(number, quantity.end)
        ]
        if quantity.section not in self._behind:
            self._behind[quantity.section] = self._background.costs(
                self._sentence.span.start, quantity.section
            )
        behind = self._behind[quantity.section]
        found += [behind[number] for number in trigger.around if number in behind]
        return min(found, default=None)

    def _taken_away(self, stretch: Stretch, trigger: Trigger) -> bool:
        """Does another topic of the sentence stand nearer than this trigger's own?"""
        last, start = self._sentence.last, stretch.before.start
        own = max([0, *(last(number, start) for number in (*trigger.around, *trigger.subject))])
        return max(last(number, start) for number in trigger.against) >= own

    def _is_beside(self, at: int, trigger: Trigger, topics: frozenset[int]) -> bool:
        end = self._sentence.quantities[at].end
        return not topics.isdisjoint(trigger.beside) or any(
            self._sentence.is_ahead(number, end, counted=True) for number in trigger.beside
        )

    def _has_subject(self, at: int, trigger: Trigger) -> bool:
        start = self._sentence.quantities[at].start
        return any(self._sentence.last(number, start) >= 0 for number in trigger.subject)


@knowledge
def _triggers_of(sets: frozenset[int], units: frozenset[str]) -> tuple[Trigger, ...]:
    """The triggers whose phrase ends with a word of these sets and that count in one of
    these classes of units.
    """
    by_set = catalogue().by_set
    return tuple(
        trigger for number in sets for trigger in by_set.get(number, ()) if trigger.units & units
    )


@knowledge
def _unit_classes(kind: QuantityKind, unit: str) -> frozenset[str]:
    if kind is QuantityKind.RATE:
        return frozenset({"rate", "any"})
    if kind is QuantityKind.MONEY:
        return frozenset({"money", "any"})
    return catalogue().unit_classes.get(simplify(unit).translate(_BRACKETS), _UNKNOWN_UNIT) | {
        "any"
    }
