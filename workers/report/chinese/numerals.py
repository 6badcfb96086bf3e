"""Numerals: where a number stands in folded text (`fold_narrow`), and what it is worth.

A number never begins within another: what stands together is read whole or not at all.
Sources: GB/T 15835-2011 (numerals in print), the forms met in published reports.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from workers.report.chinese.han_numbers import (
    FORMAL_NUMERALS,
    HAN_NUMERALS,
    MAGNITUDES,
    SPELLED_DIGITS,
    HanNumber,
    han_value,
    read_han,
    round_size,
)

# Characters of formal numerals that are the ends of words: 队伍, 大陆, 放肆, 收拾.
_WORD_ENDS = {"伍": "队入退落行", "陆": "大登着内水", "肆": "放大酒茶", "拾": "收捡朝"}
_FORMAL = "".join(set(FORMAL_NUMERALS) - set(_WORD_ENDS))
_HAN = "(?:{})".format(
    "|".join(
        [
            f"[{HAN_NUMERALS}{_FORMAL}]|(?<=十)有(?=[一二三四五六七八九])",
            *(f"(?<![{words}]){char}" for char, words in _WORD_ENDS.items()),
        ]
    )
)
# 三点五, but 八点三十分 is a time.
HAN_NUMBER = rf"{_HAN}++(?:点[{SPELLED_DIGITS}]++(?![十百千]))?+"
# Groups of three, parted by one mark throughout (GB/T 15835 has a narrow space).
_MARKS = "'’‘ʼ`´˙_"
ARABIC_NUMBER = (
    rf"(?:\d{{1,3}}(?:(?:,\d{{3}})+|(?: \d{{3}})+|(?:[{_MARKS}]\d{{3}})+)(?![{_MARKS} ]?\d)|\d++)"
    r"(?:\.\d++)?+"
)
"""Patterns of a number in one script, without groups."""
_SIZE = "(?:[十万亿]|百(?!分)|千(?![瓦米克伏]))"
_GOES_ON = rf"零?(?:\d++(?:\.\d++)?+(?![年月日号/:])|[一二两三四五六七八九]){_SIZE}*+"
_TOKEN = re.compile(
    rf"(?=[\d{HAN_NUMERALS}{FORMAL_NUMERALS}百一半])(?<![\d.□■◻\ufffd])(?<!\d[?？])(?:"
    r"(?<![/:])(?P<slash>[1-9]/[1-9]\d?)(?![\d/.年月日])"
    # 一百二十八(128): the same number twice.
    rf"|(?P<twice>{HAN_NUMBER}\({ARABIC_NUMBER}\)|{ARABIC_NUMBER}\({HAN_NUMBER}\))"
    # 3亿2000万, 1.2万3千, 一万2000
    rf"|(?P<mixed>(?:{ARABIC_NUMBER}{_SIZE}++|{_HAN}*[十百千万亿](?=零?\d))(?:{_GOES_ON})++)"
    rf"|(?P<digits>{ARABIC_NUMBER})(?! {{1,2}}\d|[{_MARKS}]\d)"
    # 1 28: what such a run would say is not known; a percentage behind a gap is a cell of its own.
    rf"|(?P<broken>(?<=[^\n])\d++(?:(?: {{1,2}}|[{_MARKS}])\d++)++(?:\.\d++)?+(?! ?[%‰]))"
    r"|(?P<apart>\d++(?:\.\d++)?+)"
    rf"|(?P<of>{_HAN}+)分之(?P<parts>{HAN_NUMBER}|\d+(?:\.\d+)?)"
    r"|(?P<all>百分百)|(?P<half>一半|半数)(?=以上)|(?<=[近超过约达少了占])(?P<about_half>一半|半数)"
    rf"|(?P<han>{HAN_NUMBER}))"
)

LONGEST_DIGITS = 12
"""Longer runs of digits are identifiers: sums of more digits are written with 万 and 亿."""

# What a leading 一 may end: 统一一次, 唯一一件, 周一三次.
_ENDS_IN_ONE = frozenset("统唯逐之同单专划万周")


class Numeral(NamedTuple):
    """A number as written at `[start, end)`, NaN where it cannot be read whole.

    `share` where it is a fraction or 百分之, its value then in percent; `about` where two digits
    in a row say between what it lies; `size` the magnitude that it ends in and may share with
    the number before it.
    """

    start: int
    end: int
    value: float
    han: bool
    share: bool = False
    about: bool = False
    size: int = 1


def find_numerals(folded: str) -> Iterator[Numeral]:
    """Every numeral of the text, in order.

    >>> [
    ...     (n.value, n.share)
    ...     for n in find_numerals("2,314件、十二次、三分之二、百分之九十八点五、3亿2000万")
    ... ]
    [(2314.0, False), (12.0, False), (66.67, True), (98.5, True), (320000000.0, False)]
    >>> [n.value for n in find_numerals("1 280件、1 28件、三三两两")]
    [1280.0, nan, nan]
    """
    for match in _TOKEN.finditer(folded):
        numeral = _read_match(match)
        if numeral is not None:
            yield numeral


def _read_match(match: re.Match[str]) -> Numeral | None:
    start, end = match.span()
    kind, written = match.lastgroup, match[0]
    if kind in {"digits", "apart"}:
        return _read_arabic(start, written)
    if kind == "han":
        return _read_han_run(match)
    if kind == "broken":
        return Numeral(start, end, math.nan, han=False)
    if kind == "mixed":
        value = han_value(written.replace(",", ""))
        return Numeral(start, end, math.nan if value is None else value, han=False)
    if kind == "twice":
        return _read_twice(start, written)
    return _read_share(match)


def _read_arabic(start: int, written: str) -> Numeral | None:
    """None where it is too long to count anything."""
    plain = plain_digits(written)
    if len(plain.partition(".")[0]) > LONGEST_DIGITS:
        return None
    return Numeral(start, start + len(written), float(plain), han=False)


def plain_digits(written: str) -> str:
    """The digits and the point alone.

    >>> plain_digits("1,234.5"), plain_digits("1 280")
    ('1234.5', '1280')
    """
    return "".join(char for char in written if char.isdecimal() or char == ".")


def _read_han_run(match: re.Match[str]) -> Numeral | None:
    start, written = match.start(), match[0]
    if (
        len(written) > 1
        and written[0] == "一"
        and written[1] not in MAGNITUDES
        and match.string[start - 1 : start] in _ENDS_IN_ONE
    ):
        start, written = start + 1, written[1:]
    if len(written) > 1 and written[-1] == "零" and not MAGNITUDES.keys().isdisjoint(written):
        written = written[:-1]  # 一百零件
    read = read_han(written) or HanNumber(math.nan)
    return Numeral(
        start,
        start + len(written),
        read.value,
        han=True,
        about=read.about,
        size=round_size(written),
    )


def _read_twice(start: int, written: str) -> Numeral:
    """Both must say the same."""
    first, _, second = written[:-1].partition("(")
    han, arabic = (second, first) if first[0].isdecimal() else (first, second)
    value, end = float(plain_digits(arabic)), start + len(written)
    return Numeral(start, end, value if han_value(han) == value else math.nan, han=False)


def _read_share(match: re.Match[str]) -> Numeral | None:
    start, end = match.span()
    if match["slash"]:
        part, of = map(int, match[0].split("/"))
        value = round(part / of * 100, 2)
        return Numeral(start, end, value, han=False, share=True) if part < of else None
    if match["parts"]:
        value = _share_value(match["of"], match["parts"])
    else:
        value = 100.0 if match["all"] else 50.0
    return Numeral(start, end, value, han=True, share=True)


def _share_value(whole: str, parts: str) -> float:
    """NaN where either cannot be read."""
    of = han_value(whole)
    part = float(parts) if parts[0].isdecimal() else han_value(parts)
    if not of or part is None:
        return math.nan
    return round(part / of * 100, 2)
