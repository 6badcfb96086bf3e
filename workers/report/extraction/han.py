"""When a Chinese numeral before a unit counts,
and when it is part of a word (一个, 一次性, 三项制度).
"""

from __future__ import annotations

import re

from workers.report.chinese.clauses import CLAUSE_MARKS, HAN, LIST_COMMA, PHRASE_MARKS, is_han
from workers.report.chinese.han_numbers import FORMAL_NUMERALS, MAGNITUDES
from workers.report.chinese.units import Dimension, Han
from workers.report.extraction.figure_words import count_before, single_before
from workers.report.extraction.surroundings import Surroundings

_FORMAL = frozenset(FORMAL_NUMERALS)
_CASES = re.compile(
    "(?:案件?|纠纷|诉讼|复议|应诉|信访|投诉|举报|文件|事件|来信|批件|提案|工单)(?:为|共|仅|达)?$"
)
_EACH_ITS_OWN = re.compile(rf"一[{HAN}]{{1,2}}$")  # 一案一卷
# A case or a paper is a thing to count (办理一件行政诉讼案件); 一件实事 is not.
_CASE = re.compile(rf"(?:[{HAN}]{{0,8}}(?:案|纠纷|文件|复议|诉讼|决策|信访|提案|议案|建议)(?!例))")
# 七个村居全部修订…, 在七个村居各建…: something is said of each of them.
_ALL_OF = re.compile(
    r"(?:行政村|村居|村|社区|居委会|乡镇|镇|街道|部门|单位|科室|站所|中队|网格|学校|企业)(?:均|全部|都|各)"
)
_ENDS = re.compile(rf"[{CLAUSE_MARKS}{LIST_COMMA})]|$")
_STILL_ONE = re.compile("[尚仍还现共已仅只另]有$")
_EACH_REACH = 12
_BARE_VERB = re.compile(rf"(?:^|[{PHRASE_MARKS}])[{HAN}]{{1,3}}$")
_NOT_ONE_BEFORE = frozenset(
    "第每另同某任哪这那该一唯统是为成作其之首头进再又最跑上下初单专划归万逐村户何个有后"
)
_NOT_ONE_AFTER = re.compile(
    r"[性体样致直件]|办[好成理]|告知|申[报请]|不[少漏落]|之[间内]|对一|抓|到底"
)
_PLACE = re.compile(r"[山县镇乡区路街河桥坡树湾庄屯巷]")
# 三元区述法会议; 五万元区级资金 is money.
_NAMED_YUAN = re.compile(r"(?:[区县市镇乡村桥里坊]|街道)(?![级财本直])")
_PLACE_UNITS = frozenset("台门座棵间块道面口家户株")


def why_not_counted(here: Surroundings) -> str | None:
    """Why a Chinese numeral with this unit does not count, or None."""
    phrase = here.phrase
    if phrase.unit is None:
        return "Chinese numeral without a unit"
    if phrase.share or phrase.unit.dimension in {Dimension.RATE, Dimension.POINTS}:
        return None
    if phrase.unit.han is Han.NEVER and phrase.value < 20:
        return "unit that no small Chinese numeral counts"
    if phrase.unread:
        counts = phrase.unit.han is Han.FREE or phrase.unit.dimension is Dimension.MONEY
        return None if counts else "unit that also ends names"
    if not _FORMAL.isdisjoint(here.written):
        return "name" if here.written in _FORMAL and phrase.unit.name == "家" else None
    if _is_bare_magnitude(here):
        return None if _says_how_far(here) else "round number in a name"
    if phrase.unit.name in _PLACE_UNITS and _PLACE.match(here.folded, phrase.end):
        return "place name"
    if (
        phrase.unit.name == "元"
        and phrase.value < 20
        and _NAMED_YUAN.match(here.folded, phrase.end)
    ):
        return "place name"
    if phrase.value == 0:
        return None if _nought_counts(here) else "零 as part of a word"
    if phrase.range_end:
        return "ordinal or rule" if here.previous in {"第", "每"} else None
    if phrase.value == 1:
        return None if _one_counts(here) else "一 as part of a word"
    if here.previous in {"第", "每"} or _two_is_ordinal(here):
        return "ordinal or rule"
    if phrase.unit.han is Han.BOUND and phrase.value <= 10 and not phrase.inexact:
        return None if _has_noun_or_verb(here) else "count as part of a name"
    return None


def _is_bare_magnitude(here: Surroundings) -> bool:
    return here.written[0] != "十" and set(here.written) <= MAGNITUDES.keys()


def _says_how_far(here: Surroundings) -> bool:
    """百余场, 近千人, 上万户; 百名 alone is a campaign."""
    return (
        here.phrase.inexact
        or bool(here.phrase.before)
        or here.previous in {"上", "过"}
        or bool(here.phrase.after)
    )


def _nought_counts(here: Surroundings) -> bool:
    """刑事案件零起, 信访案件零件; not 零件 (parts)."""
    if not (_ends_clause(here) and _follows_noun(here)):
        return False
    assert here.phrase.unit is not None
    return here.phrase.unit.name != "件" or bool(_CASES.search(here.before))


def _is_told_of_each(here: Surroundings) -> bool:
    """发现一起、查处一起, 办好一件再办一件: what is done with each, not how many there were."""
    written = here.folded[here.phrase.number_start : here.phrase.unit_end]
    again = written in here.before[-_EACH_REACH:] or written in here.after[:_EACH_REACH]
    return again and bool(_BARE_VERB.search(here.before))


def _two_is_ordinal(here: Surroundings) -> bool:
    """二次, 二期 rank; two things are 两."""
    return here.written == "二" and not _ends_clause(here)


def _ends_clause(here: Surroundings) -> bool:
    return bool(_ENDS.match(here.folded, here.phrase.end))


def _follows_noun(here: Surroundings) -> bool:
    previous = here.previous
    return previous in {"”", "》", ")"} or (is_han(previous) and previous not in _NOT_ONE_BEFORE)


def _has_noun_or_verb(here: Surroundings) -> bool:
    if _ALL_OF.match(here.folded, here.phrase.end):
        return True
    if here.phrase.bound.value != "exact" or count_before().search(here.before[-4:]):
        return True
    return _ends_clause(here) and _follows_noun(here)


def _one_counts(here: Surroundings) -> bool:
    phrase = here.phrase
    assert phrase.unit is not None
    if (
        _EACH_ITS_OWN.search(here.before[-3:])
        or not (_follows_noun(here) or _STILL_ONE.search(here.before[-2:]))
        or _NOT_ONE_AFTER.match(here.folded, phrase.end)
        or phrase.unit.name == "案"  # 无照经营一案: the case that was told of
        or _is_told_of_each(here)
    ):
        return False
    if _ends_clause(here):
        return True
    if phrase.unit.dimension is Dimension.DURATION:
        return bool(phrase.after)  # 从一个月以上压缩到…
    if phrase.unit.name in {"件", "起"} and _CASE.match(here.folded, phrase.end):
        return True
    if phrase.unit.han is Han.BOUND or phrase.unit.name in {"起", "人", "家", "件"}:
        return False
    return bool(single_before().search(here.before[-4:])) or phrase.unit.name == "名"
