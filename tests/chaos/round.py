"""One round: drop, fault, wait for quiet, again and again; then the audit."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.audit import audit
from tests.chaos.faults import FAULTS
from tests.chaos.field import Field
from workers.store import Store


@dataclass(slots=True)
class Outcome:
    """How a round ended: for each fault the seconds until all was quiet, and what is wrong."""

    faults: list[tuple[str, float]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def run_round(
    place: Field,
    names: list[str],
    *,
    files: int,
    seconds: float = 0,
    say: Callable[[str], None] = print,
) -> Outcome:
    """Spread `files` reports over the faults, which drop some more;
    the faults are spread over `seconds`.
    """
    outcome, begun = Outcome(), time.monotonic()
    for at, name in enumerate(names):
        due = begun + seconds * at / len(names)
        while time.monotonic() < due:
            place.sleep(0.2)
        share = files * (at + 1) // len(names) - files * at // len(names)
        place.drop(share // 2)
        place.sleep(place.chance.uniform(0, 1))
        place.drop(share - share // 2)
        started = time.monotonic()
        try:
            FAULTS[name](place)
            lifted = time.monotonic()
            place.await_quiet()
        except AssertionError as error:
            outcome.wrong.append(f"fault {at + 1} ({name}): {error}")
            break
        quiet = time.monotonic() - lifted
        outcome.faults.append((name, quiet))
        say(f"{at + 1:3} {name:42} lasted {lifted - started:5.1f} s, quiet after {quiet:5.1f} s")
    outcome.wrong += check(place)
    return outcome


def check(place: Field) -> list[str]:
    """Audit the quiet system."""
    folder = place.disk / "store" if place.disk else place.system.home / "var/store"
    return audit(place.system.database_url, Store(folder), Path(place.system.inbox), place.dropper)
