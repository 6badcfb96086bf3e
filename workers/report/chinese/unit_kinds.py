"""Which units count the same sort of thing: what a total and its parts must share."""

from __future__ import annotations

from collections.abc import Mapping

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.units import Dimension, units

SCOPE_FILE = "scope.yaml"
# A rate, a change, a time is no amount that could be a part of another.
_NO_AMOUNT = frozenset({Dimension.RATE, Dimension.POINTS, Dimension.DURATION})


@knowledge
def _groups() -> Mapping[str, str]:
    """For each unit of a group its first unit, which stands for all."""
    found: dict[str, str] = {}
    for group in load_yaml(SCOPE_FILE)["kin"]:
        for unit in group:
            require(unit not in found, SCOPE_FILE, f"kin: {unit}", "stands in two groups")
            found[unit] = group[0]
    return found


def kind_of_unit(unit: str) -> str | None:
    """The unit that stands for all that count the same sort of thing; null where it measures no amount.

    >>> kind_of_unit("起"), kind_of_unit("名") == kind_of_unit("人"), kind_of_unit("%")
    ('件', True, None)
    """
    known = units().get(unit)
    if unit == "%" or (known is not None and known.dimension in _NO_AMOUNT):
        return None
    return _groups().get(unit, unit)
