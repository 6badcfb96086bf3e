"""婚姻家庭占38%，邻里占27%，其他占35%: rates that are all the shares of one whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.report.chinese.clauses import (
    CLAUSE_MARKS,
    COMMAS,
    HAN,
    LIST_COMMA,
    PHRASE_END,
    SEMICOLONS,
    SENTENCE_END,
)
from workers.report.model import Bound, Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.families import are_kinds, are_of_one_family
from workers.report.relations.lists import closes_at
from workers.report.relations.view import MOST_FIGURES, View

# What the shares are of stands before the first label: 行政复议案件中，.
_LABEL = re.compile(
    rf"(?P<name>[{HAN}“”0-9A-Z]{{2,16}}?)(?:的|共|各|约|分别)?(?:占比?|比例|比重|占总数的?)"
    r"(?:约?为|达到?|是)?"
)
_FURTHER = re.compile(rf"[{COMMAS}{SEMICOLONS}](?:其余|其他|剩余|余下|另)")
# 三种来源互不重复; 这四类即涵盖了全部: nothing is left out.
_ALL = re.compile(rf"互不重[复叠]|(?:涵盖|构成|包括|就是|即为)了?[^{CLAUSE_MARKS}]{{0,14}}全部")
# 按案由构成（行政处罚41.7%，行政征收33.3%）
_COMPOSED = re.compile(rf"(?:构成|占比|分布|比例|比重)(?:情况|为|如下)?[（(：:][{HAN}“”]{{2,12}}$")
_REST = re.compile("(?:其余|其他|剩余|余下)(?:的)?(?:约)?(?:占|为)?")
_IN_ORDER = re.compile(
    rf"(?P<names>[{HAN}“”]{{2,10}}(?:[{LIST_COMMA}和及与][{HAN}“”]{{2,10}}){{1,7}}?)"
    r"(?:案件|事项|纠纷)?(?:分别|各)占(?:比|总数的?)?(?:为)?$"
)
_AND = re.compile(f"[{LIST_COMMA}和及与]")
_CHANGED = re.compile("由|从|提高|提升|增长|下降|上升|同比|去年|上年")
_RATE = re.compile("[率度]")
_REACH, _ROW = 24, 60
_SCALES = (
    re.compile("岁"),
    re.compile("博士|硕士|研究生|本科|大专|专科|中专|高中|初中|小学"),
)
_ABOVE, _BELOW = re.compile("以上"), re.compile("以下")


def find_portions(view: View, stated: Sequence[int]) -> Iterator[Relation]:
    """all_shares: the shares of one sentence, whose labels leave nothing out."""
    run: list[tuple[int, str | None]] = []
    for at in stated:
        if view.metrics[at].unit != "%":
            continue
        if run and SENTENCE_END.search(view.between(run[-1][0], at)):
            yield from _relate(view, run)
            run = []
        run.append((at, _label(view, at, [one for one, _ in run])))
    yield from _relate(view, run)


def _relate(view: View, rates: Sequence[tuple[int, str | None]]) -> Iterator[Relation]:
    """A rate with a name of its own, 办结率98%, is none of the shares."""
    shares = [(at, label) for at, label in rates if label is None or not _RATE.search(label)]
    run, labels = [at for at, _ in shares], [label for _, label in shares if label]
    exact = all(view.metrics[at].bound is Bound.EXACT for at in run)
    if (
        len(labels) < max(2, len(run))
        or len(run) > MOST_FIGURES
        or len(set(labels)) < len(labels)
        or not exact
    ):
        return
    one_scale = any(all(map(scale.search, labels)) for scale in _SCALES)
    behind = view.text[view.metrics[run[-1]].end :][:_REACH]
    levels = one_scale and any(map(_ABOVE.search, labels)) and any(map(_BELOW.search, labels))
    further = _FURTHER.match(view.text, view.metrics[run[-1]].end)
    closed = closes_at(labels) == len(labels) and not further
    if levels or closed or _ALL.search(behind) or _is_composition(view, run):
        yield view.relation(RelationKind.ALL_SHARES, run, Sure.SAID)
    elif are_kinds(labels) or are_of_one_family(labels):
        yield view.relation(RelationKind.ALL_SHARES, run, Sure.IMPLIED)


def _is_composition(view: View, run: Sequence[int]) -> bool:
    """Do the shares fill the brackets behind 构成?"""
    bracketed = _COMPOSED.search(view.before(run[0], _ROW)) is not None
    return bracketed and view.behind(run[-1], 1) in {"）", ")"}


def _label(view: View, at: int, run: Sequence[int]) -> str | None:
    """What the rate is the share of; in a row of names before a row of rates, by its place."""
    if run and _AND.fullmatch(view.between(run[-1], at)):
        before = view.before(run[0], _ROW)
        named = _names(before)
        return named[len(run)] if len(run) < len(named) else None
    if named := _names(view.before(at, _ROW)):
        return named[0]
    clause = view.clause(at, _REACH, PHRASE_END)
    first = run[0] if run else at
    if _COMPOSED.search(view.before(first, _ROW)):
        return clause[max(map(clause.rfind, "（(：:")) + 1 :] or None
    if _CHANGED.search(clause):
        return None
    if _RATE.search(clause):
        return clause
    found = _LABEL.fullmatch(clause)
    return found["name"] if found else "其余" if _REST.fullmatch(clause) else None


def _names(before: str) -> list[str]:
    found = _IN_ORDER.search(re.split(f"[{CLAUSE_MARKS}]", before)[-1])
    return _AND.split(found["names"]) if found else []
