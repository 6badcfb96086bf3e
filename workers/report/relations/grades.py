"""好评率, 合格率 beside how many were judged how: 评价318条，满意302条、基本满意14条、差评2条.

Such a rate is the share of one of the grades or of several together; what is left of the whole is
one more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from workers.report.catalogue import knowledge, load_yaml
from workers.report.model import Bound, Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.ratenames import rate_name
from workers.report.relations.view import LABEL_END, View
from workers.report.relations.words import holds_any
from workers.report.text import Span

_BEHIND = 8
_DENIED = re.compile("不|未|差")
_MOST = 6


@knowledge
def _grade_words() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(map(str, row)) for row in load_yaml("rates.yaml")["grades"])


def find_grades(view: View, at: int, reach: Span, parts: Mapping[int, int]) -> Relation | None:
    """some_of: the rate, the whole, those of its grades that are counted."""
    name = rate_name(view, at)
    scale = next((words for words in _grade_words() if holds_any(name, words)), None)
    if scale is None:
        return None
    stated = view.places_in(Span(reach.start, view.metrics[at].start))
    graded = [each for each in stated if _is_graded(view, each, scale)][-_MOST:]
    if not graded or (len(graded) == 1 and not _is_denied(view, graded[0])):
        return None  # 45名合格 is the part itself (ratios.py)
    whole = parts.get(graded[0], _count_before(view, stated, graded))
    if whole is None or any(parts.get(each, whole) != whole for each in graded):
        return None
    return view.relation(RelationKind.SOME_OF, (at, whole, *graded), Sure.SAID)


def _is_graded(view: View, at: int, scale: Sequence[str]) -> bool:
    exact = view.metrics[at].bound is Bound.EXACT and view.kind(at) is not None
    return exact and holds_any(view.said_with(at, _BEHIND, LABEL_END), scale)


def _is_denied(view: View, at: int) -> bool:
    return _DENIED.search(view.clause(at, _BEHIND, LABEL_END)) is not None


def _count_before(view: View, stated: Sequence[int], graded: Sequence[int]) -> int | None:
    """The count of the same sort right before the first grade, which holds them all."""
    place = stated.index(graded[0])
    if not place or view.kind(stated[place - 1]) != view.kind(graded[0]):
        return None
    added = sum(view.metrics[each].value for each in graded)
    return stated[place - 1] if added <= view.metrics[stated[place - 1]].value else None
