"""A person's correction of a figure, checked against the catalogue before it is stored."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from schema.tables import Metric
from workers.desk.corrections.amounts import Amount, fits_indicator, read_amount
from workers.desk.corrections.errors import CannotCorrect
from workers.report.catalogue import code_of, indicators
from workers.report.chinese.units import units
from workers.report.model import Bound, Status
from workers.results.human import HUMAN

# How a person writes that a figure is of no indicator.
NONE = ("-", "无", "none")
# As long as what the machine takes from a text.
_LONGEST = 60

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person says a figure is: null where the machine's reading stands.

    `bound` and `high` go with a value that was typed. Empty in `indicator`: none; in `subject` and
    `period`: the issuer, the year.
    """

    value: float | None = None
    high: float | None = None
    unit: str | None = None
    bound: Bound | None = None
    indicator: str | None = None
    status: Status | None = None
    subject: str | None = None
    period: str | None = None


def read_correction(
    *,
    value: str = "",
    unit: str = "",
    indicator: str = "",
    bound: str = "",
    status: str = "",
    subject: str | None = None,
    period: str | None = None,
) -> Correction:
    """The correction out of what was typed; 约312.5万元 may stand in the first field alone.

    The indicator is its code or its name. A bound that is named goes before that of the
    value.

    >>> read_correction(value="312.5万元").value, read_correction(value="312.5万元").unit
    (3125000.0, '元')
    >>> read_correction(value="312.5", unit="万元").value, read_correction(value="98").unit
    (3125000.0, None)
    >>> read_correction(value="100以上", unit="件").bound
    <Bound.AT_LEAST: 'at_least'>
    >>> read_correction(indicator="研究法治工作的会议").indicator
    'leadership.meetings'
    """
    value, unit, indicator = value.strip(), unit.strip(), indicator.strip()
    scope_said = subject is not None or period is not None
    if not (value or unit or indicator or bound or status or scope_said):
        raise CannotCorrect(
            "Say what is right: a value, a unit or an indicator.", "请填写正确的数值、单位或指标。"
        )
    amount = _parse_amount(value, unit) if value else None
    if amount is None and unit and unit not in units():
        _refuse_unit(unit)
    stated = amount.bound if amount else None
    return Correction(
        value=amount.value if amount else None,
        high=amount.high if amount else None,
        unit=(amount.unit if amount else unit) or None,
        bound=_choice(Bound, bound) or stated,
        indicator=_indicator_code(indicator),
        status=_choice(Status, status),
        subject=_words(subject),
        period=_words(period),
    )


def check_correction(correction: Correction) -> None:
    """CannotCorrect where no figure can be this."""
    for number in (correction.value, correction.high):
        if number is not None and not math.isfinite(number):
            raise CannotCorrect("The value must be a number.", "数值必须是数字。")
    if correction.indicator and correction.indicator not in indicators():
        raise CannotCorrect(
            f"The catalogue has no indicator {correction.indicator!r}.",
            f"指标目录里没有“{correction.indicator}”。",
        )


def apply_correction(metric: Metric, correction: Correction) -> None:
    """Set what the person says of the figure; what the correction leaves open comes from an earlier
    one. CannotCorrect says what does not fit, and nothing is set.
    """
    check_correction(correction)
    value, unit = correction.value, correction.unit
    code = metric.human_indicator if correction.indicator is None else correction.indicator
    code = (metric.indicator if code is None else code) or None
    stands = _in_force(unit, metric.human_unit, metric.unit)
    if unit is not None or correction.indicator:
        check_unit(stands, code)
    check_share(_in_force(value, metric.human_value, metric.value), code)
    check_share(correction.high or 0, code)
    for name in ("unit", "bound", "indicator", "status", "subject", "period"):
        said = getattr(correction, name)
        if said is not None:
            setattr(metric, f"human_{name}", said)
    if value is not None:
        metric.human_value, metric.human_high = value, correction.high


def human_fields(metric: Metric) -> dict[str, object]:
    """All that is said of the figure, by field."""
    return {name.removeprefix("human_"): getattr(metric, name) for name in HUMAN}


def check_unit(unit: str, code: str | None) -> None:
    """CannotCorrect where the unit is unknown, or not the indicator's."""
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


def check_share(value: float, code: str | None) -> None:
    """The rates of the catalogue are shares of a whole."""
    if code is not None and indicators()[code].dim == "rate" and value > 100:
        raise CannotCorrect(
            f"{code} is a share: it cannot exceed 100 %.",
            f"“{indicators()[code].zh}”是比例，不能超过100%。",
        )


def _in_force(said: T | None, before: T | None, read: T) -> T:
    if said is not None:
        return said
    return read if before is None else before


def _parse_amount(value: str, unit: str) -> Amount:
    """98, 98%, 312.5万元; or a number with its unit in the second field."""
    stated = read_amount(f"{value}{unit}") or _with_unit(value, unit)
    if stated is None:
        plain = read_amount(value)
        if unit and plain is not None and not plain.unit:
            _refuse_unit(unit)
        raise CannotCorrect(
            f"{value}{unit} is no amount: write a number with its unit, like 98, "
            "约98.1%, 100以上, 三至五次 or 312.5万元.",
            f"“{value}{unit}”读不出数值，"
            "请写成 98、约98.1%、100以上、三至五次 或 312.5万元 这样的形式。",
        )
    return stated


def _with_unit(value: str, unit: str) -> Amount | None:
    """100以上 and 件: the unit has its place before the words behind the number."""
    plain, one = read_amount(value), read_amount(f"1{unit}")
    if plain is None or plain.unit or one is None or not one.unit:
        return None
    high = None if plain.high is None else plain.high * one.value
    return Amount(plain.value * one.value, one.unit, plain.bound, high)


def _indicator_code(written: str) -> str | None:
    """The code of the indicator with this name, empty for none; else as written."""
    if written in NONE:
        return ""
    if not written:
        return None
    return code_of(written)


def _choice(of: type[E], written: str) -> E | None:
    try:
        return of(written.strip()) if written.strip() else None
    except ValueError:
        raise CannotCorrect(
            f"{written} is none of {', '.join(of)}.", f"“{written}”不是可选的值。"
        ) from None


def _words(written: str | None) -> str | None:
    if written is None:
        return None
    words = written.strip()
    if len(words) > _LONGEST or not words.isprintable():
        raise CannotCorrect(
            f"Write at most {_LONGEST} characters on one line.",
            f"请写在一行里，不超过{_LONGEST}个字。",
        )
    return words


def _refuse_unit(unit: str) -> None:
    raise CannotCorrect(
        f"The catalogue knows no unit {unit!r}; 万 and 亿 are written with the value (312.5万元).",
        f"单位目录里没有“{unit}”；万、亿请与数值写在一起（如 312.5万元）。",
    )
