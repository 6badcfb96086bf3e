"""Clean text and sections → the stated figures."""

from __future__ import annotations

from workers.report.metrics.naming import Name, name_quantities
from workers.report.metrics.quantities import find_quantities
from workers.report.metrics.quantity import Quantity
from workers.report.metrics.zeros import find_zeros
from workers.report.model import Metric, Segmented


def extract_metrics(text: str, segmented: Segmented) -> tuple[Metric, ...]:
    """Every stated figure, in the order of the text; a figure stated of two things gives two metrics."""
    quantities = find_quantities(text, segmented)
    named = zip(quantities, name_quantities(text, segmented, quantities), strict=True)
    metrics = [_metric(text, quantity, name) for quantity, names in named for name in names]
    return tuple(sorted([*metrics, *find_zeros(text, segmented)], key=lambda metric: (metric.start, metric.end)))


def _metric(text: str, quantity: Quantity, name: Name) -> Metric:
    return Metric(
        start=quantity.start,
        end=quantity.end,
        quote=text[quantity.start : quantity.end],
        value=quantity.value,
        unit=quantity.unit,
        bound=quantity.bound,
        status=quantity.status,
        indicator=name.indicator,
        section=quantity.section,
        confidence=name.confidence,
        why=f"{quantity.why} {name.why}".strip(),
    )
