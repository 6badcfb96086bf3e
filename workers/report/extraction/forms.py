"""What is no figure by its form: a quoted name, a date, a code, an ordinal, a list mark,
a number counting nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from workers.report.chinese.clauses import CLAUSE_MARKS, HAN, is_han
from workers.report.chinese.han_numbers import HAN_NUMERALS
from workers.report.chinese.units import Dimension
from workers.report.extraction.fixed_names import grouping_pattern, hotlines, names_by_number
from workers.report.extraction.surroundings import Surroundings

_TWO_OF = re.compile(r"[个双]$")
_STATING_DIMENSIONS = frozenset({Dimension.RATE, Dimension.MONEY, Dimension.POINTS})
# Before an amount of money within quotation marks: what is said of it (人均补助增加30元);
# “1元公交” is a name.
_SAID_OF_MONEY = 4


def is_quoted(here: Surroundings) -> bool:
    """“141”体系, 《…2024年…》; not what a quotation states: 完成“3%左右”的预期目标."""
    at = here.phrase.number_start
    place = bisect_right(here.quoted, (at, len(here.folded))) - 1
    if place < 0 or here.quoted[place].end <= at:
        return False
    return not _is_quoted_statement(here, here.quoted[place].start)


def _is_quoted_statement(here: Surroundings, start: int) -> bool:
    """A share, an amount or a number with its bound, in Arabic digits, within quotation marks."""
    phrase = here.phrase
    if here.folded[start] == "《" or phrase.han or _TWO_OF.search(here.before):
        return False
    if phrase.unit is not None and phrase.unit.dimension in _STATING_DIMENSIONS:
        return (
            phrase.unit.dimension is not Dimension.MONEY
            or phrase.number_start - start > _SAID_OF_MONEY
        )
    rounded = phrase.inexact and here.folded[phrase.end - 1] != "+"
    return rounded or (phrase.unit is not None and bool(phrase.after))


def is_named(here: Surroundings) -> bool:
    """行政执法三项制度: a name of the catalogue that this number is part of."""
    at = here.phrase.number_start
    places = names_by_number().get(here.folded[at], ())
    return any(
        at >= offset and here.folded.startswith(name, at - offset) for name, offset in places
    )


_DATED = frozenset("年月日号时届岁周")
_LOCATED = re.compile(r"\d号$|年级$")  # 28号3栋, 九年级3班


def is_dated(here: Surroundings) -> bool:
    """A year, a date, an age, a period, an address.

    人均预期寿命78.2岁 has a unit and is judged as a duration.
    """
    if here.phrase.unit is not None:
        return bool(_LOCATED.search(here.before[-3:]))
    return here.following in _DATED or here.next in _DATED


_CODE_BEFORE = re.compile(
    r"[A-Za-z_#№@$×+]$|[A-Za-z][-/.]$|\d[:时点比]$|[一二两三四五六七八九十]点$|[·•‧・]$"
    r"|[(\[〔]\d{4}[)\]〕] ?$"
)
_PART_OF = re.compile(r"占|[的约近过达]$")  # 占全国1/3, but 6/26
_CHAINED = re.compile(r"\d[-/.]$")
# m begins metres; a plus sign before a number or N continues a slogan.
_CODE_AFTER = re.compile(
    r"[A-Za-ln-z×]|[:·•‧・/]\d|-\d+-|\.\d|[)\]〕]\d|\+[\dNnXx一二三四五六七八九十]"
)


def is_code(here: Surroundings) -> bool:
    """Part of a code, a clock time, a ratio, a document number: signs or Latin letters touch it."""
    phrase, folded = here.phrase, here.folded
    at = phrase.number_start
    if "/" in here.written and not phrase.han:
        return not _PART_OF.search(here.before[-12:] + phrase.before)
    if _CODE_BEFORE.search(folded, max(0, at - 7), at):
        return True
    if phrase.unit is not None:
        return False
    return bool(
        _CHAINED.search(folded, max(0, at - 2), at) or _CODE_AFTER.match(folded, phrase.number_end)
    )


_SLOGAN = re.compile(rf"[^{CLAUSE_MARKS}+]{{0,14}}\+(?=[\dNnXx一二三四五六七八九十])")


def is_formula(here: Surroundings) -> bool:
    """1名法律顾问+N名明白人, 1+3+N: parts of a slogan joined by plus signs."""
    at = here.phrase.number_end
    if here.folded.find("+", at, at + 15) < 0:
        return here.previous == "+"
    return bool(_SLOGAN.match(here.folded, at)) or here.previous == "+"


_ORDINAL_SIGNS = frozenset("第前位排名")
_ORDINAL = re.compile(
    rf"第(?:[\d{HAN_NUMERALS}]+(?:[、和至]|[-—~]{{1,2}})?第?)*$"  # 第3、4项, 第12—15条
    r"|(?<![目此以之日当会节年提午])前$"  # 前3名, but 目前3件
    rf"|(?:位列|位居|名列|排在|排名)[^{CLAUSE_MARKS}升移降进]{{0,6}}$"
)


def is_ordinal(here: Surroundings) -> bool:
    """第3期, 前10名, 位列全市第2."""
    before = here.before[-16:]
    # Most numbers have none of these before them: looking for three characters is
    # quicker than the pattern.
    return not _ORDINAL_SIGNS.isdisjoint(before) and bool(_ORDINAL.search(before))


_SESSION_BEFORE = re.compile(rf"届(?:[\d{HAN_NUMERALS}]+[次中](?:全会)?[、和及暨])*$")
_ASSEMBLY = re.compile(
    r"届(?:全国|省|市|区|县|镇)?(?:人大|人民代表大会|政协|人大常委会|常委会|委员会|党代会|纪委)$"
)
_SESSION_AFTER = re.compile(rf"(?:[、和及][{HAN_NUMERALS}]+[次中])*(?:全会|全体会议)")
_MEETING_AFTER = re.compile("(?:全体)?会议|全会")


def is_session(here: Surroundings) -> bool:
    """十四届五次、六次全会, 十七届人大三次会议, 依法治县委员会三次会议."""
    if here.phrase.unit is None or here.phrase.unit.name != "次":
        return False
    before = here.before[-24:]
    if _ASSEMBLY.search(before) or _SESSION_BEFORE.search(before):
        return True
    committee = here.phrase.han and before.endswith("委员会")
    after = _MEETING_AFTER if committee else _SESSION_AFTER
    return bool(after.match(here.folded, here.phrase.end))


# 四个“最”: a slogan counts its own words. 16件实事之一: the number of all, of which one is meant.
_SLOGAN_WORD = re.compile(r"[“\"][^”\"“]{1,3}[”\"]")
_ONE_OF = re.compile(rf"[{HAN}]{{1,12}}之一")


def is_grouping(here: Surroundings) -> bool:
    """三个方面, 四个意识, 3个季度, 四个“最”, 16件实事之一; but people who do
    something count (64人维护秩序).
    """
    phrase = here.phrase
    if phrase.unit is not None and phrase.unit.dimension is Dimension.PEOPLE:
        return False
    if grouping_pattern().match(here.folded, phrase.unit_end) or (
        phrase.unit and _ONE_OF.match(here.after)
    ):
        return True
    return phrase.han and bool(_SLOGAN_WORD.match(here.after))


_MARKER = re.compile(r"(?:^|\n) *\(?$")


def is_marker(here: Surroundings) -> bool:
    """1、… 2. … (3) at the start of a line."""
    at = here.phrase.number_start
    if here.phrase.unit is not None or not _MARKER.search(here.folded, max(0, at - 4), at):
        return False
    return here.following in {"、", ".", ")", ""}


_FURNITURE = re.compile(r"(?:浏览|点击|阅读|访问)(?:次数|量|数)?: ?$|页 ?[/共] ?共?$")
_LABELLED = re.compile(r"(?:电话|邮编|传真|编号|证号|账号|微信|群号?|房间|门牌)(?:号码?)?[:为]? ?$")


def is_furniture(here: Surroundings) -> bool:
    """浏览次数:128, 电话:8222123, 第1页共3页."""
    before = here.before[-8:]
    return bool(_FURNITURE.search(before)) or (
        here.phrase.unit is None and bool(_LABELLED.search(before))
    )


_TOTAL = re.compile(r"[数计量额总件人户率]: ?$")
_BARE_END = re.compile(rf"[{CLAUSE_MARKS})]|、(?!\d)|$")
_PLATE = re.compile(r"[图表附]$|附件$")
_SCORED = re.compile(r"(?:得分|指数|分数|系数|率|值|评分)[为达到是]*$")


def is_bare(here: Surroundings) -> bool:
    """A number without a unit is a figure only at the end of what it counts (事项156，),
    or with 余, 多, 万.
    """
    if here.phrase.unit is not None or here.phrase.inexact:
        return False
    if not (is_han(here.previous) or _TOTAL.search(here.before[-4:])) or _PLATE.search(
        here.before[-2:]
    ):
        return True
    if not _BARE_END.match(here.folded, here.phrase.end):
        return True
    if not here.written.isdecimal():
        return not _SCORED.search(here.before[-8:])
    return _is_identifier(here.written)


def _is_identifier(written: str) -> bool:
    """A telephone number, or one that begins like a year:
    a date or document number that lost its signs (20231).
    """
    return (
        len(written) > 7
        or written in hotlines()
        or (len(written) >= 4 and written[:2] in {"19", "20"})
    )
