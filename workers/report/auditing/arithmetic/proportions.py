"""予以公开17件，占60.7%: a count and its share of the total that is stated before it: `rate_impossible`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.report.auditing.arithmetic.impossible import other_ratio
from workers.report.auditing.arithmetic.shares import Share, stated_share
from workers.report.auditing.context import Evidence
from workers.report.chinese.units import kind_of_unit
from workers.report.model import Bound, Finding, Metric
from workers.report.text import Span

_STOP = re.compile(r"[。！？\n]")
_HAN = "\u4e00-\u9fff"
# 占, 占比, 占总数的, 占受理总数比例为; 占全市的 is of a count that is not stated.
_SHARE = re.compile(
    rf"[，,；;（(]?(?:约|各|分别)?占(?:(?P<of>[{_HAN}]{{0,8}}?)(?:总数|总量|总人数|总额|的)?(?:的?比例|比重?)?(?:达到|达|为|约)?|比)$"
)
_SHARE_FOLLOWS = re.compile(r"[）)]?[，,；;（(]?(?:约|各|分别)?占")
_ELSEWHERE = re.compile(r"全市|全县|全区|全省|全国|同类|同期|人口|面积|预算|分别|各")
_REACH = 160
# What a count of a list is called: 劳动争议类.
_LABEL = 12
_MARKS = re.compile(r"[，。；：、,;:（(]")
# 7个村实现“零上交”，占行政村总数的77.8%: of what is named, behind what is said of the part.
_SAID_FIRST = re.compile(rf"[{_HAN}“”]{{1,16}}[，,]占(?P<of>[{_HAN}]{{2,8}}?)(?:总数|总量)?的(?:比例(?:达到|达|为)?)?")
# 终止11件，占已审结34件的32.4%: the total stands inside.
_OF_COUNT = re.compile(rf"[，,（(]?(?:约)?占(?:到|了)?[{_HAN}]{{0,10}}")
_OF = re.compile(r"的(?:比例(?:达到|达|为)?)?")
_ALL = re.compile(r"全部|所有|全体|总的?|已|的")
# （刑事71件、民事92件），刑事案件占比43.6%.
_NAMED = re.compile(rf"[）)]?[，,；;](?P<name>[{_HAN}]{{2,8}}?)占比(?:达到|达|为|约)?")


def audit_proportion(evidence: Evidence, at: int) -> Iterator[Finding]:
    """rate_impossible where the count before 占 and no total before it give the share."""
    rate, share = evidence.metrics[at], stated_share(evidence.metrics[at])
    if share is None or rate.bound is not Bound.EXACT or not 0 < rate.value < 100:
        return
    start = max(0, rate.start - _REACH)
    before = evidence.metrics_in(Span(start, rate.start))
    if not before:
        return
    if len(before) > 1 and _is_of_count(evidence, before, rate):
        if not _gives(evidence, before[-2], before[-1], share):
            yield other_ratio(evidence, at, (before[-2], before[-1]), share)
        return
    part, said_of = _part_of_share(evidence, before, rate)
    if part is None:
        return
    count = evidence.metrics[part]
    bases = [other for other in before if other != part and _can_be_base(evidence, other, count)]
    if bases and not any(share.is_ratio(int(count.value), int(evidence.metrics[base].value)) for base in bases):
        largest = max(bases, key=lambda base: evidence.metrics[base].value)
        base = count.part_of if count.part_of in bases else largest
        if _is_named(evidence, base, said_of):
            yield other_ratio(evidence, at, (part, base), share)


def _gives(evidence: Evidence, part: int, base: int, share: Share) -> bool:
    """Do the two give the share? What is no whole number, or more than its base, is told elsewhere."""
    one, other = evidence.metrics[part], evidence.metrics[base]
    sure = _is_whole_number(one) and _is_whole_number(other) and one.value <= other.value
    return not sure or share.is_ratio(int(one.value), int(other.value))


def _is_named(evidence: Evidence, base: int, said_of: str) -> bool:
    """占受理案件的60%: only of what is called so; 占有效举报的76% is not of all that were received."""
    count = evidence.metrics[base]
    said = evidence.text[max(0, count.start - _LABEL) : count.end + _LABEL]
    named = _ALL.sub("", said_of)
    return not named or named[:2] in said


def _is_of_count(evidence: Evidence, before: Sequence[int], rate: Metric) -> bool:
    """终止11件，占已审结34件的32.4%."""
    part, base = (evidence.metrics[index] for index in before[-2:])
    alike = kind_of_unit(part.unit) == kind_of_unit(base.unit) is not None
    inside = _OF.fullmatch(evidence.text, base.end, rate.start)
    return bool(alike and inside and _OF_COUNT.fullmatch(evidence.text, part.end, base.start))


def _part_of_share(evidence: Evidence, before: Sequence[int], rate: Metric) -> tuple[int | None, str]:
    """The count that 占 stands behind, or whose name 占比 bears; and of what it is said to be a share."""
    last = evidence.metrics[before[-1]]
    share_of = _SHARE.fullmatch(evidence.text, last.end, rate.start)
    if share_of:
        sure = _is_whole_number(last) and not _ELSEWHERE.search(share_of[0])
        return before[-1] if sure else None, share_of["of"] or ""
    said = _SAID_FIRST.fullmatch(evidence.text, last.end, rate.start)
    if said and not _ELSEWHERE.search(said[0]):
        return before[-1] if _is_whole_number(last) else None, said["of"]
    named = _NAMED.fullmatch(evidence.text, last.end, rate.start)
    if named is None or _ELSEWHERE.search(named[0]):
        return None, ""
    called = [other for other in before if named["name"][:2] in _label(evidence, other)]
    return called[0] if len(called) == 1 and _is_whole_number(evidence.metrics[called[0]]) else None, ""


def _label(evidence: Evidence, at: int) -> str:
    """What stands right before the count: 刑事 of （刑事71件."""
    start = evidence.metrics[at].start
    return _MARKS.split(evidence.text[max(0, start - _LABEL) : start])[-1]


def _is_whole_number(count: Metric) -> bool:
    return (
        count.bound is Bound.EXACT and count.value >= 1 and count.value == int(count.value) and "万" not in count.quote
    )


def _can_be_base(evidence: Evidence, other: int, count: Metric) -> bool:
    """A larger count of the same sort in the same or the next sentence."""
    total = evidence.metrics[other]
    alike = kind_of_unit(total.unit) == kind_of_unit(count.unit) is not None
    near = len(_STOP.findall(evidence.text, total.end, count.start)) < 2
    # 甲类33件，占35%；乙类2件，占2%: the other shares are of the same total.
    other_share = _SHARE_FOLLOWS.match(evidence.text, total.end)
    return alike and near and not other_share and total.value >= count.value and total.status is count.status
