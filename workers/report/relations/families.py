"""Lists of kinds of one sort, so that nothing is counted under two of them: 维持, 驳回, 撤销.

婚姻 and 邻里 are kinds of disputes, 党员 and 女性 are not kinds of anything: one person can be
both. The families stand in totals.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.report.chinese.clauses import HAN
from workers.report.chinese.units import kind_of_unit
from workers.report.relations.lists import LISTS, among_opener, part_labels, sum_parts
from workers.report.relations.view import View
from workers.report.relations.words import done_words, kind_families, overlapping_words

_PERSON = kind_of_unit("人")
_MONEY = "元"
# 涉及…, 其中…有: what stands before every part, whatever it is of.
_NO_KINDS = frozenset({"涉及", "分别", "的有", "共有", "达到"})
# So much of the total, and the list leaves out little or nothing; 等, 余 behind it say that it
# does.
_NEARLY = 0.85
_AND_MORE = re.compile(rf"[{HAN}“”]{{0,3}}(?:等|余|多|以及其他|不等)")
# Of parts with any names: no farther off than a misprint of the last digits.
_OFF = 0.1
_SHORTEST = 2
# 各类检查87次，日常52次，专项21次: a total of all sorts.
_GATHERED = re.compile("各类|各种|各项|共|总")
_SO_MANY = re.compile("(?P<count>[两二三四五六])(?:级|类|种|支|大块|部分)")
_COUNTS = dict(zip("两二三四五六", (2, 2, 3, 4, 5, 6), strict=True))
# 其中政策文件类35条、工作动态类146条: named as kinds.
_AS_KIND = re.compile(r"类(?:案件|事项|纠纷|信息|问题|投诉|工单)?$")


def are_kinds(called: Sequence[str]) -> bool:
    """Does each label name another kind of one sort?

    >>> are_kinds(["维持", "驳回", "撤销"]), are_kinds(["婚姻家庭", "邻里纠纷"])
    (True, True)
    >>> are_kinds(["政策类", "动态类"])
    True

    Left alone: a person's traits, the steps that a matter goes through, ways of publishing.

    >>> are_kinds(["党员", "女性"]), are_kinds(["受理", "办结"])
    (False, False)
    >>> are_kinds(["通过网站公开", "通过公众号公开"])
    False
    >>> are_kinds(["婚姻纠纷", "维持"]), are_kinds(["维持", "维持"])
    (False, False)
    """
    distinct = len(set(called)) == len(called) > 1
    if not distinct or any(overlapping_words().search(label) for label in called):
        return False
    as_kinds = all(_AS_KIND.search(label) for label in called)
    return as_kinds or are_of_one_family(called)


def are_of_one_family(called: Sequence[str]) -> bool:
    """Is each of them another of one family (totals.yaml)?"""
    return any(_are_of(family, called) for family in kind_families())


def _are_of(family: Sequence[str], called: Sequence[str]) -> bool:
    members = [next((word for word in family if word in label), None) for label in called]
    return None not in members and len(set(members)) == len(members)


def are_all_kinds(view: View, at: int, listed: Sequence[int]) -> bool:
    """其中婚姻纠纷30件、邻里纠纷25件: kinds of one thing, of which nothing is left out.

    A person may be of two kinds.
    """
    if not _are_of_kinds(view, at, listed):
        return False
    added, total = sum_parts(view, listed), view.metrics[at].value
    # Three kinds or more (of money two) that make up nearly all, and nothing says that there are
    # others.
    enough = len(listed) > 2 or view.metrics[at].unit == _MONEY
    return added > total or (
        enough and added >= _NEARLY * total and not _goes_further(view, listed)
    )


def _are_of_kinds(view: View, at: int, listed: Sequence[int]) -> bool:
    called = part_labels(view, listed)
    end = view.metrics[at].end
    if not LISTS.match(view.text, end):
        return False
    if are_kinds(called):
        return True
    named = {view.before(part, 2) for part in listed}
    alike = len(named) == 1 and view.kind(at) != _PERSON and named.isdisjoint(_NO_KINDS)
    opened = among_opener().match(view.text, end) is not None
    return alike and opened and not any(overlapping_words().search(label) for label in called)


def are_nearly_all(view: View, at: int, listed: Sequence[int]) -> bool:
    """Are they hardly off, and no label says that the parts overlap or are steps?

    其中日常检查203次，专项检查56次 of 268.
    """
    called = part_labels(view, listed)
    plain = len(set(called)) == len(called) and not any(
        overlapping_words().search(label)
        or done_words().done.match(label)
        or len(label) < _SHORTEST
        for label in called
    )
    most = 1 + _OFF / 2 if view.kind(at) == _PERSON else 1 + _OFF
    near = (
        (1 - _OFF) * view.metrics[at].value
        <= sum_parts(view, listed)
        <= most * view.metrics[at].value
    )
    opened = among_opener().match(view.text, view.metrics[at].end) is not None
    gathered = len(listed) > 2 and _GATHERED.search(view.clause(at)) is not None
    return plain and near and (opened or gathered) and not _goes_further(view, listed)


def are_as_many(view: View, at: int, listed: Sequence[int]) -> bool:
    """镇村两级共112名，镇级14名，村级98名: as many kinds as the total says that it has."""
    said = _SO_MANY.search(view.clause(at))
    return said is not None and _COUNTS.get(said["count"]) == len(listed)


def _goes_further(view: View, listed: Sequence[int]) -> bool:
    """Says 等 or 余 behind the last that there are others?"""
    return _AND_MORE.match(view.text, view.metrics[listed[-1]].end) is not None
