"""A part that is more than its whole: `part_exceeds_whole`."""

from __future__ import annotations

from collections.abc import Iterator

from workers.report.auditing.context import Evidence, place_of
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.lists import AMONG


def audit_parts(evidence: Evidence) -> Iterator[Finding]:
    """What is said to be a part of one figure, and what was done of all that came in.

    One finding for each part.
    """
    metrics = evidence.metrics
    for relation in evidence.relations_of(RelationKind.PART_OF, RelationKind.DONE_OF):
        part, *wholes = relation.figures
        said = relation.sure is Sure.SAID
        if not said and relation.entry != AMONG:
            continue
        if metrics[part].value > sum(metrics[whole].value for whole in wholes):
            # 执结36件 of 33件 may be with what was carried over; 其中 leaves no such way out.
            surely = (
                said and relation.entry == AMONG and metrics[part].unit == metrics[wholes[-1]].unit
            )
            severity = Severity.WRONG if surely else Severity.CHECK
            yield _excess_finding(evidence, part, wholes[-1], severity)


def _excess_finding(evidence: Evidence, part_at: int, whole_at: int, severity: Severity) -> Finding:
    part, whole = evidence.metrics[part_at], evidence.metrics[whole_at]
    return evidence.finding(
        FindingKind.PART_EXCEEDS_WHOLE,
        severity,
        message=f"“{whole.quote}”中的一部分写成了“{part.quote}”，部分比总数还多（{part.value:.12g}大于{whole.value:.12g}）。请核对这两个数字。",
        message_en=(
            f"A part ({part.quote}) exceeds its whole ({whole.quote}): "
            f"{part.value:.12g} is more than {whole.value:.12g}. Check both."
        ),
        places=[place_of(part), place_of(whole)],
        metrics=[part_at, whole_at],
    )
