"""Names and fixed words with a number inside (`schema/catalogue/not_figures.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.folding import fold_narrow
from workers.report.chinese.han_numbers import HAN_NUMERALS

NOT_FIGURES_FILE = "not_figures.yaml"


@dataclass(frozen=True, slots=True)
class FixedName:
    """`name` is folded; `out` uses it where nothing is counted,
    `in_` where one number beside it is.
    """

    name: str
    out: str
    in_: str


@knowledge
def fixed_names() -> Sequence[FixedName]:
    """The names, in the order of the file. CatalogueError names the entry that is wrong."""
    return tuple(_fixed_name(row) for row in load_yaml(NOT_FIGURES_FILE)["names"])


def _fixed_name(row: Mapping[str, Any]) -> FixedName:
    name = str(row.get("name"))
    require(
        name == fold_narrow(name),
        NOT_FIGURES_FILE,
        name,
        "must be written in simplified characters, half width",
    )
    require(_NUMBER.search(name), NOT_FIGURES_FILE, name, "has no number inside")
    for key in ("out", "in"):
        require(
            name in str(row.get(key)),
            NOT_FIGURES_FILE,
            name,
            f"its example {key!r} does not use it",
        )
    return FixedName(name, row["out"], row["in"])


_NUMBER = re.compile(rf"\d+|[{HAN_NUMERALS}]+")


@knowledge
def names_by_number() -> Mapping[str, Sequence[tuple[str, int]]]:
    """For each character that begins a number in a name:
    the names, and where in them the number stands.
    """
    found: dict[str, list[tuple[str, int]]] = {}
    for entry in fixed_names():
        for match in _NUMBER.finditer(entry.name):
            found.setdefault(match[0][0], []).append((entry.name, match.start()))
    return found


@knowledge
def grouping_pattern() -> re.Pattern[str]:
    """What a number of groups the text and counts no result: 三个方面, 四个意识, 3个季度."""
    return re.compile(
        rf"(?:大|重点|主要|关键|具体|工作)?(?:{'|'.join(load_yaml(NOT_FIGURES_FILE)['groupings'])})"
    )


@knowledge
def hotlines() -> frozenset[str]:
    """The short numbers that people call."""
    return frozenset(map(str, load_yaml(NOT_FIGURES_FILE)["hotlines"]))
