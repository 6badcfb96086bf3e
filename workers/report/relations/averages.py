"""An amount and the count that it is spread over, by the pairs of averages.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workers.report.catalogue import indicators, knowledge, load_yaml, require
from workers.report.chinese.clauses import CLAUSE_END
from workers.report.chinese.units import units
from workers.report.model import Metric, Relation, Status
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.view import View
from workers.report.relations.words import holds_any

_FILE = "averages.yaml"
# Between the count and its amount: one clause, no more.
_APART = 30
# 35名农民工: what is counted stands a little behind the number.
_BEHIND = 4


@dataclass(frozen=True, slots=True)
class Side:
    """A figure must be of one of these indicators, or have one of these words in its clause."""

    codes: frozenset[str]
    words: tuple[str, ...]

    def holds(self, metric: Metric, clause: str) -> bool:
        return metric.indicator in self.codes or holds_any(clause, self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """Least and most of the amount for one of the count; `of` and `of_en` call it by its name."""

    amount: Side
    count: Side
    unit: str
    low: float
    high: float
    of: str
    of_en: str


@knowledge
def averages() -> Mapping[str, Average]:
    """The pairs by their name, in the order of the file.

    CatalogueError names the entry that is wrong.
    """
    found: dict[str, Average] = {}
    for row in load_yaml(_FILE)["averages"]:
        average = _read_average(row)
        require(average.of not in found, _FILE, average.of, "stands twice")
        found[average.of] = average
    return found


def _read_average(row: dict[str, object]) -> Average:
    key = str(row.get("amount"))
    for field in ("reason", "of", "examples", "unit"):
        require(row.get(field), _FILE, key, f"{field} is missing")
    low, high = float(str(row.get("low", 0))), float(str(row.get("high", "inf")))
    require(low < high, _FILE, key, "low is not below high")
    names = row["of"]
    require(
        isinstance(names, list) and len(names) == 2,
        _FILE,
        key,
        "of is the name in Chinese and in English",
    )
    return Average(
        amount=_read_side(row, "amount"),
        count=_read_side(row, "count"),
        unit=str(row["unit"]),
        low=low,
        high=high,
        of=str(names[0]),  # type: ignore[index]
        of_en=str(names[1]),  # type: ignore[index]
    )


def _read_side(row: dict[str, object], key: str) -> Side:
    listed = row.get(key)
    require(
        isinstance(listed, list) and listed, _FILE, key, "must be a list of words and indicators"
    )
    named = [str(each) for each in listed]  # type: ignore[attr-defined]
    for each in named:
        require(
            "." not in each or each in indicators(), _FILE, key, f"{each} is not in the catalogue"
        )
    codes = frozenset(each for each in named if "." in each)
    return Side(codes, tuple(each for each in named if "." not in each))


def find_averages(view: View, stated: Sequence[int]) -> Iterator[Relation]:
    """average_of: each amount of one sentence and the count right before it,
    or the next but one.
    """
    for place, at in enumerate(stated):
        amount = view.metrics[at]
        clause = view.said_with(at, _BEHIND, CLAUSE_END)
        for name, average in averages().items():
            if _is_in(amount, average.unit) and average.amount.holds(amount, clause):
                count = _count_of(view, average, stated[max(0, place - 2) : place], amount)
                if count is not None:
                    yield view.relation(RelationKind.AVERAGE_OF, (at, count), Sure.SAID, name)


def _is_in(amount: Metric, unit: str) -> bool:
    """人次 and 名 are 人; 册 and 张 are 份; only money is 元."""
    dimension = units().get(amount.unit)
    return (
        dimension is not None
        and dimension.dimension is units()[unit].dimension
        and amount.value > 0
    )


def _count_of(view: View, average: Average, before: Sequence[int], amount: Metric) -> int | None:
    for at in reversed(before):
        count = view.metrics[at]
        if amount.start - count.end > _APART or count.end > amount.start:
            continue
        done = count.status is amount.status is Status.DONE and count.value >= 1
        clause = view.said_with(at, _BEHIND, CLAUSE_END)
        if done and count.unit != amount.unit and average.count.holds(count, clause):
            return at
    return None
