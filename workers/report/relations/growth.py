"""How much a figure changed, where both its values are stated: 由上年的40件增至62件，增长55%."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.chinese.clauses import COMMAS, HAN, LIST_COMMA, SEMICOLONS, SENTENCE_END
from workers.report.model import Bound, Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.view import View
from workers.report.text import Span

ROSE, FELL = "rose", "fell"
POINTS = "个百分点"
_BEFORE, _BEHIND, _MARK, _APART = 90, 40, 16, 36
_UP, _DOWN = (
    "增长|增加|上升|提高|提升|扩大|增|升",
    "减少|下降|降低|回落|压减|压降|压缩|缩短|精简|减|降",
)
# 增长55%, 同比下降了, 降幅为: right before the figure; 上升为 comes before a value.
_CHANGED = re.compile(
    rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:了|约|近|达)?$"
    "|(?:(?P<rise>增幅|涨幅|升幅|增速|增长率)|(?P<fall>降幅|减幅|下降率))(?:约|达到?|为|是|近)?$"
)
# 为上年172件的2.4倍.
TIMES = "倍"
_FROM = re.compile(rf"(?:由|从)[{HAN}\d]{{0,12}}$")
# 增至, ，减少到2025年的: to the new value.
_TO = re.compile(
    rf"[{HAN}]{{0,6}}[{COMMAS}]?(?:大幅|逐步|稳步|持续|明显|迅速)?(?:{_UP}|{_DOWN})?(?:到|至|为)了?"
    rf"(?:20\d\d年度?的?|今年末?的?|本年度?末?的?|目前的?|现在的?|年末的?|年底的?)?"
)
# 减少三成，从去年的150件降到120件.
_EXPLAINED = re.compile(f"[{COMMAS}（(]即?(?:由|从)")
_YEAR_BEFORE = r"(?:上年度?|去年|上一年度?|前一年|往年|20\d\d年度?)(?:同期|全年|年末|年底)?"
# ，比上年的280件; （上年同期40件: nothing else is said between the two.
_TOLD_OLD = re.compile(
    rf"[{HAN}]{{0,4}}[（({COMMAS}{SEMICOLONS}](?:而|同比|比|较|与|为|是)?{_YEAR_BEFORE}(?:的|为|是|有|仅)?"
    rf"[{HAN}]{{0,4}}"
)
# 去年40件，今年48件.
_OLD = re.compile(rf"{_YEAR_BEFORE}[{HAN}]{{0,8}}$")
_TOLD_NEW = re.compile(
    rf"[{HAN}]{{0,4}}[{COMMAS}{SEMICOLONS}](?:而)?(?:今年|本年度?|20\d\d年度?)[{HAN}]{{0,8}}"
)


def find_growth(view: View) -> Iterator[Relation]:
    """growth_of: how much, the new value, the old one; with the way that it is said to have gone,
    none where it is told as a multiple.
    """
    for at in view.in_order():
        if _says_change(view, at) and (pair := _values(view, at)):
            way = {1: ROSE, -1: FELL}.get(direction(view.before(at, 8)))
            yield view.relation(RelationKind.GROWTH_OF, (at, *pair), Sure.SAID, way)


def direction(before: str) -> int:
    """1 where the words right before the figure say that it rose, -1 where it fell, else 0.

    >>> direction("同比增长"), direction("降幅为"), direction("上升为")
    (1, -1, 0)
    """
    found = _CHANGED.search(before[-8:])
    if found is None:
        return 0
    return -1 if found["down"] or found["fall"] else 1


def _says_change(view: View, at: int) -> bool:
    metric = view.metrics[at]
    exact = metric.bound is Bound.EXACT and metric.value > 0
    times = metric.unit == TIMES and view.before(at, 1) in {"的", "为"}
    return exact and (times or direction(view.before(at, 8)) != 0)


def _values(view: View, at: int) -> tuple[int, int] | None:
    """The new value and the old one: both right before the change, or right behind it."""
    change = view.metrics[at]
    first = max(0, change.start - _BEFORE)
    stops = list(SENTENCE_END.finditer(view.text, first, change.start))
    since = stops[-1].end() if stops else first
    before = [at_ for at_ in view.places_in(Span(since, change.start)) if _is_value(view, at_, at)]
    if len(before) > 1 and change.start - view.metrics[before[-1]].end <= _APART:
        return _pair(view, *before[-2:])
    behind = view.places_in(Span(change.end, change.end + _BEFORE))[:2]
    if len(behind) < 2 or not all(_is_value(view, other, at) for other in behind):
        return None
    told = view.text[change.end : view.metrics[behind[0]].start]
    return (
        _pair(view, *behind) if _EXPLAINED.match(told) and not SENTENCE_END.search(told) else None
    )


def _is_value(view: View, other: int, at: int) -> bool:
    """Counts of one sort, or rates where the change is one of points."""
    value, change = view.metrics[other], view.metrics[at]
    if value.bound is not Bound.EXACT or value.value <= 0 or direction(view.before(other, 8)):
        return False
    if change.unit == POINTS:
        return value.unit == "%"
    if change.unit in {"%", TIMES}:
        return value.unit not in {None, "%", POINTS, TIMES}
    return view.kind(at) == view.kind(other) is not None


def _pair(view: View, one: int, last: int) -> tuple[int, int] | None:
    """New and old, told by the words before each and between them."""
    apart = view.metrics[last].start - view.metrics[one].end
    if view.metrics[one].unit != view.metrics[last].unit or apart > _BEHIND:
        return None
    between = view.between(one, last)
    if _FROM.search(view.before(one, _MARK)) and _TO.fullmatch(between):
        return last, one
    # 三类分别为38件、52件、17件，比上年的131件: all of the row together.
    if _TOLD_OLD.fullmatch(between) and not re.search(
        f"\\d[{HAN}]{{1,2}}[{LIST_COMMA}和及][{HAN}]{{0,8}}$", view.before(one)
    ):
        return one, last
    if _OLD.search(view.before(one, _MARK)) and _TOLD_NEW.fullmatch(between):
        return last, one
    return None
