"""The figures of a list and the words between them: what opens it, what its parts are called, where it is complete."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workers.report.auditing.context import Evidence
from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.units import kind_of_unit
from workers.report.model import Bound, Metric

_FILE = "totals.yaml"
# Between two parts of one list: 、邻里纠纷 or ，正在办理; a full statement is longer.
_GAP = 16
_ANEW = re.compile(r"共|累计|合计|总计|全年|另外|此外|同时")
# 处罚20件（警告8件、罚款12件）: all that there is, in brackets of its own.
_BRACKETED = re.compile(r"[（(](?!其中|含|包括|另)")
AMONG = re.compile(
    r"(?:（[\u4e00-\u9fff]{1,3}）)?(?:[\u4e00-\u9fff]{0,6}[。，,：:；;（(]{1,2}\s?)(?:其中|包括|包含|含)[：:，,]?"
)
LISTS = re.compile(r"(?:（[\u4e00-\u9fff]{1,3}）)?[，,：:；;（(。]{1,2}\s?")
_REMARK = re.compile(r"[（(](?:含|包括|其中含)[^（()）、；]{2,16}[）)]")
_OPENED = re.compile(r"[\u4e00-\u9fff]{0,8}[（(]")
_SHARE = re.compile(r"[，,（(]?(?:约|各)?占(?:比|总数的?)?(?:为|约)?")
_LEAD = re.compile(r"^[，、；;,）)和及与]{0,3}")
# 调解纠纷81件，分别为…: right behind the total.
EACH = re.compile(
    r"[。，,：:；;（(]{0,2}(?:其中)?(?:按[\u4e00-\u9fff]{2,4})?(?:分别为|分别是|分别有|分别由|分为|细分为|均?由)|[：:](?!其中)"
)


@dataclass(frozen=True, slots=True)
class Closed:
    """What tells that a list is complete: a word of each of two sides, or a word for the rest."""

    sides: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    rest: re.Pattern[str]


@knowledge
def closed_lists() -> Closed:
    """The words of totals.yaml as patterns."""
    loaded = load_yaml(_FILE)
    for row in loaded["complements"]:
        require(row.get("one") and row.get("other"), _FILE, str(row), "has two sides")
    return Closed(tuple((_any(row["one"]), _any(row["other"])) for row in loaded["complements"]), _any(loaded["rest"]))


def _any(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


def opens(evidence: Evidence, at: int) -> bool:
    """Does a word or a mark right behind the figure open the list of its parts?"""
    end = evidence.metrics[at].end
    return any(opener.match(evidence.text, end) for opener in (EACH, AMONG, _BRACKETED))


def is_alike(total: Metric, part: Metric) -> bool:
    """Do both count the same sort of thing, exactly, at the same time?"""
    kind = kind_of_unit(total.unit)
    exact = total.bound is Bound.EXACT is part.bound
    return kind is not None and kind == kind_of_unit(part.unit) and exact and total.status is part.status


def labels(evidence: Evidence, parts: Sequence[int]) -> list[str]:
    """What stands before each part, without marks and 其中."""
    found = []
    for part in parts:
        start = evidence.metrics[part].start
        clause = re.split(
            r"[，。；：、,;:（(\n]|(?<=[^\u4e00-\u9fff])(?=[和及与])", evidence.text[max(0, start - _GAP) : start]
        )[-1]
        found.append(
            re.sub(r"^(?:其中|包括|包含|含|和|及|与|以及)|^\d+[\u4e00-\u9fff]|(?:共?有|共|达|为|计)$", "", clause)
        )
    return found


def is_joined(between: str, *, commas: bool) -> bool:
    """A list with 、 or 和; with commas too where the total says that it is a sum.

    >>> is_joined("、邻里", commas=False), is_joined("，邻里", commas=False), is_joined("，邻里", commas=True)
    (True, False, True)
    """
    marks = re.findall(r"[，。；,;：:]", between)
    if not marks:
        return "、" in between or between.startswith(("和", "及", "与"))
    return commas and len(marks) == 1 and between[0] in "，,；;" and len(between) <= _GAP and not _ANEW.search(between)


def is_bracketed(evidence: Evidence, total: Metric, listed: Sequence[int]) -> bool:
    """Does the list fill its brackets, each of its parts named?"""
    opened = _BRACKETED.match(evidence.text, total.end)
    if opened is None or not listed:
        return False
    first, last = evidence.metrics[listed[0]], evidence.metrics[listed[-1]]
    return first.start > opened.end() and evidence.text[last.end : last.end + 1] in {"）", ")"}


def listed_behind(evidence: Evidence, at: int, stated: Sequence[int]) -> tuple[list[int], list[str]]:
    """The figures of the total's kind right behind it, and the words before each of them."""
    total, end = evidence.metrics[at], evidence.metrics[at].end
    listed: list[int] = []
    spoken: list[str] = []
    for part in stated:
        metric = evidence.metrics[part]
        between = evidence.text[end : metric.start]
        if listed and _is_beside(between, metric):
            end = metric.end
            continue
        # 31件（含上年结转3件），已审结27件: the remark in brackets is no part of the list behind it.
        if not listed and (remark := _REMARK.match(evidence.text, total.end)) and remark.end() > metric.end:
            end = remark.end()
            continue
        # （甲类6件、乙类3件），办结79件: the list ends with its bracket.
        if listed and "）" in between.replace(")", "）") and _OPENED.match(evidence.text, total.end):
            break
        # 草场纠纷29件、邻里纠纷17件: the first of a list is no total of the rest.
        if (
            len(between) > _GAP
            or _ANEW.search(between)
            or (not listed and "、" in between)
            or not is_alike(total, metric)
        ):
            break
        listed.append(part)
        spoken.append(between)
        end = metric.end
    return listed, spoken


def _is_beside(between: str, metric: Metric) -> bool:
    """41件，占60%; 5批43人次: what is said of the part beside its count."""
    return not between or (kind_of_unit(metric.unit) is None and _SHARE.fullmatch(between) is not None)


def closes_at(spoken: Sequence[str]) -> int | None:
    """How many parts there are when both sides of a pair, or the rest, have been named.

    >>> closes_at(["，其中已办结", "、正在办理"]), closes_at(["，食品类", "，药品类", "，其他"])
    (2, 3)
    >>> closes_at(["，受理", "，告知其他途径解决"])
    """
    closed = closed_lists()
    for count in range(2, len(spoken) + 1):
        said = spoken[:count]
        if closed.rest.match(_LEAD.sub("", said[-1])):
            return count
        for one, other in closed.sides:
            # 未办结 holds 办结: a part that bears a word of the other side is not of the first.
            firsts = [words for words in said if one.search(words) and not other.search(words)]
            if firsts and any(other.search(words) for words in said):
                return count
    return None
