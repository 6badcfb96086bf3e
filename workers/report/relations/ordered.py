"""许可533件、确认90件，办结率分别为99.8%、97.5%: a row of rates, each of the count in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.report.chinese.clauses import COMMAS, HAN, LIST_COMMA, STOP
from workers.report.model import Bound, Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.bases import CASES
from workers.report.relations.ratenames import name_in_order
from workers.report.relations.view import ITEM_END, VERB_REACH, View
from workers.report.relations.words import acts_in, holds_any
from workers.report.text import Span

_REACH = 120
_ROW = re.compile(rf"(?P<act>[{HAN}]{{2}})(?:率|比例)(?:分别|依次|各)(?:约?为|达到?|是)?$")
_AND = re.compile(rf"[{LIST_COMMA}{COMMAS}和及与]")


def find_ordered(view: View, at: int) -> Iterator[Relation]:
    """share_of, and done_of where its count is said with the act, of each rate of such a row."""
    row = _ROW.search(view.before(at))
    if row is None or name_in_order(view.before(at, _REACH)):
        return
    rates = _row_from(view, at)
    counts = _counts_before(view, at)
    if len(rates) < 2 or len(counts) != len(rates):
        return
    acts = [row["act"], *(word for group in acts_in(row["act"]) for word in group)]
    listed = holds_any(view.clause(counts[0], 2 * VERB_REACH, ITEM_END), acts)
    for rate, count in zip(rates, counts, strict=True):
        if listed or holds_any(view.clause(count, VERB_REACH, ITEM_END), acts):
            yield view.relation(RelationKind.DONE_OF, (count, rate), Sure.POSSIBLE)
        yield view.relation(RelationKind.SHARE_OF, (rate, count), Sure.POSSIBLE)


def _row_from(view: View, at: int) -> list[int]:
    row = [at]
    for other in view.figures_in(Span(view.metrics[at].end, view.metrics[at].end + _REACH)):
        if view.metrics[other].unit != "%" or not _AND.fullmatch(view.between(row[-1], other)):
            break
        row.append(other)
    return row


def _counts_before(view: View, at: int) -> Sequence[int]:
    """All counts of the sentence before the row, where they are of one sort."""
    start = view.metrics[at].start
    first = max(0, start - _REACH)
    stops = [stop.end() for stop in STOP.finditer(view.text, first, start)]
    counts = [
        other
        for other in view.places_in(Span(stops[-1] if stops else first, start))
        if view.metrics[other].unit != "%"
    ]
    kinds = {view.kind(other) for other in counts}
    exact = all(view.metrics[other].bound is Bound.EXACT for other in counts)
    return counts if len(kinds) == 1 and kinds <= CASES and exact else ()
