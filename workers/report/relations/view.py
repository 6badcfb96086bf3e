"""The figures of a text with the words around them: what every rule of this package reads."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from workers.report.chinese.clauses import (
    CLAUSE_END,
    CLAUSE_MARKS,
    LIST_COMMA,
    PHRASE_MARKS,
    clause_after,
    clause_before,
)
from workers.report.chinese.units import kind_of_unit
from workers.report.model import Bound, Metric, Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.words import is_changed
from workers.report.text import Span

# How far before a count its verb can be: 排查出各类安全生产隐患 has 11 characters.
VERB_REACH = 20
# So that one list without end costs no more than many.
MOST_FIGURES = 12
_CHANGE_REACH = 4
# One item of a list: what a rate is called. A colon parts no name from its figure (办结率：98%).
ITEM_END = re.compile(f"[{CLAUSE_MARKS}{LIST_COMMA}]")
# What a figure is said with; a bracket and a colon part it from what explains it.
LABEL_END = re.compile(f"[{PHRASE_MARKS}（(]")


@dataclass(frozen=True, slots=True)
class View:
    """A figure is named by its index into `metrics`; `sentences` are those of the text."""

    text: str
    metrics: Sequence[Metric]
    sentences: Sequence[Span]
    _order: Sequence[int] = field(init=False, repr=False)
    _starts: Sequence[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        order = sorted(range(len(self.metrics)), key=lambda at: self.metrics[at].start)
        object.__setattr__(self, "_order", order)
        object.__setattr__(self, "_starts", [self.metrics[at].start for at in order])

    def in_order(self) -> Sequence[int]:
        """All figures in the order of the text."""
        return self._order

    def figures_in(self, span: Span) -> tuple[int, ...]:
        """The figures that begin in the span, in the order of the text."""
        first, last = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return tuple(self._order[first:last])

    def places_in(self, span: Span) -> list[int]:
        """The figures that begin in the span, without the twins of those that state two things."""
        by_place = {self.metrics[at].start: at for at in reversed(self.figures_in(span))}
        return list(by_place.values())[::-1]

    def sentence_at(self, at: int) -> int | None:
        """Index of the sentence that holds this character.

        None between two and where there are none.
        """
        place = bisect_right(self.sentences, at, key=lambda span: span.start) - 1
        return place if place >= 0 and at < self.sentences[place].end else None

    # The words around a figure.

    def between(self, one: int, other: int) -> str:
        return self.text[self.metrics[one].end : self.metrics[other].start]

    def before(self, at: int, reach: int = VERB_REACH) -> str:
        start = self.metrics[at].start
        return self.text[max(0, start - reach) : start]

    def behind(self, at: int, reach: int) -> str:
        end = self.metrics[at].end
        return self.text[end : end + reach]

    def clause(
        self, at: int, reach: int = VERB_REACH, end: re.Pattern[str] = CLAUSE_END, since: int = 0
    ) -> str:
        """The words of the clause before the figure."""
        start = self.metrics[at].start
        return clause_before(self.text, start, min(reach, start - since), end)

    def said_with(self, at: int, reach: int, end: re.Pattern[str]) -> str:
        """The words of the clause on both sides of the figure: 80人成绩合格."""
        return self.clause(at, end=end) + clause_after(self.text, self.metrics[at].end, reach, end)

    # The figure itself.

    def kind(self, at: int) -> str | None:
        """The sort of thing that the figure counts; None for a rate, a change or a time."""
        return kind_of_unit(self.metrics[at].unit)

    def is_change(self, at: int) -> bool:
        """增加21件: how much it changed, which is the total of nothing and has no share."""
        return is_changed(self.before(at, _CHANGE_REACH))

    def is_alike(self, one: int, other: int) -> bool:
        """Do both count the same sort of thing, exactly, at the same time?"""
        first, second, kind = self.metrics[one], self.metrics[other], self.kind(one)
        exact = first.bound is Bound.EXACT is second.bound
        return (
            kind is not None
            and kind == self.kind(other)
            and exact
            and first.status is second.status
        )

    def relation(
        self, kind: RelationKind, figures: Collection[int], sure: Sure, entry: str | None = None
    ) -> Relation:
        """The relation of these figures; it is said from the first of them to the last."""
        start = min(self.metrics[at].start for at in figures)
        end = max(self.metrics[at].end for at in figures)
        return Relation(
            kind=kind, figures=tuple(figures), said=Span(start, end), sure=sure, entry=entry
        )
