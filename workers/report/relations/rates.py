"""A stated rate and the counts that it can be a share of.

By the catalogue's rule for its indicator, among the counts of its sentence; by its name, among the
counts right before it: there a rate is a share of the count where its name is one act (办结率,
答复率) and says nothing of another thing (in 办理许可31件，信访办结率98% it does); by part and base
beside it (ratios.py, proportions.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from workers.report.chinese.clauses import HAN, SEMICOLONS
from workers.report.model import Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.bases import find_bases
from workers.report.relations.grades import find_grades
from workers.report.relations.ordered import find_ordered
from workers.report.relations.proportions import find_proportion
from workers.report.relations.ratenames import act_name, rate_name
from workers.report.relations.ratios import all_of_them, part_and_base
from workers.report.relations.view import ITEM_END, VERB_REACH, View
from workers.report.relations.words import (
    NO_RULE,
    RateRule,
    acts_in,
    holds_any,
    rate_rules,
    rate_words,
)
from workers.report.text import Span

# No sentence of this genre that states a rate was longer; what is farther away belongs to something
# else.
_SENTENCE_REACH = 300
# More counts than this in reach: which of them the rate belongs to cannot be told.
_MOST_COUNTS = 4
_NEAREST = 3
# Between a count and the rate of it: two clauses at the most.
_APART = 36
# What a rate can be a share of; times and sessions are no cases.
_CASES = frozenset(
    {"件", "人", "份", "户", "个", "条", "处", "项", "批", "批次", "宗", "篇", "部", "台", "卷"}
)
_TOLD = frozenset({RelationKind.SHARE_OF, RelationKind.SOME_OF})
# 92件，涉及劳动者137人: whom the cases concern are no cases.
_CONCERNED = re.compile("涉及|惠及|受益|服务对象")
_COUNTED_BY = re.compile(f"按照?(?P<of>[{HAN}]{{2,10}}?)(?:口径)?计算?(?:为|达|是)?$")
_THESE = re.compile(r"\s*(?:上述|前述|以上|该|这些|此)")
_PART_END = re.compile(f"[{SEMICOLONS}]")


def find_shares(view: View, parts: Mapping[int, int]) -> Iterator[Relation]:
    """share_of, and done_of of a rate; of each the counts first, then part and base.

    `parts`: what is part of what.
    """
    in_row: set[int] = set()
    for at, metric in enumerate(view.metrics):
        if metric.unit != "%" or at in in_row:
            continue
        if row := list(find_ordered(view, at)):
            in_row.update(relation.figures[0] for relation in row)
            yield from row
            continue
        found = list(_shares_of(view, at, parts))
        yield from found
        if not any(relation.kind in _TOLD for relation in found):
            yield from find_bases(view, at)


def _shares_of(view: View, at: int, parts: Mapping[int, int]) -> Iterator[Relation]:
    name, reaches = rate_name(view, at), list(_count_spans(view, at))
    if by := _COUNTED_BY.search(name):
        yield from _of_named(view, at, reaches, by["of"])
        return
    if reaches and (grades := find_grades(view, at, reaches[0], parts)):
        yield grades
        return
    if not holds_any(name, rate_words("not_shares")):
        yield from _of_counts(view, at, reaches)
        yield from _of_words(view, at, reaches, parts)
    elif proportion := find_proportion(view, at, parts):
        yield proportion
    elif not holds_any(name, rate_words("of_people_asked")):
        # 自动履行35件，自动履行率: by its own part; not how people felt.
        yield from _of_words(view, at, reaches, parts)


def _of_words(
    view: View, at: int, reaches: Sequence[Span], parts: Mapping[int, int]
) -> Iterator[Relation]:
    """By part and base beside the rate, or by 全部办结 beside it."""
    # 推送95条，反馈88条。上述信息的反馈率: of the sentence before.
    back = bool(reaches) and _THESE.match(view.text, reaches[1].start) is not None
    pairs = (part_and_base(view, at, reach, parts) for reach in reaches[: 3 if back else 2])
    if pair := next(filter(None, pairs), None):
        yield view.relation(RelationKind.SHARE_OF, (at, *pair), Sure.SAID)
    elif reaches and not holds_any(rate_name(view, at), rate_words("narrower")):
        yield from all_of_them(view, at, reaches[0])


def _of_named(view: View, at: int, reaches: Sequence[Span], of: str) -> Iterator[Relation]:
    """按开庭案件计为92.6%: a share of what is called so, and of nothing else."""
    counts = view.figures_in(reaches[-1]) if reaches else ()
    named = [
        count
        for count in counts
        if _can_count(view, count, at)
        and view.metrics[count].unit in _CASES
        and of[:2] in view.said_with(count, VERB_REACH, ITEM_END)
    ]
    if named:
        yield view.relation(RelationKind.SHARE_OF, (at, named[-1]), Sure.POSSIBLE)


def _count_spans(view: View, at: int) -> Iterator[Span]:
    """Where its counts can stand: between semicolons, in the sentence, with the sentence before."""
    start, end = view.metrics[at].start, view.metrics[at].end
    place = view.sentence_at(start)
    if place is None:
        return
    first, last = start - _SENTENCE_REACH, end + _SENTENCE_REACH
    whole = Span(max(view.sentences[place].start, first), min(view.sentences[place].end, last))
    since = [cut.end() for cut in _PART_END.finditer(view.text, whole.start, start)]
    until = _PART_END.search(view.text, end, whole.end)
    yield Span(since[-1] if since else whole.start, until.start() if until else whole.end)
    yield whole
    yield Span(max(view.sentences[max(place - 1, 0)].start, first), whole.end)


def _of_counts(view: View, at: int, reaches: Sequence[Span]) -> Iterator[Relation]:
    """By the counts of the rule in the sentence, by the words before the rate, then by the sentence
    before.
    """
    if not reaches:
        return
    rule = rate_rules().get(view.metrics[at].indicator or "", NO_RULE)
    for reach in reaches[:-1]:
        if counts := _counts_of(view, reach, at, rule):
            yield from _relate_share(view, at, counts, _said_done(view, counts, rule), Sure.IMPLIED)
            return
    if counts := _nearest_counts(view, at, reaches[0]):
        name = act_name(view, at) or ""
        done = [count for count in counts if _bears_act(view, name, count)]
        yield from _relate_share(view, at, counts, done, Sure.POSSIBLE)
    elif counts := _counts_of(view, reaches[-1], at, rule):
        yield from _relate_share(view, at, counts, _said_done(view, counts, rule), Sure.POSSIBLE)


def _relate_share(
    view: View, at: int, counts: Sequence[int], done: Sequence[int], sure: Sure
) -> Iterator[Relation]:
    if len(counts) <= _MOST_COUNTS:
        for count in done:
            yield view.relation(RelationKind.DONE_OF, (count, at), sure)
        yield view.relation(RelationKind.SHARE_OF, (at, *counts), sure)


def _counts_of(view: View, reach: Span, at: int, rule: RateRule) -> list[int]:
    """The counts of this rate's kind, of the same section and period."""
    return [
        other
        for other in view.figures_in(reach)
        if view.metrics[other].indicator in rule.of and _can_count(view, other, at)
    ]


def _can_count(view: View, other: int, at: int) -> bool:
    count, rate = view.metrics[other], view.metrics[at]
    same = count.section == rate.section and count.status is rate.status
    return same and count.value >= 1 and not view.is_change(other)


def _said_done(view: View, counts: Sequence[int], rule: RateRule) -> list[int]:
    return [count for count in counts if view.metrics[count].indicator in rule.done]


# By the words of the rate's name.


def _nearest_counts(view: View, at: int, reach: Span) -> list[int]:
    """The counts right before the rate, the nearest first, that it can be a share of by its words.

    Empty in doubt.
    """
    name = act_name(view, at)
    if name is None:
        return []
    start = view.metrics[at].start
    found: list[int] = []
    for other in reversed(view.figures_in(Span(reach.start, start))):
        kind = view.kind(other)
        if kind not in _CASES or view.metrics[other].per or not _can_count(view, other, at):
            continue
        if _CONCERNED.search(view.clause(other)):
            continue
        if found and (kind != view.kind(found[0]) or len(found) == _NEAREST):
            break
        if not found and start - view.metrics[other].end > _APART:
            break
        found.append(other)
    return found if found and _is_about(view, name, found[-1], at) else []


def _is_about(view: View, name: str, count: int, at: int) -> bool:
    """Is the name an act alone, or does what else it says stand between the count and the rate?"""
    known = acts_in(name)
    if not known:
        return False
    rest = name
    for word in (*rate_words("idle"), *(word for group in known for word in group)):
        rest = rest.replace(word, "")
    first = max(0, view.metrics[count].start - VERB_REACH)
    said = view.text[first : view.metrics[at].start - len(name) - 1]
    return not rest or any(rest[i : i + 2] in said for i in range(max(1, len(rest) - 1)))


def _bears_act(view: View, name: str, count: int) -> bool:
    """Is the count said with the rate's own act (办结28件，办结率…)?"""
    clause = view.clause(count, VERB_REACH, ITEM_END)
    return any(holds_any(clause, group) for group in acts_in(name))
