"""`Metric.part_of` from the relations: what the panel counts with its total.

Filled by part_of that is said or implied, then by sum_of. Left empty: a part that exceeds its
whole, and the parts of a sum that is off by more than a misprint, for there either figure may be
the wrong one and both must be seen; what was merely done of something; a possible part, of which
another total may be meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from workers.report.model import Metric, Relation
from workers.report.relation_kinds import RelationKind, Sure

# A sum of rounded parts may differ from its total by this much; a misprinted one too (the audit
# says so).
_ROUNDED = 0.1


def fill_parts(metrics: Sequence[Metric], relations: Sequence[Relation]) -> tuple[Metric, ...]:
    """The metrics, which must be in the order of the text.

    Those called a part have the index of their total.
    """
    parts = known_parts(metrics, relations)
    return tuple(
        replace(metric, part_of=parts[at]) if at in parts else metric
        for at, metric in enumerate(metrics)
    )


def known_parts(metrics: Sequence[Metric], relations: Sequence[Relation]) -> Mapping[int, int]:
    """The part's index → its total's. Links never run in a circle."""
    found: dict[int, int] = {}
    for part, whole in (*_stated_parts(metrics, relations), *_summed_parts(metrics, relations)):
        if part not in found and not _leads_to(found, whole, part):
            found[part] = whole
    return _with_twins(metrics, found)


def _stated_parts(
    metrics: Sequence[Metric], relations: Sequence[Relation]
) -> Iterator[tuple[int, int]]:
    for relation in relations:
        if relation.kind is RelationKind.PART_OF and relation.sure is not Sure.POSSIBLE:
            part, whole = relation.figures
            one, other = metrics[part], metrics[whole]
            if one.value <= other.value or one.status is not other.status:
                yield part, whole


def _summed_parts(
    metrics: Sequence[Metric], relations: Sequence[Relation]
) -> Iterator[tuple[int, int]]:
    for relation in relations:
        if relation.kind is RelationKind.SUM_OF:
            total, *parts = relation.figures
            added, whole = sum(metrics[part].value for part in parts), metrics[total].value
            if abs(added - whole) <= _ROUNDED * whole:
                yield from ((part, total) for part in parts)


def _leads_to(found: Mapping[int, int], at: int, part: int) -> bool:
    """Is the figure itself, through its own total, a part of this part?"""
    while at in found and at != part:
        at = found[at]
    return at == part


def _with_twins(metrics: Sequence[Metric], found: dict[int, int]) -> Mapping[int, int]:
    """One figure that is stated of two things is a part of the same total both times."""
    for part, total in tuple(found.items()):
        for twin in (part - 1, part + 1):
            same = 0 <= twin < len(metrics) and metrics[twin].start == metrics[part].start
            if same and twin != total:
                found.setdefault(twin, total)
    return found
