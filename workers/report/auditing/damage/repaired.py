"""Digits that cleaning restored (1O2 → 102): the figure is read,
a person should see it once: `damaged_number`, a note.

In a recognised page such repairs are many and certain;
then the file is what it is and nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from workers.report.auditing.context import Evidence
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.text import Span

_RULES = frozenset({"restore_zeros", "restore_ones", "restore_ones_in_figures"})
# More in one report, and it is a recognised page.
_MOST = 3


def audit_repaired(evidence: Evidence) -> Iterator[Finding]:
    """damaged_number for each figure whose letter was read as a digit, where these are few."""
    edits = [edit for edit in evidence.cleaned.traced.edits if edit.rule in _RULES]
    for edit in edits if len(edits) <= _MOST else ():
        dated = evidence.source.raw_text[edit.raw_end : edit.raw_end + 1] in {"年", "月", "日"}
        yield Finding(
            kind=FindingKind.DAMAGED_DATE if dated else FindingKind.DAMAGED_NUMBER,
            severity=Severity.NOTE,
            message=f"“{edit.before}”：数字里混进了别的字符，已按“{edit.after}”读取。请对照原文核对。",
            message_en=f"{edit.before}: a character that is no digit; read as {edit.after}.",
            spans=(Span(edit.raw_start, edit.raw_end),),
            suggestion=edit.after,
        )
