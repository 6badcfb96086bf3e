"""A real Postgres and a real Valkey (which speaks Redis's protocol) where nothing is installed.

The servers come out of PyPI wheels (or from the system, where a wheel is missing) and keep their
data under `var/`. They listen on unix sockets only, so they never meet servers that already run on
the machine. Any number of processes may use them at once: the first starts them, the last one out
stops them.

    __init__.py   who uses the servers, and when they start and stop
    home.py       the folders of one `var`
    identity.py   the account that the servers run as, where the caller is root
    process.py    which process is ours, how it is asked to end
    programs.py   where the servers' programs are: in the wheels, else on the system
    postgres.py   valkey.py   one server each: start, stop
    health.py     what `fazhi doctor` asks
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workers.embedded import postgres, valkey
from workers.embedded.home import Home, home_of
from workers.embedded.programs import find_postgres, find_valkey, required_postgres, required_valkey
from workers.errors import SettingError

__all__ = ["Servers", "find_postgres", "find_valkey", "mend_servers", "running_servers"]

log = logging.getLogger(__name__)

MEND_PATIENCE = 10.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Where the two servers answer."""

    database_url: str
    """For SQLAlchemy: `postgresql+psycopg://fazhi@/fazhi?host=<folder of the socket>`."""
    broker_url: str
    """For Celery: `redis+socket:///<path of the socket>`."""


@contextmanager
def running_servers(var: Path, *, patience: float = postgres.LONGEST_START) -> Iterator[Servers]:
    """Postgres and Valkey with their data in `var`, up for as long as the block runs.

    Raises `ServiceMissing` where a server is not installed or does not start, `SettingError` where
    the data under `var` cannot be used as they are. A process that is killed inside the block
    leaves the servers up; the next one takes them over and stops them.
    """
    var = _own_var(var)
    with _lock_handle(var) as users:
        with _alone_at_the_switch(var):
            fcntl.flock(users, fcntl.LOCK_SH)
            home = _home(var)
            try:
                servers = _start(home, patience)
            except BaseException:  # also Ctrl-C: a server without a user must not stay
                _stop_if_last(users, home)
                raise
        user = os.getpid()
        try:
            yield servers
        finally:
            if os.getpid() == user:  # not a child that was forked in here and unwinds
                with _alone_at_the_switch(var):
                    _stop_if_last(users, home)


def mend_servers(var: Path) -> None:
    """Start again what has died, for a supervisor that is itself inside `running_servers(var)`;
    it stops nothing.

    ServiceMissing soon where a server lives and does not answer:
    the supervisor has other children to look after.
    """
    var = var.resolve()
    with _alone_at_the_switch(var):
        _start(_home(var), MEND_PATIENCE)


def _own_var(var: Path) -> Path:
    var.mkdir(parents=True, exist_ok=True)
    if not os.access(var, os.R_OK | os.W_OK | os.X_OK):
        owner = var.owner()
        raise SettingError(
            f"{var} belongs to {owner}: start fazhi as {owner}, or set another FAZHI_HOME."
        )
    return var.resolve()


def _home(var: Path) -> Home:
    return home_of(var, required_postgres(var / "postgres"), required_valkey())


def _start(home: Home, patience: float) -> Servers:
    postgres.start(home, patience)
    valkey.start(home)
    return Servers(database_url=postgres.address(home), broker_url=valkey.address(home))


def _stop_if_last(users: int, home: Home) -> None:
    """Every user holds a shared lock; whoever can have it alone is the only one left."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    valkey.stop(home)
    postgres.stop(home)


@contextmanager
def _alone_at_the_switch(var: Path) -> Iterator[None]:
    """Starting and stopping happen one process at a time."""
    with _lock_handle(var.parent) as switch:
        try:
            fcntl.flock(switch, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.info("another fazhi is starting or stopping the servers: waiting for it")
            fcntl.flock(switch, fcntl.LOCK_EX)
        yield


@contextmanager
def _lock_handle(folder: Path) -> Iterator[int]:
    """A handle to lock.

    Of a folder, because lock files get deleted, and a lock on a deleted file keeps nobody out.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    holder = os.getpid()
    try:
        yield handle
    finally:
        # said, not left to close(): a child that was forked meanwhile holds it open
        if os.getpid() == holder:
            fcntl.flock(handle, fcntl.LOCK_UN)
        os.close(handle)
