"""Quantity → what it is about: a code of the catalogue, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workers.report.metrics.quantity import Quantity
from workers.report.model import Segmented


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """`indicator` is null where none fits; `confidence` between 0 and 1; `why` names the trigger."""

    indicator: str | None
    confidence: float
    why: str


def name_quantities(text: str, segmented: Segmented, quantities: Sequence[Quantity]) -> tuple[tuple[Name, ...], ...]:
    """For each quantity its names, at least one: two where one figure is stated of two things."""
    del text, segmented
    return tuple((Name(indicator=None, confidence=0.0, why=""),) for _ in quantities)
