"""What a quantity is called: the value that naming hands on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Route(StrEnum):
    """How a name was come by: by the words at the figure, taken over from another figure, by
    nothing at all, or from a denial (无信访案件).
    """

    OWN = "own"
    TAKEN = "taken"
    NOTHING = "nothing"
    ZERO = "zero"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """`indicator` is None where none fits; `why` names the trigger, `entry` the entry of the
    catalogue that it stands in: what has no indicator has one too.

    `lead` is how many points it is ahead of the next best name.
    """

    indicator: str | None
    why: str
    entry: str = ""
    lead: float = 0.0
    route: Route = Route.OWN


NOTHING = Name(indicator=None, why="", route=Route.NOTHING)
