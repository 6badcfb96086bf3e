"""Clean text and sections → the stated figures."""

from __future__ import annotations

from collections.abc import Sequence

from workers.report.chinese.folding import fold_narrow
from workers.report.extraction.confidence import confidence_of, likeness_of
from workers.report.extraction.given_name import Name
from workers.report.extraction.naming import name_quantities
from workers.report.extraction.quantities import find_quantities
from workers.report.extraction.quantity import Quantity
from workers.report.extraction.scope import fill_scope
from workers.report.extraction.zeros import find_zeros
from workers.report.model import Metric, Segmented


def extract_metrics(text: str, segmented: Segmented) -> tuple[Metric, ...]:
    """Every stated figure, in the order of the text;
    a figure stated of two things gives two metrics.

    The text is folded once: the grammar and the catalogue look at `folded`,
    quotes come from `text`.
    """
    folded = fold_narrow(text)
    quantities = find_quantities(text, folded, segmented)
    named = zip(quantities, name_quantities(folded, segmented, quantities), strict=True)
    metrics = [_as_metric(text, quantity, name) for quantity, names in named for name in names]
    zeros = find_zeros(text, folded, segmented)
    metrics = [*_outside_zeros(metrics, zeros), *zeros]
    metrics.sort(key=lambda metric: (metric.start, metric.end))
    return fill_scope(text, segmented, metrics)


def _outside_zeros(metrics: Sequence[Metric], zeros: Sequence[Metric]) -> list[Metric]:
    """The metrics that no denied clause holds: 没有发生一起… states nought, not one."""
    denied = {at for zero in zeros for at in range(zero.start, zero.end)}
    return [metric for metric in metrics if metric.start not in denied]


def _as_metric(text: str, quantity: Quantity, name: Name) -> Metric:
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
        confidence=confidence_of(likeness_of(name, quantity.kind, quantity.unit)),
        why=f"{quantity.why} {name.why}".strip(),
    )
