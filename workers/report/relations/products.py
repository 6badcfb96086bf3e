"""So many of a thing, so much for each, and what it comes to: 18个村每村配备150册，共2700册."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.chinese.clauses import HAN, STOP
from workers.report.model import Bound, Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.view import View

_REACH, _APART = 24, 40
_EACH = re.compile(
    rf"每(?:个|名|家|户|所|人|支)?(?P<thing>[{HAN}]{{1,6}}?)?(?:均|各|统一|都)?[{HAN}]{{0,8}}$"
)
_COMES_TO = re.compile(
    rf"(?:合计|共计|总计|累计|共|一共|总共|总额|支出|发放|兑现|投入)[{HAN}]{{0,6}}$"
)


def find_products(view: View) -> Iterator[Relation]:
    """product_of: the total, how many, how much for each; one behind the other in a sentence."""
    order = view.in_order()
    for count, each, total in zip(order, order[1:], order[2:], strict=False):
        alike = view.metrics[each].unit == view.metrics[total].unit
        if alike and _are_product(view, count, each, total):
            yield view.relation(RelationKind.PRODUCT_OF, (total, count, each), Sure.SAID)


def _are_product(view: View, count: int, each: int, total: int) -> bool:
    figures = [view.metrics[at] for at in (count, each, total)]
    exact = all(figure.bound is Bound.EXACT and figure.value > 0 for figure in figures)
    apart = view.kind(count) is not None and view.kind(count) != view.kind(each)
    if not (exact and apart) or figures[0].period:
        return False
    one, two = view.between(count, each), view.between(each, total)
    if STOP.search(one + two) or max(len(one), len(two)) > _APART:
        return False
    told = _EACH.search(one)
    if told is None or not _COMES_TO.search(two):
        return False
    thing = told["thing"] or ""
    return (figures[0].unit or "-") in told.group() or thing[-1:] in one[: told.start()]
