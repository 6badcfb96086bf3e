"""The small numbers that stand before headings and in dates."""

from __future__ import annotations

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}


def small_number(written: str) -> int | None:
    """1 to 99 in Arabic or Chinese figures; null where it is neither.

    >>> [small_number(written) for written in ("7", "十", "十二", "二十", "三十一", "廿")]
    [7, 10, 12, 20, 31, None]
    """
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    if not all(part == "" or part in _DIGITS for part in (tens, ones)) or not written:
        return None
    return (_DIGITS[tens] if tens else 1 if ten else 0) * 10 + (_DIGITS[ones] if ones else 0)


def digits_number(written: str) -> int | None:
    """A number written figure by figure.

    >>> digits_number("二〇二一"), digits_number("2021"), digits_number("二千")
    (2021, 2021, None)
    """
    if written.isdecimal():
        return int(written)
    if not all(digit in _DIGITS for digit in written):
        return None
    return int("".join(str(_DIGITS[digit]) for digit in written))
