"""What a quantity is called: the value that naming hands on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """`indicator` is None where none fits; `confidence` between 0 and 1; `why` names the trigger,
    `entry` the entry of the catalogue that it stands in: what has no indicator has one too.
    """

    indicator: str | None
    confidence: float
    why: str
    entry: str = ""


NOTHING = Name(indicator=None, confidence=0.5, why="")
