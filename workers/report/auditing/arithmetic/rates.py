"""Stated rates against the counts that they are said to be a share of: `rate_impossible`.

A rate of n cases is k/n for a whole k ≤ n. Officials round the last decimal or cut it; both are
allowed. A rate is impossible only where no count that it can be of allows it, neither as the base
nor (where its name allows that) as the part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from workers.report.auditing.arithmetic.impossible import (
    impossible_rate,
    none_of_grades,
    not_all,
    other_ratio,
)
from workers.report.auditing.arithmetic.shares import Share, stated_share
from workers.report.auditing.context import Evidence
from workers.report.model import Bound, Finding, Metric, Relation, Severity, Status
from workers.report.relation_kinds import RelationKind, Sure


def audit_rates(evidence: Evidence) -> Iterator[Finding]:
    """rate_impossible, one for each place."""
    said: defaultdict[int, list[Relation]] = defaultdict(list)
    for relation in evidence.relations_of(RelationKind.SHARE_OF, RelationKind.SOME_OF):
        said[relation.figures[0]].append(relation)
    parts = _Parts.of(evidence)
    told: set[int] = set()
    for at, relations in said.items():
        rate, share = evidence.metrics[at], stated_share(evidence.metrics[at])
        # 约占三成 is said of a quarter as of a third.
        if share is None or share.decimals < 0 or not _is_result(rate) or rate.start in told:
            continue
        if finding := _judge_rate(evidence, at, share, relations, parts):
            told.add(rate.start)
            yield finding


@dataclass(frozen=True, slots=True)
class _Parts:
    """What was done of a figure, of a rate what it says too; what holds a figure."""

    done: Mapping[int, Sequence[int]]
    wholes: Mapping[int, set[int]]

    @classmethod
    def of(cls, evidence: Evidence) -> _Parts:
        done: defaultdict[int, list[int]] = defaultdict(list)
        wholes: defaultdict[int, set[int]] = defaultdict(set)
        for relation in evidence.relations_of(RelationKind.PART_OF, RelationKind.DONE_OF):
            part, *held_by = relation.figures
            wholes[part].update(held_by)
            if relation.kind is RelationKind.DONE_OF:
                done[held_by[0]].append(part)
        return cls(done, wholes)

    def without_nested(self, counts: Sequence[int]) -> list[int]:
        """What is a part of another, or was done of it, is counted in that one."""
        return [count for count in counts if self.wholes.get(count, set()).isdisjoint(counts)]


def _is_result(rate: Metric) -> bool:
    """A bounded or planned rate states no result; 100 % is possible of every count."""
    return rate.bound is Bound.EXACT and rate.status is not Status.PLANNED and 0 < rate.value < 100


def _judge_rate(
    evidence: Evidence, at: int, share: Share, relations: Sequence[Relation], parts: _Parts
) -> Finding | None:
    """Part and base that give the rate settle it, whatever else stands near.

    47名参加，45名合格，合格率95.7%.
    """
    if any(_gives_rate(evidence, share, relation) for relation in relations):
        return None
    found = (_find_contradiction(evidence, at, share, relation, parts) for relation in relations)
    return next(filter(None, found), None)


def _gives_rate(evidence: Evidence, share: Share, relation: Relation) -> bool:
    """Do the part that is named and one of the wholes give the rate?"""
    if relation.sure is not Sure.SAID or len(relation.figures) == 1:
        return False
    if relation.kind is RelationKind.SOME_OF:
        return any(share.is_ratio(part, whole) for part, whole in _grade_sums(evidence, relation))
    _, part, *wholes = (int(evidence.metrics[figure].value) for figure in relation.figures)
    return any(share.is_ratio(part, whole) for whole in wholes)


def _find_contradiction(
    evidence: Evidence, at: int, share: Share, relation: Relation, parts: _Parts
) -> Finding | None:
    """What the relation says, where the rate cannot be.

    Amounts that are not counted to the last one say nothing.
    """
    _, *counts = relation.figures
    if not counts:
        return not_all(evidence, at, relation.said)
    if relation.kind is RelationKind.SOME_OF:
        return none_of_grades(evidence, at, counts, share, list(_grade_sums(evidence, relation)))
    stated = [evidence.metrics[count] for count in counts]
    if not all(count.bound is Bound.EXACT and count.value == int(count.value) for count in stated):
        return None
    if relation.sure is Sure.SAID:
        part, whole = counts[:2]
        fits = stated[0].value <= stated[1].value  # a part that exceeds its whole is told as that
        return other_ratio(evidence, at, (part, whole), share) if fits else None
    apart = [evidence.metrics[count] for count in parts.without_nested(counts)]
    totals = _indicator_totals(apart)
    if relation.sure is Sure.POSSIBLE:
        totals.append(sum(int(count.value) for count in apart))
    done = [int(evidence.metrics[count].value) for count in parts.done.get(at, ())]
    if _is_possible(share, stated, totals, done):
        return None
    severity = Severity.WRONG if relation.sure is Sure.IMPLIED else Severity.CHECK
    largest = max([*(int(count.value) for count in stated), *totals])
    return impossible_rate(evidence, at, counts, share, largest, severity)


def _grade_sums(evidence: Evidence, relation: Relation) -> Iterator[tuple[int, int]]:
    """Each sum of some of the grades, one of which is what is left, with the whole."""
    _, whole, *grades = (int(evidence.metrics[figure].value) for figure in relation.figures)
    kinds = [*grades, max(0, whole - sum(grades))]
    for count in range(1, len(kinds)):
        yield from ((sum(some), whole) for some in combinations(kinds, count))


def _is_possible(
    share: Share, stated: Sequence[Metric], totals: Sequence[int], parts: Sequence[int]
) -> bool:
    values = [int(count.value) for count in stated]
    return any(map(share.of, [*values, *totals])) or any(map(share.from_part, parts))


def _indicator_totals(stated: Iterable[Metric]) -> list[int]:
    """The totals of each indicator: disputes of three kinds can be one base."""
    totals: defaultdict[str | None, list[int]] = defaultdict(list)
    for count in stated:
        totals[count.indicator].append(int(count.value))
    return [sum(values) for values in totals.values() if len(values) > 1]
