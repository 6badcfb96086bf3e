"""The statements of a text, and all that their words say of its figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workers.report.model import Metric, Relation, Segmented
from workers.report.relation_kinds import RelationKind
from workers.report.relations.accounts import find_accounts
from workers.report.relations.among import find_opened
from workers.report.relations.averages import find_averages
from workers.report.relations.families import are_kinds
from workers.report.relations.filling import known_parts
from workers.report.relations.growth import find_growth
from workers.report.relations.lists import GAP, part_labels
from workers.report.relations.parts import find_parts
from workers.report.relations.portions import find_portions
from workers.report.relations.products import find_products
from workers.report.relations.rates import find_shares
from workers.report.relations.restated import find_restated
from workers.report.relations.rows import find_rows
from workers.report.relations.things import find_same
from workers.report.relations.totals import find_added, find_totals
from workers.report.relations.view import View
from workers.report.relations.words import goes_on
from workers.report.text import Span

# So that one list without end costs no more than many.
_LONGEST = 400


def extract_relations(
    text: str, segmented: Segmented, metrics: Sequence[Metric]
) -> tuple[Relation, ...]:
    """Parts and totals in the order of the text, then rates, averages, things stated twice."""
    view = View(text, metrics, segmented.sentences)
    found = [
        relation for place in _join_statements(view) for relation in _parts_and_totals(view, place)
    ]
    found += (*find_rows(view), *find_accounts(view), *find_growth(view), *find_products(view))
    parts = known_parts(metrics, found)
    found += find_shares(view, parts)
    for sentence in view.sentences:
        found += find_averages(view, view.figures_in(sentence))
    same = list(find_same(view, segmented, parts))
    known = {frozenset(relation.figures) for relation in same}
    found += (*same, *find_restated(view, parts, known))
    return tuple(found)


def _parts_and_totals(view: View, place: Span) -> Iterator[Relation]:
    stated = view.places_in(place)
    if len(stated) < 2:
        return
    called: set[int] = set()
    for relation in (*find_parts(view, place, stated), *find_opened(view, place, stated)):
        is_part = relation.kind is RelationKind.PART_OF
        # Of two readings of one part, that with the figure right before it stands.
        if not (is_part and relation.figures[0] in called):
            called |= {relation.figures[0]} if is_part else set()
            yield relation
    yield from find_totals(view, stated)
    yield from find_added(view, stated)
    yield from find_portions(view, stated)


def _join_statements(view: View) -> Iterator[Span]:
    """The sentences; one that goes on with the figures of the one before is joined to it.

    受理86件。其中… and 以上三项共计… state parts or the total of what the sentence before counts;
    semicolons part a list.
    """
    joined: Span | None = None
    for place in view.sentences:
        if joined and _is_continued(view, joined, place):
            joined = Span(joined.start, place.end)
            continue
        if joined:
            yield joined
        joined = place
    if joined:
        yield joined


def _is_continued(view: View, joined: Span, place: Span) -> bool:
    text = view.text
    near = not text[joined.end : place.start].strip(" \u3000\n")
    listed = text[joined.end - 1 : joined.end] in {"；", ";"}
    short = place.end - joined.start < _LONGEST
    if not (near and short):
        return False
    goes = goes_on().match(text, place.start) is not None
    return listed or goes or _lists_kinds(view, joined, place)


def _lists_kinds(view: View, joined: Span, place: Span) -> bool:
    """办理案件64件。民事41件、刑事17件: the kinds of what was counted last, and nothing else."""
    stated, before = view.places_in(place), view.places_in(joined)
    if len(stated) < 2 or not before or view.metrics[stated[0]].start - place.start > GAP:
        return False
    alike = [at for at in stated if view.is_alike(before[-1], at)]
    return len(alike) > 1 and alike[0] == stated[0] and are_kinds(part_labels(view, alike))
