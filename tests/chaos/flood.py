"""`python -m tests.chaos.flood --files 10000`: all at once;
none lost, and the desk and `fazhi status` answer.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from schema.kinds import Role
from tests.acceptance.system import answers, free_port
from tests.chaos import measure
from tests.chaos.field import Field, close_field, open_field, status
from tests.chaos.round import check
from tests.desk.people import Client, cookie_name, make_cookie, make_person
from workers.database import connect
from workers.ledger import Ledger


def main() -> int:
    chosen = arguments()
    port = free_port()
    place = open_field(chosen.home, seed=chosen.seed, FAZHI_DESK_PORT=str(port))
    try:
        wrong = flood(place, chosen.files, signed_in(place, port))
    finally:
        close_field(place)
    for sentence in wrong[:50]:
        print("WRONG", sentence)
    print(
        f"{len(place.dropper.drops)} files of {len(place.dropper.contents)} contents: {len(wrong)} "
        "lost or doubled"
    )
    return 1 if wrong else 0


def signed_in(place: Field, port: int) -> Client:
    """A reader signed in at the desk, once it answers."""
    place.until(lambda: answers(port))
    client = Client(f"http://127.0.0.1:{port}")
    ledger = Ledger(connect(place.system.database_url))
    client.http.cookies.set(
        cookie_name(client.base), make_cookie(ledger, make_person(ledger, Role.READER))
    )
    ledger.engine.dispose()
    return client


def flood(place: Field, files: int, client: Client) -> list[str]:
    """Drop everything; watch memory, status and desk until all is done; audit."""
    begun = time.monotonic()
    place.drop(files)
    print(f"dropped within {time.monotonic() - begun:.1f} s", flush=True)
    peaks: dict[str, float] = {}
    of_status, of_desk = list[float](), list[float]()
    while not place.is_quiet():
        for one in measure.processes(place):
            peaks[one.what] = max(peaks.get(one.what, 0), one.megabytes)
        seconds, told = status(place)
        of_status.append(seconds)
        asked = time.monotonic()
        assert client.get("/intake").status_code == 200
        of_desk.append(time.monotonic() - asked)
        print(
            f"{time.monotonic() - begun:6.0f} s  {told['documents']}  inbox {told['inbox']}",
            flush=True,
        )
        place.sleep(5)
    took = time.monotonic() - begun
    print(f"done within {took:.0f} s: {len(place.dropper.drops) / took:.1f} files a second")
    print("peak memory, MB:", ", ".join(f"{what} {peak:.0f}" for what, peak in peaks.items()))
    for what, found in (("fazhi status", of_status), ("the desk's intake", of_desk)):
        print(
            f"{what}, seconds: {statistics.median(found):.2f} (median), {max(found):.2f} (longest)"
        )
    return check(place)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.flood", description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "fazhi-flood")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
