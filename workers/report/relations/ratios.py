"""A rate with its part and its whole beside it, told by the act that the rate is named after."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from workers.report.chinese.clauses import CLAUSE_END, COLONS, COMMAS, HAN
from workers.report.model import Bound, Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.ratenames import act_name
from workers.report.relations.view import ITEM_END, LABEL_END, VERB_REACH, View
from workers.report.relations.words import acts_in, done_words, holds_any, rate_words, total_words
from workers.report.text import Span

# 合格率96.6%：抽检210批次，合格206批次; 93.2%（应出庭23件，实际出庭22件）.
# 成功率97.6%，受理85件，化解83件, where the rate is the first figure and its name only an act.
_EXPLAINED = re.compile(f"[{COLONS}（(]")
_GOES_ON = re.compile(f"[{COMMAS}]")
# Sessions and sums of money have no share that is done.
_NO_CASES = frozenset({"次", "元", None})
_BEHIND = 12
_ACT = 2
# 调解成功109件，挽回损失31万元，调解成功率: so many figures before the rate.
_LAST = 3
_TOGETHER = re.compile("综合|总体|整体")
_DENIED = re.compile("不|未")
# 应持证38人，实际持证35人: what should be.
_DUE = re.compile(rf"回访|抽取|问卷|调查|应[{HAN}]|总数|总量|总计|共|计划")
# 就地化解比例达到96%, 刑事案件占比43.6%: the rate is named after its part.
_SHARE_NAME = re.compile(rf"(?P<name>[{HAN}]{{2,10}}?)(?:比例|占比|比重)(?:达到|达|为|是|约为)?$")


def part_and_base(
    view: View, at: int, reach: Span, parts: Mapping[int, int]
) -> tuple[int, int] | None:
    """受理38件，已办结34件，办结率…: two counts right before the rate, one said with its act.

    The larger is the base, whichever comes first (办结34件，受理总数38件). Or the first two behind
    it, which explain it.
    """
    rate = view.metrics[at]
    before = view.places_in(Span(reach.start, rate.start))
    if pair := _find_pair(view, at, before, parts):
        return pair
    after = view.places_in(Span(rate.end, reach.end))[:2]
    explained = _EXPLAINED.match(view.text, rate.end) is not None
    first = not before and _GOES_ON.match(view.text, rate.end) and _names_act_alone(view, at)
    return _find_pair(view, at, after, parts) if after and (explained or first) else None


def _names_act_alone(view: View, at: int) -> bool:
    name = act_name(view, at) or ""
    for word in (*rate_words("names_nothing"), *rate_words("idle")):
        name = name.replace(word, "")
    return len(name) <= _ACT


def _find_pair(
    view: View, at: int, stated: Sequence[int], parts: Mapping[int, int]
) -> tuple[int, int] | None:
    """One of the last figures and one of its sort before it, as part and base."""
    for place in range(len(stated) - 1, max(-1, len(stated) - 1 - _LAST), -1):
        kind = view.kind(stated[place])
        alike = [other for other in stated[:place] if view.kind(other) == kind]
        if not alike or kind in _NO_CASES:
            continue
        if pair := _pair_of(view, at, alike[-1], stated[place], parts):
            return pair
    return None


def _pair_of(
    view: View, at: int, first: int, last: int, parts: Mapping[int, int]
) -> tuple[int, int] | None:
    siblings = first in parts and parts[first] == parts.get(last)
    first = parts.get(last, first) if not siblings else first
    if siblings or not _are_beside(view, first, last, at):
        return None
    fewer = view.metrics[last].value <= view.metrics[first].value
    part, base = (last, first) if fewer else (first, last)
    # 收案130件，审结126件（含旧存4件）: more can be done than came in.
    since, until = view.metrics[first].end, view.metrics[at].start
    if first < last < at and done_words().carried_over.search(view.text, since, until):
        return None
    known = parts.get(part) == base
    return (part, base) if _are_part_and_base(view, part, base, at, known=known) else None


def _are_beside(view: View, first: int, last: int, at: int) -> bool:
    """Exact counts of the rate's own period, near each other and near the rate."""
    one, other, rate = view.metrics[first], view.metrics[last], view.metrics[at]
    exact = one.bound is other.bound is Bound.EXACT and min(one.value, other.value) > 0
    apart = max(other.start - one.end, abs(rate.start - other.end))
    return exact and apart <= 2 * VERB_REACH and one.status is other.status is rate.status


def _are_part_and_base(view: View, part: int, base: int, at: int, *, known: bool) -> bool:
    """Is the part called as the rate is, and the base not, or as what came in?"""
    own, whole = (view.said_with(other, _BEHIND, LABEL_END) for other in (part, base))
    if view.metrics[base].start > view.metrics[part].start and not _DUE.search(whole):
        return False
    if named := _SHARE_NAME.search(view.clause(at, VERB_REACH, ITEM_END)):
        return named["name"][:2] in own and named["name"][:2] not in whole
    name = act_name(view, at)
    if name is None or not _says_act(name, own):
        return False
    # 直接纠错9件，调解21件，综合纠错率: of more than the one part.
    if _TOGETHER.search(name) and not _TOGETHER.search(own):
        return False
    # 按期办结70批次，按期办结率: such a rate is of fewer than were done.
    if not all(word in own for word in rate_words("narrower") if word in name):
        return False
    # 26项整改任务已完成23项: with its verb behind the base.
    inside = part > base and not CLAUSE_END.search(view.between(base, part))
    # 调解组织排查1943件，化解1902件: what came in may name the act too; 化解甲类50件，化解乙类40件
    # are two parts.
    among = "其中" in view.between(base, part)
    is_whole = known or among or inside or done_words().taken.search(whole) or _DUE.search(whole)
    return bool(is_whole) or not _says_act(name, whole)


def _says_act(name: str, said: str) -> bool:
    """优秀等次41人，优秀率: the act that the name ends in, or another word of it."""
    if all(character in said for character in name[-2:]) and not _DENIED.search(said):
        return True  # 达到标准97个，达标率
    words = [name[-2:], *(word for group in acts_in(name) for word in group)]
    return any(word in said and not _DENIED.search(said[: said.index(word)][-1:]) for word in words)


def all_of_them(view: View, at: int, reach: Span) -> Iterator[Relation]:
    """收到13件，全部办结，办结率96%: all is said to be done of which the rate says how much is."""
    name = act_name(view, at)
    if name is None or holds_any(name, rate_words("idle")):
        return
    end = view.metrics[at].start
    before = view.figures_in(Span(reach.start, end))
    start = max([reach.start, *(view.metrics[other].end for other in before)])
    for words in acts_in(name):
        for said in (all_of + word for word in words for all_of in total_words("all_of")):
            place = view.text.find(said, start, end)
            if place >= 0:
                span = Span(place, place + len(said))
                yield Relation(kind=RelationKind.SHARE_OF, figures=(at,), said=span, sure=Sure.SAID)
                return
