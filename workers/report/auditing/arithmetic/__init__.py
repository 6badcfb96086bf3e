"""Figures that cannot be true beside each other; a figure alone that cannot be what it says.

What the words say of two figures stands in the relations; here is only computed.
"""

from __future__ import annotations

from collections.abc import Iterator

from workers.report.auditing.arithmetic.averages import audit_averages
from workers.report.auditing.arithmetic.conflicts import audit_conflicts
from workers.report.auditing.arithmetic.growth import audit_growth
from workers.report.auditing.arithmetic.limits import audit_limits
from workers.report.auditing.arithmetic.parts import audit_parts
from workers.report.auditing.arithmetic.rates import audit_rates
from workers.report.auditing.arithmetic.sums import audit_sums
from workers.report.auditing.context import Evidence
from workers.report.model import Finding


def audit_arithmetic(evidence: Evidence) -> Iterator[Finding]:
    """rates, limits, conflicts, averages, parts, sums, growth: each over the whole report."""
    yield from audit_rates(evidence)
    yield from audit_limits(evidence)
    yield from audit_conflicts(evidence)
    yield from audit_averages(evidence)
    yield from audit_parts(evidence)
    yield from audit_sums(evidence)
    yield from audit_growth(evidence)
