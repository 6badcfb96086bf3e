"""What was carried over and what came in, what was done and what is left, counted in a row.

上年结转7件，本年新收45件，审结49件，年末未结3件: of nothing is there more than came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from workers.report.catalogue import knowledge, load_yaml
from workers.report.chinese.clauses import CLAUSE_END, HAN
from workers.report.model import Bound, Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.view import View
from workers.report.relations.words import any_of

_FILE = "totals.yaml"
# In the order in which their words are looked for: 结转下年 is left, 年初未结 is carried over.
_SIDES = {
    "handed_on": "left",
    "early": "carried",
    "left": "left",
    "carried": "carried",
    "out": "out",
    "late": "left",
    "came": "came",
}
_ORDER = ("carried", "came", "out", "left")
_BEHIND = 10
# Between two of them may stand the total of the first two.
_APART = 32
_TOTAL = re.compile(f"(?:共|共计|合计|总计|累计)[{HAN}]{{0,4}}$")


@knowledge
def _side_words() -> Mapping[str, re.Pattern[str]]:
    loaded = load_yaml(_FILE)["account"]
    return {words: re.compile(any_of(loaded[words])) for words in _SIDES}


def find_accounts(view: View) -> Iterator[Relation]:
    """balance_of: four figures in a row, near each other in one paragraph, one of each side.

    sum_of where what the first two come to is stated between: 共办理43件；审结39件，尚有4件.
    """
    stated = view.in_order()
    for place in range(len(stated) - 3):
        if view.metrics[stated[place]].unit != view.metrics[stated[place + 1]].unit:
            continue
        five = stated[place : place + 5]
        total = five[2] if len(five) > 4 and _TOTAL.search(view.clause(five[2])) else None
        four = [at for at in five if at != total][:4]
        if not _are_of_one_sort(view, four):
            continue
        sides = {_side(view, at): at for at in four}
        if set(sides) != set(_ORDER):
            continue
        if total is None:
            figures = [sides[side] for side in _ORDER]
            yield view.relation(RelationKind.BALANCE_OF, figures, Sure.SAID)
        else:
            yield view.relation(
                RelationKind.SUM_OF, (total, sides["out"], sides["left"]), Sure.SAID
            )


def _are_of_one_sort(view: View, figures: Sequence[int]) -> bool:
    kind = view.kind(figures[0])
    exact = all(view.metrics[at].bound is Bound.EXACT for at in figures)
    near = all(
        view.metrics[two].start - view.metrics[one].end < _APART
        and "\n" not in view.between(one, two)
        for one, two in pairwise(figures)
    )
    changed = any(view.is_change(at) for at in figures)
    return (
        kind is not None
        and exact
        and near
        and not changed
        and all(view.kind(at) == kind for at in figures)
    )


def _side(view: View, at: int) -> str | None:
    """The first side of which a word stands before the figure in its clause, or behind it."""
    said = view.said_with(at, _BEHIND, CLAUSE_END)
    found = (side for side, words in _side_words().items() if words.search(said))
    return _SIDES.get(next(found, ""))
