"""Clean text → quantities: number grammar, units, qualifiers; and what only looks like a figure."""

from __future__ import annotations

from workers.report.metrics.quantity import Quantity
from workers.report.model import Segmented


def find_quantities(text: str, segmented: Segmented) -> tuple[Quantity, ...]:
    """Every stated number of the text, in order. Stated zeros are found in `zeros`."""
    del text, segmented
    return ()
