"""What only looks like a figure: the rules in the order in which they are asked,
each with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workers.report.extraction import forms, standing
from workers.report.extraction.surroundings import Surroundings

_RULES: Sequence[tuple[str, Callable[[Surroundings], bool]]] = (
    ("quoted name or title", forms.is_quoted),
    ("name", forms.is_named),
    ("date, age or period", forms.is_dated),
    ("code or chain of numbers", forms.is_code),
    ("formula", forms.is_formula),
    ("ordinal", forms.is_ordinal),
    ("session", forms.is_session),
    ("grouping", forms.is_grouping),
    ("list marker", forms.is_marker),
    ("page furniture", forms.is_furniture),
    ("no unit", forms.is_bare),
    ("others' number", standing.is_others),
    ("threshold", standing.is_threshold),
    ("frequency", standing.is_frequency),
    ("duty", standing.is_duty),
    ("denied", standing.is_denied),
    ("indefinite", standing.is_indefinite),
    ("standing time", standing.is_standing_time),
)


def why_not(here: Surroundings) -> str | None:
    """Why this number is no figure, or None where it may be one."""
    for reason, rule in _RULES:
        if rule(here):
            return reason
    return None
