"""A stated quantity, before it is known what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workers.report.model import Bound, Status
from workers.report.text import Span


class RangeEnd(StrEnum):
    """Which end of a range (三至五次) a number is."""

    LOWER = "lower"
    UPPER = "upper"


class QuantityKind(StrEnum):
    COUNT = "count"
    MONEY = "money"
    RATE = "rate"
    DURATION = "duration"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its unit and qualifiers at `[start, end)` of the clean text, `value`
    in the canonical unit.

    `clause` is the stretch between the commas and stops around it, `sentence` that between the
    stops; `section` is an index into the sections. A shared unit (`3、5次`) gives each number the
    unit; CHANGE is a growth, a difference, a shift of rank or of points: never an indicator's own
    value. `why` names the rule that found it.
    """

    start: int
    end: int
    value: float
    unit: str
    bound: Bound
    status: Status
    kind: QuantityKind
    clause: Span
    sentence: Span
    section: int | None
    why: str = ""
    range_end: RangeEnd | None = None
