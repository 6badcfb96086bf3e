"""One thing stated again in other words, with another number.

things.py knows a thing by the whole of its clause. Here less is the same, and something else must
speak for it: the two numbers have the same digits in another order (187件, 178件), as a slip of the
hand gives; or the second is said of what was named before (决定废止的9件文件); or both are of the
whole year.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from workers.report.chinese.clauses import HAN, PHRASE_END, clause_after
from workers.report.model import Bound, Relation, Status
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.families import are_of_one_family
from workers.report.relations.things import PREDICATE, one_value
from workers.report.relations.view import View
from workers.report.relations.words import done_words, total_words

_BEFORE, _AFTER = 26, 14
_NOT_HAN = re.compile(rf"[^{HAN}]+")
# Noughts and the point apart: 12.6万 and 126万 have the same.
_DIGITS = re.compile(r"[1-9]")
# A thing is stated two, three times; what many figures share is a phrase.
_MOST = 12
_FEWEST, _FEW_DIGITS = 3, 2
_HALF, _MOSTLY, _NEARLY = 0.5, 0.65, 0.7
# 19个行政村: how many the body has, whatever is said of them.
_ALL_PLACES = re.compile(r"(?:全[县市区镇乡州旗]|下辖|[所管现]辖|我[县市区镇乡])(?:共有?|有)?$")
_PLACES = re.compile(r"(?:行政村|社区|村（社区）|村（居）|乡镇（街道）|镇街|乡镇)(?![级居民组干])")
# 人民调解委员会共调处: who did it is no act.
_BODY = re.compile(rf"[{HAN}]{{0,6}}(?:委员会|调委会|执法队|大队|中队|办公室|领导小组)")
_BY_NOW = re.compile("截至(?:目前|年底|年末|12月底|20[0-9]{2}年底)|现有|实有|目前")
_OF_ALL_YEARS = re.compile("累计")
_OF_THOSE = re.compile("(?:的|全部|所有|这些)$")
_GROUP = re.compile("其中|另有|其余|新增|部分")


def find_restated(
    view: View, parts: Mapping[int, int], known: set[frozenset[int]]
) -> Iterator[Relation]:
    """same_as, where things.py has not said so (`known`)."""
    by_digits: defaultdict[object, list[int]] = defaultdict(list)
    by_code: defaultdict[object, list[int]] = defaultdict(list)
    by_place: defaultdict[object, list[int]] = defaultdict(list)
    for at in view.in_order():
        if not _is_own(view, at, parts):
            continue
        metric = view.metrics[at]
        digits = "".join(sorted(_DIGITS.findall(metric.quote)))
        if len(digits) >= _FEW_DIGITS:
            by_digits[metric.unit, digits].append(at)
        if metric.unit != "%":
            by_code[metric.unit, metric.indicator].append(at)
        place = _PLACES.match(view.behind(at, 8))
        if place and _ALL_PLACES.search(view.before(at, 6)):
            by_place[place[0]].append(at)
    grouped = (
        (by_digits, _is_slip),
        (by_code, _is_same_year),
        (by_place, _is_place),
    )
    for groups, says_so in grouped:
        for group in groups.values():
            for one, other in combinations(group if len(group) <= _MOST else (), 2):
                pair = frozenset((one, other))
                if pair not in known and _are_two(view, one, other) and says_so(view, one, other):
                    known.add(pair)
                    yield view.relation(RelationKind.SAME_AS, (other, one), Sure.IMPLIED)


def _is_place(view: View, one: int, other: int) -> bool:
    """Are both of all such places that the body has? Their group says so."""
    return view.metrics[one].unit == view.metrics[other].unit


def _is_own(view: View, at: int, parts: Mapping[int, int]) -> bool:
    """A result of the body itself, and no part of another figure."""
    metric = view.metrics[at]
    sure = metric.bound is Bound.EXACT and metric.status is Status.DONE and metric.value > 0
    less = metric.subject or metric.per or metric.period or at in parts or view.is_change(at)
    return sure and not less and not _GROUP.search(view.clause(at, 8))


def _are_two(view: View, one: int, other: int) -> bool:
    first, second = view.metrics[one], view.metrics[other]
    apart = view.sentence_at(first.start) != view.sentence_at(second.start)
    return apart and first.value != second.value


def _is_slip(view: View, one: int, other: int) -> bool:
    """187件, 178件: the same digits, and most words of the shorter statement."""
    first, second = _said(view, one), _said(view, other)
    shared = len(_pairs(first) & _pairs(second))
    least = min(len(_pairs(first)), len(_pairs(second)))
    digits = len(_DIGITS.findall(view.metrics[one].quote))
    enough = _HALF if digits > _FEW_DIGITS else _MOSTLY
    few = 1 if _have_one_value(view, one, other) else _FEWEST
    return few <= shared >= enough * least and _are_alike(first, second)


def _is_same_year(view: View, one: int, other: int) -> bool:
    """Both are of the whole year, and hardly anything else is said; or the second is of the first,
    as 年内举办的6期培训班 is.
    """
    if not _have_one_value(view, one, other):
        return False
    first, second = _said(view, one), _said(view, other)
    shared = len(_pairs(first) & _pairs(second))
    least = min(len(_pairs(first)), len(_pairs(second)))
    either = (
        least if _OF_THOSE.search(view.before(other, 4)) else len(_pairs(first) | _pairs(second))
    )
    return shared > 2 * _FEWEST and shared >= _NEARLY * either and _are_alike(first, second)


def _have_one_value(view: View, one: int, other: int) -> bool:
    """Do their words say that they are of the whole year, or has their indicator one a year?"""
    known, codes = one_value(), {view.metrics[at].indicator for at in (one, other)}
    if _OF_ALL_YEARS.search(_clause(view, one)) or _OF_ALL_YEARS.search(_clause(view, other)):
        return False
    if len(codes) == 1 and codes <= known.codes:
        return True
    said = (_clause(view, at) for at in (one, other))
    return len(codes) == 1 and all(
        known.whole.search(each) or _BY_NOW.search(each) for each in said
    )


def _clause(view: View, at: int) -> str:
    after = clause_after(view.text, view.metrics[at].end, _AFTER, PHRASE_END)
    return view.clause(at, _BEFORE, PHRASE_END) + PREDICATE.split(after)[0]


def _said(view: View, at: int) -> str:
    """The words of the clause that make a difference."""
    known = one_value()
    said = _BODY.sub("", known.not_narrower.sub("", _clause(view, at)))
    return _NOT_HAN.sub("", known.idle.sub("", said))


def _pairs(said: str) -> set[str]:
    return {said[start : start + 2] for start in range(len(said) - 1)}


def _are_alike(one: str, other: str) -> bool:
    """Do both say the same was done, of no other kind and of nothing less?"""
    if are_of_one_family([one, other]) or _acts(one) != _acts(other):
        return False
    narrower = one_value().narrower
    return set(narrower.findall(one)) == set(narrower.findall(other))


def _acts(said: str) -> set[str]:
    words: Sequence[str] = (*total_words("verbs"), *done_words().any_done.findall(said))
    return {word for word in words if word in said}
