"""A part that is more than its whole: `part_exceeds_whole`."""

from __future__ import annotations

from collections.abc import Iterator

from workers.report.auditing.context import Evidence, place_of
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.relation_kinds import RelationKind, Sure


def audit_parts(evidence: Evidence) -> Iterator[Finding]:
    """What is said to be a part of one figure, and what was done of all that came in.

    One finding for each part.
    """
    metrics = evidence.metrics
    for relation in evidence.relations_of(RelationKind.PART_OF, RelationKind.DONE_OF):
        part, *wholes = relation.figures
        if relation.sure is not Sure.SAID:
            continue
        if metrics[part].value > sum(metrics[whole].value for whole in wholes):
            yield _excess_finding(evidence, part, wholes[-1])


def _excess_finding(evidence: Evidence, part_at: int, whole_at: int) -> Finding:
    part, whole = evidence.metrics[part_at], evidence.metrics[whole_at]
    return evidence.finding(
        FindingKind.PART_EXCEEDS_WHOLE,
        Severity.CHECK,
        message=f"“{whole.quote}”中的一部分写成了“{part.quote}”，部分比总数还多。请核对这两个数字。",
        message_en=f"A part ({part.quote}) exceeds its whole ({whole.quote}). Check both.",
        places=[place_of(part), place_of(whole)],
        metrics=[part_at, whole_at],
    )
