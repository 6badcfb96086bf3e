"""What a person says through a finding: the suggestion that is taken, the value that a cell shall
have, the reading of the doubtful figure.
"""

from __future__ import annotations

import math

from schema.tables import Finding, Metric
from workers.desk.corrections.amounts import (
    ALTERNATIVES,
    Amount,
    amount_of,
    fits_indicator,
    split_choices,
)
from workers.desk.corrections.errors import CannotCorrect
from workers.desk.corrections.reading import (
    Correction,
    apply_correction,
    check_share,
    check_unit,
)
from workers.report.catalogue import indicators
from workers.report.model import Bound
from workers.results.chosen import Chosen


def taken_from(finding: Finding, metrics: list[Metric], take: int | None) -> Correction | None:
    """The correction that accepting a suggestion makes;
    None where nothing is taken, or it is no value of the figure.

    `take` counts from one; 0 takes none; None takes the suggestion where there is only one.
    """
    offered = split_choices(finding.suggestion)
    if take is None:
        take = 1 if len(offered) == 1 else 0
    elif not 0 <= take <= len(offered):
        listed = ALTERNATIVES.join(offered) or "—"
        raise CannotCorrect(
            f"There is no suggestion {take}; the suggestions are: {listed}",
            f"可选的建议是：{listed}。",
        )
    amount = amount_of(offered[take - 1]) if take else None
    if amount is None or not metrics or not _fits_figure(amount, metrics[0]):
        return None
    if amount.bound is not Bound.EXACT or amount.high is not None:
        return None
    return Correction(value=amount.value, unit=amount.unit or None)


def choose_value(
    finding: Finding, metrics: list[Metric], correction: Correction | None
) -> Chosen | None:
    """What the cell that the finding asks about shall hold; None where it is left empty."""
    if correction is None:
        return None
    if correction.value is None or not math.isfinite(correction.value) or correction.indicator:
        raise CannotCorrect("Say which value the panel shall take.", "请填写数据总表采用的数值。")
    unit = correction.unit or (metrics[0].unit if metrics else "")
    check_unit(unit, finding.about)
    check_share(correction.value, finding.about)
    chosen = {"value": correction.value, "unit": unit, "high": correction.high}
    return chosen | {"bound": correction.bound or Bound.EXACT}


def correct_doubtful(metrics: list[Metric], correction: Correction) -> None:
    """Set the person's reading of the doubtful figure.

    CannotCorrect says what does not fit, and nothing is set.
    """
    if not metrics:
        raise CannotCorrect(
            "It is not about a figure: accept or dismiss it.", "它不涉及数字，请判断属实还是误报。"
        )
    apply_correction(metrics[0], correction)


def _fits_figure(amount: Amount, metric: Metric) -> bool:
    code = metric.human_indicator or metric.indicator
    unit = amount.unit or metric.unit
    return unit == metric.unit or (code is not None and fits_indicator(unit, indicators()[code]))
