"""A total and all that it is the sum of: a list that ends in its total, or stands behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.report.chinese.clauses import (
    COLONS,
    COMMAS,
    HAN,
    SEMICOLONS,
    SENTENCE_END,
    STOP,
    clause_after,
)
from workers.report.model import Metric, Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.families import (
    are_all_kinds,
    are_as_many,
    are_kinds,
    are_nearly_all,
)
from workers.report.relations.lists import (
    among_opener,
    closes_at,
    each_opener,
    is_bracketed,
    is_joined,
    listed_behind,
    opens_list,
    part_labels,
    sum_parts,
)
from workers.report.relations.view import View
from workers.report.relations.words import done_words

_MARKS = f"{COMMAS}{SEMICOLONS}"
_SUM = "(?:共计|合计|总计|累计|总共|一共|共)"
# 三类场所总计, 以上资料共计, 各类宣传资料共计: of what has been listed.
_ALL = (
    f"(?:以上|上述|这)?(?:[两二三四五六七八九十][类项者种个]|各类|各项)[{HAN}]{{0,8}}|(?:以上"
    f"|上述)[{HAN}]{{0,8}}"
)
# 共25件, 合计713条: a total after its parts, in a clause of its own.
_BARE = re.compile(rf"[（({_MARKS}{COLONS}](?:两项|三项|以上|各类|全年)?{_SUM}$")
_SUMMED = re.compile(
    rf"[。（({_MARKS}{COLONS}]\s?(?:两项|三项|四项|以上|全年|全[{HAN}]{{1,3}}|累计)?"
    rf"(?:(?:两|二|三|四)?[项者]?(?:合为|加起来为?|之和为)"
    rf"|(?:共计|合计|总计)[{HAN}]{{0,4}}"
    rf"|(?:总数|总量|总额|总[人件场户批条份次][数次]?)(?:达到|达|为|是|共)?"
    rf"|(?:{_ALL}){_SUM}[{HAN}]{{0,4}})$"
)
# 收案42件，上年结转5件，共47件: bare, with commas.
_PLAIN_SUM = re.compile(rf"[{_MARKS}](?:共|共计|合计|总计|总共)$")
# 全年共立案75件, where each part says 立案.
_SAID = re.compile(
    rf"[{_MARKS}](?:全年度?|[两三四五六](?:家|个)(?:单位|部门)|全镇|全县|全区|年内|两级|三级|各级)?(?P<so_far>累计)?(?(so_far)|(?:共计|合计|总计|总共|一共|共))"
    rf"(?P<verb>[{HAN}]{{2,8}})$"
)
_WHOLE_YEAR = re.compile(rf"[{_MARKS}]全年度?(?:共|累计)?[{HAN}]{{0,8}}$")
_YEARS = (
    {"上半年", "下半年"},
    {"一季度", "二季度", "三季度", "四季度"},
    {"第一季度", "第二季度", "第三季度", "第四季度"},
)
# 部分案件并处两种以上: what is counted twice adds up to more.
_TWICE = re.compile("并处|之和大于|重复计|交叉|同时适用|一案多")
_ADDED = re.compile(
    rf"[{HAN}]{{0,4}}[{COMMAS}](?P<count>[两二三四])(?:者|项|类|部分)(?:相加|合计|加起来|之和)"
    rf"(?:即|就|正好|恰好|恰)?[为是等于]{{1,2}}"
)
_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4}
_OPENER, _CLOSER = re.compile("[（(]"), re.compile("[）)]")
_BRACKETS = re.compile("[（(][^（()）]{0,40}[）)]")
_TOTAL_REACH, _REMARK = 18, 40
MOST_PARTS = 8
# A list that no word opens is of the total before it where the two are not far apart.
_FAR = 0.35
_FAR_BEFORE = 1.0


def find_totals(view: View, stated: Sequence[int]) -> Iterator[Relation]:
    """sum_of: each figure of one statement as the total of those before it, or behind it."""
    taken: set[int] = set()
    for place, at in enumerate(stated):
        before = _parts_before(view, stated[max(0, place - MOST_PARTS) : place], at)
        if before and _relative_distance(view, at, before) <= _FAR_BEFORE:
            parts = matching_end(view, at, before)
            yield view.relation(RelationKind.SUM_OF, (at, *parts), Sure.SAID)
        if place and _is_item(view, stated[place - 1], at):
            continue
        if at not in taken or opens_list(view, at):
            listed, spoken = listed_behind(view, at, stated[place + 1 : place + 1 + MOST_PARTS])
            taken.update(listed if opens_list(view, at) else ())
            if found := _parts_behind(view, at, listed, spoken):
                parts, sure = found
                taken.update(parts)
                yield view.relation(RelationKind.SUM_OF, (at, *parts), sure)


def find_added(view: View, stated: Sequence[int]) -> Iterator[Relation]:
    """sum_of: 合同64份，甲39份，乙25份，两者相加即为全部合同."""
    for place, at in enumerate(stated):
        found = _ADDED.match(view.text, view.metrics[at].end)
        count = _COUNTS[found["count"]] if found else 0
        figures = stated[place - count : place + 1] if 0 < count <= place else ()
        if figures and all(view.is_alike(figures[0], part) for part in figures[1:]):
            yield view.relation(RelationKind.SUM_OF, figures, Sure.SAID)


def adds_up(parts: Sequence[Metric], total: Metric) -> bool:
    """Equal, but for what the figures are rounded to; a total in 万 may be cut as well.

    >>> from workers.report.model import Metric, Status
    >>> def said(quote: str, value: float) -> Metric:
    ...     known = {"unit": "户", "bound": Bound.EXACT, "status": Status.DONE, "indicator": None}
    ...     return Metric(start=0, end=0, quote=quote, value=value, **known)
    >>> parts = [said("8300户", 8300), said("7650户", 7650)]
    >>> adds_up(parts, said("1.6万户", 16_000)), adds_up(parts, said("1.5万户", 15_000))
    (True, True)
    >>> adds_up([*parts, said("50户", 50)], said("1.5万户", 15_000))
    False
    """
    added, step = sum(part.value for part in parts), rounded_to(total)
    slack, off = sum(map(rounded_to, parts)) / 2, added - total.value
    least = 0.001
    return abs(off) <= step / 2 + slack + least or 0 < off < step + slack - least


def rounded_to(metric: Metric) -> float:
    """The worth of the last digit of an amount in 万, 亿 or with decimals; 0 of one to the last.

    >>> from workers.report.model import Metric, Status
    >>> known = {"unit": "元", "bound": Bound.EXACT, "status": Status.DONE, "indicator": None}
    >>> rounded_to(Metric(start=0, end=0, quote="3.25万元", value=32_500, **known))
    100.0
    """
    decimals = re.search(r"\.(\d+)", metric.quote)
    scale = 1e8 if "亿" in metric.quote else 1e4 if "万" in metric.quote else 1.0
    if scale == 1 and not decimals:
        return 0.0
    return scale / 10 ** len(decimals[1]) if decimals else scale


def _relative_distance(view: View, at: int, parts: Sequence[int]) -> float:
    """How far the sum is from the total, in totals; of a total of nought nothing is near."""
    total = view.metrics[at].value
    return abs(sum_parts(view, parts) - total) / total if total else float("inf")


def _is_item(view: View, before: int, at: int) -> bool:
    """Is the figure itself an item of a list, and so no total of what follows?"""
    if view.kind(before) != view.kind(at):
        return False
    # 上年结转6件，本年新收40件: what is done is done of both.
    carried = done_words().carried_over.search(view.clause(before))
    between = view.between(before, at)
    # 土地类的63批，劳动类的41批: the second is called as the first is.
    parallel = not SENTENCE_END.search(between) and between.endswith("的")
    parallel = parallel and view.before(before, 1) == "的"
    return "、" in between or carried is not None or parallel


# The total behind its parts.


def _parts_before(view: View, stated: Sequence[int], at: int) -> tuple[int, ...]:
    """The list that ends right before the total; empty if it has fewer than two parts."""
    lead = view.before(at, _TOTAL_REACH)
    bare, summed, said = (pattern.search(lead) for pattern in (_BARE, _SUMMED, _SAID))
    year = _WHOLE_YEAR.search(lead)
    if not (bare or summed or said or year):
        return ()
    commas = bool(summed or said or year or _PLAIN_SUM.search(lead))
    parts: list[int] = []
    after = at
    for before in reversed(stated):
        between = view.between(before, after)
        # 民事64件（含讨薪26件）、家事36件，共100件: what is in brackets is a part of a part.
        if parts and len(_CLOSER.findall(between)) > len(_OPENER.findall(between)):
            continue
        between = _BRACKETS.sub("", between)
        joined = is_joined(between, commas=commas) if parts else len(between) <= _TOTAL_REACH
        if not (joined and view.is_alike(at, before)):
            break
        parts.append(before)
        after = before
    if year and not (bare or summed or said) and not _are_the_year(view, parts):
        return ()
    if len(parts) < 2 or (said and not (bare or summed) and not _all_say(view, parts, said)):
        return ()
    return tuple(reversed(parts))


def _are_the_year(view: View, parts: Sequence[int]) -> bool:
    """上半年立案67起，下半年立案84起，全年立案151起; or four quarters."""
    return {view.metrics[part].period for part in parts} in _YEARS


def _all_say(view: View, parts: Sequence[int], said: re.Match[str]) -> bool:
    """上半年立案31件，下半年立案44件，共立案75件: the total's verb is the verb of each part.

    累计 may count from earlier: it is the total of parts of the year alone.
    """
    if len({view.metrics[part].period for part in parts} - {None}) == len(parts):
        return True
    if said["so_far"]:
        return False
    verb = said["verb"]
    called = part_labels(view, parts)
    if "分别" in view.clause(parts[0]) and not any(called[1:]):
        return True
    ends = (verb[:2], verb[-2:])
    return any(all(end in label for label in called) for end in ends) or are_kinds(called)


def matching_end(view: View, at: int, parts: Sequence[int]) -> Sequence[int]:
    """The end of the list that adds up to the total; else all of it.

    What stands before may be of something else.
    """
    for first in range(len(parts) - 1):
        if adds_up([view.metrics[part] for part in parts[first:]], view.metrics[at]):
            return parts[first:]
    return parts


# The total before its parts.


def _parts_behind(
    view: View, at: int, listed: Sequence[int], spoken: Sequence[str]
) -> tuple[Sequence[int], Sure] | None:
    """The list behind a total that is all of it, and how sure that is.

    None where it has gaps or is of another.
    """
    opened = opens_list(view, at)
    if listed and _TWICE.search(
        clause_after(view.text, view.metrics[listed[-1]].end, _REMARK, STOP)
    ):
        return None
    if (
        len(listed) < 2
        or view.is_change(at)
        or (not opened and are_kinds(part_labels(view, [at, *listed])))
    ):
        return None
    if each_opener().match(view.text, view.metrics[at].end) or is_bracketed(view, at, listed):
        closed, sure = len(listed), Sure.SAID
    elif (count := closes_at(spoken)) and (
        opened or _relative_distance(view, at, listed[:count]) <= _FAR
    ):
        closed, sure = count, Sure.SAID
    elif are_as_many(view, at, listed):
        closed, sure = len(listed), Sure.SAID
    elif are_all_kinds(view, at, listed):
        closed, sure = len(listed), Sure.IMPLIED
    elif are_nearly_all(view, at, listed):
        closed, sure = len(listed), Sure.POSSIBLE
    else:
        return None
    values = [view.metrics[part].value for part in listed[:closed]]
    # What is more than its total right behind 其中 is told as a part (parts.py); the first of a
    # list that no word opens, 挂图300份，宣传册2400份、折页1800份, is no total.
    total = view.metrics[at].value
    told = values[0] > total and among_opener().match(view.text, view.metrics[at].end)
    if told or (max(values) > total and not opened):
        return None
    return _matching_start(view, at, listed, closed), sure


def _matching_start(view: View, at: int, listed: Sequence[int], closed: int) -> Sequence[int]:
    """The beginning of the list that adds up to the total; else as much of it as is closed."""
    for count in range(2, len(listed) + 1):
        if adds_up([view.metrics[part] for part in listed[:count]], view.metrics[at]):
            return listed[:count]
    return listed[:closed]
