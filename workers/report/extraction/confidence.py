"""How sure a name is: the share of right ones among figures like it that people named blind.

Alike are figures whose name came the same way, that count the same sort of thing, and whose name
had a like lead over the next best. The shares stand in confidence.yaml, written by
`python -m bench.confidence`; a few figures are no measure, so a small group leans on the wider one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.folding import simplify
from workers.report.chinese.units import units
from workers.report.extraction.given_name import Name, Route
from workers.report.extraction.quantity import QuantityKind

_FILE = "confidence.yaml"
# Nobody is ever surer than this, nor less sure.
_MOST, _LEAST = 0.98, 0.3


class Lead(StrEnum):
    """How far a name is ahead of the next best."""

    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What figures have in common that are sure or unsure together."""

    route: Route
    named: bool
    counts: str
    lead: Lead

    @property
    def wider(self) -> tuple[Route, bool]:
        return self.route, self.named


# 无信访案件: the denial names its thing.
OF_ZEROS = Likeness(Route.ZERO, True, "things", Lead.STRONG)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the figures were named right."""

    right: int
    of: int


@knowledge
def _settings() -> Mapping[str, float]:
    loaded = load_yaml(_FILE)
    return {name: float(loaded[name]) for name in ("unsure", "ask", "lean", "strong_lead")}


@knowledge
def _classes() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, listed in load_yaml(_FILE)["classes"].items():
        for unit in listed:
            require(unit in units(), _FILE, f"classes: {unit}", "is no unit")
            require(unit not in found, _FILE, f"classes: {unit}", "stands twice")
            found[unit] = name
    return found


@knowledge
def _measured() -> Mapping[Likeness, Share]:
    rows = load_yaml(_FILE)["measured"] or ()
    return {
        Likeness(Route(row["route"]), row["named"], row["counts"], Lead(row["lead"])): Share(
            row["right"], row["of"]
        )
        for row in rows
    }


@knowledge
def _confidences() -> Mapping[Likeness, float]:
    return fit_confidences(_measured())


def unsure_below() -> float:
    """A figure that is less sure than this is shown as unsure."""
    return _settings()["unsure"]


def strong_lead() -> float:
    """So many points ahead of the next best, a name leads strongly."""
    return _settings()["strong_lead"]


def ask_below() -> float:
    """A figure that is less sure than this asks in the queue, where a cell is made of it."""
    return _settings()["ask"]


def likeness_of(name: Name, kind: QuantityKind, unit: str) -> Likeness:
    """The group of a figure with this name."""
    counts = _classes().get(simplify(unit), "things")
    if kind in (QuantityKind.RATE, QuantityKind.MONEY):
        counts = "rates"
    elif kind in (QuantityKind.CHANGE, QuantityKind.DURATION):
        counts = "changes"
    lead = Lead.STRONG if name.lead >= strong_lead() else Lead.WEAK
    return Likeness(name.route, name.indicator is not None, counts, lead)


@knowledge
def confidence_of(like: Likeness) -> float:
    """The share of right ones; that of the wider group where nobody measured this one."""
    known = _confidences()
    return known.get(like) or fit_one(like, _measured())


def fit_confidences(measured: Mapping[Likeness, Share]) -> Mapping[Likeness, float]:
    return {like: fit_one(like, measured) for like in measured}


def fit_one(like: Likeness, measured: Mapping[Likeness, Share]) -> float:
    """The group's own share, leaning on the wider group's by so many figures, and that on all.

    >>> few = Likeness(Route.OWN, True, "cases", Lead.WEAK)
    >>> many = Likeness(Route.OWN, True, "events", Lead.STRONG)
    >>> known = {few: Share(0, 1), many: Share(90, 100)}
    >>> fit_one(few, known) > 0.6, fit_one(many, known)
    (True, 0.9)
    """
    lean = _settings()["lean"]
    every = _added(measured.values())
    wider = _added(share for other, share in measured.items() if other.wider == like.wider)
    own = measured.get(like, Share(0, 0))
    base = _leaned(wider, _leaned(every, 0.5, lean), lean)
    return round(min(_MOST, max(_LEAST, _leaned(own, base, lean))), 2)


def _leaned(share: Share, on: float, lean: float) -> float:
    return (share.right + lean * on) / (share.of + lean)


def _added(shares: Iterable[Share]) -> Share:
    listed = list(shares)
    return Share(sum(share.right for share in listed), sum(share.of for share in listed))
