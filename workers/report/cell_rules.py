"""How a panel cell is made, and why a figure is left out of it or a person must decide it."""

from __future__ import annotations

from enum import StrEnum


class CellRule(StrEnum):
    """The rule by which a cell gets its value.

    once: one statement. restated: the same thing stated again. whole: a whole, without its parts
    and the stages that it went through. summed: separate acts or things of one kind; the sum is
    ours, not the report's. unclear: a careful person would have to ask; there is no value.
    person: a person said what it is; no report gives this rule.
    """

    ONCE = "once"
    RESTATED = "restated"
    WHOLE = "whole"
    SUMMED = "summed"
    UNCLEAR = "unclear"
    PERSON = "person"


class Unclear(StrEnum):
    """Why a cell has no value.

    conflict: one thing with two values. units: they count different things (人 and 人次). rates: of
    different things. unlike: opposite or unlike acts (新办, 注销). levels: one holds the other.
    stages: more was done than came in. overlap: nothing tells the acts apart. each: only stated for
    each of something (每村1名). disputed: a finding says that a figure cannot be true.
    """

    CONFLICT = "conflict"
    UNITS = "units"
    RATES = "rates"
    UNLIKE = "unlike"
    LEVELS = "levels"
    STAGES = "stages"
    OVERLAP = "overlap"
    EACH = "each"
    DISPUTED = "disputed"


class Omission(StrEnum):
    """Why a figure of the indicator takes no part in its cell.

    again: it states what another one states. zero: it denies one kind of what the others count.
    """

    AGAIN = "again"
    PART = "part"
    STAGE = "stage"
    EACH = "each"
    OTHER_BODY = "other_body"
    OTHER_PERIOD = "other_period"
    ZERO = "zero"
    DISPUTED = "disputed"
