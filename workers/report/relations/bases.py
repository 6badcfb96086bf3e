"""What a rate is a share of, told by the words of its name alone: 线索核查率 is of 线索47条.

The count may stand before the rate or behind it, in its sentence or in the one beside it. All
counts in reach are named, those that the name ties to it first: where one of them gives the rate,
nothing is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.report.catalogue import knowledge
from workers.report.chinese.clauses import (
    CLAUSE_END,
    COMMAS,
    HAN,
    LIST_COMMA,
    PHRASE_END,
    SENTENCE_END,
    clause_after,
    clause_before,
)
from workers.report.model import Bound, Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.view import View
from workers.report.relations.words import acts_in, any_of, holds_any, rate_words
from workers.report.text import Span

CASES = frozenset("件人份户个条处项批宗篇部台卷家") | {"批次"}
_REACH, _BEHIND, _COUNTED = 24, 10, 30
_MOST = 6
_SIDE, _SENTENCE, _ROW = 200, 80, 8
# 核查率达到, 的草案比例为, 警告类占, 学历的比例为: the name, what it is of, how it is told.
_RATE = re.compile(
    rf"(?P<of>[{HAN}“”（）]{{0,20}}?)(?P<act>[{HAN}]{{2}})率"
    r"(?:约|均|也|已|仍|分别|稳定)?(?:达到了?|达|为|是|在)?"
)
_SHARE = re.compile(
    rf"(?P<of>[{HAN}“”（）]{{2,20}}?)(?P<how>占比?|比例|比重)(?:约?为|达到了?|达|是|到)?"
)
# 警告类占, 涉及土地的占, 本科学历的比例: of what was counted before, which is not named again.
_ELLIPSIS = re.compile("(?:的|类|等次|型|档|者)$")
_TAKEN_UP = re.compile(rf"(?:^|[{COMMAS}])(?P<of>[{HAN}]{{2,12}}?)(?:当中|之中|中)")
_IN_ROW = re.compile(rf"分别|依次|各|[%％][{LIST_COMMA}和及与]")
_BY_NOW = re.compile("目前|年底|年末|12月底")
_NOT_HAN = re.compile(rf"[^{HAN}]+")
_PLACE = re.compile("村|社区|乡镇|街道|单位|部门|站所|学校")
_PLACE_BEHIND = re.compile(r"[（行政建制]{0,4}(?P<place>村|社区|乡镇|街道|单位|部门|站所|学校)")
_OF_PLACES = re.compile(
    "(?:覆盖|创建|建成|达标|配备|聘请|设立|建设|完成|规范化|挂牌|签约|普及|制定|建立)率"
)


def find_bases(view: View, at: int) -> Iterator[Relation]:
    """share_of, and done_of where the base is said with the rate's act: as far as is possible."""
    near = () if _IN_ROW.search(view.before(at, _ROW)) else _counts_near(view, at)
    if not near:
        return
    clause = view.clause(at, _REACH, PHRASE_END)
    if holds_any(clause, rate_words("of_people_asked")):
        return
    rate, share = _RATE.fullmatch(clause), _SHARE.fullmatch(clause)
    if rate and holds_any(clause, rate_words("opinions")):
        # 建议的满意率 is of the proposals, and of nothing else.
        tied = near = _of_opinions(view, at, near, rate["of"].rpartition("的")[0])
    elif rate:
        tied = _of_name(view, near, rate["of"], rate["act"])
        acts = [rate["act"], *_act_words(rate["act"])]
        for count in tied:
            if holds_any(_said(view, count), acts):
                yield view.relation(RelationKind.DONE_OF, (count, at), Sure.POSSIBLE)
    else:
        tied = _of_share(view, at, near, share["of"]) if share else []
    if tied:
        others = [count for count in near if count not in tied]
        yield view.relation(RelationKind.SHARE_OF, (at, *tied, *others), Sure.POSSIBLE)


def _counts_near(view: View, at: int) -> list[int]:
    """Exact counts of the sentence and of those beside it in its line, the nearest first."""
    rate = view.metrics[at]
    first = max(rate.start - _SIDE, view.text.rfind("\n", 0, rate.start) + 1)
    last = view.text.find("\n", rate.end, rate.end + _SIDE)
    place = view.sentence_at(rate.start)
    if place is None:
        return []
    first = max(first, view.sentences[max(0, place - 1)].start)
    behind = view.sentences[min(len(view.sentences) - 1, place + 1)].end
    last = min(behind, last if last >= 0 else rate.end + _SIDE)
    counts = [other for other in view.places_in(Span(first, last)) if _is_count(view, other, at)]
    return sorted(counts, key=lambda other: abs(view.metrics[other].start - rate.start))[:_MOST]


def _is_count(view: View, other: int, at: int) -> bool:
    count, rate = view.metrics[other], view.metrics[at]
    whole = count.value >= 2 and count.value == int(count.value) and "万" not in count.quote
    period = None if _BY_NOW.search(rate.period or "") else rate.period
    own = count.per is None and count.period in (None, period) and count.status is rate.status
    own = own and (period is None or count.period == period)
    exact = whole and own and count.bound is Bound.EXACT
    return exact and view.kind(other) in CASES and not view.is_change(other)


def _said(view: View, count: int) -> str:
    behind = clause_after(view.text, view.metrics[count].end, _BEHIND, CLAUSE_END)
    before = view.clause(count, _COUNTED, PHRASE_END)
    return (before if len(before) > 1 else view.clause(count, _COUNTED, CLAUSE_END)) + behind


def _act_words(act: str) -> Sequence[str]:
    return [word for group in acts_in(act) for word in group]


def _of_opinions(view: View, at: int, near: Sequence[int], of: str) -> list[int]:
    """What the rate names; without a name the one count of its sentence that each was asked of."""
    if of:
        return [count for count in near if _is_called(view, count, of)]
    start = view.metrics[at].start
    since = start - len(clause_before(view.text, start, _SENTENCE, SENTENCE_END))
    here = [count for count in near if since <= view.metrics[count].start < start]
    each = len(here) == 1 and holds_any(_said(view, here[0]), rate_words("asked_of_each"))
    return here if each else []


def _of_name(view: View, near: Sequence[int], of: str, act: str) -> list[int]:
    """The counts that are called as the rate says that its cases are, or said with its act:
    问题整改完成率 is of 问题22个.
    """
    name = f"{of}{act}率"
    if _OF_PLACES.search(name) and _PLACE.search(of):
        return [count for count in near if _is_place(view, count, of)]
    words = _act_words(act)
    things = [thing for thing in _things(of) if thing not in words]
    if not things:
        return [c for c in near if holds_any(_said(view, c), words) and not _is_other(view, c, of)]
    return [count for count in near if _is_called(view, count, of)]


def _of_share(view: View, at: int, near: Sequence[int], of: str) -> list[int]:
    """决策事项比例: its last word says of what; 审结案件中，以和解结案的占 says it first."""
    before = [count for count in near if view.metrics[count].end <= view.metrics[at].start]
    sentence = clause_before(view.text, view.metrics[at].start, _SENTENCE, SENTENCE_END)
    taken_up = list(_TAKEN_UP.finditer(sentence))
    if taken_up and (named := [c for c in before if _is_called(view, c, taken_up[-1]["of"])]):
        return named[:1]
    if _ELLIPSIS.search(of):
        return before[:1] if not taken_up else []
    return [count for count in near if of[-2:] in _said(view, count)][:1]


def _is_called(view: View, count: int, of: str) -> bool:
    """Does each word of the name stand with the count, and none that says that it is of fewer?"""
    said = _said(view, count)
    things = _things(of)
    return (
        bool(things)
        and not _is_other(view, count, of)
        and all(any(thing[i : i + 2] in said for i in range(len(thing) - 1)) for thing in things)
    )


def _is_other(view: View, count: int, of: str) -> bool:
    said = _said(view, count)
    return any(word in of and word not in said for word in rate_words("fewer"))


def _is_place(view: View, count: int, of: str) -> bool:
    found = _PLACE_BEHIND.match(view.behind(count, _BEHIND))
    return found is not None and found["place"] in of


def _things(of: str) -> list[str]:
    """The name without acts and words that name nothing: 行政执法人员 → 人员."""
    return [word for word in _NOT_HAN.split(_idle().sub(" ", of)) if len(word) > 1]


@knowledge
def _idle() -> re.Pattern[str]:
    words = {*rate_words("names_nothing"), *rate_words("idle")}
    return re.compile(any_of(sorted(words, key=len, reverse=True)))
