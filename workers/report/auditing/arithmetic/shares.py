"""A percentage as it is written, and the whole numbers that can give it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from workers.report.model import Metric

# 三成, 八成五.
_TENTHS = re.compile(r"[一二三四五六七八九\d]成(?P<ones>[一二三四五六七八九])?")
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,4}))?%")


@dataclass(frozen=True, slots=True)
class Share:
    """A stated percentage as it is written: `scaled` / 10^`decimals` percent.

    三成 has -1 decimals: it is 30 % to the nearest ten.
    """

    scaled: int
    decimals: int

    @property
    def whole(self) -> int:
        """What 100 % is in the same scale."""
        return int(100 * 10**self.decimals)

    def of(self, base: int) -> bool:
        """Is it k/base, rounded or cut, for a whole k ≤ base?

        >>> Share(988, 1).of(53), Share(981, 1).of(53)
        (False, True)
        """
        part = -(-(2 * self.scaled - 1) * base // (2 * self.whole))
        return max(part, 0) * self.whole < (self.scaled + 1) * base and part <= base

    def from_part(self, part: int) -> bool:
        """Is it part/n, rounded or cut, for a whole n ≥ part?

        >>> Share(988, 1).from_part(53), Share(981, 1).from_part(52)
        (False, True)
        """
        base = max(part, part * self.whole // (self.scaled + 1) + 1)
        return base * (2 * self.scaled - 1) <= 2 * part * self.whole

    def is_ratio(self, part: int, base: int) -> bool:
        """Is it part/base, rounded or cut?"""
        exact = part * self.whole
        return (2 * self.scaled - 1) * base <= 2 * exact and exact < (self.scaled + 1) * base

    def nearest(self, base: int) -> list[str]:
        """The possible rates on both sides of it, as they would be written.

        >>> Share(988, 1).nearest(53)
        ['52/53=98.1%', '53/53=100%']
        """
        below = min(base * self.scaled // self.whole, base)
        return [
            f"{part}/{base}={self.written(part, base)}"
            for part in dict.fromkeys((below, min(below + 1, base)))
        ]

    def written(self, part: int, base: int) -> str:
        """part/base as a percentage with the same decimals (half up), 100% without any."""
        scaled = (2 * part * self.whole + base) // (2 * base)
        if scaled == self.whole:
            return "100%"
        if self.decimals < 0:
            return f"{scaled}成"
        ones, rest = divmod(scaled, 10**self.decimals)
        return f"{ones}.{rest:0{self.decimals}d}%" if self.decimals else f"{ones}%"


def stated_share(metric: Metric) -> Share | None:
    """The percentage with the decimals that are written; None for a third and what is no
    percentage.
    """
    if tenths := _TENTHS.fullmatch(metric.quote):
        coarse = not tenths["ones"]
        return Share(round(metric.value / (10 if coarse else 1)), -coarse)
    found = _PERCENT.search(unicodedata.normalize("NFKC", metric.quote))
    if found:
        decimals = found.group(2) or ""
        return Share(int(found.group(1) + decimals), len(decimals))
    if "百分之" not in metric.quote:
        return None
    decimals = len(metric.quote.partition("点")[2])
    return Share(round(metric.value * 10**decimals), decimals)
