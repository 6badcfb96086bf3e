"""What a fault acts on: the system, its files, and how long a fault lasts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from redis import Redis
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from tests.acceptance.system import System
from tests.chaos.reports import POISON, Dropper
from workers.broker import redis_client
from workers.failpoints import FAIL_ON

# Short, so that what was killed is gone on with soon.
# `seconds` of a fault that lasts are given by the round.
SETTINGS = {
    "FAZHI_SETTLE_SECONDS": "0.5",
    "FAZHI_SCAN_SECONDS": "1",
    "FAZHI_LEASE_SECONDS": "3",
    "FAZHI_RING_SECONDS": "2",
    "FAZHI_SWEEP_SECONDS": "1",
    "FAZHI_RETRY_SECONDS": "1",
    "FAZHI_NIGHTLY_AT": "23:59",
    "FAZHI_DISK_FREE_MEGABYTES": "0",  # the disk is small, and is to be filled
    FAIL_ON: POISON,
}
STORE_MEGABYTES, VAR_MEGABYTES = 96, 1024


@dataclass(slots=True)
class Field:
    """One running system and its dropper; `lasting` is how long a fault that lasts lasts,
    in seconds.

    `disk` is the store's own, null where nothing can be mounted.
    """

    system: System
    dropper: Dropper
    chance: Random
    lasting: float
    disk: Path | None

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def drop(self, count: int) -> None:
        self.dropper.drop_some(count)

    def redis(self) -> Redis:
        """A client of the broker."""
        return redis_client(self.system.broker_url)

    def beside(self, *statements: str) -> None:
        """Statements as the database's owner, each by itself,
        from another database of the server.
        """
        self._execute(make_url(self.system.database_url).set(database="postgres"), statements)

    def inside(self, *statements: str) -> None:
        """Statements as the database's owner, each by itself."""
        self._execute(make_url(self.system.database_url), statements)

    def _execute(self, url: URL, statements: Iterable[str]) -> None:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                for statement in statements:
                    connection.execute(text(statement))
        finally:
            engine.dispose()

    def until(self, seen: Callable[[], object], seconds: float = 120) -> None:
        """Wait for it; where the database is away for the moment, ask again."""
        self.system.wait(lambda: _asked(seen), seconds)

    def await_quiet(self, seconds: float = 300) -> None:
        """Wait until every drop is an arrival, every document in a final state,
        and the inbox empty.
        """
        try:
            self.until(self.is_quiet, seconds)
        except AssertionError as error:
            raise AssertionError(f"{self.unrest()}\n{error}") from None

    def is_quiet(self) -> bool:
        counts = self.system.rows(
            "SELECT (SELECT count(*) FROM arrival), (SELECT count(*) FROM document),"
            " (SELECT count(*) FROM document WHERE stage IS NOT NULL),"
            " (SELECT count(*) FROM arrival JOIN document d ON d.id = document_id"
            "   WHERE d.state = 'refused' AND returned_at IS NULL)"
        )
        want = (self.dropper.arrivals, len(self.dropper.contents), 0, 0)
        return tuple(counts[0]) == want and not self.system.left()

    def unrest(self) -> str:
        """What keeps the system from being quiet, for the message of a failure."""
        stuck = (
            "SELECT id, state, stage, attempts, due_at, rung_at, lease_until, now(), "
            "reason FROM document"
        )
        try:
            rows = self.system.rows(f"{stuck} WHERE stage IS NOT NULL ORDER BY id LIMIT 5")
            counts = [self.system.count(table) for table in ("arrival", "document")]
        except DBAPIError as error:
            return f"the database is away: {error}"
        want = [self.dropper.arrivals, len(self.dropper.contents)]
        return (
            f"arrivals and documents {counts} of {want}; left {self.system.left()[:5]}; due {rows}"
        )


def open_field(
    home: Path, *, seed: int, lasting: float = 30, small_var: bool = False, **settings: str
) -> Field:
    """A fresh system in `home`, running; its store, and `var/` if asked for,
    on small disks where root can mount them.

    These disks are memory: with a small `var/` Postgres is quicker than in life.
    """
    _unmount(home)  # of a round that was killed
    shutil.rmtree(home, ignore_errors=True)
    (home / "inbox").mkdir(parents=True)
    disk = _mount_small(home / "disk", STORE_MEGABYTES)
    if disk and small_var:
        _mount_small(home / "var", VAR_MEGABYTES)
    place = {"FAZHI_STORE_URL": f"file://{disk}/store"} if disk else {}
    system = System(home, **SETTINGS, **place, **settings)
    system.start()
    chance = Random(seed)
    return Field(system, Dropper(system.inbox, Random(seed)), chance, lasting, disk)


def close_field(field: Field) -> None:
    field.system.stop()
    _unmount(field.system.home)


def _unmount(home: Path) -> None:
    for place in (home / "disk", home / "var"):
        if place.is_mount():
            subprocess.run(["umount", "-l", place], check=True)


def _mount_small(place: Path, megabytes: int) -> Path | None:
    """A file system in memory; None where this user may not mount one."""
    place.mkdir()
    options = f"size={megabytes}m,mode=777"
    if os.geteuid() != 0:
        return None
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True, check=False
    )
    return None if done.returncode else place


def status(field: Field) -> tuple[float, dict[str, object]]:
    """The answer of `fazhi status --json`, and the seconds that it took."""
    begun = time.monotonic()
    told = json.loads(field.system.command("status", "--json", check=False))
    return time.monotonic() - begun, told


def _asked(seen: Callable[[], object]) -> object:
    try:
        return seen()
    except DBAPIError:
        return None
