"""One fault of one kind in a composed report: sentences of frames.yaml put in somewhere."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bench.compose import Composed
from bench.findings import wholes
from bench.findings.places import Planted, insert, put, sections
from bench.slots import fill_slots
from workers.report.finding_kinds import FindingKind
from workers.report.text import Span

Plant = Callable[[random.Random, Composed, int], Planted]
ACHIEVEMENTS, PLAN = 0, 3


@cache
def frames() -> Mapping[str, Any]:
    """The frames by kind."""
    loaded: Mapping[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "frames.yaml").read_text(encoding="utf-8")
    )
    return loaded


def planted(kind: FindingKind, report: Composed, at: int, seed: int) -> Planted:
    """The report with a fault of this kind; frames are taken in turn,
    everything else is drawn at random.
    """
    rng = random.Random(f"{seed}:{kind}:{at}")  # noqa: S311 (not a secret)
    return PLANTS.get(kind, _sentence(kind))(rng, report, at)


def agreeing(report: Composed, at: int, seed: int) -> Planted:
    """The report with a sentence like those with a fault, but without one."""
    rng = random.Random(f"{seed}:consistent:{at}")  # noqa: S311 (not a secret)
    return _sentence("consistent")(rng, report, at)


def _sentence(kind: str, section: int = ACHIEVEMENTS, frame: str = "") -> Plant:
    def plant(rng: random.Random, report: Composed, at: int) -> Planted:
        written = frames()[frame or kind]
        sentence = _filled(rng, report, written[at % len(written)])
        text, place = insert(rng, report.text, sentence, sections(report.text)[section])
        return Planted(kind=kind, text=text, place=place, wording=sentence)

    return plant


def _filled(rng: random.Random, report: Composed, template: str) -> str:
    return fill_slots(rng, template, report.words)


def _conflict(rng: random.Random, report: Composed, at: int) -> Planted:
    """Two values of one thing: in the year's work and further down,
    or in the duty of the leaders.
    """
    pairs = frames()["figures_conflict"]
    first, second = _filled(rng, report, "‖".join(pairs[at % len(pairs)])).split("‖")
    parts = sections(report.text)
    text, place = insert(
        rng, report.text, second, parts[1] if rng.random() < 0.5 else _later_half(parts[0])
    )
    stops = [
        stop
        for stop in range(parts[0].start, _later_half(parts[0]).start)
        if report.text[stop] == "。"
    ]
    text, _ = put(text, f"{first}⟦⟧", rng.choice(stops) + 1)
    return Planted(
        kind="figures_conflict",
        text=text,
        place=Span(place.start + len(first), place.end + len(first)),
        wording=second,
    )


def _later_half(part: Span) -> Span:
    return Span((part.start + part.end) // 2, part.end)


def _stale(rng: random.Random, report: Composed, at: int) -> Planted:
    """Every third is a plan for the year that is over."""
    if at % 3 == 0:
        return _sentence("stale_year", PLAN, "stale_plan")(rng, report, at // 3)
    return _sentence("stale_year")(rng, report, at)


def _date(rng: random.Random, report: Composed, at: int) -> Planted:
    """Every third is the date of the signature."""
    if at % 3 == 0:
        return wholes.damage_signature(rng, report)
    return _sentence("damaged_date")(rng, report, at)


PLANTS: Mapping[str, Plant] = {
    "figures_conflict": _conflict,
    "stale_year": _stale,
    "damaged_date": _date,
    "law_item_missing": wholes.drop_item,
    "published_late": wholes.publish_late,
    "issuer_unknown": wholes.hide_issuer,
    "place_ambiguous": wholes.share_name,
    "title_missing": wholes.drop_title,
    "year_conflict": wholes.contradict_year,
    "repeated_passage": wholes.repeat_passage,
    "truncated": wholes.cut_text,
}
