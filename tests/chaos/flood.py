"""`python -m tests.chaos.flood --files 10000`: all at once; none lost, and `fazhi status` answers meanwhile."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos import measure
from tests.chaos.field import Field, close_field, open_field, status
from tests.chaos.round import check


def main() -> int:
    chosen = arguments()
    place = open_field(chosen.home, seed=chosen.seed)
    try:
        wrong = flood(place, chosen.files)
    finally:
        close_field(place)
    for sentence in wrong[:50]:
        print("WRONG", sentence)
    print(f"{len(place.dropper.drops)} files of {len(place.dropper.contents)} contents: {len(wrong)} lost or doubled")
    return 1 if wrong else 0


def flood(place: Field, files: int) -> list[str]:
    """Drop, watch the memory and the status until all is done, audit."""
    begun = time.monotonic()
    place.drop(files)
    print(f"dropped within {time.monotonic() - begun:.1f} s", flush=True)
    peaks: dict[str, float] = {}
    answers: list[float] = []
    while not place.is_quiet():
        for one in measure.processes(place):
            peaks[one.what] = max(peaks.get(one.what, 0), one.megabytes)
        seconds, told = status(place)
        answers.append(seconds)
        print(f"{time.monotonic() - begun:6.0f} s  {told['documents']}  inbox {told['inbox']}", flush=True)
        place.sleep(5)
    took = time.monotonic() - begun
    print(f"done within {took:.0f} s: {len(place.dropper.drops) / took:.1f} files a second")
    print("peak memory, MB:", ", ".join(f"{what} {peak:.0f}" for what, peak in peaks.items()))
    answers.sort()
    print(f"fazhi status, seconds: {answers[len(answers) // 2]:.2f} (median), {answers[-1]:.2f} (longest)")
    return check(place)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.flood", description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "fazhi-flood")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
