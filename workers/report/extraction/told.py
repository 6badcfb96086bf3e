"""What the figures told before say of the next: its whole, its target, the cases dealt with,
the people of an event.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from workers.report.chinese.clauses import HAN
from workers.report.extraction.given_name import NOTHING, Name, Route
from workers.report.extraction.quantity import QuantityKind
from workers.report.extraction.triggers import Catalogue
from workers.report.extraction.wholes import find_whole
from workers.report.extraction.wording import Sentence

# So many figures back at most stand the cases that a verb goes on with, or the result of a target.
NEAR = 4

_CONTINUES = "continues "
# What may stand between two figures of one thing: how much it grew, what share it is.
_NO_THING = (QuantityKind.CHANGE, QuantityKind.RATE, QuantityKind.DURATION)
# Whom an event reached, and no word of who they are.
_REACH = re.compile(
    r"[，,]?(?:累计|共计?)?(?:覆盖|参与|参加|参训|参会|到会)(?:人数|人次|人员)?[达超近共约]*"
)
# What stands between two figures of a row: one noun that tells the kind.
_ROW = re.compile(rf"、[{HAN}]{{2,12}}")
# 超过全年60件的目标任务: what was to be reached of the figure before.
_TARGET = re.compile(r"的?(?:全年|年度|既定|考核)?(?:目标|任务|指标)")


class Told:
    """The names given so far in one sentence, and what they say of a later figure."""

    __slots__ = ("_done", "_general", "_known", "_sentence", "_text")

    def __init__(
        self, text: str, sentence: Sentence, done: Sequence[tuple[Name, ...]], known: Catalogue
    ) -> None:
        self._text = text
        self._sentence = sentence
        self._done = done
        self._known = known
        self._general = known.general

    def names(self, at: int, own: Name | None) -> tuple[Name, ...] | None:
        """The names that outrank the figure's own: those of its whole, of the result that it is
        the target of, of the cases that were dealt with.
        """
        if not at:
            return None
        return (
            self._names_of_audience(at)
            or self._names_of_whole(at, own)
            or self._names_of_row(at, own)
            or self._names_of_result(at)
            or self._names_of_cases(at)
        )

    def _names_of_audience(self, at: int) -> tuple[Name, ...] | None:
        """专题党课42场次，覆盖1480人次: whom an event reached, whatever the topics farther off."""
        return self.names_of_people(at) if self._sentence.stretch(at).hits else None

    def names_of_people(self, at: int) -> tuple[Name, ...] | None:
        """参加培训5期，其中市级30人次: the people of the event."""
        quantities = self._sentence.quantities
        if "people" not in self._classes(at) or not self._is_only_reach(at):
            return None
        for place in range(at - 1, max(-1, at - 1 - NEAR), -1):
            if "people" not in self._classes(place):
                event = self._done[place][0]
                if event.indicator is None and event.why:
                    return (NOTHING,)
                people = self._general.people.get(event.indicator or "")
                near = quantities[at].start - quantities[place].end <= _AFTER_EVENT * (at - place)
                return _renamed(self._done[place], people) if people and near else None
        return None

    def _is_only_reach(self, at: int) -> bool:
        """Do the words at hand say no more than whom the event reached (覆盖1480人次)?"""
        stretch = self._sentence.stretch(at)
        before = self._text[stretch.before.start : stretch.before.end]
        return not stretch.hits or bool(
            stretch.after.end == stretch.after.start and _REACH.fullmatch(before)
        )

    def _names_of_whole(self, at: int, own: Name | None) -> tuple[Name, ...] | None:
        """A part has the names of its whole, unless its own words tell another act or
        count another kind of thing.
        """
        whole = find_whole(self._text, self._sentence.quantities, at, across=own is None)
        if whole is None or self._done[whole] == (NOTHING,):
            return None
        loose = self._done[whole][0].indicator in self._general.loose
        if own and ((own.indicator and loose) or not self._is_kind_of_case(at, whole)):
            return None
        return tuple(taken_name(name) for name in self._done[whole])

    def _names_of_row(self, at: int, own: Name | None) -> tuple[Name, ...] | None:
        """调处邻里纠纷45件、婚姻纠纷28件: of kinds in a row the first tells what was done."""
        quantities, before = self._sentence.quantities, self._done[at - 1]
        here, last = quantities[at], quantities[at - 1]
        done = self._general.codes.get((own and own.indicator) or "")
        in_row = here.unit == last.unit and _ROW.fullmatch(self._text, last.end, here.start)
        if not in_row or not done or own is None or done == own.indicator:
            return None
        same = before[0].indicator == done and self._is_kind_of_case(at, at - 1)
        return tuple(taken_name(name) for name in before) if same else None

    def _is_kind_of_case(self, at: int, whole: int) -> bool:
        """Do the words of a part say only what sort of its whole it is: no other act?"""
        if self._sentence.quantities[whole].unit not in self._general.units:
            return False
        return all(self._known.acts not in hit.sets for hit in self._sentence.stretch(at).hits)

    def _names_of_result(self, at: int) -> tuple[Name, ...] | None:
        """超过全年60件的目标: a target has the names of the figure that it is set beside."""
        if not _TARGET.match(self._text, self._sentence.quantities[at].end):
            return None
        return self._names_before(at)

    def _names_of_cases(self, at: int) -> tuple[Name, ...] | None:
        """新收复议57件，增长18%，已办结49件: a verb that is said of cases of every kind goes on
        with the last ones.
        """
        stretch = self._sentence.stretch(at)
        before = self._text[stretch.before.start : stretch.before.end]
        if stretch.after.end > stretch.after.start or not self._general.verb.fullmatch(before):
            return None
        names = self._names_before(at)
        if names is None:
            return None
        if names[0].indicator is None:
            return names if names[0].why else None
        return _renamed(names, self._general.codes.get(names[0].indicator))

    def _names_before(self, at: int) -> tuple[Name, ...] | None:
        """The names of the last figure that counts things in this one's unit, parts left out."""
        quantities = self._sentence.quantities
        for place in range(at - 1, max(-1, at - 1 - NEAR), -1):
            if quantities[place].kind in _NO_THING:
                continue
            if find_whole(self._text, quantities, place) is not None:
                continue
            same = quantities[place].unit == quantities[at].unit
            found = tuple(taken_name(name) for name in self._done[place])
            return found if same and self._done[place] != (NOTHING,) else None
        return None

    def _classes(self, at: int) -> frozenset[str]:
        return self._known.unit_classes.get(self._sentence.quantities[at].unit, frozenset())


# A figure of people stands this close behind the event, for each figure between them.
_AFTER_EVENT = 12


def taken_name(name: Name) -> Name:
    """The name as one that is taken over."""
    if name.route is Route.TAKEN:
        return name
    return replace(name, route=Route.TAKEN, why=_CONTINUES + name.why)


def _renamed(names: Sequence[Name], code: str | None) -> tuple[Name, ...] | None:
    return (replace(taken_name(names[0]), indicator=code),) if code else None
