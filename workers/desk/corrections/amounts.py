"""An amount as a person or a suggestion writes it (312.5万元, 约9, 三至五次, 97.9%),
and whether it fits its indicator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from workers.report.catalogue import Indicator
from workers.report.chinese.folding import fold_narrow
from workers.report.chinese.units import Dimension, units
from workers.report.extraction.lists import read_phrases
from workers.report.extraction.phrases import Phrase
from workers.report.model import Bound

# How alternatives of a suggestion are parted (model.Finding.suggestion).
ALTERNATIVES = "；"
_SIGN = re.compile("[-−负]")
_AFTER = re.compile("(?:及?以[上内下]|左右|上下)$")
_ANY_UNIT = "次"
# A count of people may be written in 人 or 名, of cases in 件 or 起;
# a sum in 元 only, since 美元 is another money.
_INTERCHANGEABLE = frozenset({Dimension.COUNT, Dimension.PEOPLE})


@dataclass(frozen=True, slots=True)
class Amount:
    """`value` in `unit`, which is one of the catalogue, or empty where none is written; `high` is
    the upper end of a range.
    """

    value: float
    unit: str
    bound: Bound = Bound.EXACT
    high: float | None = None

    def __str__(self) -> str:
        return f"{self.value:.12g}{self.unit}"


def read_amount(written: str) -> Amount | None:
    """The amount that the text states, if it states one and nothing else; 万 and 亿 are expanded.

    >>> read_amount("312.5万元"), read_amount("９７.９％").value, read_amount("负三").value
    (Amount(value=3125000.0, unit='元', bound=<Bound.EXACT: 'exact'>, high=None), 97.9, -3.0)
    >>> [read_amount(one).bound.value for one in ("约9", "100以上", "9余", "九", "不足十")]
    ['about', 'at_least', 'at_least', 'exact', 'at_most']
    >>> read_amount("3-5").high, read_amount("三至五万元").high
    (5.0, 50000.0)
    >>> read_amount("2024年"), read_amount("3、5次"), read_amount("共9件")
    (None, None, None)
    """
    folded = fold_narrow(written.strip())
    sign = _SIGN.match(folded)
    bare = folded[sign.end() :] if sign else folded
    amount = _read_whole(bare) or _read_unitless(bare)
    if amount is None or not sign:
        return amount
    return None if amount.high else replace(amount, value=-amount.value)


def _read_whole(folded: str) -> Amount | None:
    """One phrase, or the two ends of a range, from the first character to the last."""
    phrases = [phrase for phrase, _ in read_phrases(folded)]
    if not phrases or (phrases[0].start, phrases[-1].end) != (0, len(folded)):
        return None
    amounts = [_amount(phrase) for phrase in phrases]
    if len(amounts) == 1:
        return None if phrases[0].unread else amounts[0]
    if len(amounts) != 2 or phrases[1].range_end is None:
        return None
    low, high = amounts
    return Amount(low.value, high.unit, Bound.EXACT, high.value)


def _amount(phrase: Phrase) -> Amount:
    factor, unit = (phrase.unit.factor, phrase.unit.canonical) if phrase.unit else (1, "")
    return Amount(round(phrase.value * factor, 4), unit, phrase.bound)


def _read_unitless(folded: str) -> Amount | None:
    """九, 百余, 3-5: a number that is only one where a unit follows is read with one."""
    after = _AFTER.search(folded)
    at = after.start() if after else len(folded)
    amount = _read_whole(f"{folded[:at]}{_ANY_UNIT}{folded[at:]}")
    return replace(amount, unit="") if amount else None


def split_choices(suggestion: str | None) -> list[str]:
    """The alternatives of a suggestion, in its order.

    >>> split_choices("97.87%；100%"), split_choices(None)
    (['97.87%', '100%'], [])
    """
    return [part for part in (suggestion or "").split(ALTERNATIVES) if part]


def amount_of(choice: str) -> Amount | None:
    """The amount of one alternative; the calculation before its = is left out.

    >>> amount_of("46/47=97.9%"), amount_of("党的二十大精神")
    (Amount(value=97.9, unit='%', bound=<Bound.EXACT: 'exact'>, high=None), None)
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
