"""A figure that is written twice, in both scripts: 伍万元整（¥50,000.00）, 46件（四十六件）."""

from __future__ import annotations

import re

from workers.report.catalogue import knowledge
from workers.report.chinese.han_numbers import SPELLED_DIGITS, han_value
from workers.report.chinese.numerals import ARABIC_NUMBER, HAN_NUMBER, plain_digits
from workers.report.chinese.units import Dimension, Unit, unit_pattern

_SIZES = {"": 1, "万": 10_000, "亿": 100_000_000}
_CALLED = "[(]?(?:大写|小写)[)]?:?"
# 伍元叁角整: what an amount of money says behind its 元, and the word that closes it.
_COINS = re.compile(
    rf"(?:零?(?P<tenths>[{SPELLED_DIGITS}壹贰叁肆伍陆柒捌玖])角)?"
    rf"(?:零?(?P<cents>[{SPELLED_DIGITS}壹贰叁肆伍陆柒捌玖])分)?(?P<closed>[整正](?!改|治|在|式|确|常))?"
)


def read_coins(folded: str, at: int, unit: Unit | None) -> tuple[float, int]:
    """What stands behind the 元 of an amount in Chinese characters, and where it ends.

    >>> from workers.report.chinese.units import units
    >>> read_coins("伍元叁角整", 2, units()["元"])
    (0.3, 5)
    """
    if (
        unit is None
        or unit.dimension is not Dimension.MONEY
        or folded[at - 1 : at] not in {"元", "圆"}
    ):
        return 0.0, at
    found = _COINS.match(folded, at)
    assert found is not None  # all its parts may be empty
    tenths, cents = (han_value(found[part]) if found[part] else 0 for part in ("tenths", "cents"))
    return (tenths or 0) / 10 + (cents or 0) / 100, found.end()


@knowledge
def _again() -> re.Pattern[str]:
    number = rf"(?:(?P<arabic>{ARABIC_NUMBER})(?P<size>[万亿]?)|(?P<han>{HAN_NUMBER}))"
    return re.compile(
        rf"(?:\((?P<called>{_CALLED})?(?:人民币)?(?P<sign>[¥￥])?{number}(?:{unit_pattern()})?[整正]?\)"
        rf"|(?P<named>{_CALLED})(?:人民币)?[¥￥]?"
        rf"(?:(?P<arabic_>{ARABIC_NUMBER})(?P<size_>[万亿]?)|(?P<han_>{HAN_NUMBER}))[元圆]?[整正]?)"
    )


def read_again(folded: str, at: int, value: float, *, han: bool) -> tuple[int, bool]:
    """Where the same figure, written again at `at`, ends (`at` where it is not);
    and whether it says the same.

    >>> text = "伍万元整(¥50,000.00)"
    >>> read_again(text, 4, 50000, han=True), read_again(text, 4, 5000, han=True)
    ((16, True), (16, False))
    """
    if folded[at : at + 1] not in {"(", "大", "小"}:
        return at, True
    found = _again().match(folded, at)
    if found is None:
        return at, True
    arabic, other = found["arabic"] or found["arabic_"], found["han"] or found["han_"]
    if bool(other) == han:  # 12件(10件): another figure
        return at, True
    size = _SIZES[found["size"] or found["size_"] or ""]
    again = float(plain_digits(arabic)) * size if arabic else han_value(other)
    return found.end(), again is not None and abs(again - value) < _CENT


_CENT = 0.005
