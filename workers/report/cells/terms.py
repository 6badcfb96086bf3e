"""The figures of one indicator as terms: a range is one, and so is what is stated again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workers.report.auditing.arithmetic.conflicts import can_agree
from workers.report.model import Bound, Term
from workers.report.relations.acts import are_addable, are_told_apart, is_range, is_same_sentence
from workers.report.relations.view import View


def find_terms(view: View, figures: Sequence[int]) -> list[Term]:
    """One term a figure; the two ends of a range are one."""
    terms: list[Term] = []
    for at in figures:
        metric = view.metrics[at]
        last = terms[-1] if terms else None
        if last and _is_upper_end(view, last, at):
            terms[-1] = Term(
                figures=(*last.figures, at),
                value=last.value,
                high=metric.value,
                unit=metric.unit or last.unit,
                bound=Bound.EXACT,
            )
        else:
            terms.append(
                Term(
                    figures=(at,),
                    value=metric.value,
                    high=metric.high,
                    unit=metric.unit,
                    bound=metric.bound,
                )
            )
    return terms


def _is_upper_end(view: View, last: Term, at: int) -> bool:
    metric, low = view.metrics[at], view.metrics[last.figures[0]]
    bounds = (low.bound, metric.bound) == (Bound.AT_LEAST, Bound.AT_MOST)
    fits = len(last.figures) == 1 and last.high is None and low.value <= metric.value
    return bounds and fits and is_range(view, last.figures[0], at)


def merge_restated(
    view: View, terms: Sequence[Term], same: Mapping[int, set[int]]
) -> tuple[list[Term], list[int]]:
    """Each thing once, in its most exact statement, and the figures that state it again."""
    kept: list[Term] = []
    again: list[int] = []
    for term in terms:
        known = next((n for n, one in enumerate(kept) if _is_restated(view, one, term, same)), None)
        if known is None:
            kept.append(term)
            continue
        better, worse = sorted((kept[known], term), key=lambda one: _vagueness(view, one))
        kept[known] = better
        again += worse.figures
    return kept, again


def _is_restated(view: View, one: Term, other: Term, same: Mapping[int, set[int]]) -> bool:
    first, second = one.figures[0], other.figures[0]
    if one.high is not None or other.high is not None:
        return (one.value, one.high, one.unit) == (other.value, other.high, other.unit)
    mine, others = view.metrics[first], view.metrics[second]
    if mine.value == others.value == 0:
        return True
    if second in same.get(first, ()):
        return can_agree(mine, others)
    equal = mine.value == others.value and are_addable([mine.unit, others.unit])
    if mine.unit == "%":
        return equal
    apart = is_same_sentence(view, first, second) or are_told_apart(view, first, second)
    return equal and not apart


def _vagueness(view: View, term: Term) -> tuple[bool, bool, int]:
    """The exact before the bounded, 17950 before 1.8万, the first before the later."""
    quotes = [view.metrics[at].quote for at in term.figures]
    rounded = any("万" in quote or "亿" in quote for quote in quotes)
    return term.bound is not Bound.EXACT, rounded, term.figures[0]


def find_contradictions(
    view: View, terms: Sequence[Term], same: Mapping[int, set[int]]
) -> Iterator[tuple[int, int]]:
    """Two statements of one thing that cannot agree, and that nothing tells apart."""
    for number, one in enumerate(terms):
        for other in terms[number + 1 :]:
            first, second = one.figures[0], other.figures[0]
            agree = can_agree(view.metrics[first], view.metrics[second])
            related = second in same.get(first, ())
            if related and not agree and not are_told_apart(view, first, second):
                yield first, second
