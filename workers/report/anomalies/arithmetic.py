"""Figures that cannot be true beside each other; a figure alone that cannot be what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workers.report.anomalies.averages import audit_averages
from workers.report.anomalies.conflicts import audit_conflicts
from workers.report.anomalies.evidence import Evidence
from workers.report.anomalies.limits import audit_limits
from workers.report.anomalies.parts import audit_parts
from workers.report.anomalies.rates import audit_rates
from workers.report.anomalies.sums import audit_sums
from workers.report.model import Finding


def audit_arithmetic(evidence: Evidence) -> Iterator[Finding]:
    """rates, limits, conflicts of the whole report; averages, parts and sums sentence by sentence."""
    yield from audit_rates(evidence)
    yield from audit_limits(evidence)
    yield from audit_conflicts(evidence)
    for place in evidence.segmented.sentences:
        stated = evidence.metrics_in(place)
        yield from audit_averages(evidence, stated)
        yield from audit_parts(evidence, place, _once(evidence, stated))
        yield from audit_sums(evidence, _once(evidence, stated))


def _once(evidence: Evidence, stated: Sequence[int]) -> list[int]:
    """The figures without the twins of those that state two things."""
    return list({evidence.metrics[at].start: at for at in reversed(stated)}.values())[::-1]
