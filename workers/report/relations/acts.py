"""Do the words tell two figures of one indicator apart, so that they may be added?

Asked by the panel's cells (workers/report/cells/); the words stand in acts.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.clauses import (
    CLAUSE_END,
    HAN,
    LIST_COMMA,
    PHRASE_END,
    SENTENCE_END,
    STOP,
    clause_after,
    clause_before,
)
from workers.report.chinese.folding import simplify
from workers.report.chinese.units import units
from workers.report.relations.view import ITEM_END, View
from workers.report.relations.words import any_of, done_words

_FILE = "acts.yaml"
_BEFORE, _AFTER, _SENTENCE, _TOPIC = 30, 16, 48, 90
_NOT_HAN = re.compile(rf"[^{HAN}]")
_SHORTEST = 2
_UNEVEN = re.compile(r"(?:[、至到\-—~～]\d+)?[^\W\d]{0,2}不等")
# 场(次) counts 场次, 份(个) counts 份.
_TIMES, _SECOND_UNIT = re.compile(r"[(（]次[)）]"), re.compile(r"[(（].[)）]")
_RANGE = re.compile(r"\s*[至到\-—~～－]{0,2}\s*")


@dataclass(frozen=True, slots=True)
class ActWords:
    """The lists of acts.yaml as patterns."""

    addable: tuple[frozenset[str], ...]
    unlike: tuple[tuple[re.Pattern[str], Mapping[str, int]], ...]
    later: re.Pattern[str]
    levels: tuple[re.Pattern[str], ...]
    general: re.Pattern[str]
    narrower: re.Pattern[str]
    forums: re.Pattern[str]
    verbs: re.Pattern[str]
    kinds: re.Pattern[str]


@knowledge
def act_lists() -> ActWords:
    """The lists, the longest words first."""
    loaded = load_yaml(_FILE)
    for row in loaded["addable"]:
        for unit in row:
            require(unit.split("(")[0] in units(), _FILE, f"addable: {unit}", "is no unit")
    for row in loaded["unlike"]:
        require(len(row) > 1 and all(row), _FILE, f"unlike: {row}", "needs two groups or more")
    return ActWords(
        addable=tuple(map(frozenset, loaded["addable"])),
        unlike=tuple(_row_of_acts(row) for row in loaded["unlike"]),
        later=re.compile(
            rf"(?P<act>{_pattern(loaded['later']).pattern})(?P<of>[{HAN}《》“”]{{0,12}})$"
        ),
        levels=tuple(map(_pattern, loaded["levels"])),
        general=_pattern(loaded["general"]),
        narrower=_pattern(loaded["narrower"]),
        forums=_pattern(loaded["forums"]),
        verbs=_pattern(loaded["verbs"]),
        kinds=_pattern(loaded["kinds"]),
    )


def _row_of_acts(row: Sequence[Sequence[str]]) -> tuple[re.Pattern[str], Mapping[str, int]]:
    """One pattern for all words of a row, so that 不予处罚 is no 处罚, and the group of each."""
    groups = {word: number for number, group in enumerate(row) for word in group}
    return _pattern(groups), groups


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(any_of(sorted(map(str, words), key=len, reverse=True)))


def are_addable(counted_in: Collection[str]) -> bool:
    """Do all these units count things of one sort?

    >>> are_addable(["名", "人"]), are_addable(["人", "人次"]), are_addable(["次", "条"])
    (True, False, False)
    """
    simple = {_SECOND_UNIT.sub("", _TIMES.sub("次", simplify(unit))) for unit in counted_in}
    return len(simple) == 1 or any(group >= simple for group in act_lists().addable)


def is_range(view: View, low: int, high: int) -> bool:
    """三至五次: do two figures state the ends of one range?"""
    if view.metrics[high].start <= view.metrics[low].end:
        return True
    between = view.between(low, high)
    return bool(between.strip()) and _RANGE.fullmatch(between) is not None


def are_listed(view: View, one: int, other: int) -> bool:
    """Are they items of one list (专题学习10次、研讨交流4次)?"""
    between = view.between(one, other)
    joined = LIST_COMMA in between or between.startswith(("和", "及", "与", "以及"))
    return joined and CLAUSE_END.search(between) is None


def is_same_sentence(view: View, one: int, other: int) -> bool:
    """Does one sentence, with its semicolons, state both?"""
    first, last = sorted((view.metrics[one].start, view.metrics[other].start))
    return not STOP.search(view.text, first, last)


def is_general(view: View, at: int) -> bool:
    """Is it said of all there is (各类活动50场), or of nothing in particular (业务8058件)?"""
    words, clause = act_lists(), view.clause(at, _BEFORE)
    return words.general.search(clause) is not None or not _named(view, at)


def is_catch_all(view: View, at: int) -> bool:
    """Does its clause gather all sorts (宣讲、展板等30余场次; 各类活动50场)?"""
    clause = view.clause(at, _BEFORE)
    return clause.rstrip().endswith("等") or act_lists().general.search(clause) is not None


def are_of_forums(view: View, one: int, other: int) -> bool:
    """Do their sentences name different forums (中心组学习6次。常务会学法4次)?"""
    mine, others = (_forums(view, at) for at in (one, other))
    return bool(mine and others) and mine.isdisjoint(others)


def _forums(view: View, at: int) -> set[str]:
    """Those of the clause; where it names none, those of the sentence before it."""
    words, start = act_lists().forums, view.metrics[at].start
    near = words.findall(view.clause(at, _BEFORE))
    return set(near or words.findall(clause_before(view.text, start, _TOPIC, STOP)))


def is_narrower(view: View, at: int) -> bool:
    """Is it of one campaign (“铁拳”行动查办案件88件)?"""
    return act_lists().narrower.search(view.clause(at, _BEFORE)) is not None


def are_told_apart(view: View, one: int, other: int) -> bool:
    """Does each of them name something that the other does not?

    调处农资纠纷9起 and 土地承包纠纷24件 do; 解答群众咨询 and 提供法律咨询 do not.
    """
    first, second = view.metrics[one], view.metrics[other]
    if first.subject and second.subject and first.subject != second.subject:
        return True
    mine, others = _pairs(_named(view, one)), _pairs(_named(view, other))
    return bool(mine - others) and bool(others - mine)


def _pairs(named: str) -> set[str]:
    parts = named.split()
    return {part[at : at + 2] for part in parts for at in range(len(part) - 1)}


def _named(view: View, at: int) -> str:
    """What the clause of a figure says but for words that tell no act from another.

    A clause that is nothing but a verb (裁决7件，调解24件) is of what its sentence names before it.
    """
    metric, words = view.metrics[at], act_lists()
    before = clause_before(view.text, metric.start, _BEFORE, PHRASE_END)
    said = f"{before} {clause_after(view.text, metric.end, _AFTER, PHRASE_END)}"
    things = _words_of(words.verbs.sub(" ", said))
    if not things:
        sentence = clause_before(view.text, metric.start, _SENTENCE, SENTENCE_END)
        things = _words_of(words.verbs.sub(" ", sentence))
    return _words_of(words.kinds.sub(" ", things))


def _words_of(said: str) -> str:
    words = _NOT_HAN.sub(" ", said).split()
    return " ".join(word for word in words if len(word) >= _SHORTEST)


def is_of_each(view: View, at: int) -> bool:
    """各村开展2、3场不等: how many each of several has."""
    return _UNEVEN.match(view.behind(at, 8)) is not None


def is_later_stage(view: View, at: int, before: int) -> bool:
    """发现隐患233处，整改231处: does it say what became of some that the other counts?

    办结甲类5件，办结乙类3件 are the same stage of two things, and what is named must be the same.
    """
    metric = view.metrics[at]
    if metric.start < view.metrics[before].end or not is_same_sentence(view, before, at):
        return False
    clause = view.clause(before, _BEFORE, PHRASE_END)
    words = view.clause(at, _BEFORE, PHRASE_END)
    said = act_lists().later.search(words)
    if said is None and not words.strip():
        said = act_lists().later.search(clause_after(view.text, metric.end, 6, PHRASE_END))
    if said is None:
        return done_words().done.fullmatch(words) is not None
    earlier = act_lists().later.search(clause)
    again = earlier is not None and earlier["act"] == said["act"]
    return not again and (len(said["of"]) <= _SHORTEST or bool(_pairs(said["of"]) & _pairs(clause)))


def are_unlike(view: View, figures: Sequence[int]) -> bool:
    """Do their clauses name opposite or unlike acts (新办6个，注销2个)?"""
    clauses = [_act_clause(view, at) for at in figures]
    for pattern, groups in act_lists().unlike:
        # The verb stands before what it is done to: 出具审核意见 is no 审核.
        named = {groups[act[0]] for said in clauses if (act := pattern.search(said))}
        if len(named) > 1:
            return True
    return False


def _act_clause(view: View, at: int) -> str:
    clause = view.clause(at, _BEFORE, ITEM_END)
    return clause + clause_after(view.text, view.metrics[at].end, 4, PHRASE_END)


def are_levels(view: View, figures: Sequence[int]) -> bool:
    """一级1个、二级9个、三级74个: does each count what the one before is made up of?"""
    labels = [
        view.clause(at, _BEFORE, PHRASE_END)
        + clause_after(view.text, view.metrics[at].end, 6, PHRASE_END)
        for at in figures
    ]
    for words in act_lists().levels:
        found = [match[0] for label in labels if (match := words.search(label))]
        if len(set(found)) > 1:
            return True
    return any(
        "微网格" in other and "网格" in one and "微网格" not in one
        for one, other in pairwise(labels)
    )
