"""How much a figure changed, where both its values are stated: 由上年的40件增至62件，增长55%."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.chinese.clauses import COMMAS, HAN, SEMICOLONS, STOP
from workers.report.model import Bound, Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.view import View
from workers.report.text import Span

_POINTS = "个百分点"
_BEFORE, _BEHIND, _MARK, _APART = 90, 40, 16, 36
_UP, _DOWN = (
    "增长|增加|上升|提高|提升|增幅|涨幅|增速|扩大|增|升",
    "减少|下降|降低|回落|压减|压降|降幅|减|降",
)
# 增长55%, 同比下降了, 降幅为: right before the figure.
_CHANGED = re.compile(rf"(?P<up>{_UP})?(?P<down>{_DOWN})?(?:率|幅度|比例)?了?(?:约|达到?|为|近)?$")
_FROM = re.compile(rf"(?:由|从)[{HAN}\d]{{0,12}}$")
# 增至, ，减少到2025年的: to the new value.
_TO = re.compile(
    rf"[{HAN}]{{0,6}}[{COMMAS}]?(?:大幅|逐步|稳步|持续|明显|迅速)?(?:{_UP}|{_DOWN})?(?:到|至|为)了?"
    rf"(?:20\d\d年度?的?|今年的?|本年度?的?|目前的?|现在的?|年末的?|年底的?)?"
)
_YEAR_BEFORE = r"(?:上年度?|去年|上一年度?|前一年|往年|20\d\d年度?)(?:同期|全年|年末|年底)?"
# ，比上年的280件; （上年同期40件: nothing else is said between the two.
_TOLD_OLD = re.compile(
    rf"[{HAN}]{{0,4}}[（({COMMAS}{SEMICOLONS}](?:同比|比|较|与)?{_YEAR_BEFORE}(?:的|为|是|有|仅)?"
    rf"[{HAN}]{{0,4}}"
)
# 去年40件，今年48件.
_OLD = re.compile(rf"{_YEAR_BEFORE}[{HAN}]{{0,8}}$")
_TOLD_NEW = re.compile(
    rf"[{HAN}]{{0,4}}[{COMMAS}{SEMICOLONS}](?:而)?(?:今年|本年度?|20\d\d年度?)[{HAN}]{{0,8}}"
)


def find_changes(view: View) -> Iterator[Relation]:
    """change_of: how much, the new value, the old one."""
    for at in view.in_order():
        if _says_change(view, at) and (pair := _values(view, at)):
            yield view.relation(RelationKind.CHANGE_OF, (at, *pair), Sure.SAID)


def direction(before: str) -> int:
    """1 where the words right before the figure say that it rose, -1 where it fell, else 0.

    >>> direction("同比增长"), direction("降幅为"), direction("占")
    (1, -1, 0)
    """
    found = _CHANGED.search(before[-8:])
    if found is None or not (found["up"] or found["down"]):
        return 0
    return -1 if found["down"] else 1


def _says_change(view: View, at: int) -> bool:
    metric = view.metrics[at]
    exact = metric.bound is Bound.EXACT and metric.value > 0
    return exact and direction(view.before(at, 8)) != 0


def _values(view: View, at: int) -> tuple[int, int] | None:
    """The new value and the old one: both stated right before the change."""
    change = view.metrics[at]
    first = max(0, change.start - _BEFORE)
    stops = list(STOP.finditer(view.text, first, change.start))
    since = stops[-1].end() if stops else first
    before = view.places_in(Span(since, change.start))
    alike = [other for other in before if _is_value(view, other, at)]
    if len(alike) < 2 or change.start - view.metrics[alike[-1]].end > _APART:
        return None
    one, last = alike[-2:]
    if view.metrics[last].start - view.metrics[one].end > _BEHIND:
        return None
    return _pair(view, one, last)


def _is_value(view: View, other: int, at: int) -> bool:
    """Counts of one sort, or rates where the change is one of points."""
    value, change = view.metrics[other], view.metrics[at]
    if value.bound is not Bound.EXACT or value.value <= 0 or direction(view.before(other, 8)):
        # 增至62件 is a value all the same, 增加21件 is none.
        return value.bound is Bound.EXACT and value.value > 0 and _is_reached(view, other)
    if change.unit == _POINTS:
        return value.unit == "%"
    same = change.unit == "%" or view.kind(at) == view.kind(other)
    return same and view.kind(other) is not None


def _is_reached(view: View, other: int) -> bool:
    return view.before(other, 1) in {"到", "至"} and view.kind(other) is not None


def _pair(view: View, one: int, last: int) -> tuple[int, int] | None:
    """New and old, told by the words before each and between them."""
    if view.metrics[one].unit != view.metrics[last].unit:
        return None
    between = view.between(one, last)
    if _FROM.search(view.before(one, _MARK)) and _TO.fullmatch(between):
        return last, one
    if _TOLD_OLD.fullmatch(between):
        return one, last
    if _OLD.search(view.before(one, _MARK)) and _TOLD_NEW.fullmatch(between):
        return last, one
    return None
