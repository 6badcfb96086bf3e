"""Units and classifiers: what a number is counted or measured in
(`schema/catalogue/units.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.folding import fold_narrow

UNITS_FILE, SCOPE_FILE = "units.yaml", "scope.yaml"


class Dimension(StrEnum):
    COUNT = "count"
    PEOPLE = "people"
    MONEY = "money"
    RATE = "rate"
    POINTS = "points"
    DURATION = "duration"
    MEASURE = "measure"


class Han(StrEnum):
    """When a Chinese numeral before the unit counts (the file's head says more)."""

    FREE = "free"
    BOUND = "bound"
    NEVER = "never"


# A rate, a change, a time is no amount that could be a part of another.
_NO_AMOUNT = frozenset({Dimension.RATE, Dimension.POINTS, Dimension.DURATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """`name` is folded, as reports write it; `one` and `many` what an English page calls it;
    `canonical` the unit that values are compared in: value × `factor`.
    """

    name: str
    one: str
    many: str
    dimension: Dimension
    canonical: str
    factor: float
    han: Han
    not_before: tuple[str, ...]
    example: str


@knowledge
def units() -> Mapping[str, Unit]:
    """The units by name. CatalogueError names the entry that is wrong."""
    found: dict[str, Unit] = {}
    for row in load_yaml(UNITS_FILE)["units"]:
        unit = _read_unit(row)
        require(unit.name not in found, UNITS_FILE, unit.name, "stands twice")
        found[unit.name] = unit
    return found


def _read_unit(row: Mapping[str, Any]) -> Unit:
    name = str(row.get("unit"))
    require(
        name == fold_narrow(name),
        UNITS_FILE,
        name,
        "must be written in simplified characters, half width",
    )
    require(row.get("dim") in set(Dimension), UNITS_FILE, name, "dim is unknown")
    require(row.get("han") in set(Han), UNITS_FILE, name, "han must be free, bound or never")
    require(
        name in fold_narrow(str(row.get("example"))),
        UNITS_FILE,
        name,
        "its example does not use it",
    )
    english = row.get("en", name)
    one, many = english if isinstance(english, list) else (english, english)
    return Unit(
        name=name,
        one=one,
        many=many,
        dimension=Dimension(row["dim"]),
        canonical=row.get("canonical", name),
        factor=float(row.get("factor", 1)),
        han=Han(row["han"]),
        not_before=tuple(row.get("not_before", ())),
        example=row["example"],
    )


@knowledge
def unit_pattern() -> str:
    """One alternative a unit, the longest first, each refusing what would make it another word."""
    longest_first = sorted(units().values(), key=lambda unit: -len(unit.name))
    initials = re.escape("".join(sorted({name[0] for name in units()})))
    return (
        f"(?=[{initials}])(?:"
        f"{'|'.join(re.escape(unit.name) + _not_before(unit) for unit in longest_first)})"
    )


def _not_before(unit: Unit) -> str:
    return f"(?!{'|'.join(unit.not_before)})" if unit.not_before else ""


@knowledge
def _second_unit() -> re.Pattern[str]:
    """人次(台次), 份(个), 件/次: a second unit in brackets or after a
    stroke belongs to the first.
    """
    return re.compile(rf"\((?:{unit_pattern()}|次)\)|/(?:{unit_pattern()})")


def second_unit_end(folded: str, at: int) -> int:
    """Where a second unit that begins at `at` ends; `at` itself where there is none.

    >>> second_unit_end("3600份(个)。", 5)
    8
    """
    if at >= len(folded) or folded[at] not in "(/":
        return at
    match = _second_unit().match(folded, at)
    return match.end() if match else at


@knowledge
def kind_of_unit(unit: str) -> str | None:
    """The unit that stands for all that count the same sort of thing;
    None where it measures no amount.

    >>> kind_of_unit("起"), kind_of_unit("名") == kind_of_unit("人"), kind_of_unit("%")
    ('件', True, None)
    """
    known = units().get(unit)
    if unit == "%" or (known is not None and known.dimension in _NO_AMOUNT):
        return None
    return _first_of_kind().get(unit, unit)


@knowledge
def _first_of_kind() -> Mapping[str, str]:
    """For each unit of a group its first unit, which stands for all."""
    found: dict[str, str] = {}
    for group in load_yaml(SCOPE_FILE)["kin"]:
        for unit in group:
            require(unit not in found, SCOPE_FILE, f"kin: {unit}", "stands in two groups")
            found[unit] = group[0]
    return found
