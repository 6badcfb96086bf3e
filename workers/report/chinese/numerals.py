"""Numerals: Arabic and Chinese digits → values, in folded text (`find_numerals`: `fold_narrow`).

Sources: GB/T 15835-2011 (numerals in print), the forms met in published reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DIGITS = {
    char: value
    for value, chars in enumerate(["零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"])
    for char in chars
}
MAGNITUDES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
HAN_NUMERALS = "".join([*DIGITS, *MAGNITUDES])
"""All that a Chinese numeral is written with, inside brackets of a pattern."""

SMALL_NUMERALS = "一二三四五六七八九十"
"""What numbers up to 99 are written with: those of headings, months and days."""

_HAN_DIGITS = "零〇一二三四五六七八九"

# Commas separate thousands only where each group has three digits;
# a number is never the tail of another.
_TOKEN = re.compile(
    r"(?<![\d/.:])(?P<slash>[1-9]/[1-9]\d?)(?![\d/.年月日])|"
    r"(?P<digits>(?<![\d.])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)"
    rf"|(?P<of>[{HAN_NUMERALS}]+)分之(?P<parts>[{HAN_NUMERALS}]+(?:点[{_HAN_DIGITS}]+)?|\d+(?:\.\d+)?)"
    r"|(?P<all>百分百)|(?P<half>一半|半数)(?=以上)|(?<=[近超过约达少了占])(?P<about_half>一半|半数)"
    rf"|(?P<han>[{HAN_NUMERALS}]+(?:点[{_HAN_DIGITS}]+)?)"
)

LONGEST_DIGITS = 12
"""Longer runs of digits are identifiers: sums of more digits are written with 万 and 亿."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written at `[start, end)`; `share` where it is a fraction or 百分之, its
    value then in percent.
    """

    start: int
    end: int
    value: float
    han: bool
    share: bool = False


def find_numerals(folded: str) -> Iterator[Numeral]:
    """Every numeral of the text, in order; a run of Chinese characters that is
    no number is left out.

    >>> [
    ...     (n.value, n.share)
    ...     for n in find_numerals("2,314件、十二次、三分之二、百分之九十八点五、三三两两")
    ... ]
    [(2314.0, False), (12.0, False), (66.67, True), (98.5, True)]
    """
    for match in _TOKEN.finditer(folded):
        numeral = _read_match(match)
        if numeral is not None:
            yield numeral


def _read_match(match: re.Match[str]) -> Numeral | None:
    start, end = match.span()
    kind = match.lastgroup
    if kind == "digits":
        plain = match[kind].replace(",", "")
        return (
            Numeral(start, end, float(plain), han=False) if len(plain) <= LONGEST_DIGITS else None
        )
    if kind == "all":
        return Numeral(start, end, 100.0, han=True, share=True)
    if kind == "slash":
        part, of = map(int, match[0].split("/"))
        return (
            Numeral(start, end, round(part / of * 100, 2), han=False, share=True)
            if part < of
            else None
        )
    if kind in {"half", "about_half"}:
        return Numeral(start, end, 50.0, han=True, share=True)
    if kind == "parts":
        share = _share_value(match["of"], match["parts"])
        return None if share is None else Numeral(start, end, share, han=True, share=True)
    value = han_value(match[0])
    return None if value is None else Numeral(start, end, value, han=True)


def _share_value(whole: str, parts: str) -> float | None:
    of = han_value(whole)
    part = float(parts) if parts[0].isdecimal() else han_value(parts)
    if not of or part is None:
        return None
    return round(part / of * 100, 2)


def han_value(written: str) -> float | None:
    """The value of a Chinese numeral, or None where the characters are no number
    (三三, 百百, 二〇二四).

    >>> [
    ...     han_value(w)
    ...     for w in ("一千三百", "十二", "两", "一点五", "三千零五十", "一万二", "二〇二四")
    ... ]
    [1300.0, 12.0, 2.0, 1.5, 3050.0, None, None]
    """
    whole, _, decimals = written.partition("点")
    if len(whole) > LONGEST_DIGITS:
        return None
    value = _whole_value(whole)
    if value is None or not decimals:
        return value
    fraction = float("0." + "".join(str(DIGITS[char]) for char in decimals))
    return value + fraction


def whole_number(written: str) -> int | None:
    """A whole number in Arabic or Chinese digits; None where it is neither,
    0 only where it is written `0`.

    >>> [whole_number(written) for written in ("7", "十", "十二", "二十", "三十一", "廿", "一点五")]
    [7, 10, 12, 20, 31, None, None]
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
    if not written.isdecimal() and not set(written) <= set(_HAN_DIGITS):
        return None
    return int("".join(digit if digit.isdecimal() else str(DIGITS[digit]) for digit in written))


def _whole_value(written: str) -> float | None:
    """Sum of digit × magnitude, magnitudes falling within each group of ten thousand."""
    total = group = 0.0
    digit: int | None = None
    last = MAGNITUDES["亿"] * 10
    for char in written:
        if char in DIGITS:
            if digit:
                return None
            digit = DIGITS[char]
            continue
        size = MAGNITUDES[char]
        if size >= MAGNITUDES["万"]:
            group += digit or (0 if group or total else 1)
            # 一亿三千万: the group counts in 万; 一万亿: all that was said so far counts in 亿.
            total = total + group * size if total >= size else (total + group) * size
            group, last = 0.0, size
        elif size >= last or digit == 0:
            return None
        else:
            group += (1 if digit is None else digit) * size
            last = size
        digit = None
    return _add_last_digit(written, total + group, digit)


def _add_last_digit(written: str, total: float, digit: int | None) -> float | None:
    """Add the last digit. 一万二 means 12,000 or 10,002: it is left alone, as is a bare zero."""
    if digit is None:
        return total or None
    if len(written) == 1:
        return float(digit) or None
    if written[-2] in "百千万亿":
        return None
    return total + digit
