"""Parts of a stated whole: 法律援助64件，内含诉讼50件（民事38件、刑事12件），值班帮助14件."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.report.chinese.clauses import COLONS, COMMAS, SEMICOLONS
from workers.report.extraction.quantity import Quantity, QuantityKind

# What is continued stands this few figures back at most: no longer are the lists of a report.
LONGEST_LIST = 8

_OPENS_PARTS = re.compile(
    rf"[^{COMMAS}{SEMICOLONS}{COLONS}（(]{{0,12}}[{COMMAS}{SEMICOLONS}{COLONS}\s]?"
    rf"(?:其中|内含|包括|包含|含|[（(](?:其中|内?含|包括)?)[{COLONS}]?"
)
_BRACKET = re.compile(r"[（(][^（）()]*[）)]")
_OPENED, _CLOSED = re.compile(r"[（(]"), re.compile(r"[）)]")


def find_whole(
    text: str, quantities: Sequence[Quantity], at: int, *, across: bool = False
) -> int | None:
    """The index of the quantity that this one is stated to be a part of.

    The parts stand behind 其中, 含 or a bracket, have the whole's unit and add up to no more
    than it; a semicolon ends them where no colon opened them, but not `across` it. None where
    there is no such whole.
    """
    part = quantities[at]
    if part.kind is QuantityKind.RATE:
        return None
    added, inside, following, apart = part.value, 0, part, False
    for place in range(at - 1, max(-1, at - 1 - LONGEST_LIST), -1):
        total = quantities[place]
        between = text[total.end : following.start]
        was_inside = inside
        inside += len(_CLOSED.findall(between)) - len(_OPENED.findall(between))
        following = total
        if inside > 0:  # a part of the part before
            continue
        if total.unit != part.unit or total.kind is not part.kind:
            return None
        opened = not was_inside and _OPENS_PARTS.match(_BRACKET.sub("", between))
        if opened:
            listed = across or not apart or opened[0][-1] in COLONS
            return place if listed and added <= total.value else None
        apart = apart or any(mark in between for mark in SEMICOLONS)
        added += total.value
    return None
