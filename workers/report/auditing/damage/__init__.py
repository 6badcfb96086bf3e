"""What was lost or doubled on the way into the file:
numbers, dates, fixed phrases, passages, pairs of marks.
"""

from __future__ import annotations

from collections.abc import Iterator

from workers.report.auditing.context import Evidence
from workers.report.auditing.damage.dates import audit_dates
from workers.report.auditing.damage.garbled import audit_garbled
from workers.report.auditing.damage.lone_units import audit_counts
from workers.report.auditing.damage.marks import audit_clauses, audit_marks
from workers.report.auditing.damage.numbering import audit_numbering
from workers.report.auditing.damage.numerals import audit_numbers
from workers.report.auditing.damage.passages import audit_passages
from workers.report.auditing.damage.phrases import audit_phrases
from workers.report.auditing.damage.pictures import audit_pictures
from workers.report.auditing.damage.repaired import audit_repaired
from workers.report.auditing.damage.uncertain import audit_recognition
from workers.report.auditing.damage.unread import audit_unread
from workers.report.model import Finding

_LOSSES = (
    audit_dates,
    audit_numbers,
    audit_unread,
    audit_repaired,
    audit_counts,
    audit_phrases,
    audit_marks,
    audit_numbering,
    audit_garbled,
)


def audit_damage(evidence: Evidence) -> Iterator[Finding]:
    """damaged_date, damaged_number, lost_characters, garbled_text,
    repeated_passage, pictures_without_text, low_ocr_confidence.
    """
    lost = [finding for audit in _LOSSES for finding in audit(evidence)]
    yield from lost
    yield from audit_clauses(evidence, lost)
    yield from audit_passages(evidence)
    yield from audit_pictures(evidence)
    yield from audit_recognition(evidence)
