"""A list of figures: what opens it, what parts them, what they are called, where it is complete."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.report.catalogue import knowledge
from workers.report.chinese.clauses import (
    COLONS,
    COMMAS,
    HAN,
    LIST_COMMA,
    PHRASE_MARKS,
    SEMICOLONS,
)
from workers.report.relations.view import View
from workers.report.relations.words import SORTED_BY, any_of, closed_lists, total_words

# The list of totals.yaml that calls a part so in as many words: 86件，其中72件.
AMONG = "among"
# In these all sorts of things are counted in one sentence, so the indicators must not differ.
ALL_SORTS = frozenset({"个", "次", "处", "项", "家", "条"})
# Between two parts of one list: 、邻里纠纷 or ，正在办理; a full statement is longer.
GAP = 16
_ANEW = re.compile(r"共|累计|合计|总计|全年|另外|此外|同时")
_MARKS = f"{COMMAS}{COLONS}{SEMICOLONS}"
# 处罚20件（警告8件、罚款12件）: all that there is, in brackets of its own.
_BRACKETED = re.compile(r"[（(](?!其中|含|包括|另)")
LISTS = re.compile(rf"(?:（[{HAN}]{{1,3}}）)?[。（({_MARKS}]{{1,2}}\s?")
_REMARK = re.compile(rf"[（(](?:含|包括|其中含)[^（()）{LIST_COMMA}{SEMICOLONS}]{{2,16}}[）)]")
_OPENED = re.compile(rf"[{HAN}]{{0,8}}[（(]")
_SHARE = re.compile(r"[，,（(]?(?:约|各)?占(?:比|总数的?)?(?:为|约)?")
_SUBLIST_END = re.compile(f"[{SEMICOLONS}）)]")
_LEAD = re.compile(rf"^[{COMMAS}{SEMICOLONS}{LIST_COMMA}）)和及与]{{0,3}}")
_LABEL_END = re.compile(rf"[{PHRASE_MARKS}（(]|(?<=[^{HAN}])(?=[和及与])")
_NOT_LABEL = re.compile(rf"^(?:其中|包括|包含|含|和|及|与|以及)|^\d+[{HAN}]|(?:共?有|共|达|为|计)$")


@knowledge
def among_opener() -> re.Pattern[str]:
    """立案20件，其中: right behind a total.

    But for what is counted (7场法治讲座，其中) and that all of it is done nothing may stand
    between, or 其中 means something else.
    """
    between = rf"[{HAN}“”]{{0,8}}(?:[{COMMAS}](?:全部|均|已|均已|都)[{HAN}]{{2,6}})?"
    marks = rf"[。（({_MARKS}]{{1,2}}\s{{0,4}}"
    words = any_of(total_words("among"))
    return re.compile(rf"(?:（[{HAN}“”]{{1,3}}）)?(?:{between}{marks})?(?:{words}|含(?!有))")


@knowledge
def each_opener() -> re.Pattern[str]:
    """调解纠纷81件，分别为…: right behind a total, of all that it is made up of."""
    among_them = rf"(?:其中)?(?:按[{HAN}]{{2,4}})?(?:{any_of(total_words('each'))}|均?由)"
    # 来访156批467人次。按事由分，土地类63批…
    sorted_by = rf"(?:\d+[{HAN}]{{1,2}})?[。{_MARKS}]\s{{0,4}}{SORTED_BY}[{_MARKS}]"
    return re.compile(
        rf"[。（({_MARKS}]{{0,2}}{among_them}|[{COLONS}](?!其中)|[{COMMAS}]即(?![可将日时使便])|{sorted_by}"
    )


def opens_list(view: View, at: int) -> bool:
    """Does a word or a mark right behind the figure open the list of its parts?"""
    end = view.metrics[at].end
    return any(
        opener.match(view.text, end) for opener in (each_opener(), among_opener(), _BRACKETED)
    )


def part_labels(view: View, parts: Sequence[int]) -> list[str]:
    """The words before each part, without marks and 其中."""
    return [_NOT_LABEL.sub("", _LABEL_END.split(view.before(part, GAP))[-1]) for part in parts]


def is_joined(between: str, *, commas: bool) -> bool:
    """A list with 、 or 和; with commas too where the total says that it is a sum.

    >>> is_joined("、邻里", commas=False), is_joined("，邻里", commas=False)
    (True, False)
    >>> is_joined("，邻里", commas=True)
    True
    """
    marks = re.findall(f"[。{_MARKS}]", between)
    if not marks:
        return LIST_COMMA in between or between.startswith(("和", "及", "与"))
    single = len(marks) == 1 and between[0] in COMMAS + SEMICOLONS and len(between) <= GAP
    return commas and single and not _ANEW.search(between)


def is_bracketed(view: View, total: int, listed: Sequence[int]) -> bool:
    """Does the list fill its brackets, each of its parts named?"""
    opened = _BRACKETED.match(view.text, view.metrics[total].end)
    if opened is None or not listed:
        return False
    named = view.metrics[listed[0]].start > opened.end()
    return named and view.behind(listed[-1], 1) in {"）", ")"}


def listed_behind(view: View, at: int, stated: Sequence[int]) -> tuple[list[int], list[str]]:
    """The figures of the total's kind right behind it, and the words before each of them."""
    listed: list[int] = []
    spoken: list[str] = []
    end = view.metrics[at].end
    remark = _REMARK.match(view.text, end)
    in_brackets = _OPENED.match(view.text, end)
    nested = among = False
    for part in stated:
        metric = view.metrics[part]
        between = view.text[end : metric.start]
        # 31件（含上年结转3件），已审结27件: the remark in brackets is no part of the list behind
        # it.
        if not listed and remark and remark.end() > metric.end:
            end = remark.end()
            continue
        # 民事214件（含讨薪26件）、刑事96件: what is in brackets of its own is part of a part.
        nested = bool(listed) and _is_nested(between, nested, in_brackets=bool(in_brackets))
        # （行政95件，其中处罚71件、强制24件；民事152件）
        among = bool(listed) and ("其中" in between or (among and not _SUBLIST_END.search(between)))
        nested = nested or among
        if nested or not between or (listed and _is_beside(view, part, between)):
            end = metric.end
            continue
        # （甲类6件、乙类3件），办结79件: the list ends with its bracket.
        if listed and in_brackets and ("）" in between or ")" in between):
            break
        # 草场纠纷29件、邻里纠纷17件: the first of a list is no total of the rest.
        is_item = not listed and LIST_COMMA in between
        if len(between) > GAP or _ANEW.search(between) or is_item or not view.is_alike(at, part):
            break
        listed.append(part)
        spoken.append(between)
        end = metric.end
    return listed, spoken


def _is_nested(between: str, nested: bool, *, in_brackets: bool) -> bool:
    """Do the words behind a part open a bracket in which the next figure stands, or close one?"""
    opened = max(map(between.rfind, "[〔" if in_brackets else "（([〔"))
    closed = max(map(between.rfind, "]〕" if in_brackets else "）)]〕"))
    return opened > closed if opened != closed else nested


def _is_beside(view: View, part: int, between: str) -> bool:
    """41件，占60%; 5批43人次: what is said of the part beside its count."""
    return view.kind(part) is None and _SHARE.fullmatch(between) is not None


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


def sum_parts(view: View, parts: Sequence[int]) -> float:
    return sum(view.metrics[part].value for part in parts)
