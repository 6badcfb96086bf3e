"""Words around a number that say how exact it is: 近, 不少于, 余, 以上, 左右.

All text here is folded (`fold_narrow`).
"""

from __future__ import annotations

import re

from workers.report.chinese.clauses import HAN
from workers.report.chinese.numerals import Numeral
from workers.report.model import Bound

# Before the number. A look-behind names the words that only end in the same
# character (节约, 最近, 赶超).
_BEFORE = re.compile(
    r"(?P<at_least>(?<!不)(?:不少于|不低于|不小于|不下于|不下|不止|至少|最少|(?<!未)(?<!不)超过|(?<!不)超出|(?<!赶)(?<!不)超|(?<!未)突破|逾"
    r"|(?<!不)高于|(?<!不)多于|(?<!不)大于)了?|[≥≧＞>])$"
    r"|(?P<at_most>(?:不足|不到|不满|未满|(?<!不)(?<!不得)少于|(?<!不)低于|(?<!不)小于|[不未]超过|不多于|不高于|不大于|不超|至多|最多"
    r"|将近|接近|[≤≦＜<]|(?<![最附就邻临亲靠相远贴新切])近))$"
    r"|(?P<about>(?:大约|约为|大概|大致|约有|(?<![节预签制特违合条契履邀相集简续解公租赴民])(?<!(?<!损)失)约))$"
)
_BEFORE_LAST = frozenset("于下止少过出超破逾了足到满多近约为概致有≥≧＞>≤≦＜<")
_BEFORE_LONGEST = 6

_AFTER_BOUNDS = {
    "及以上": Bound.AT_LEAST,
    "以上": Bound.AT_LEAST,
    "有余": Bound.AT_LEAST,
    "出头": Bound.AT_LEAST,
    "开外": Bound.AT_LEAST,
    "余": Bound.AT_LEAST,
    "多": Bound.AT_LEAST,
    "以下": Bound.AT_MOST,
    "以内": Bound.AT_MOST,
    "之内": Bound.AT_MOST,
    "内": Bound.AT_MOST,
    "不到": Bound.AT_MOST,
    "左右": Bound.ABOUT,
    "上下": Bound.ABOUT,
}
# 余, 多, 内 after the unit only where the phrase ends there: 12件余事项 is no such form.
_AFTER = re.compile(
    rf"及以上|以上|以下|以内|之内|左右|上下|有余|出头|(?:开外|不到|[余多内])(?![{HAN}])"
)


def qualifier_after(folded: str, at: int) -> str:
    """The qualifier behind a unit that ends at `at`, or nothing.

    >>> qualifier_after("46件以上", 3), qualifier_after("12件余事项", 3)
    ('以上', '')
    """
    found = _AFTER.match(folded, at)
    return found[0] if found else ""


def qualifier_before(folded: str, numeral: Numeral) -> tuple[int, Bound | None]:
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


def strongest_bound(before: Bound | None, after: str, more: str | None, *, about: bool) -> Bound:
    """What is said before the number weighs most (约300余人), then what follows the unit,
    then 余 and 多, then the number itself (两三次).
    """
    if before:
        return before
    if after:
        return _AFTER_BOUNDS[after]
    if more:
        return Bound.AT_LEAST
    return Bound.ABOUT if about else Bound.EXACT
