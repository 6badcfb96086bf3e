"""A small drawing: where one figure stands among others.

Numbers for an SVG; the template puts words to them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, LEFT, RIGHT = 560, 24, 536
BASE, DOT = 78, 4
# Beyond this the small ones would all lie on one spot: the axis counts factors then.
LARGEST_SPREAD = 30
# Of a pile that would grow out of the drawing the rest lies on its top.
HIGHEST = 7


@dataclass(frozen=True, slots=True)
class Dot:
    """One of the others; `label` is its year, or empty."""

    x: float
    y: float
    value: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Dots over a line, those of about one value piled up;
    `own` and `middle` are places on the line.
    """

    dots: tuple[Dot, ...]
    own: float
    middle: float
    by_factor: bool


def draw_strip(value: float, others: Sequence[tuple[float, str]], middle: float) -> Strip:
    """The others as (value, label), at least one, and where the value and their
    middle stand among them.

    >>> strip = draw_strip(5300, [(48, "2021"), (53, "2022")], 50)
    >>> strip.by_factor, strip.own, strip.dots[0].x
    (True, 536.0, 24.0)
    """
    every = [value, middle, *(other for other, _ in others)]
    low, high = min(every), max(every)
    by_factor = low >= 0 and high - low > LARGEST_SPREAD * max(abs(middle), 1)
    piles: Counter[int] = Counter()

    def place(one: float) -> float:
        begin, end, at = (math.log1p(each) if by_factor else each for each in (low, high, one))
        return round(
            LEFT + (RIGHT - LEFT) * ((at - begin) / (end - begin) if end > begin else 0.5), 1
        )

    dots = []
    for other, label in sorted(others):
        x = place(other)
        pile = int(x / (2 * DOT))
        piles[pile] += 1
        y = BASE - DOT * (2 * min(piles[pile], HIGHEST) - 1) - 2
        dots.append(Dot(x, y, other, label))
    return Strip(dots=tuple(dots), own=place(value), middle=place(middle), by_factor=by_factor)
