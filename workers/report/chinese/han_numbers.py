"""What a number written in Chinese characters is worth, digits and magnitudes, plain or formal.

Arabic digits may stand among the magnitudes (3亿2000万). Text here is folded (`fold_narrow`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

DIGITS = {
    char: value
    for value, chars in enumerate(["零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"])
    for char in chars
}
_DIGIT_VALUES = {char: float(value) for char, value in DIGITS.items()}
MAGNITUDES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_TENS = {"廿": "二十", "卅": "三十", "卌": "四十"}
HAN_NUMERALS = "".join([*DIGITS, *MAGNITUDES, *_TENS])
"""All that a Chinese numeral is written with, inside brackets of a pattern."""

_FORMAL_DIGITS, _FORMAL_SIZES = "壹贰叁肆伍陆柒捌玖", "拾佰仟"
FORMAL_NUMERALS = _FORMAL_DIGITS + "叄" + _FORMAL_SIZES
"""Those of amounts that must not be altered (壹万贰仟元); most are also characters of words."""

_TO_PLAIN = str.maketrans(
    {
        **dict(zip(FORMAL_NUMERALS, "一二三四五六七八九三十百千", strict=True)),
        **_TENS,
        "有": None,  # 四十有三
    }
)
SMALL_NUMERALS = "一二三四五六七八九十"
"""What numbers up to 99 are written with: those of headings, months and days."""

SPELLED_DIGITS = "零〇一二三四五六七八九"
"""Those of a number that is written digit by digit."""

# 九千九百九十九万… of 亿, with its 零, has 31 characters; what is longer is no number.
LONGEST_NUMERAL = 40
# Two numbers in three characters of the same rank: 百八十 is 180, or about a hundred.
_TWO_READINGS = re.compile("[百千万](?:八?[十百千])")
_PART = re.compile(r"\d+(?:\.\d+)?|.")
_ROUND = re.compile("[一二两三四五六七八九]?([百千]?[万亿]|[百千])")


@dataclass(frozen=True, slots=True)
class HanNumber:
    """`about` where two digits in a row say from where to where (两三: between 2 and 3)."""

    value: float
    about: bool = False


@lru_cache(maxsize=1024)  # most numbers in Chinese are among the first ten
def read_han(written: str) -> HanNumber | None:
    """The number that the characters write, or None where they write none, or one of two.

    >>> [
    ...     read.value if (read := read_han(written)) else None
    ...     for written in ("一万零十二", "百廿八", "伍仟", "三四十", "一〇五", "3亿5千万")
    ... ]
    [10012.0, 128.0, 5000.0, 35.0, 105.0, 350000000.0]
    >>> [read_han(written) for written in ("一万二", "三三", "百八十", "二八")]
    [None, None, None, None]
    """
    plain = written.translate(_TO_PLAIN)
    if len(plain) > LONGEST_NUMERAL or _TWO_READINGS.fullmatch(plain):
        return None
    whole, point, decimals = plain.partition("点")
    parts = [_value_of(part) for part in _PART.findall(whole)]
    value = _spelled_value(whole) if len(whole) > 1 else None
    if value is None and (parts[0] != 0 or len(parts) == 1):
        value = _sum_of(parts)
    if value is None:
        return None if point else _read_pair(parts)
    if not point:
        return HanNumber(value)
    return HanNumber(float(f"{value:.0f}.{''.join(str(DIGITS[char]) for char in decimals)}"))


def han_value(written: str) -> float | None:
    """The exact value of a Chinese numeral, or None where the characters write none.

    >>> [
    ...     han_value(w)
    ...     for w in ("一千三百", "十二", "两", "一点五", "三千零五十", "零", "一万二", "两三")
    ... ]
    [1300.0, 12.0, 2.0, 1.5, 3050.0, 0.0, None, None]
    """
    read = read_han(written)
    return None if read is None or read.about else read.value


def whole_number(written: str) -> int | None:
    """A whole number in Arabic or Chinese digits; None where it is neither,
    0 only where it is written `0` or 零.

    >>> [whole_number(written) for written in ("7", "十", "十二", "二十", "三十一", "廿", "一点五")]
    [7, 10, 12, 20, 31, 20, None]
    """
    if written.isdecimal():
        return int(written)
    value = han_value(written) if written and set(written) <= set(HAN_NUMERALS) else None
    return None if value is None else int(value)


def spelled_number(written: str) -> int | None:
    """A number that is written digit by digit, as years are.

    >>> spelled_number("二〇二一"), spelled_number("2021"), spelled_number("二千")
    (2021, 2021, None)
    """
    if not written.isdecimal() and not set(written) <= set(SPELLED_DIGITS):
        return None
    return int("".join(digit if digit.isdecimal() else str(DIGITS[digit]) for digit in written))


@lru_cache(maxsize=1024)
def round_size(written: str) -> int:
    """The magnitude that a round number ends in, which the one before it may share
    (三至五万); 1 where it has none.

    >>> [round_size(written) for written in ("五万", "伍佰万", "十二", "二十")]
    [10000, 1000000, 1, 1]
    """
    found = _ROUND.fullmatch(written.translate(_TO_PLAIN))
    size = 1
    for char in found[1] if found else "":
        size *= MAGNITUDES[char]
    return size


def _value_of(part: str) -> float | str:
    return float(part) if part[0].isdecimal() else _DIGIT_VALUES.get(part, part)


def _spelled_value(whole: str) -> float | None:
    """一〇五, 一二八: digit by digit; not 三五, which is about four, nor 一二三, a list."""
    if not set(whole) <= set(SPELLED_DIGITS) or whole[0] in "零〇":
        return None
    digits = [DIGITS[char] for char in whole]
    counts_on = all(after == before + 1 for before, after in pairwise(digits))
    if 0 not in digits and (counts_on or len(digits) == 2):
        return None
    return float(spelled_number(whole) or 0)


def _read_pair(parts: Sequence[float | str]) -> HanNumber | None:
    """两三次, 三四十件, 十七八场, 一百二三十人: the middle of the two, about; also 三五."""
    at = next((at for at, part in enumerate(parts[:-1]) if _are_pair(part, parts[at + 1])), None)
    if at is None or any(not isinstance(part, str) for part in parts[at + 2 :]):
        return None
    low, high = (
        _sum_of([*parts[: at + 1], *parts[at + 2 :]]),
        _sum_of([*parts[:at], *parts[at + 1 :]]),
    )
    return HanNumber((low + high) / 2, about=True) if low and high else None


def _are_pair(first: float | str, second: float | str) -> bool:
    if isinstance(first, str) or isinstance(second, str):
        return False
    return 0 < first < second < 10 and (second == first + 1 or (first, second) == (3, 5))


def _sum_of(parts: Sequence[float | str]) -> float | None:
    """Number × magnitude, summed; magnitudes fall within each group of ten thousand."""
    total = group = 0.0
    number: float | None = None
    last = MAGNITUDES["亿"] * 10
    last_myriad = 0
    for part in parts:
        if not isinstance(part, str):
            if number or number == part:
                return None
            number = part
            continue
        size = MAGNITUDES[part]
        if size >= MAGNITUDES["万"]:
            if size == last_myriad:
                return None
            group, last_myriad = group + (number or (0 if group or total else 1)), size
            # 一亿三千万: the group counts in 万; 一万亿: all that was said so far counts in 亿.
            total = total + group * size if total >= size else (total + group) * size
            group, last = 0.0, size
        elif size >= last:
            return None
        else:
            # 十二 and 一千零十: the one before ten is not written.
            amount = (number or 1) * size
            if amount >= last:
                return None
            group, last = group + amount, size
        number = None
    return _with_last(parts, total + group, number)


def _with_last(parts: Sequence[float | str], total: float, last: float | None) -> float | None:
    """Add the number that ends it. 一万二 is 12,000 or 10,002: it is left alone, as is a zero
    behind a magnitude.
    """
    if last is None or len(parts) == 1:
        return total if last is None else last
    before = parts[-2]
    # 1万2500 names what is short of a 万; 15万12 has lost something between the two.
    whole = not isinstance(before, str) or before == "十"
    if not last or (not whole and (last < 10 or last * 100 < MAGNITUDES[str(before)])):
        return None
    return total + last
