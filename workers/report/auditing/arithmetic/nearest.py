"""Rates against the count that stands right before them, told by their words: `rate_impossible`.

For rates that no rule of rates.yaml ties to a count of the catalogue. A rate is held against the count before it where
its name is one act (办结率, 答复率) and says nothing of another thing: in 办理许可31件，信访办结率98% it does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.report.auditing.arithmetic.parts import done_words
from workers.report.auditing.arithmetic.ratenames import name_in_order
from workers.report.auditing.arithmetic.shares import Share
from workers.report.auditing.context import Evidence, is_change
from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.units import kind_of_unit
from workers.report.model import Bound, Metric
from workers.report.text import Span

_FILE = "rates.yaml"
# What a rate can be a share of; times and sessions are no cases.
_CASES = frozenset({"件", "人", "份", "户", "个", "条", "处", "项", "批", "批次", "宗", "篇", "部", "台"})
# More counts than this in reach: which of them the rate belongs to cannot be told.
MOST_COUNTS = 4
# Between a count and the rate of it: two clauses at the most.
_APART = 36
_CLAUSE = re.compile(r"[，。；、！？,;\n（(]")
# What a count is said with: 合格率96.6%：抽检210批次 parts the rate from what explains it.
_OWN = re.compile(r"[，。；：、！？,;:\n（(]")
_NAME = re.compile(r"([\u4e00-\u9fff]{2,16}?)率")
# What a rate's name may hold beside the act: how, of all, on the average.
_IDLE = re.compile(
    r"当日|当天|当月|现场|按期|按时|按照|依法|依规|规范|及时|均|其|的|全部|综合|一次性?|初次|成功|有效|件|总体?|平均|实际|案件|事项|问题|人员|干部|并|且|期限|法定|以|到|了"
)
_VERB_REACH = 20
# 合格率96.6%：抽检210批次，合格206批次; 93.2%（应出庭23件，实际出庭22件）.
_EXPLAINED = re.compile(r"[：:（(]")
# Sessions and sums of money have no share that is done.
_NO_CASES = frozenset({"次", "元", None})
_BEHIND = 12
# 应持证38人，实际持证35人: what should be.
_DUE = re.compile(r"回访|抽取|问卷|调查|应[\u4e00-\u9fff]|总数|总量|总计|共|计划")
# 按期办结70批次，按期办结率: such a rate is of fewer than were done.
_HOW = ("按期", "按时", "提前", "限时", "及时", "当场", "首次", "一次", "成功")
# 就地化解比例达到96%, 刑事案件占比43.6%: the rate is named after its part.
_SHARE_NAME = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,10}?)(?:比例|占比|比重)(?:达到|达|为|是|约为)?$")


@knowledge
def acts() -> tuple[tuple[str, ...], ...]:
    """Words of one act, each group in one tuple."""
    listed = load_yaml(_FILE)["acts"]
    require(all(isinstance(group, list) and group for group in listed), _FILE, "acts", "must be lists of words")
    return tuple(tuple(map(str, group)) for group in listed)


def nearest_counts(evidence: Evidence, at: int, reach: Span) -> list[int]:
    """The counts right before the rate, the nearest first, that it can be a share of by its words; empty in doubt."""
    rate = evidence.metrics[at]
    name = _name(evidence.text, rate)
    if name is None:
        return []
    before = [other for other in evidence.metrics_in(Span(reach.start, rate.start)) if _is_case(evidence, other, at)]
    found: list[int] = []
    for other in reversed(before):
        count = evidence.metrics[other]
        kind = kind_of_unit(count.unit)
        if found and (kind != kind_of_unit(evidence.metrics[found[0]].unit) or len(found) == 3):
            break
        if rate.start - count.end > _APART and not found:
            break
        found.append(other)
    return found if found and _is_about(evidence.text, name, evidence.metrics[found[-1]], rate) else []


def _is_case(evidence: Evidence, other: int, at: int) -> bool:
    count, rate = evidence.metrics[other], evidence.metrics[at]
    same = count.section == rate.section and count.status is rate.status and count.per is None
    same = same and not is_change(evidence.text, count)
    return same and count.value >= 1 and kind_of_unit(count.unit) in _CASES


def _name(text: str, rate: Metric) -> str | None:
    """What stands before 率 in the rate's own clause; of several names the one of this figure."""
    if in_order := name_in_order(text[max(0, rate.start - 3 * _VERB_REACH) : rate.start]):
        return in_order.removesuffix("率")
    clause = _CLAUSE.split(text[max(0, rate.start - _VERB_REACH) : rate.start])[-1]
    found = _NAME.search(clause)
    return found.group(1) if found else None


def _acts_in(words: str) -> list[tuple[str, ...]]:
    return [group for group in acts() if any(word in words for word in group)]


def _is_about(text: str, name: str, count: Metric, rate: Metric) -> bool:
    """The name is an act alone, or what else it says stands between the count's clause and the rate."""
    known = _acts_in(name)
    if not known:
        return False
    rest = _IDLE.sub("", name)
    for group in known:
        for word in group:
            rest = rest.replace(word, "")
    said = text[max(0, count.start - _VERB_REACH) : rate.start - len(name) - 1]
    return not rest or any(rest[i : i + 2] in said for i in range(max(1, len(rest) - 1)))


def is_telling(evidence: Evidence, counts: Sequence[int]) -> bool:
    """With 余 or 近 the base is not known; with many counts it is not known which is the base."""
    stated = [evidence.metrics[other] for other in counts]
    exact = all(count.bound is Bound.EXACT and count.value == int(count.value) for count in stated)
    return exact and len(counts) <= MOST_COUNTS


def can_be_nearest(evidence: Evidence, at: int, share: Share, counts: Sequence[int]) -> bool:
    """Can the rate be a share of one of the counts, of them together, or of what the done ones are the part of?"""
    stated = [evidence.metrics[other] for other in counts]
    bases = [int(count.value) for count in stated]
    name = _name(evidence.text, evidence.metrics[at]) or ""
    done = [int(count.value) for count in stated if _is_part(evidence.text, name, count)]
    return any(map(share.of, [*bases, sum(bases)])) or any(map(share.from_part, done))


def _is_part(text: str, name: str, count: Metric) -> bool:
    """Is the count said with the rate's own act (办结28件，办结率…)?"""
    clause = _CLAUSE.split(text[max(0, count.start - _VERB_REACH) : count.start])[-1]
    return any(word in clause for group in _acts_in(name) for word in group)


def part_and_base(evidence: Evidence, at: int, reach: Span) -> tuple[int, int] | None:
    """受理38件，已办结34件，办结率…: the two counts right before the rate, of which one is said with its act.

    The larger is the base, whichever comes first (办结34件，受理总数38件).
    """
    rate = evidence.metrics[at]
    before = _apart(evidence, evidence.metrics_in(Span(reach.start, rate.start)))
    after = _apart(evidence, evidence.metrics_in(Span(rate.end, reach.end)))[:2]
    if pair := _pair(evidence, at, before):
        return pair
    inside = after and _EXPLAINED.match(evidence.text, rate.end)
    return _pair(evidence, at, after) if inside else None


def _apart(evidence: Evidence, stated: Sequence[int]) -> list[int]:
    """The figures without the twins of those that state two things."""
    return list({evidence.metrics[other].start: other for other in stated}.values())


def _pair(evidence: Evidence, at: int, stated: Sequence[int]) -> tuple[int, int] | None:
    """The last of the figures and the one of its sort before it, as part and base."""
    if not stated:
        return None
    rate, other = evidence.metrics[at], evidence.metrics[stated[-1]]
    kind = kind_of_unit(other.unit)
    like = [index for index in stated[:-1] if kind_of_unit(evidence.metrics[index].unit) == kind]
    if not like or kind in _NO_CASES:
        return None
    one = evidence.metrics[like[-1]]
    exact = one.bound is other.bound is Bound.EXACT and min(one.value, other.value) > 0
    near = other.start - one.end <= 2 * _VERB_REACH and abs(rate.start - other.end) <= 2 * _VERB_REACH
    siblings = one.part_of is not None and one.part_of == other.part_of
    if siblings or not (exact and near and one.status is other.status is rate.status):
        return None
    base, part = (like[-1], stated[-1]) if other.value <= one.value else (stated[-1], like[-1])
    return (part, base) if _are_part_and_base(evidence, part, base, at) else None


def _are_part_and_base(evidence: Evidence, part: int, base: int, at: int) -> bool:
    """Is the part called as the rate is, and the base not, or as what came in?"""
    text, rate = evidence.text, evidence.metrics[at]
    own, whole = _said_with(evidence, part), _said_with(evidence, base)
    between = text[evidence.metrics[base].end : evidence.metrics[part].start]
    if evidence.metrics[base].start > evidence.metrics[part].start and not _DUE.search(whole):
        return False
    clause = _CLAUSE.split(text[max(0, rate.start - _VERB_REACH) : rate.start])[-1]
    if named := _SHARE_NAME.search(clause):
        return named["name"][:2] in own and named["name"][:2] not in whole
    name = _name(text, rate)
    if name is None or not (_says_act(name, own) and all(word in own for word in _how(name))):
        return False
    # 调解组织排查1943件，化解1902件: what came in may name the act too; 化解甲类50件，化解乙类40件 are two parts.
    is_whole = "其中" in between or done_words().taken.search(whole) or _DUE.search(whole)
    return bool(is_whole) or not _says_act(name, whole)


def _said_with(evidence: Evidence, at: int) -> str:
    """The clause of the count, on both sides of it: 80人成绩合格."""
    count, text = evidence.metrics[at], evidence.text
    before = _OWN.split(text[max(0, count.start - _VERB_REACH) : count.start])[-1]
    return before + _OWN.split(text[count.end : count.end + _BEHIND])[0]


def _says_act(name: str, said: str) -> bool:
    """优秀等次41人，优秀率: the act that the name ends in, or another word of it."""
    return name[-2:] in said or any(word in said for group in _acts_in(name) for word in group)


def _how(name: str) -> list[str]:
    """按期 in 按期办结率: the part must be of those that were done so."""
    return [word for word in _HOW if word in name]


def all_of_them(evidence: Evidence, at: int, reach: Span) -> Span | None:
    """收到13件，全部办结，办结率96%: where all is said to be done of which the rate says that some is not."""
    rate = evidence.metrics[at]
    name = _name(evidence.text, rate)
    if name is None or _IDLE.sub("", name) != name:
        return None
    before = evidence.metrics_in(Span(reach.start, rate.start))
    start = max([reach.start, *(evidence.metrics[other].end for other in before)])
    for word in (word for group in _acts_in(name) for word in group):
        for whole in ("全部", "均已", "均"):
            place = evidence.text.find(whole + word, start, rate.start)
            if place >= 0:
                return Span(place, place + len(whole + word))
    return None
