"""A figure and the one right before it: is it a part of that, or what was done of it?"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from workers.report.chinese.clauses import HAN, LIST_COMMA, PHRASE_END, SENTENCE_END
from workers.report.model import Bound, Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.lists import ALL_SORTS, AMONG, among_opener
from workers.report.relations.subsets import (
    are_both_traits,
    is_among,
    is_kind_of,
    is_new,
    is_of_all_named,
    is_of_those,
    is_of_what_follows,
    is_remainder,
    is_some,
    is_some_of_all,
    named_again,
    named_as_these,
    taken_up,
)
from workers.report.relations.view import MOST_FIGURES, VERB_REACH, View
from workers.report.relations.words import done_words, holds_any, total_words
from workers.report.text import Span

_CASES = frozenset({"件", "份", "条"})
_BEHIND = 4
_NOUN = 14
# 民事214件（含讨薪26件）: in brackets right behind it, so of this one and no other.
_IN_BRACKETS = re.compile(rf"[{HAN}]{{0,6}}(?:[（(\[〔]|，[内其]?含)")
# 在岗职工72人，从事执法工作的人员45人: whoever is of the staff.
_ANYBODY = frozenset({"人员", "同志", "干部", "职工", "工作人员", "干部职工"})
_STAFF = re.compile(r"职工|干部|人员|编制|在岗|在编|员工|队伍")


def find_parts(view: View, place: Span, stated: Sequence[int]) -> Iterator[Relation]:
    """part_of and done_of: each figure of one statement with the one before it.

    What was done may be done of several: 分别受理205件、131件、48件，调解成功377件; not of what is
    itself a part, or was done: 收到27件，受理18件，审结18件 is of the 27.
    """
    together: deque[int] = deque(maxlen=MOST_FIGURES)
    before: deque[int] = deque(maxlen=MOST_FIGURES)
    called: dict[int, int] = {}
    end = place.start
    for at, following in pairwise(stated):
        # What is parted by a stop from the figure before it is no list with it.
        if SENTENCE_END.search(view.text, end, view.metrics[at].start):
            together.clear()
        if at not in called:
            together.append(at)
        before.append(at)
        end = view.metrics[at].end
        if at in called and view.between(at, following) == LIST_COMMA:
            # 这些事项中已公示、论证的依次有5项、4项: the next in a row is of the same whole.
            if _are_comparable(view, called[at], following):
                called[following] = called[at]
                figures = (following, called[at])
                yield view.relation(RelationKind.PART_OF, figures, Sure.SAID)
            continue
        for relation in _of_pair(view, place, before, together, following):
            called[relation.figures[0]] = relation.figures[1]
            yield relation


def _of_pair(
    view: View, place: Span, before: Sequence[int], together: Iterable[int], following: int
) -> Iterator[Relation]:
    at = before[-1]
    comparable = _are_comparable(view, at, following)
    if is_of_what_follows(
        view.clause(at), view.between(at, following), _text_behind(view, following)
    ):
        if _are_comparable(view, following, at):
            yield view.relation(RelationKind.PART_OF, (at, following), Sure.SAID)
    elif is_of_all_named(
        view.clause(at), view.between(at, following), view.behind(following, _NOUN)
    ):
        yield view.relation(RelationKind.PART_OF, (following, at), Sure.SAID)
    elif not comparable or view.is_change(at) or view.is_change(following):
        return
    elif _is_part_of(view, at, following):
        whole, sure = whole_of(view, following, before)
        among = whole == at and among_opener().match(view.between(at, following)) is not None
        yield view.relation(
            RelationKind.PART_OF, (following, whole), sure, AMONG if among else None
        )
    elif _is_done_of(view, at, following, place):
        taken = [other for other in together if view.kind(other) == view.kind(at)]
        yield view.relation(RelationKind.DONE_OF, (following, *(taken or (at,))), Sure.SAID)


def whole_of(view: View, part: int, before: Sequence[int]) -> tuple[int, Sure]:
    """The nearest figure before the part.

    Where the part exceeds it, the next of its sort that can hold it.

    其中 may go back to an earlier total; of another indicator that is no more than possible.
    """
    metric, nearest = view.metrics[part], before[-1]
    if these := named_as_these(view.between(nearest, part)):
        # 对象17人，含未成年对象2人；上述对象中…: of all of them.
        called = [other for other in before if these in view.said_with(other, _NOUN, PHRASE_END)]
        return max(called or [nearest], key=lambda at: view.metrics[at].value), Sure.SAID
    between = view.between(nearest, part)
    named = _IN_BRACKETS.match(between) or taken_up(between)
    if metric.value > view.metrics[nearest].value and not named:
        for other in reversed(before):
            if view.kind(other) == view.kind(part) and metric.value <= view.metrics[other].value:
                same = metric.indicator == view.metrics[other].indicator is not None
                return other, Sure.IMPLIED if same else Sure.POSSIBLE
    return nearest, Sure.SAID


def _text_behind(view: View, at: int) -> str:
    return view.behind(at, _BEHIND)


def _are_comparable(view: View, at: int, following: int) -> bool:
    """One kind of thing, of one period and body, and surely stated."""
    whole, part, kind = view.metrics[at], view.metrics[following], view.kind(at)
    same = kind is not None and kind == view.kind(following) and whole.status is part.status
    exact = whole.bound is Bound.EXACT and part.bound in {Bound.EXACT, Bound.AT_LEAST}
    if not (same and exact and part.value and whole.per == part.per):
        return False
    if kind not in ALL_SORTS or None in (whole.indicator, part.indicator):
        return True
    between, behind = view.between(at, following), _text_behind(view, following)
    of_those = is_of_those(between, behind) or is_some(between, behind)
    return of_those or whole.indicator == part.indicator or _share_a_word(view, at, following)


def _share_a_word(view: View, at: int, following: int) -> bool:
    """Do two characters of what stands before the part stand before the whole too?"""
    clause = view.clause(at)
    said = view.between(at, following).strip("。，,（(；;：:其中")
    return any(said[start : start + 2] in clause for start in range(len(said) - 1))


def _is_part_of(view: View, at: int, following: int) -> bool:
    """其中 and the like between the two; a thing may hold several others (24个社区中，建站27个)."""
    between, behind, clause = (
        view.between(at, following),
        _text_behind(view, following),
        view.clause(at),
    )
    if are_both_traits(clause, between):
        return False
    if is_among(between, behind) or is_new(clause, between) or is_remainder(clause, between):
        return True
    if view.kind(at) not in ALL_SORTS and is_some_of_all(between, behind):
        return True
    if (these := named_as_these(between)) and these in clause + between[: between.index(these)]:
        return True
    if (of := taken_up(between)) and _is_called(view, at, of):
        return True
    if view.kind(at) in _CASES and is_kind_of(clause, between):
        return True
    noun = named_again(between, behind)
    if noun is None:
        return False
    return noun in clause + between[: len(noun)] or (
        noun in _ANYBODY and _STAFF.search(clause) is not None
    )


def _is_called(view: View, at: int, of: str) -> bool:
    """Does each word of this name stand with the figure, its verb among them?"""
    said = view.said_with(at, _NOUN, PHRASE_END)
    named = [word for word in re.split("的|了", of.removeprefix("已")) if len(word) > 1]
    return bool(named) and all(
        any(word[start : start + 2] in said for start in range(len(word) - 1)) for word in named[:1]
    )


def _is_done_of(view: View, at: int, following: int, place: Span) -> bool:
    """受理15件，办结18件: what was done of what came in, in the catalogue's words.

    Not with what was carried over.
    """
    words, between = done_words(), view.between(at, following)
    clause = view.clause(at, since=place.start)
    if not words.taken.search(clause):
        return False
    whole, part = view.metrics[at], view.metrics[following]
    # 上半年立案31件，下半年立案44件 say the same of two things.
    parallel = between.rstrip("的有共")[-2:] in clause
    if not parallel and _ends_in_done(between) and _is_of_one_thing(view, at, following):
        return not words.carried_over.search(between + view.behind(following, VERB_REACH))
    opening = words.done.match(between)
    # 排查矛盾纠纷120件，化解矛盾纠纷150件: what was done is called as what came in is.
    if not opening or between[opening.end() :].removeprefix("各类") not in clause:
        return False
    # Behind the figures too: 办结25件（含上年结转9件）. What the whole itself is called, 积案15件,
    # adds nothing to it.
    before = view.text[max(place.start, whole.start - 2 * VERB_REACH) : whole.start - len(clause)]
    near = before + view.text[whole.end : min(place.end, part.end + VERB_REACH)]
    return not words.carried_over.search(near)


def _ends_in_done(between: str) -> bool:
    """当事人按期改正90份: the verb stands right before the number, and nothing is named between.

    >>> _ends_in_done("，当事人按期改正"), _ends_in_done("，通过网络学习")
    (True, False)
    >>> _ends_in_done("，另整改")
    False
    """
    ends = done_words().ending.fullmatch(between) is not None
    return ends and not holds_any(between, total_words("others"))


def _is_of_one_thing(view: View, at: int, following: int) -> bool:
    """Where the second figure has a thing of its own, it has an indicator of its own."""
    named = view.metrics[following].indicator
    return named in (None, view.metrics[at].indicator) and view.kind(at) not in ALL_SORTS
