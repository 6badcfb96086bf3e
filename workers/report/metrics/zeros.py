"""Stated zeros: clauses that deny that a countable thing happened."""

from __future__ import annotations

from workers.report.model import Metric, Segmented


def find_zeros(text: str, segmented: Segmented) -> tuple[Metric, ...]:
    """One metric of value 0 for each thing denied that has an indicator; several may share one span."""
    del text, segmented
    return ()
