"""予以公开17件，占60.7%: a count and its share of the total that is stated before it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from workers.report.chinese.clauses import COMMAS, HAN, SEMICOLONS, STOP
from workers.report.model import Bound, Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.view import LABEL_END, View
from workers.report.text import Span

_MARK = f"{COMMAS}{SEMICOLONS}"
_RATIO = "的(?:比例(?:达到|达|为)?)?"
# 占, 占比, 占总数的, 占受理总数比例为; 占全市的 is of a count that is not stated.
_SHARE = re.compile(
    rf"[{_MARK}（(]?(?:约|各|分别)?占(?:(?P<of>[{HAN}]{{0,8}}?)(?:总数|总量|总人数|总额|的)?"
    r"(?:的?比例|比重?)?(?:达到|达|为|约)?|比)$"
)
_SHARE_FOLLOWS = re.compile(rf"[）)]?[{_MARK}（(]?(?:约|各|分别)?占")
_ELSEWHERE = re.compile(r"全市|全县|全区|全省|全国|同类|同期|人口|面积|预算|分别|各")
_REACH = 160
# What a count of a list is called: 劳动争议类.
_LABEL = 12
# 7个村实现“零上交”，占行政村总数的77.8%: of what is named, behind what is said of the part.
_SAID_FIRST = re.compile(
    rf"[{HAN}“”]{{1,16}}[{COMMAS}]占(?:比(?:例)?(?:达到|达|为|约)?"
    rf"|(?P<of>[{HAN}]{{2,8}}?)(?:总数|总量)?(?:{_RATIO})?)"
)
# 终止11件，占已审结34件的32.4%: the total stands inside.
_OF_COUNT = re.compile(rf"[{COMMAS}（(]?(?:约)?占(?:到|了)?[{HAN}]{{0,10}}")
_OF = re.compile(rf"[{HAN}]{{0,6}}{_RATIO}")
_ALL = re.compile(r"全部|所有|全体|总的?|已|的")
# （刑事71件、民事92件），刑事案件占比43.6%.
# 督促纠正4份，被纠正文件占报备总量的27.8%.
_NAMED = re.compile(
    rf"[）)]?[{_MARK}](?:被|经)?(?P<name>[{HAN}]{{2,8}}?)占(?:比(?:达到|达|为|约)?"
    rf"|(?P<of>[{HAN}]{{2,8}}?)(?:总数|总量)?(?:{_RATIO}))"
)


def find_proportion(view: View, at: int, parts: Mapping[int, int]) -> Relation | None:
    """share_of: the rate, the count before 占, the totals before it that can be meant."""
    rate = view.metrics[at]
    before = view.figures_in(Span(max(0, rate.start - _REACH), rate.start))
    if not before:
        return None
    if len(before) > 1 and _is_of_count(view, before[-2], before[-1], at):
        return view.relation(RelationKind.SHARE_OF, (at, *before[-2:]), Sure.SAID)
    part, said_of = _part_of_share(view, before, at)
    if part is None:
        return None
    bases = [other for other in before if other != part and _can_be_base(view, other, part)]
    bases.sort(key=lambda base: (parts.get(part) != base, -view.metrics[base].value))
    if bases and _is_named(view, bases[0], said_of):
        return view.relation(RelationKind.SHARE_OF, (at, part, *bases), Sure.SAID)
    return None


def _is_named(view: View, base: int, said_of: str) -> bool:
    """占受理案件的60%: of what is called so; 占有效举报的76% is not of all that came in."""
    said = view.before(base, _LABEL) + view.metrics[base].quote + view.behind(base, _LABEL)
    named = _ALL.sub("", said_of)
    return not named or named[:2] in said


def _is_of_count(view: View, part: int, base: int, at: int) -> bool:
    """终止11件，占已审结34件的32.4%."""
    alike = view.kind(part) == view.kind(base) is not None
    inside = alike and _OF.fullmatch(view.between(base, at))
    return bool(inside and _OF_COUNT.fullmatch(view.between(part, base)))


def _part_of_share(view: View, before: Sequence[int], at: int) -> tuple[int | None, str]:
    """The count that 占 stands behind, or whose name 占比 bears.

    And of what it is said to be a share.
    """
    last = before[-1]
    between = view.between(last, at)
    if _ELSEWHERE.search(between):
        return None, ""
    if said := _SHARE.fullmatch(between) or _SAID_FIRST.fullmatch(between):
        return last if _is_whole_number(view, last) else None, said["of"] or ""
    named = _NAMED.fullmatch(between)
    if named is None:
        return None, ""
    called = [other for other in before if named["name"][:2] in _count_label(view, other)]
    sole = len(called) == 1 and _is_whole_number(view, called[0])
    return called[0] if sole else None, named["of"] or ""


def _count_label(view: View, at: int) -> str:
    """The words right before the count: 刑事 of （刑事71件."""
    return view.clause(at, _LABEL, LABEL_END)


def _is_whole_number(view: View, at: int) -> bool:
    count = view.metrics[at]
    whole = count.value >= 1 and count.value == int(count.value) and "万" not in count.quote
    return whole and count.bound is Bound.EXACT


def _can_be_base(view: View, other: int, part: int) -> bool:
    """A larger count of the same sort in the same or the next sentence."""
    total, count = view.metrics[other], view.metrics[part]
    alike = view.kind(other) == view.kind(part) is not None
    near = len(STOP.findall(view.text, total.end, count.start)) < 2
    # 甲类33件，占35%；乙类2件，占2%: the other shares are of the same total.
    other_share = _SHARE_FOLLOWS.match(view.text, total.end)
    larger = total.value >= count.value and total.status is count.status
    return alike and near and larger and not other_share
