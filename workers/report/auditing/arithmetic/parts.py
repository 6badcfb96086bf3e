"""A part that is more than its whole: `part_exceeds_whole`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workers.report.auditing.arithmetic.subsets import (
    is_among,
    is_kind_of,
    is_new,
    is_of_those,
    is_of_what_follows,
    is_remainder,
    is_some_of_all,
    named_again,
)
from workers.report.auditing.context import Evidence, is_change, place_of
from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.units import kind_of_unit
from workers.report.finding_kinds import FindingKind
from workers.report.model import Bound, Finding, Metric, Severity
from workers.report.text import Span

_FILE = "totals.yaml"
# In these all sorts of things are counted in one sentence, so the indicators must not differ.
_ALL_SORTS = frozenset({"个", "次", "处", "项", "家", "条"})
# How far before a count its verb stands: 排查出各类安全生产隐患 has 11 characters.
_VERB_REACH = 20
_BEHIND = 4
_CASES = frozenset({"件", "份", "条"})
_OTHERS = re.compile(r"占|另|其他|新增|累计|全年|共|去年|上年|比|较|同比|结转|以及|群众|村|社区|派出所|司法所|部门")
_STOP = re.compile(r"[。；;\n]")
# 在岗职工72人，从事执法工作的人员45人: whoever is of the staff.
_ANYBODY = frozenset({"人员", "同志", "干部", "职工", "工作人员", "干部职工"})
_STAFF = re.compile(r"职工|干部|人员|编制|在岗|在编|员工|队伍")
_CLAUSE = re.compile(r"[，。；！？,;\n]")


# 包案领导已化解: who did it, of the body's own.
_WHO = "[\u4e00-\u9fff]{0,4}(?:领导|责任单位|承办单位|负责人|律师|我局|我镇|我乡|我街道|我单位)|法院|人民法院"


@dataclass(frozen=True, slots=True)
class DoneWords:
    """Words of what came in; the opening of a clause that says how much of it was done; a clause that ends so; words of
    earlier years."""

    taken: re.Pattern[str]
    done: re.Pattern[str]
    ending: re.Pattern[str]
    carried_over: re.Pattern[str]


@knowledge
def done_words() -> DoneWords:
    """The words of totals.yaml as patterns."""
    loaded = load_yaml(_FILE)
    for key in ("taken", "done", "before_done", "carried_over"):
        require(isinstance(loaded.get(key), list) and loaded[key], _FILE, key, "must be a list of words")
    taken, done, before, carried = (
        "|".join(map(re.escape, loaded[key])) for key in ("taken", "done", "before_done", "carried_over")
    )
    so_far = r"并[\u4e00-\u9fff]{2,4}|完成|成功|到位|完毕|的|了|率"
    opening = rf"[。，,、；;]?(?:{_WHO})?(?:{before}){{0,3}}(?:{done})(?:{so_far})?(?:有|共)?"
    ending = rf"[，,；;][\u4e00-\u9fff]{{0,8}}(?:{done})(?:{so_far})?(?:有|共|仅)?"
    return DoneWords(re.compile(taken), re.compile(opening), re.compile(ending), re.compile(carried))


def audit_parts(evidence: Evidence, place: Span, stated: Sequence[int]) -> Iterator[Finding]:
    """The figures of one sentence: 其中 against the largest count of its kind before it, what was done against all.

    其中 may go back to an earlier total; 分别受理205件、131件、48件，调解成功377件 is done of all three.
    """
    largest: dict[str | None, float] = {}
    added: defaultdict[str | None, float] = defaultdict(float)
    last_end = place.start
    for at, following in pairwise(stated):
        whole, part = evidence.metrics[at], evidence.metrics[following]
        kind = kind_of_unit(whole.unit)
        largest[kind] = max(whole.value, largest.get(kind, 0))
        # What is parted by a stop from the figure before it is no list with it.
        if _STOP.search(evidence.text, last_end, whole.start):
            added.clear()
        added[kind] += whole.value
        last_end = whole.end
        between, behind = evidence.text[whole.end : part.start], evidence.text[part.end : part.end + _BEHIND]
        if part.value < whole.value and is_of_what_follows(_clause(evidence.text, whole), between, behind):
            if _are_comparable(evidence.text, part, whole):
                yield _exceeding(evidence, following, at)
            continue
        if part.value <= whole.value or is_change(evidence.text, whole):
            continue
        if not _are_comparable(evidence.text, whole, part):
            continue
        if _is_part_of(evidence.text, whole, part):
            exceeds = part.value > largest[kind]
        else:
            exceeds = part.value > added[kind] and _is_done_of(evidence.text, whole, part, place)
        if exceeds:
            yield _exceeding(evidence, at, following)


def _are_comparable(text: str, whole: Metric, part: Metric) -> bool:
    """One kind of thing, of one period and body, and surely stated."""
    kind = kind_of_unit(whole.unit)
    same = kind is not None and kind == kind_of_unit(part.unit) and whole.status is part.status
    sure = whole.bound is Bound.EXACT and part.bound in {Bound.EXACT, Bound.AT_LEAST} and whole.per == part.per
    if is_of_those(text[whole.end : part.start], text[part.end : part.end + _BEHIND]):
        return same and sure
    if kind in _ALL_SORTS and None not in (whole.indicator, part.indicator):
        return same and sure and (whole.indicator == part.indicator or _share_a_word(text, whole, part))
    return same and sure


def _share_a_word(text: str, whole: Metric, part: Metric) -> bool:
    """Do two characters of what stands before the part stand before the whole too?"""
    clause = _clause(text, whole)
    said = text[whole.end : part.start].strip("。，,（(；;：:其中")
    return any(said[at : at + 2] in clause for at in range(len(said) - 1))


def _is_part_of(text: str, whole: Metric, part: Metric) -> bool:
    """其中 and the like between the two; a thing may hold several others (24个社区中，建站27个)."""
    between, behind = text[whole.end : part.start], text[part.end : part.end + _BEHIND]
    if is_among(between, behind) or is_new(_clause(text, whole), between) or is_remainder(between):
        return True
    if kind_of_unit(whole.unit) not in _ALL_SORTS and is_some_of_all(between, behind):
        return True
    if kind_of_unit(whole.unit) in _CASES and is_kind_of(_clause(text, whole), between):
        return True
    noun = named_again(between, behind)
    clause = _clause(text, whole) + between[: len(noun or "")]
    return noun is not None and (noun in clause or (noun in _ANYBODY and _STAFF.search(clause) is not None))


def _clause(text: str, metric: Metric, start: int = 0) -> str:
    """What its clause says before the figure."""
    return _CLAUSE.split(text[max(start, metric.start - _VERB_REACH) : metric.start])[-1]


def _is_done_of(text: str, whole: Metric, part: Metric, place: Span) -> bool:
    """受理15件，办结18件: what was done of what came in, in the catalogue's words; not with what was carried over."""
    words = done_words()
    between = text[whole.end : part.start]
    clause = _clause(text, whole, place.start)
    # 上半年立案31件，下半年立案44件 say the same of two things.
    parallel = between.rstrip("的有共")[-2:] in clause
    if not parallel and _ends_in_done(between) and _is_of_one_thing(whole, part):
        return bool(words.taken.search(clause)) and not words.carried_over.search(
            between + text[part.end : part.end + _VERB_REACH]
        )
    opening = words.done.match(between)
    # 排查矛盾纠纷120件，化解矛盾纠纷150件: what was done is called as what came in is.
    if not opening or between[opening.end() :].removeprefix("各类") not in clause:
        return False
    # Behind the figures too: 办结25件（含上年结转9件）. What the whole itself is called, 积案15件, adds nothing to it.
    before = text[max(place.start, whole.start - 2 * _VERB_REACH) : whole.start - len(clause)]
    near = before + text[whole.end : min(place.end, part.end + _VERB_REACH)]
    return bool(words.taken.search(clause)) and not words.carried_over.search(near)


def _ends_in_done(between: str) -> bool:
    """当事人按期改正90份: the verb stands right before the number, and nothing is named between.

    >>> _ends_in_done("，当事人按期改正"), _ends_in_done("，通过网络学习"), _ends_in_done("，另整改")
    (True, False, False)
    """
    found = done_words().ending.fullmatch(between)
    return found is not None and not _OTHERS.search(between)


def _is_of_one_thing(whole: Metric, part: Metric) -> bool:
    """Where the second figure has a thing of its own, it has an indicator of its own."""
    return part.indicator in (None, whole.indicator) and kind_of_unit(whole.unit) not in _ALL_SORTS


def _exceeding(evidence: Evidence, at: int, following: int) -> Finding:
    whole, part = evidence.metrics[at], evidence.metrics[following]
    return evidence.finding(
        FindingKind.PART_EXCEEDS_WHOLE,
        Severity.CHECK,
        message=f"“{whole.quote}”中的一部分写成了“{part.quote}”，部分比总数还多。请核对这两个数字。",
        message_en=f"A part ({part.quote}) exceeds its whole ({whole.quote}). Check both.",
        places=[place_of(part), place_of(whole)],
        metrics=[following, at],
    )
