"""One number with what is written around it: qualifier, magnitude, unit.

All text here is folded (`fold_narrow`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workers.report.catalogue import knowledge
from workers.report.chinese.clauses import HAN
from workers.report.chinese.numerals import Numeral
from workers.report.chinese.units import Unit, second_unit_end, unit_pattern, units
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

# Before the number. A look-behind names the words that only end in the same
# character (节约, 最近, 赶超).
_BEFORE = re.compile(
    r"(?P<at_least>(?<!不)(?:不少于|不低于|不小于|不下于|不下|不止|至少|最少|(?<!未)(?<!不)超过|(?<!不)超出|(?<!赶)(?<!不)超|(?<!未)突破|逾"
    r"|(?<!不)高于|(?<!不)多于|(?<!不)大于)了?)$"
    r"|(?P<at_most>(?:不足|不到|不满|未满|(?<!不)(?<!不得)少于|(?<!不)低于|(?<!不)小于|[不未]超过|不多于|不高于|不大于|不超|至多|最多"
    r"|将近|接近|(?<![最附就邻临亲靠相远贴新切])近))$"
    r"|(?P<about>(?:大约|约为|大概|大致|约有|(?<![节预签制特违合条契履邀相集简续解公租赴民])(?<!(?<!损)失)约))$"
)
_BEFORE_LAST = frozenset("于下止少过出超破逾了足到满多近约为概致有")
_BEFORE_LONGEST = 6

_AFTER_BOUNDS = {
    "及以上": Bound.AT_LEAST,
    "以上": Bound.AT_LEAST,
    "有余": Bound.AT_LEAST,
    "余": Bound.AT_LEAST,
    "多": Bound.AT_LEAST,
    "以下": Bound.AT_MOST,
    "以内": Bound.AT_MOST,
    "之内": Bound.AT_MOST,
    "内": Bound.AT_MOST,
    "左右": Bound.ABOUT,
    "上下": Bound.ABOUT,
}
# 余, 多, 内 after the unit only where the phrase ends there: 12件余事项 is no such form.
_AFTER = rf"(?P<after>及以上|以上|以下|以内|之内|左右|上下|有余|[余多内](?![{HAN}]))?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A number at `[number_start, number_end)` within the phrase at `[start, end)`; `value`
    with 万 and 亿 expanded.

    `unit` is None where none is written; `unit_start`, `unit_end` where it stands. `inexact` where
    a magnitude, 余 or 多 is written: such a number is a quantity even without a unit. `before`,
    `after` are the qualifiers as written.
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


@knowledge
def _tail_pattern() -> re.Pattern[str]:
    return re.compile(
        r" {0,2}(?P<more>[余多来几](?!年))? ?"
        r"(?P<size>万亿|[百千]?[万亿]|[百千](?![瓦米克伏分]))?"
        r"(?:(?<=[亿万])(?P<rest>\d{1,4}(?:\.\d+)?)(?P<rest_size>万|千(?![瓦米克伏])))?"
        r" ?(?P<over>[余多来]|\+(?![\dNnXx]))? {0,2}"
        rf"(?:(?P<unit>{unit_pattern()})|(?P<tenth>成)(?![立为功果员效本绩熟套交就长年型品]))?"
    )


@knowledge
def _after_pattern() -> re.Pattern[str]:
    return re.compile(_AFTER)


def read_phrase(folded: str, numeral: Numeral) -> Phrase | None:
    """The phrase around a numeral; None for a Chinese numeral without a unit,
    which is part of a word.

    >>> from workers.report.chinese.numerals import find_numerals
    >>> text = "受众近1.8万余人次"
    >>> phrase = read_phrase(text, next(find_numerals(text)))
    >>> text[phrase.start : phrase.end], phrase.value, phrase.bound.value
    ('近1.8万余人次', 18000.0, 'at_most')
    """
    tail = _tail_pattern().match(folded, numeral.end)
    assert tail is not None  # all its parts may be empty
    if numeral.han and not (tail["unit"] or tail["tenth"] or numeral.share):
        return None
    end = tail.end() if tail["unit"] or tail["tenth"] else _end_without_unit(tail, numeral)
    unit_start, unit_end = tail.span("unit") if tail["unit"] else (end, end)
    unit = units()[tail["unit"]] if tail["unit"] else None
    if unit:
        end = unit_end = second_unit_end(folded, end)
    if tail["tenth"] or (numeral.share and not unit):
        unit = units()["%"]
    more = tail["more"] or tail["over"] if end > numeral.end else None
    after = _after_pattern().match(folded, end)
    assert after is not None
    start, before_bound = _qualifier_before(folded, numeral)
    sign = _sign_of(folded, numeral.start, unit)
    return Phrase(
        start=start - (sign < 0),
        end=after.end(),
        number_start=numeral.start,
        number_end=numeral.end,
        value=sign * _full_value(numeral, tail),
        unit=unit,
        unit_start=unit_start,
        unit_end=unit_end,
        bound=_strongest_bound(before_bound, after["after"], more),
        han=numeral.han,
        share=numeral.share or bool(tail["tenth"]),
        inexact=end > numeral.end and bool(more or tail["size"]),
        before=folded[start : numeral.start],
        after=after["after"] or "",
    )


def _end_without_unit(tail: re.Match[str], numeral: Numeral) -> int:
    """The end of the last qualifier or magnitude that was written, without the spaces after it."""
    return max(numeral.end, *(tail.end(group) for group in ("more", "size", "rest_size", "over")))


def _full_value(numeral: Numeral, tail: re.Match[str]) -> float:
    if tail["tenth"]:
        return numeral.value * 10
    value = numeral.value * _SIZES.get(tail["size"], 1)
    if tail["rest"]:
        value += float(tail["rest"]) * _SIZES[tail["rest_size"]]
    # 1.36 × 10000 is 13600.000000000002 in binary: no report states more than four
    # decimals of a 万 or 亿.
    return round(value, 4)


def _sign_of(folded: str, at: int, unit: Unit | None) -> int:
    """同比增长-0.5%: a rate may be below zero; elsewhere a dash is punctuation."""
    if unit is None or unit.name != "%" or at < 2 or folded[at - 1] not in "-−":
        return 1
    return -1 if folded[at - 2] in "长为降幅度率" else 1


def _qualifier_before(folded: str, numeral: Numeral) -> tuple[int, Bound | None]:
    """Where the qualifier that touches the number begins (one space may part them),
    and what it says.
    """
    at = numeral.start
    if at and folded[at - 1] in {"上", "过"} and folded[at] in "百千万亿":
        return at - 1, Bound.AT_LEAST
    end = at - 1 if at and folded[at - 1] == " " else at
    if not end or folded[end - 1] not in _BEFORE_LAST:
        return at, None
    match = _BEFORE.search(folded, max(0, end - _BEFORE_LONGEST), end)
    if match is None or match.lastgroup is None:
        return at, None
    return match.start(), Bound(match.lastgroup)


def _strongest_bound(before: Bound | None, after: str | None, more: str | None) -> Bound:
    """What is said before the number weighs most (约300余人), then what follows the unit,
    then 余 and 多.
    """
    if before:
        return before
    if after:
        return _AFTER_BOUNDS[after]
    return Bound.AT_LEAST if more else Bound.EXACT
