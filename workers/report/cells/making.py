"""A cell of the panel: its terms, the rule, and the value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workers.report.catalogue import indicators
from workers.report.cell_rules import CellRule, Omission, Unclear
from workers.report.cells.adding import add_bounds, why_not_added
from workers.report.cells.leaving import Leaving
from workers.report.cells.terms import find_contradictions, find_terms, merge_restated
from workers.report.chinese.folding import simplify
from workers.report.model import (
    Bound,
    Cell,
    Finding,
    Metric,
    Relation,
    Segmented,
    Severity,
    Status,
    Term,
)
from workers.report.relation_kinds import RelationKind
from workers.report.relations.view import View

# No body states one thing so often in a report; of more nobody could tell which are the same, and
# each is held against each.
_MOST_STATED = 60


def make_cells(
    text: str,
    segmented: Segmented,
    metrics: Sequence[Metric],
    relations: Sequence[Relation],
    disputed: Collection[int] = frozenset(),
) -> tuple[Cell, ...]:
    """A cell for each indicator of which a figure is stated for the year, in the catalogue's order.

    `metrics` as a person left them; `disputed` are those that cannot be true as they are read.
    """
    view = View(simplify(text), metrics, segmented.sentences)
    report = _Report(
        view, segmented.header.year, relations, _same_things(relations), frozenset(disputed)
    )
    stated: dict[str, list[int]] = defaultdict(list)
    for at, metric in sorted(enumerate(metrics), key=lambda one: one[1].start):
        if metric.indicator and metric.status is not Status.PLANNED:
            stated[metric.indicator].append(at)
    made = (_make_cell(report, code, stated[code]) for code in indicators() if code in stated)
    return tuple(cell for cell in made if cell is not None)


def disputed_figures(findings: Iterable[Finding]) -> frozenset[int]:
    """The figures that a finding says cannot be true: the doubtful one of each."""
    return frozenset(
        finding.metrics[0]
        for finding in findings
        if finding.severity is Severity.WRONG and finding.metrics
    )


def _same_things(relations: Iterable[Relation]) -> Mapping[int, set[int]]:
    """For each figure those that state the same thing, both ways."""
    found: dict[int, set[int]] = defaultdict(set)
    for relation in relations:
        if relation.kind is RelationKind.SAME_AS:
            at, before = relation.figures
            found[at].add(before)
            found[before].add(at)
    return found


@dataclass(frozen=True, slots=True)
class _Report:
    """What every cell of a report is made of."""

    view: View
    year: int | None
    relations: Sequence[Relation]
    same: Mapping[int, set[int]]
    disputed: frozenset[int]


def _make_cell(report: _Report, code: str, stated: Sequence[int]) -> Cell | None:
    """The cell of these figures of one indicator; None where none is of the year and done."""
    view, same, disputed = report.view, report.same, report.disputed
    if len(stated) > _MOST_STATED:
        first = find_terms(view, stated[:_MOST_STATED])
        return _Made(code, first, ()).unclear(Unclear.OVERLAP)
    leaving = Leaving(view, stated)
    leaving.keep_year(report.year)
    figures = list(leaving.left)
    if not figures:
        return None
    # Of one thing stated twice the statement that cannot be true stays out.
    wrong = [at for at in figures if at in disputed and same.get(at, set()) & set(figures)]
    if len(wrong) < len(figures):
        leaving.leave(wrong, Omission.DISPUTED)
    leaving.leave_each()
    leaving.leave_others()
    leaving.leave_parts(report.relations)
    leaving.leave_stages(report.relations)
    leaving.leave_addends()
    leaving.leave_zeros()
    alone = find_terms(view, leaving.left)
    clash = list(find_contradictions(view, alone, same))
    terms, again = merge_restated(view, alone, same)
    leaving.leave(again, Omission.AGAIN)
    made = _Made(code, terms, leaving.omitted)
    if not terms:
        return made.unclear(Unclear.EACH)
    if clash:
        return made.unclear(Unclear.CONFLICT)
    why = why_not_added(view, code, terms) if len(terms) > 1 else None
    if why:
        return made.unclear(why)
    cell = made.summed() if len(terms) > 1 else made.single()
    # What cannot be true as it is read stays out until a person decided: the cell is empty.
    doubted = any(at in disputed for term in terms for at in term.figures)
    return replace(cell, value=None, high=None, why=Unclear.DISPUTED) if doubted else cell


class _Made:
    """The cell of these terms, by one rule or another."""

    def __init__(
        self, code: str, terms: Sequence[Term], omitted: Sequence[tuple[int, Omission]]
    ) -> None:
        self.code, self.terms, self.omitted = code, tuple(terms), tuple(sorted(omitted))
        units = [term.unit for term in terms]
        self.unit = units[0] if len(set(units)) == 1 else indicators()[code].unit

    def single(self) -> Cell:
        [term] = self.terms
        reasons = {why for _, why in self.omitted}
        whole = reasons & {Omission.PART, Omission.STAGE, Omission.ZERO}
        rule = CellRule.WHOLE if whole else CellRule.ONCE
        if Omission.AGAIN in reasons and not whole:
            rule = CellRule.RESTATED
        return self._cell(rule, term.value, term.high, term.bound)

    def summed(self) -> Cell:
        low = sum(term.value for term in self.terms)
        high = sum(term.value if term.high is None else term.high for term in self.terms)
        is_range = any(term.high is not None for term in self.terms)
        return self._cell(CellRule.SUMMED, low, high if is_range else None, add_bounds(self.terms))

    def unclear(self, why: Unclear) -> Cell:
        return self._cell(CellRule.UNCLEAR, None, None, Bound.EXACT, why)

    def _cell(
        self,
        rule: CellRule,
        value: float | None,
        high: float | None,
        bound: Bound,
        why: Unclear | None = None,
    ) -> Cell:
        return Cell(
            indicator=self.code,
            rule=rule,
            terms=self.terms,
            value=value,
            high=high,
            unit=self.unit,
            bound=bound,
            why=why,
            omitted=self.omitted,
        )
