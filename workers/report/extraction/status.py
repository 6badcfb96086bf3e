"""Done, planned or earlier; and whether a figure is a level or a change."""

from __future__ import annotations

import re

from workers.report.chinese.clauses import CLAUSE_MARKS, PHRASE_MARKS
from workers.report.chinese.units import Dimension
from workers.report.extraction.figure_words import change_before
from workers.report.extraction.phrases import Phrase
from workers.report.extraction.quantity import QuantityKind
from workers.report.model import Status

# A plan is announced by its verb at the head of a clause, or by the time that it is for.
_PLAN = re.compile(
    rf"(?<![代草模虚比])拟(?![定订制写稿合])|力争|争取(?=[年在于把使让实完达创建新明])|(?<![作步])打算|明年|下一年|下年度|下一步|下步|来年|预期目标(?=[^{CLAUSE_MARKS}]{{0,6}}(?:[为是:]|定在))|(?:提出|确定|设定|明确)[^{CLAUSE_MARKS}]{{0,8}}预期目标|预计|计划(?=在|到|于|新|开|清|培|举|组|建|完|用|至|修|打|创|对|再|年内)"
    r"|将(?=于|在|再|新|继续|进一步|力争|开展|组织|举办|完成|实现)|确保(?=.{0,12}(?:达到|达|控制在|不低于|不少于))"
)
# A figure that is itself the target: 超过8000亿元的预期目标, 优于“5.5%左右”“4.5%以内”等预期目标.
_TARGET = re.compile(
    r"[”\"]?(?:[“\"][^“”\"]{1,30}[”\"]){0,3}等?的?(?:年度|全年|年初|既定)?预期目标|[”\"]的目标"
)
# What a plan section says of the present: 目前仅有3名.
_PRESENT = re.compile(r"目前|现有|仅有|已(?=[建完开有配培达])|仍有|尚有|截至|只有|累计")

_EARLIER_TIME = re.compile(
    r"(?:上年|去年|前年|上一年|上年度|(?P<year>(?:19|20)\d\d)年度?)(?:同期|全年|末|底|年底)?(?:的|为|是|仅|仅为|共|约)?$"
)
_EARLIER_CLAUSE = re.compile(r"^ *(?P<year>(?:19|20)\d\d)年(?!以来|起|至|以|度?[《考工])")
_HEADING_YEAR = re.compile(
    rf"(?:^|[{PHRASE_MARKS} ])(?:到|在|于|计划|[一二三四五六七八九十]、)?((?:19|20)\d\d)年"
)
_FROM = re.compile(rf"(?:由|从|把|将|[比较])[^由从把将比较{CLAUSE_MARKS}]{{0,14}}$")
# How a level that was reached is told from the one that was left: 由340件降至281件, 从3名增加到5名.
_MOVED_TO = re.compile(
    rf"(?:[、和及]\d[\d.]{{0,9}}[^{CLAUSE_MARKS}\d、]{{0,6}}){{0,4}}"
    rf"(?:[^{CLAUSE_MARKS}\d]{{0,8}}?)(?:降|减|升|增|提|缩|压|扩|涨|跌|发展|调整|优化|精简|整合|合并|归并)[^{CLAUSE_MARKS}\d]{{0,4}}?[至到为成]"
)
_COMPARED = re.compile(
    r"(?:减少|下降|增加|增长|降低|上升|提高|提升|少|多)了?(?=约|近|超|\d|[一二三四五六七八九十百])"
)

_CUT_TO = re.compile(r"(?:精简|压减|压缩|缩减)为(?:约|近)?$")  # 由4620项精简为4215项: a level
_REDUCED_SHARE = re.compile(
    rf"(?:增长|下降|减少|增加|压缩|压减|缩短|缩减|降低|精简)[^{CLAUSE_MARKS}至到为\d]{{1,10}}$"
)
_RANK_UNITS = frozenset({"位", "名"})


def status_of(
    phrase: Phrase, before: str, after: str, *, year: int | None, plan_section: bool
) -> Status:
    """`before` and `after` are what stands in the sentence on both sides of the phrase;
    `year` the one reported on.
    """
    clause = before[before.rfind(",") + 1 :]
    if _is_earlier(phrase, clause, after, year) or _is_other_year(before, clause, year):
        return Status.EARLIER
    if _PLAN.search(before) or _names_later_year(before, year) or _TARGET.match(after):
        return Status.PLANNED
    if plan_section and not _PRESENT.search(clause):
        return Status.PLANNED
    return Status.DONE


def _is_earlier(phrase: Phrase, clause: str, after: str, year: int | None) -> bool:
    if phrase.unit is not None and phrase.unit.name == "倍":
        return False  # 上年的3倍 is a figure of this year
    time = _EARLIER_TIME.search(clause)
    if time and (time["year"] is None or (year is not None and int(time["year"]) < year)):
        return True
    return bool(_FROM.search(clause)) and bool(_MOVED_TO.match(after) or _COMPARED.match(after))


def _is_other_year(before: str, clause: str, year: int | None) -> bool:
    """2023年受理120件,2022年受理96件: a clause of its own for an earlier year,
    beside the year reported on.
    """
    other = _EARLIER_CLAUSE.match(clause)
    return (
        other is not None
        and year is not None
        and int(other["year"]) < year
        and f"{year}年" in before
    )


def _names_later_year(before: str, year: int | None) -> bool:
    """2025年举办…: the later year heads a clause; 对照2025年目标 does not."""
    return year is not None and any(
        int(later[1]) == year + 1 for later in _HEADING_YEAR.finditer(before)
    )


def kind_of(phrase: Phrase, clause_before: str) -> QuantityKind:
    """What sort of quantity; `clause_before` is what stands in the clause before the phrase."""
    dimension = phrase.unit.dimension if phrase.unit else Dimension.COUNT
    if dimension is Dimension.POINTS or _is_change(phrase, clause_before):
        return QuantityKind.CHANGE
    if dimension is Dimension.RATE:
        return QuantityKind.RATE
    if dimension is Dimension.MONEY:
        return QuantityKind.MONEY
    return QuantityKind.DURATION if dimension is Dimension.DURATION else QuantityKind.COUNT


def _is_change(phrase: Phrase, clause_before: str) -> bool:
    if change_before().search(clause_before):
        return not _CUT_TO.search(clause_before)
    return phrase.share and bool(_REDUCED_SHARE.search(clause_before))
