"""Losses that cleaning repaired because they are certain: shown, so that nobody has to trust it blindly."""

from __future__ import annotations

from collections.abc import Iterator

from workers.report.anomalies.evidence import Evidence, quoted
from workers.report.model import Finding, Severity
from workers.report.text import Edit, EditKind, Span


def audit_repairs(evidence: Evidence) -> Iterator[Finding]:
    """A note for each edit of the kind loss."""
    for edit in evidence.cleaned.traced.edits:
        if edit.kind is EditKind.LOSS:
            yield _repaired(edit)


def _repaired(edit: Edit) -> Finding:
    kind, severity = _kind(edit)
    before, after = quoted(edit.before), quoted(edit.after)
    return Finding(
        kind=kind,
        severity=severity,
        message=f"原文“{before}”丢了字，已按“{after}”读。请确认。",
        message_en=f"The original says {before}, with characters lost; it was read as {after}. Confirm.",
        spans=(Span(edit.raw_start, edit.raw_end),),
        suggestion=edit.after,
    )


def _kind(edit: Edit) -> tuple[str, Severity]:
    """A changed figure is to be checked; words are noted."""
    if not any(character.isdigit() for character in edit.before):
        return "lost_characters", Severity.NOTE
    return ("damaged_date" if "年" in edit.after and "月" in edit.after else "damaged_number"), Severity.CHECK
