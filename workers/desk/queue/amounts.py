"""An amount as a person or a suggestion writes it (312.5万元, 56件, 97.9%),
and whether it fits its indicator.
"""

from __future__ import annotations

from dataclasses import dataclass

from workers.report.catalogue import Indicator
from workers.report.chinese.folding import fold_narrow
from workers.report.chinese.units import Dimension, units
from workers.report.extraction.lists import read_phrases
from workers.report.model import Bound

# How alternatives of a suggestion are parted (model.Finding.suggestion).
ALTERNATIVES = "；"
# A count of people may be written in 人 or 名, of cases in 件 or 起;
# a sum in 元 only, since 美元 is another money.
_INTERCHANGEABLE = frozenset({Dimension.COUNT, Dimension.PEOPLE})


@dataclass(frozen=True, slots=True)
class Amount:
    """`value` in `unit`, which is one of the catalogue, or empty where none is written."""

    value: float
    unit: str

    def __str__(self) -> str:
        return f"{self.value:.12g}{self.unit}"


def read_amount(written: str) -> Amount | None:
    """The amount that the text states, if it states one and nothing else; 万 and 亿 are expanded.

    >>> read_amount("312.5万元"), read_amount("９７.９％"), read_amount("30")
    (Amount(value=3125000.0, unit='元'), Amount(value=97.9, unit='%'), Amount(value=30.0, unit=''))
    >>> read_amount("2024年"), read_amount("50余件"), read_amount("3、5次")
    (None, None, None)
    """
    folded = fold_narrow(written.strip())
    phrases = [phrase for phrase, _ in read_phrases(folded)]
    if len(phrases) != 1:
        return None
    (phrase,) = phrases
    if (phrase.start, phrase.end) != (0, len(folded)) or phrase.bound is not Bound.EXACT:
        return None
    unit = phrase.unit
    return (
        Amount(round(phrase.value * unit.factor, 4), unit.canonical)
        if unit
        else Amount(phrase.value, "")
    )


def split_choices(suggestion: str | None) -> list[str]:
    """The alternatives of a suggestion, in its order.

    >>> split_choices("97.87%；100%"), split_choices(None)
    (['97.87%', '100%'], [])
    """
    return [part for part in (suggestion or "").split(ALTERNATIVES) if part]


def amount_of(choice: str) -> Amount | None:
    """The amount of one alternative; the calculation before its = is left out.

    >>> amount_of("46/47=97.9%"), amount_of("党的二十大精神")
    (Amount(value=97.9, unit='%'), None)
    """
    return read_amount(choice.rpartition("=")[2])


def fits_indicator(unit: str, indicator: Indicator) -> bool:
    """Whether figures in this unit can stand beside the others of the indicator.

    >>> from workers.report.catalogue import indicators
    >>> amount, cases = indicators()["disputes.amount"], indicators()["disputes.resolved"]
    >>> [fits_indicator(unit, amount) for unit in ("元", "件", "美元")]
    [True, False, False]
    >>> [fits_indicator(unit, cases) for unit in ("起", "人")]
    [True, False]
    """
    known = units().get(fold_narrow(unit))
    if known is None:
        return unit == indicator.unit or (not unit and indicator.dim == Dimension.COUNT)
    alike = known.dimension == indicator.dim and known.dimension in _INTERCHANGEABLE
    return alike or known.canonical == indicator.unit
