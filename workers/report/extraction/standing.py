"""What is a number but no result: thresholds, frequencies, duties, denials,
indefinite numbers, standing times.
"""

from __future__ import annotations

import re

from workers.report.chinese.clauses import CLAUSE_MARKS, HAN, is_han
from workers.report.chinese.units import Dimension
from workers.report.extraction.surroundings import Surroundings

_WHO = frozenset({Dimension.PEOPLE, Dimension.MONEY, Dimension.DURATION, Dimension.MEASURE})
_RATES = frozenset({Dimension.RATE, Dimension.POINTS})

# 90分以上的学员: who scored so much. Where a verb of having stands before them
# the people are a result.
_SCORED_BY = re.compile(rf"的[^{CLAUSE_MARKS}]{{0,4}}[人员者户村]|[-—~至到]\d+分")
# 不少于6人的调解队伍: what a team must have.
_NORMS = frozenset(
    {"不少于", "不低于", "不小于", "至少", "最少", "不多于", "不超过", "不高于", "至多", "最多"}
)
_NORMED = frozenset({Dimension.PEOPLE, Dimension.DURATION, Dimension.MEASURE})
_PROVIDED = re.compile(r"(?:实现|配备|配有|配齐|选配|拥有|达到|培养|均有|都有|各有)$")


def is_threshold(here: Surroundings) -> bool:
    """3人以上群体, 50万元以上的项目, 不少于6人的队伍 describe a group;
    95%以上的村, 培训30人以上。 are results.
    """
    phrase = here.phrase
    if phrase.unit is not None and phrase.unit.name == "分" and _SCORED_BY.match(here.after):
        return True
    if (
        phrase.before in _NORMS
        and here.next == "的"
        and phrase.unit is not None
        and phrase.unit.dimension in _NORMED
    ):
        return True
    if (
        phrase.after not in {"以上", "以下", "及以上", "以内"}
        or phrase.unit is None
        or phrase.share
    ):
        return False
    if phrase.unit.dimension in _RATES or here.after.startswith("的预期目标"):
        return False
    if phrase.unit.dimension is Dimension.PEOPLE and _PROVIDED.search(here.before):
        return False
    return is_han(here.next) if phrase.unit.dimension in _WHO else here.next == "的"


_OTHERS = re.compile(rf"(?:被|受到|获)(?![得取])[^{CLAUSE_MARKS}]{{1,16}}等$")
_BODIES = re.compile("[家个]?(?:部门|单位|部委)")


def is_others(here: Surroundings) -> bool:
    """被人社部等5部门表扬: how many they are who did something to the body."""
    phrase = here.phrase
    return (
        phrase.unit is not None
        and bool(_BODIES.match(here.folded, phrase.unit_start))
        and bool(_OTHERS.search(here.before[-20:]))
    )


_EVERY = re.compile(
    r"(?<!平均)每(?:隔|逢)?(?:半|两|[\d一二三四五六七八九十]{1,3})?个?(?:年|月|季|周|日|天|旬|星期|学期|次|届|晚|逢)(?!度?(?:工作|学习)?例会上?)"
    r"|每\d{1,5}万?(?:户|人|名|个)"
)
# The rule binds the number that follows it,
# and one in brackets behind that: 每年轮训1次(不少于40学时).
_EVERY_REACH = re.compile(r"[^\d]*(?:\d+[^\d(]{0,12}\([^)\d]*)?")
_STANDARD = re.compile(rf"每[件起案次场人户][^{CLAUSE_MARKS}\d]{{0,6}}最[高低]$")  # 每件最高200元
_ONCE_A = re.compile(r"(?:一年|一月|一季|一季度|一周|一日|一天|半年|半月)$")
_OFTEN = 12  # 一季度1次 is a rule, 一季度48件 a result
_PER_TIME = re.compile(r"/(?:年|月|季|周|日|天)")


def is_frequency(here: Surroundings) -> bool:
    """每月学法1次, 每年5万元, 每300户1名: a rule. Rates stay: 每年组织考试,通过率100%."""
    if here.phrase.unit is not None and here.phrase.unit.dimension in _RATES:
        return False
    if here.next == "/" and _PER_TIME.match(here.folded, here.phrase.end):
        return True
    if (
        here.before.endswith("每")
        or _STANDARD.search(here.before[-12:])
        or (here.phrase.value <= _OFTEN and _ONCE_A.search(here.before[-3:]))
    ):
        return True
    every = _EVERY.search(here.before) if "每" in here.before else None
    return every is not None and bool(_EVERY_REACH.fullmatch(here.before, every.end()))


_DUTY_SIGNS = frozenset("得当须禁")
_DUTY = re.compile(rf"不得$|(?:应当|必须|不得|严禁)[^{CLAUSE_MARKS}]{{0,8}}$")


def is_duty(here: Surroundings) -> bool:
    """不得少于两人: what a law demands."""
    before = here.before[-12:]
    return not _DUTY_SIGNS.isdisjoint(before) and bool(_DUTY.search(before))


_DENIED = re.compile(rf"(?:未(?!成年)|没有?)[{HAN}]{{0,6}}$|无$")


def is_denied(here: Surroundings) -> bool:
    """未发生一起: a stated zero, which is found elsewhere."""
    return here.phrase.value == 1 and bool(_DENIED.search(here.before[-8:]))


_INDEFINITE = frozenset("几数好余多")


def is_indefinite(here: Surroundings) -> bool:
    """数十场, 几百人, and the second half of a number that was not read."""
    if not here.phrase.han or here.written[0] not in "十百千万亿":
        return False
    return here.previous in _INDEFINITE or here.previous.isdecimal()


# A duration is a result where the clause says how long something took, or what it was cut to.
_LASTED = re.compile(
    r"平均|压缩|缩短|缩减|压减|降[至到为低]|减[至到为少]|提速|提前|控制在|时长|用时|耗时|时限|周期|累计|节约|节省|仅需|只需|仅用|最快|天数"
)
_CUT = re.compile(rf"[^{CLAUSE_MARKS}\d]{{0,6}}(?:压|缩|降|减|提)")
_STANDING = re.compile(r"(?:[在于每满前后]|逾期|超期|为期|历时|连续)$")
_LIFE = re.compile(r"寿命|平均年龄")


def is_standing_time(here: Surroundings) -> bool:
    """24小时值班, 3个工作日内答复, 60岁: a time that is no result."""
    phrase = here.phrase
    if phrase.unit is None or phrase.unit.dimension is not Dimension.DURATION:
        return False
    if phrase.unit.name == "岁":
        return not _LIFE.search(here.before)
    if _LASTED.search(here.before) or _CUT.match(here.after):
        return False
    return is_han(here.next) or phrase.after == "内" or bool(_STANDING.search(here.before))
