"""`python -m tests.chaos.soak --minutes 60`: a steady rate of drops with faults;
what the processes hold stays flat.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos import measure
from tests.chaos.faults import FAULTS, schedule
from tests.chaos.field import Field, close_field, open_field
from tests.chaos.round import check

TICK = 1.0


def main() -> int:
    chosen = arguments()
    place = open_field(chosen.home, seed=chosen.seed, lasting=chosen.lasting)
    try:
        wrong = soak(place, chosen)
    finally:
        close_field(place)
    for sentence in wrong[:50]:
        print("WRONG", sentence)
    print(
        f"{len(place.dropper.drops)} files of {len(place.dropper.contents)} contents: {len(wrong)} "
        "lost or doubled"
    )
    return 1 if wrong else 0


def soak(place: Field, chosen: argparse.Namespace) -> list[str]:
    """Drop files every second, inflict a fault every `fault_every` seconds,
    print a table every tenth of the time.
    """
    names, wrong = iter(schedule(10_000, random.Random(chosen.seed))), []
    begun = time.monotonic()
    end, next_fault, next_table = begun + chosen.minutes * 60, begun + chosen.fault_every, begun
    while (now := time.monotonic()) < end:
        if now >= next_table:
            next_table += chosen.minutes * 6
            tabulate(place, now - begun)
        if now >= next_fault:
            wrong += make_fault(place, next(names), now - begun)
            next_fault = time.monotonic() + chosen.fault_every
        place.drop(chosen.rate)
        place.sleep(TICK)
    place.await_quiet()
    tabulate(place, time.monotonic() - begun)
    return wrong + check(place)


def make_fault(place: Field, name: str, at: float) -> list[str]:
    """Inflict the fault; print how long it took until all was quiet, or what prevented it.

    Drops go on afterwards.
    """
    begun = time.monotonic()
    try:
        FAULTS[name](place)
        lifted = time.monotonic()
        place.await_quiet()
    except AssertionError as error:
        print(f"{at:6.0f} s  {name:42} TROUBLE {error}", flush=True)
        return [f"{name}: {error}"]
    lasted, quiet = lifted - begun, time.monotonic() - lifted
    print(f"{at:6.0f} s  {name:42} lasted {lasted:5.1f} s, quiet after {quiet:5.1f} s", flush=True)
    return []


def tabulate(place: Field, at: float) -> None:
    """Measured when all is quiet, so that the tables can be compared."""
    place.await_quiet()
    print(f"--- after {at / 60:.1f} minutes")
    for one in measure.processes(place):
        print(f"    {one.what:24} {one.megabytes:8.1f} MB {one.open_files:5} open files")
    for what, value in measure.totals(place).items():
        print(f"    {what:24} {value:8.1f}", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=int, default=2, help="files a second")
    parser.add_argument("--fault-every", type=float, default=45, help="seconds between two faults")
    parser.add_argument(
        "--lasting", type=float, default=30, help="seconds for which a paused server is paused"
    )
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "fazhi-soak")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
