"""A person's correction of a figure, checked against the catalogue before it is stored."""

from __future__ import annotations

import math
from dataclasses import dataclass

from schema.tables import Finding, Metric
from workers.desk.queue.amounts import (
    ALTERNATIVES,
    Amount,
    amount_of,
    fits_indicator,
    read_amount,
    split_choices,
)
from workers.desk.queue.errors import CannotCorrect
from workers.report.catalogue import code_of, indicators
from workers.report.chinese.units import units
from workers.results.chosen import Chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person says a figure is: null where the machine's reading stands."""

    value: float | None = None
    unit: str | None = None
    indicator: str | None = None


def read_correction(*, value: str = "", unit: str = "", indicator: str = "") -> Correction:
    """The correction out of what was typed into three fields;
    312.5万元 may stand in the first alone.

    The indicator is its code or its Chinese name.

    >>> read_correction(value="312.5万元")
    Correction(value=3125000.0, unit='元', indicator=None)
    >>> read_correction(value="312.5", unit="万元")
    Correction(value=3125000.0, unit='元', indicator=None)
    >>> read_correction(value="98")
    Correction(value=98.0, unit=None, indicator=None)
    >>> read_correction(indicator="研究法治工作的会议").indicator
    'leadership.meetings'
    """
    value, unit, indicator = value.strip(), unit.strip(), indicator.strip()
    if not (value or unit or indicator):
        raise CannotCorrect(
            "Say what is right: a value, a unit or an indicator.", "请填写正确的数值、单位或指标。"
        )
    amount = _parse_amount(value, unit) if value else None
    code = code_of(indicator) or None
    if amount:
        return Correction(value=amount.value, unit=amount.unit or None, indicator=code)
    if unit and unit not in units():
        _refuse_unit(unit)
    return Correction(unit=unit or None, indicator=code)


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
    _check_unit(unit, finding.about)
    _check_share(correction.value, finding.about)
    return {"value": correction.value, "unit": unit}


def apply_correction(metrics: list[Metric], correction: Correction) -> None:
    """Set the person's reading of the doubtful figure.

    CannotCorrect says what does not fit, and nothing is set.
    """
    if not metrics:
        raise CannotCorrect(
            "It is not about a figure: accept or dismiss it.", "它不涉及数字，请判断属实还是误报。"
        )
    metric = metrics[0]
    if correction.value is not None and not math.isfinite(correction.value):
        raise CannotCorrect("The value must be a number.", "数值必须是数字。")
    if correction.indicator and correction.indicator not in indicators():
        raise CannotCorrect(
            f"The catalogue has no indicator {correction.indicator!r}.",
            f"指标目录里没有“{correction.indicator}”。",
        )
    value, unit, indicator = _merge_correction(metric, correction)
    if correction.unit is not None or correction.indicator is not None:
        _check_unit(metric.unit if unit is None else unit, indicator or metric.indicator)
    _check_share(metric.value if value is None else value, indicator or metric.indicator)
    metric.human_value, metric.human_unit, metric.human_indicator = value, unit, indicator


def _merge_correction(
    metric: Metric, correction: Correction
) -> tuple[float | None, str | None, str | None]:
    """The reading after this correction: what it leaves open comes from an earlier one."""
    value, unit = correction.value, correction.unit
    return (
        metric.human_value if value is None else value,
        metric.human_unit if unit is None else unit,
        correction.indicator or metric.human_indicator,
    )


def _parse_amount(value: str, unit: str) -> Amount:
    """98, 98%, 312.5万元; or a number with its unit in the second field."""
    stated = read_amount(f"{value}{unit}")
    if stated is None:
        plain = read_amount(value)
        if unit and plain is not None and not plain.unit:
            _refuse_unit(unit)
        raise CannotCorrect(
            f"{value}{unit} is no amount: write a number with its unit, like 98, "
            "98.1% or 312.5万元.",
            f"“{value}{unit}”读不出数值，请写成 98、98.1% 或 312.5万元 这样的形式。",
        )
    return stated


def _check_unit(unit: str, code: str | None) -> None:
    if code is None:
        if unit and unit not in units():
            _refuse_unit(unit)
        return
    indicator = indicators()[code]
    if not fits_indicator(unit, indicator):
        raise CannotCorrect(
            f"{indicator.code} is counted in {indicator.unit} ({indicator.dim}); "
            f"{unit or 'no unit'} does not fit it.",
            f"“{indicator.zh}”以“{indicator.unit}”计，单位“{unit}”对不上。",
        )


def _check_share(value: float, code: str | None) -> None:
    """The rates of the catalogue are shares of a whole."""
    if code is not None and indicators()[code].dim == "rate" and value > 100:
        raise CannotCorrect(
            f"{code} is a share: it cannot exceed 100 %.",
            f"“{indicators()[code].zh}”是比例，不能超过100%。",
        )


def _refuse_unit(unit: str) -> None:
    raise CannotCorrect(
        f"The catalogue knows no unit {unit!r}; 万 and 亿 are written with the value (312.5万元).",
        f"单位目录里没有“{unit}”；万、亿请与数值写在一起（如 312.5万元）。",
    )


def _fits_figure(amount: Amount, metric: Metric) -> bool:
    code = metric.human_indicator or metric.indicator
    unit = amount.unit or metric.unit
    return unit == metric.unit or (code is not None and fits_indicator(unit, indicators()[code]))
