"""A short round of faults; `make chaos` runs the long one."""

import random
from pathlib import Path

from tests.chaos.faults import FAULTS, schedule
from tests.chaos.field import close_field, open_field
from tests.chaos.round import run_round

SEED = 20
# One of each kind of thing that fails; those that take long to come to rest are
# left to the long round.
KINDS = (
    "worker child killed in mid-stage",
    "whole worker killed",
    "watcher killed between two steps",
    "worker children frozen past their lease",
    "deploy: worker stopped by SIGTERM",
    "poison document",
    "unreadable files",
    "Redis killed and started empty",
    "Redis down",
    "every message twice",
    "foreign messages",
    "Postgres killed, its pid another's",
    "connections cut in mid-transaction",
    "disk of the store full",
    "disk of Postgres and Redis full",
    "inbox replaced by another folder",
    "links and pipes dropped",
    "folder swapped for a link while it is taken",
)


def test_round_of_faults_loses_nothing_and_doubles_nothing(
    real_servers: None, tmp_path: Path
) -> None:
    names = schedule(len(KINDS), random.Random(SEED), KINDS)
    place = open_field(tmp_path, seed=SEED, lasting=5, small_var=True)
    try:
        outcome = run_round(place, names, files=80)
    finally:
        close_field(place)
    assert outcome.wrong == []
    assert sorted(name for name, _ in outcome.faults) == sorted(KINDS)


def test_seed_gives_the_same_schedule_again() -> None:
    many = len(FAULTS) + 9
    assert schedule(many, random.Random(7)) == schedule(many, random.Random(7))
    assert set(schedule(many, random.Random(7))) == set(schedule(len(FAULTS), random.Random(8)))
