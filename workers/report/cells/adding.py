"""May the terms that are left be added? Where the words do not say so, a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from workers.report.catalogue import indicators
from workers.report.cell_rules import Unclear
from workers.report.chinese.units import kind_of_unit
from workers.report.model import Bound, Term
from workers.report.relations.acts import (
    are_addable,
    are_levels,
    are_listed,
    are_of_forums,
    are_told_apart,
    are_unlike,
    is_catch_all,
    is_general,
    is_later_stage,
    is_narrower,
    is_same_sentence,
)
from workers.report.relations.view import View

_PERSON = kind_of_unit("人")


def why_not_added(view: View, code: str, terms: Sequence[Term]) -> Unclear | None:
    """What keeps the terms from being added; None where they are separate."""
    figures = [term.figures[0] for term in terms]
    counted_in = [term.unit for term in terms]
    if indicators()[code].dim == "rate" or "%" in counted_in:
        return Unclear.RATES
    if not are_addable(counted_in):
        return Unclear.UNITS
    if are_unlike(view, figures):
        return Unclear.UNLIKE
    if view.kind(figures[0]) != _PERSON and are_levels(view, figures):
        return Unclear.LEVELS
    if any(is_later_stage(view, other, one) for one, other in pairwise(figures)):
        return Unclear.STAGES
    pairs = list(combinations(figures, 2))
    return Unclear.OVERLAP if any(may_overlap(view, *pair) for pair in pairs) else None


def may_overlap(view: View, one: int, other: int) -> bool:
    """Can something be counted in both?"""
    if are_listed(view, one, other):
        return False
    first, second = view.metrics[one], view.metrics[other]
    some, all_of = (other, one) if second.value <= first.value else (one, other)
    if not is_same_sentence(view, one, other):
        if are_of_forums(view, one, other) and not is_catch_all(view, all_of):
            return False
        general = is_general(view, one) or is_general(view, other)
        return general or not are_told_apart(view, one, other)
    # In one sentence a statement goes with the next, unless one may be among all of the other.
    return is_catch_all(view, all_of) or (is_narrower(view, some) and is_general(view, all_of))


def add_bounds(terms: Sequence[Term]) -> Bound:
    """The bound of a sum: a term of which there may be more makes the sum one.

    >>> one = Term(figures=(0,), value=1, unit="次", bound=Bound.EXACT)
    >>> more = Term(figures=(1,), value=10, unit="次", bound=Bound.AT_LEAST)
    >>> less = Term(figures=(2,), value=9, unit="次", bound=Bound.AT_MOST)
    >>> add_bounds([one, one]), add_bounds([one, more]), add_bounds([more, less])
    (<Bound.EXACT: 'exact'>, <Bound.AT_LEAST: 'at_least'>, <Bound.ABOUT: 'about'>)
    """
    bounds = {term.bound for term in terms} - {Bound.EXACT}
    if not bounds:
        return Bound.EXACT
    return bounds.pop() if len(bounds) == 1 else Bound.ABOUT
