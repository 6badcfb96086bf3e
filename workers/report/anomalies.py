"""What cannot be true in one report."""

from __future__ import annotations

from workers.report.model import Cleaned, Finding, Metric, Segmented, Source


def audit_report(
    source: Source, cleaned: Cleaned, segmented: Segmented, metrics: tuple[Metric, ...]
) -> tuple[Finding, ...]:
    return ()
