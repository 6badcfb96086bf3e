"""When reports compared with each other are worth a person's look: the bounds of
schema/catalogue/comparison.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from workers.report.catalogue import knowledge, load_yaml, require

_FILE = "comparison.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyBounds:
    """A copy shares this much of the shorter text, and at least so many masked characters."""

    share: float
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleBounds:
    """Last year's text: the share of the text, how many figures both years state,
    the share of them that is equal.
    """

    share: float
    figures: int
    same: float


@knowledge
def copy_bounds() -> CopyBounds:
    """What makes two reports of different issuers a copy."""
    return CopyBounds(**_read_numbers("copy", CopyBounds.__slots__))


@knowledge
def stale_bounds() -> StaleBounds:
    """What makes two reports of one issuer last year's text left standing."""
    return StaleBounds(**_read_numbers("stale", StaleBounds.__slots__))


def due_day(year: int) -> date:
    """The last day on which the report of this year is in time.

    >>> due_day(2024)
    datetime.date(2025, 4, 1)
    """
    due = _read_numbers("due", ("month", "day"))
    return date(year + 1, due["month"], due["day"])


def last_due_year(today: date) -> int:
    """The newest year whose report is due.

    >>> last_due_year(date(2025, 4, 1)), last_due_year(date(2025, 4, 2))
    (2023, 2024)
    """
    return today.year - 1 if today > due_day(today.year - 1) else today.year - 2


@knowledge
def _read_numbers(key: str, names: tuple[str, ...]) -> dict[str, Any]:
    rows = load_yaml(_FILE).get(key)
    require(isinstance(rows, dict), _FILE, key, "is missing")
    numbers = {name: rows.get(name) for name in names} if rows else {}
    for name, number in numbers.items():
        require(
            isinstance(number, int | float) and number > 0,
            _FILE,
            f"{key}.{name}",
            "must be above 0",
        )
    return numbers
