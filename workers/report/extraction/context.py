"""What is carried to a quantity from outside its sentence,
and what it costs to carry a topic how far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workers.report.extraction.lexicon import Lexicon
from workers.report.model import Section, Segmented
from workers.report.text import Span

# How far back a topic is carried: three or four clauses of ordinary length,
# and one sentence before.
CARRY = 240


# Weights of trust (spec order: own words, the clause, the sentence, the heading),
# as what is taken off a score.
LEVEL_CLAUSE = 0.5
LEVEL_SENTENCE = 1.0
LEVEL_STOP = 1.5
LEVEL_PREVIOUS = 3.0
LEVEL_HEADING = 4.0
LEVEL_PARENT = 5.0
LEVEL_AHEAD = 2.0
# 召开常务会6次，专题听取法治汇报: how far behind the number its topic may follow.
AHEAD = 16


class Background:
    """What is carried from outside the sentence: the sentence before it, the headings over it."""

    __slots__ = ("_headings", "_lexicon", "_parents", "_segmented", "_text")

    def __init__(self, text: str, segmented: Segmented, lexicon: Lexicon) -> None:
        self._text = text
        self._segmented = segmented
        self._lexicon = lexicon
        self._headings: dict[int, Mapping[int, float]] = {}
        self._parents = _find_parents(segmented.sections)

    def costs(self, start: int, section: int | None) -> Mapping[int, float]:
        """The word sets that stand before the sentence at `start`,
        and what it costs to carry each.
        """
        costs = dict(self._headings_over(section))
        for number in self._topics_before(start):
            costs[number] = min(costs.get(number, LEVEL_PREVIOUS), LEVEL_PREVIOUS)
        return costs

    def _topics_before(self, start: int) -> set[int]:
        if start == 0 or self._text[start - 1] == "\n":
            return set()
        low = max(0, start - CARRY)
        line = self._text.rfind("\n", low, start)
        stop = self._text.rfind("。", low, start - 1)
        return _topics_in(self._lexicon, self._text, Span(max(low, line + 1, stop + 1), start))

    def _headings_over(self, section: int | None) -> Mapping[int, float]:
        if section is None:
            return {}
        if section not in self._headings:
            self._headings[section] = self._read_headings(section)
        return self._headings[section]

    def _read_headings(self, section: int) -> Mapping[int, float]:
        here, parent = self._segmented.sections[section], self._parents[section]
        above = self._headings_over(parent)
        costs = {number: max(cost, LEVEL_PARENT) for number, cost in above.items()}
        heading = Span(here.start, here.heading_end)
        return costs | dict.fromkeys(_topics_in(self._lexicon, self._text, heading), LEVEL_HEADING)


def _find_parents(sections: Sequence[Section]) -> list[int | None]:
    """For each section the nearest one before it of a higher rank;
    0 (no heading) has none and is none's.
    """
    parents: list[int | None] = []
    open_at: dict[int, int] = {}
    for at, section in enumerate(sections):
        above = [level for level in open_at if level < section.level]
        parents.append(open_at[max(above)] if above else None)
        open_at = {level: place for level, place in open_at.items() if level < section.level}
        if section.level:
            open_at[section.level] = at
    return parents


def _topics_in(lexicon: Lexicon, text: str, span: Span) -> set[int]:
    return {number for hit in lexicon.find(text, span.start, span.end) for number in hit.topics}
