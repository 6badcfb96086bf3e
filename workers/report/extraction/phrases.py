"""One number with what is written around it: qualifier, magnitude, unit.

All text here is folded (`fold_narrow`).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from workers.report.catalogue import knowledge
from workers.report.chinese.han_numbers import DIGITS
from workers.report.chinese.numerals import Numeral
from workers.report.chinese.units import Unit, second_unit_end, unit_pattern, units
from workers.report.extraction.qualifiers import (
    qualifier_after,
    qualifier_before,
    strongest_bound,
)
from workers.report.extraction.quantity import RangeEnd
from workers.report.extraction.restated import read_again, read_coins
from workers.report.model import Bound

_SIZES = {
    "百": 1e2,
    "千": 1e3,
    "万": 1e4,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
    "百亿": 1e10,
    "千亿": 1e11,
    "万亿": 1e12,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A number at `[number_start, number_end)` within the phrase at `[start, end)`; `value`
    with 万 and 亿 expanded.

    `unit` is None where none is written; `unit_start`, `unit_end` where it stands. `inexact` where
    a magnitude, 余 or 多 is written: such a number is a quantity even without a unit. `before`,
    `after` are the qualifiers as written. `size` is the magnitude that the number ends in. One that
    cannot be read whole is `unread`, its value NaN.
    """

    start: int
    end: int
    number_start: int
    number_end: int
    value: float
    unit: Unit | None
    unit_start: int
    unit_end: int
    bound: Bound
    han: bool
    share: bool
    inexact: bool
    before: str
    after: str
    size: float = 1.0
    range_end: RangeEnd | None = None

    @property
    def unread(self) -> bool:
        return math.isnan(self.value)


@knowledge
def _tail_pattern() -> re.Pattern[str]:
    return re.compile(
        r" {0,2}(?P<more>[余多来几](?!年))? ?"
        r"(?P<size>万亿|[百千]?[万亿]|[百千](?![瓦米克伏分]))?"
        r" ?(?P<over>[余多来]|\+(?![\dNnXx]))? {0,2}"
        rf"(?:(?P<unit>{unit_pattern()})|(?P<tenth>成)(?![立为功果员效本绩熟套交就长年型品群])"
        r"(?P<hundredths>[一二三四五六七八九半](?![十百千万亿]))?)?"
    )


def read_phrase(folded: str, numeral: Numeral) -> Phrase | None:
    """The phrase around a numeral; None for one in Chinese, or one that cannot be read, without
    a unit: it is part of a word, or of a code.

    >>> from workers.report.chinese.numerals import find_numerals
    >>> text = "受众近1.8万余人次"
    >>> phrase = read_phrase(text, next(find_numerals(text)))
    >>> text[phrase.start : phrase.end], phrase.value, phrase.bound.value
    ('近1.8万余人次', 18000.0, 'at_most')
    """
    tail = _tail_pattern().match(folded, numeral.end)
    assert tail is not None  # all its parts may be empty
    if (numeral.han or math.isnan(numeral.value)) and not (
        tail["unit"] or tail["tenth"] or numeral.share
    ):
        return None
    return _read_whole(folded, numeral, tail)


def lone_phrase(numeral: Numeral) -> Phrase:
    """A number whose unit may stand behind the next one (三至五次)."""
    end = numeral.end
    return Phrase(
        start=numeral.start,
        end=end,
        number_start=numeral.start,
        number_end=end,
        value=numeral.value,
        unit=None,
        unit_start=end,
        unit_end=end,
        bound=Bound.EXACT,
        han=numeral.han,
        share=False,
        inexact=False,
        before="",
        after="",
    )


def _read_whole(folded: str, numeral: Numeral, tail: re.Match[str]) -> Phrase:
    unit, unit_start, unit_end, end = _unit_of(folded, numeral, tail)
    more = tail["more"] or tail["over"] if end > numeral.end else None
    value = _full_value(numeral, tail)
    coins, end = read_coins(folded, end, unit) if numeral.han else (0.0, end)
    end, agrees = read_again(folded, end, value + coins, han=numeral.han)
    after = qualifier_after(folded, end)
    start, before_bound = qualifier_before(folded, numeral)
    sign = _sign_of(folded, numeral.start, unit)
    return Phrase(
        start=start - (sign < 0),
        end=end + len(after),
        number_start=numeral.start,
        number_end=numeral.end,
        value=sign * (value + coins) if agrees else math.nan,
        unit=unit,
        unit_start=unit_start,
        unit_end=unit_end,
        bound=strongest_bound(before_bound, after, more, about=numeral.about),
        han=numeral.han,
        share=numeral.share or bool(tail["tenth"]),
        inexact=_is_inexact(folded, numeral, tail, end),
        before=folded[start : numeral.start],
        after=after,
        size=numeral.size * _SIZES.get(tail["size"], 1.0),
    )


def _unit_of(
    folded: str, numeral: Numeral, tail: re.Match[str]
) -> tuple[Unit | None, int, int, int]:
    """The unit, where it stands, and where what is written of the number ends."""
    if tail["unit"]:
        end = second_unit_end(folded, tail.end())
        return units()[tail["unit"]], tail.start("unit"), end, end
    end = tail.end() if tail["tenth"] else _end_without_unit(tail, numeral)
    if tail["tenth"] or numeral.share:
        return units()["%"], end, end, end
    money = folded[numeral.start - 1 : numeral.start] in {"¥", "￥"}
    return units()["元"] if money else None, end, end, end


def _is_inexact(folded: str, numeral: Numeral, tail: re.Match[str], end: int) -> bool:
    if end > numeral.end and (tail["more"] or tail["over"] or tail["size"]):
        return True
    return not numeral.han and folded[numeral.end - 1] in "百千万亿"


def _end_without_unit(tail: re.Match[str], numeral: Numeral) -> int:
    """The end of the last qualifier or magnitude that was written, without the spaces after it."""
    return max(numeral.end, *(tail.end(group) for group in ("more", "size", "over")))


def _full_value(numeral: Numeral, tail: re.Match[str]) -> float:
    if tail["tenth"]:
        rest = tail["hundredths"]
        return numeral.value * 10 + (5 if rest == "半" else DIGITS.get(rest, 0))
    # 1.36 × 10000 is 13600.000000000002 in binary: no report states more than four
    # decimals of a 万 or 亿.
    return round(numeral.value * _SIZES.get(tail["size"], 1), 4)


def _sign_of(folded: str, at: int, unit: Unit | None) -> int:
    """同比增长-0.5%: a rate may be below zero; elsewhere a dash is punctuation."""
    if unit is None or unit.name != "%" or at < 2 or folded[at - 1] not in "-−":
        return 1
    return -1 if folded[at - 2] in "长为降幅度率" else 1
