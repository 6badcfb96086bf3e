"""Is a figure far from the issuer's own years, or from its peers?

Robust statistics; the bounds are the catalogue's.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from workers.report.catalogue import knowledge, load_yaml, require

_FILE = "comparison.yaml"
# The spread of a normal distribution is this many median absolute deviations.
_NORMAL = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """When a figure stands out (schema/catalogue/comparison.yaml says why).

    `least` others are needed; counts and amounts must be off by `factor`, with `floor` added to
    both sides, rates by `points`; both by `spreads` times the spread of the others.
    """

    least: int
    factor: float
    floor: float
    points: float
    spreads: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A figure and what it was held against: how many others, their middle and range,
    and how often it fits in.
    """

    value: float
    middle: float
    low: float
    high: float
    count: int

    @property
    def factor(self) -> float:
        """How many times the middle, or the middle how many times it;
        at least 1, infinite where one is 0.

        >>> Outlier(value=5, middle=50, low=40, high=60, count=4).factor
        10.0
        """
        small, large = sorted((abs(self.value), abs(self.middle)))
        return large / small if small else math.inf


@knowledge
def outlier_bounds() -> dict[str, Bounds]:
    """The bounds by kind of comparison: `in_time`, `among_peers`."""
    rows = load_yaml(_FILE)["outliers"]
    found = {}
    for kind in ("in_time", "among_peers"):
        require(isinstance(rows.get(kind), dict), _FILE, f"outliers.{kind}", "is missing")
        numbers = {name: rows[kind].get(name) for name in Bounds.__slots__}
        for name, number in numbers.items():
            require(
                isinstance(number, int | float) and number > 0,
                _FILE,
                f"outliers.{kind}.{name}",
                "must be above 0",
            )
        found[kind] = Bounds(**numbers)
    return found


def find_outlier(
    value: float, others: Sequence[float], bounds: Bounds, *, rate: bool
) -> Outlier | None:
    """The outlier that the value is among the others,
    None where it fits in or the others are too few.

    >>> bounds = Bounds(least=3, factor=5, floor=5, points=25, spreads=5)
    >>> find_outlier(5300, [48, 53, 61], bounds, rate=False).middle
    53
    >>> (
    ...     find_outlier(90, [48, 53, 61], bounds, rate=False),
    ...     find_outlier(5300, [48, 53], bounds, rate=False),
    ... )
    (None, None)
    >>> (
    ...     find_outlier(8, [1, 0, 1], bounds, rate=False),
    ...     find_outlier(52.5, [97.5, 98, 100], bounds, rate=True).low,
    ... )
    (None, 97.5)
    """
    if len(others) < bounds.least:
        return None
    floor = 0.0 if rate else bounds.floor
    scale = [_scale_value(one, floor, rate) for one in others]
    middle = median(scale)
    spread = _NORMAL * median(abs(one - middle) for one in scale)
    if not _is_far(_scale_value(value, floor, rate), middle, spread, bounds, rate=rate):
        return None
    return Outlier(
        value=value, middle=median(others), low=min(others), high=max(others), count=len(others)
    )


class Crowd:
    """Many figures of one kind, each judged among all others as `find_outlier` does,
    at the cost of three sorts.

    >>> bounds = Bounds(least=3, factor=5, floor=5, points=25, spreads=5)
    >>> crowd = Crowd([53, 5300, 48, 61], bounds, rate=False)
    >>> (
    ...     crowd.find_outlier(5300) == find_outlier(5300, [53, 48, 61], bounds, rate=False),
    ...     crowd.find_outlier(53),
    ... )
    (True, None)
    >>> crowd.without(53)
    [48, 61, 5300]
    """

    def __init__(self, values: Iterable[float], bounds: Bounds, *, rate: bool) -> None:
        self.values, self.bounds, self.rate = sorted(values), bounds, rate
        self._floor = 0.0 if rate else bounds.floor
        self._scale = sorted(_scale_value(one, self._floor, rate) for one in self.values)
        # The others have one of three middles, as the one that is left out lies below,
        # at or above that of all.
        self._distances: dict[float, list[float]] = {}

    def find_outlier(self, value: float) -> Outlier | None:
        """The outlier that the value, one of them, is among the others."""
        if len(self.values) - 1 < self.bounds.least:
            return None
        scaled = _scale_value(value, self._floor, self.rate)
        middle = _median_without(self._scale, scaled)
        if middle not in self._distances:
            self._distances[middle] = sorted(abs(one - middle) for one in self._scale)
        spread = _NORMAL * _median_without(self._distances[middle], abs(scaled - middle))
        if not _is_far(scaled, middle, spread, self.bounds, rate=self.rate):
            return None
        others = self.without(value)
        return Outlier(
            value=value, middle=median(others), low=others[0], high=others[-1], count=len(others)
        )

    def without(self, value: float) -> list[float]:
        """The others, in order."""
        at = bisect_left(self.values, value)
        return self.values[:at] + self.values[at + 1 :]


def _median_without(ordered: Sequence[float], value: float) -> float:
    """The median of the others, of numbers in order."""
    left_out, count = bisect_left(ordered, value), len(ordered) - 1
    low, high = (ordered[at + (at >= left_out)] for at in ((count - 1) // 2, count // 2))
    return high if count % 2 else (low + high) / 2


def _is_far(scaled: float, middle: float, spread: float, bounds: Bounds, *, rate: bool) -> bool:
    least = bounds.points if rate else math.log(bounds.factor)
    return abs(scaled - middle) > max(least, bounds.spreads * spread)


def _scale_value(value: float, floor: float, rate: bool) -> float:
    """Rates differ by points, all else by factors; no figure is below 0,
    but a misread one may be.
    """
    return value if rate else math.log(max(value, 0.0) + floor)
