"""`python -m tests.chaos`: a round of faults on a whole system;
exit status 1 where anything is lost or doubled.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.faults import FAULTS, schedule
from tests.chaos.field import close_field, open_field
from tests.chaos.round import Outcome, run_round


def main() -> int:
    chosen = arguments()
    names = schedule(chosen.faults, random.Random(chosen.seed), tuple(chosen.only or FAULTS))
    print(
        f"seed {chosen.seed}; {chosen.files} files; the schedule:", *names, sep="\n    ", flush=True
    )
    place = open_field(chosen.home, seed=chosen.seed, lasting=chosen.lasting, small_var=True)
    if place.disk is None:
        print(
            "no small disk can be mounted here: the store is made read-only in its place, no other "
            "disk is filled"
        )
    begun = time.monotonic()
    try:
        outcome = run_round(place, names, files=chosen.files, seconds=chosen.minutes * 60, say=say)
    finally:
        close_field(place)
    drops, contents = len(place.dropper.drops), len(place.dropper.contents)
    return tell(outcome, drops, contents, time.monotonic() - begun)


def tell(outcome: Outcome, drops: int, contents: int, seconds: float) -> int:
    """The total, and the exit status."""
    quiet = sorted(seconds for _, seconds in outcome.faults) or [0.0]
    for sentence in outcome.wrong[:50]:
        print("WRONG", sentence)
    print(
        f"{len(outcome.faults)} faults, {drops} files of {contents} contents in "
        f"{seconds:.0f} s; quiet after"
        f" {quiet[len(quiet) // 2]:.1f} s (median), {quiet[-1]:.1f} s (longest): "
        f"{len(outcome.wrong)} lost or doubled"
    )
    return 1 if outcome.wrong else 0


def say(line: str) -> None:
    print(line, flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=1, help="the same seed gives the same files and faults"
    )
    parser.add_argument(
        "--files", type=int, default=2000, help="distinct reports; a tenth is dropped again"
    )
    parser.add_argument(
        "--faults", type=int, default=72, help="how many, each kind once before any comes again"
    )
    parser.add_argument(
        "--minutes", type=float, default=10, help="the faults are spread over so long at least"
    )
    parser.add_argument(
        "--lasting", type=float, default=30, help="seconds for which a paused server is paused"
    )
    parser.add_argument(
        "--only", action="append", choices=FAULTS, help="this kind of fault alone (may be repeated)"
    )
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "fazhi-chaos")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
