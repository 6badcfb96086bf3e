"""What was lost or doubled on the way into the file: numbers, dates, fixed phrases, passages, pairs of marks."""

from __future__ import annotations

from collections.abc import Iterator

from workers.report.anomalies.dates import audit_dates
from workers.report.anomalies.evidence import Evidence
from workers.report.anomalies.numbers import audit_numbers
from workers.report.anomalies.passages import audit_passages
from workers.report.anomalies.phrases import audit_phrases
from workers.report.model import Finding


def audit_damage(evidence: Evidence) -> Iterator[Finding]:
    """damaged_date, damaged_number, lost_characters, repeated_passage."""
    yield from audit_dates(evidence)
    yield from audit_numbers(evidence)
    yield from audit_phrases(evidence)
    yield from audit_passages(evidence)
