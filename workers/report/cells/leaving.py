"""Which figures of an indicator take no part in its cell, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from workers.report.cell_rules import Omission
from workers.report.cells.years import figures_of_other_years, years_of_rows
from workers.report.chinese.clauses import CLAUSE_END, HAN, clause_after
from workers.report.model import Metric, Relation, Status
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.acts import is_later_stage, is_of_each
from workers.report.relations.view import View

# What denies, and what is no part of the name of the thing denied.
_DENYING = re.compile(rf"[^{HAN}]|^[未没无零]|[没未]有|发生|收到|案件|件$")
# 全区 in the report of one of its towns is more than the body that reports.
_REGION = re.compile(r"^全[县区市省州旗国]$")


class Leaving:
    """The figures that are left, and those that are left out."""

    def __init__(self, view: View, figures: Sequence[int]) -> None:
        self.view, self.left = view, list(figures)
        self.omitted: list[tuple[int, Omission]] = []
        # The reporting year's figures of rows of years, whose stated period is the row's.
        self.of_row: set[int] = set()

    def leave(self, figures: Sequence[int], why: Omission) -> None:
        gone = set(figures)
        self.left = [at for at in self.left if at not in gone]
        self.omitted += [(at, why) for at in figures]

    def keep_year(self, year: int | None) -> None:
        """What is done in the reporting year; a figure of an earlier one is no figure of the cell.

        In a row of years the status is that of the whole row: its year decides.
        """
        metrics = self.view.metrics
        rows = {} if year is None else years_of_rows(self.view, self.left, year)
        mine = [
            at
            for at in self.left
            if (rows[at] == year if at in rows else metrics[at].status is Status.DONE)
        ]
        self.of_row = {at for at in mine if at in rows}
        self.left = mine
        if year is not None:
            others = figures_of_other_years(self.view, mine, year)
            self.leave([at for at in others if at not in rows], Omission.OTHER_PERIOD)

    def leave_each(self) -> None:
        """每村配备1名, 各村2至3场不等 are no totals."""
        metrics = self.view.metrics
        each = [at for at in self.left if metrics[at].per or is_of_each(self.view, at)]
        self.leave(each, Omission.EACH)

    def leave_others(self) -> None:
        """The issuer's own figures before another body's, the year's before a shorter time's."""
        metrics = self.view.metrics
        for field, why in (("subject", Omission.OTHER_BODY), ("period", Omission.OTHER_PERIOD)):
            others = [at for at in self.left if getattr(metrics[at], field)]
            if field == "period":
                others = [at for at in others if at not in self.of_row]
            if len(others) < len(self.left):
                self.leave(others, why)
        regions = [at for at in self.left if _REGION.match(metrics[at].subject or "")]
        if len(regions) < len(self.left):
            self.leave(regions, Omission.OTHER_BODY)

    def leave_parts(self, relations: Sequence[Relation]) -> None:
        """What the words call a part of a whole that is counted."""
        metrics, held = self.view.metrics, set(self.left)
        wholes = {at: {whole} for at in self.left if (whole := metrics[at].part_of) is not None}
        for relation in relations:
            for part, whole in _parts_of(relation):
                if _is_less(metrics, part, whole):
                    wholes.setdefault(part, set()).add(whole)
        parts = [at for at in self.left if _reach(wholes, at) & held - {at}]
        self.leave(parts, Omission.PART)

    def leave_addends(self) -> None:
        """网站402条、公众号311条，合计713条: what adds up to one of them, all in one unit."""
        metrics = self.view.metrics
        if len(self.left) < 3 or len({metrics[at].unit for at in self.left}) > 1:
            return
        if any(self.view.kind(at) is None for at in self.left):
            return
        largest = max(self.left, key=lambda at: metrics[at].value)
        rest = [at for at in self.left if at != largest]
        if metrics[largest].value == sum(metrics[at].value for at in rest):
            self.leave(rest, Omission.PART)

    def leave_stages(self, relations: Sequence[Relation]) -> None:
        """What was done of what came in; more than came in is no stage of it."""
        held = {at for at in self.left if self.view.kind(at) is not None}
        stages = {
            relation.figures[0]
            for relation in relations
            if relation.kind is RelationKind.DONE_OF
            and held.issuperset(relation.figures)
            and self._is_within(relation.figures[0], relation.figures[1:])
        }
        for number, at in enumerate(self.left[1:], 1):
            before = [one for one in self.left[:number] if one not in stages]
            if before and at in held and self._is_stage(at, before[-1]):
                stages.add(at)
        self.leave([at for at in self.left if at in stages], Omission.STAGE)

    def leave_zeros(self) -> None:
        """收到来信13件，无越级上访: one kind is denied; to deny the thing itself contradicts."""
        metrics = self.view.metrics
        some = [at for at in self.left if metrics[at].value]
        zeros = [at for at in self.left if not metrics[at].value]
        if some and zeros and not any(self._is_denied(at, some) for at in zeros):
            self.leave(zeros, Omission.ZERO)

    def _is_stage(self, at: int, before: int) -> bool:
        return self._is_within(at, (before,)) and is_later_stage(self.view, at, before)

    def _is_within(self, at: int, wholes: Sequence[int]) -> bool:
        metrics = self.view.metrics
        return 0 < metrics[at].value <= sum(metrics[whole].value for whole in wholes)

    def _is_denied(self, zero: int, some: Sequence[int]) -> bool:
        """Is what one figure counts what the other says there is none of?"""
        denied = _DENYING.sub("", self._said(zero))
        return any(len(denied) > 1 and denied in self._said(at) for at in some)

    def _said(self, at: int) -> str:
        metric = self.view.metrics[at]
        after = clause_after(self.view.text, metric.end, 8, CLAUSE_END)
        return f"{self.view.clause(at)}{metric.quote}{after}" if metric.value else metric.quote


def _parts_of(relation: Relation) -> list[tuple[int, int]]:
    if relation.sure is Sure.POSSIBLE:
        return []
    if relation.kind is RelationKind.PART_OF:
        return [(relation.figures[0], relation.figures[1])]
    if relation.kind is RelationKind.SUM_OF:
        return [(part, relation.figures[0]) for part in relation.figures[1:]]
    return []


def _is_less(metrics: Sequence[Metric], part: int, whole: int) -> bool:
    return metrics[part].value <= metrics[whole].value


def _reach(wholes: Mapping[int, set[int]], at: int) -> set[int]:
    """The wholes of a part, and those that they are parts of."""
    found: set[int] = set()
    waiting = [at]
    while waiting:
        for whole in wholes.get(waiting.pop(), ()):
            if whole not in found:
                found.add(whole)
                waiting.append(whole)
    return found
