"""Postgres: find the programs, make the data folder, start, stop.

The wheel's own `get_server` is not used: it takes any live process with the pid in a left-over pid
file for its server, gives a crash recovery ten seconds, and opens its socket folder to everyone
where the path is long.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from workers.embedded.home import Home, own_folder
from workers.embedded.identity import name_of
from workers.embedded.process import end_processes, last_lines, servers_in, turn_log
from workers.embedded.programs import data_version, major_version
from workers.errors import ServiceMissing, SettingError

log = logging.getLogger(__name__)

PORT = 5432  # only the last part of the socket's name: nothing listens on the network
# seconds: crash recovery replays at most max_wal_size; an hour means that it hangs
LONGEST_START = 3600.0
ORPHANS_LEAVE = 20.0  # seconds for the children of a killed postmaster to notice and end
SOCKET_STANDS = 5.0  # seconds: a starting server makes its socket before anything slow
PROGRESS_EVERY = 5.0  # seconds between two lines while waiting

# For a small machine: a few workers, a desk and a beat hold some 30 connections.
# Durability is left at its safest.
SETTINGS = """\
# Written at every start by fazhi.
listen_addresses = ''
port = {port}
unix_socket_directories = '.'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 64MB
max_wal_size = 512MB
fsync = on
full_page_writes = on
log_checkpoints = off
"""
# One role, known by the user that asks; `postgres` has no way in but a server of its own
# (`run_alone`). Whatever process comes to reach the socket, it is not the superuser, whose COPY
# FROM PROGRAM is a shell.
ACCESS = """\
# Written at every start by fazhi.
local all fazhi peer map=fazhi
"""


def address(home: Home) -> str:
    """The database's address for SQLAlchemy.

    The folder of the socket holds no character that needs quoting.
    """
    return f"postgresql+psycopg://fazhi@/fazhi?host={home.sockets}"


def start(home: Home, patience: float = LONGEST_START) -> None:
    """Bring the server up, or find it up, with a database `fazhi` that its role `fazhi` owns.

    ServiceMissing where it does not answer within `patience` seconds;
    it may be at its recovery still.
    """
    turn_log(_log_file(home), home.account)
    home.link_socket(_socket(home))
    if _processes(home):
        _write_access(home)
    began = said = time.monotonic()
    while (refusal := _ask_refusal(home)) is not None:
        # a home of an older fazhi whose first start was cut off here
        if 'fazhi" does not exist' in refusal:
            stop(home)
            _make_database(home, home.postgres)
        if not _processes(home):
            _make_data(home)
            _write_access(home)
            _launch(home)
        now = time.monotonic()
        if now - began > SOCKET_STANDS and not (home.sockets / _socket(home).name).exists():
            log.warning("Postgres runs without its socket, which was deleted: starting it again")
            stop(home)
        if now - began > patience:
            raise ServiceMissing(
                f"Postgres does not answer: {refusal} {last_lines(_log_file(home))}"
            )
        if now - said > PROGRESS_EVERY:
            log.info("waiting for Postgres since %.0f s: %s", now - began, refusal)
            said = now
        time.sleep(0.05)
    _keep_pid_file(home)


def stop(home: Home) -> None:
    """End the server: a fast shutdown; if that takes a minute,
    one that leaves the rest to the next start.
    """
    end_processes(lambda: _processes(home), (signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0))
    if _processes(home):
        log.warning("Postgres does not stop: %s", last_lines(_log_file(home)))
    home.clear_socket(_socket(home))


def run_alone(home: Home, data: Path, *statements: str) -> None:
    """Statements as `postgres`, by a server of one process on data that no
    other server has open.
    """
    lines = "".join(f"{statement}\n" for statement in statements)
    done = home.account.run(
        home.postgres_program, "--single", "-D", data, "postgres", told=lines, cwd=data
    )
    if done.returncode:
        raise ServiceMissing(f"Postgres could not be set up in {data}: {done.stderr.strip()}")


def _ask_refusal(home: Home) -> str | None:
    """Ask the server for its database; what it says instead of an answer,
    or None when all is there.
    """
    try:
        with psycopg.connect(
            host=str(home.sockets),
            port=PORT,
            user="fazhi",
            dbname="fazhi",
            connect_timeout=5,
            autocommit=True,
        ) as server:
            server.execute("SELECT 1")
    except psycopg.OperationalError as error:
        return str(error).strip()
    return None


def _make_database(home: Home, data: Path) -> None:
    run_alone(home, data, "CREATE ROLE fazhi LOGIN", "CREATE DATABASE fazhi OWNER fazhi")


def _write_access(home: Home) -> None:
    """Who may come in, also where an older fazhi let in everybody and its server runs still."""
    users = "".join(
        f'fazhi "{name}" fazhi\n' for name in sorted({name_of(home.account.uid), name_of(0)})
    )
    rules = {home.postgres / "pg_ident.conf": users, home.postgres / "pg_hba.conf": ACCESS}
    changed = {path: text for path, text in rules.items() if path.read_text() != text}
    for path, text in changed.items():
        home.write(path, text)
    for server in _processes(home) if changed else []:
        os.kill(server, signal.SIGHUP)


def _make_data(home: Home) -> None:
    """Run initdb beside the final place, so that a folder `postgres` is always a whole one."""
    own = home.postgres
    if data_version(own) is None:
        if own.exists() and any(own.iterdir()):
            raise SettingError(f"{own} holds something that is no Postgres data: move it away.")
        fresh = own.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        own_folder(fresh, home.account)
        _run_initdb(home, fresh)
        with (fresh / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude_if_exists = 'fazhi.conf'\n")
        _make_database(home, fresh)
        fresh.replace(own)
    own_folder(own, home.account)
    home.write(own / "fazhi.conf", SETTINGS.format(port=PORT))


def _run_initdb(home: Home, data: Path) -> None:
    # Letters and order by code point, the same on every machine. Since 17 Postgres has them built
    # in; before, only the C library had, and its tables change with the system.
    built_in = (major_version(home.postgres_program) or 0) >= 17
    locale = (
        ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale")
        if built_in
        else ("--locale=C.UTF-8",)
    )
    access = ("--username=postgres", "--auth-local=reject", "--auth-host=reject")
    done = home.account.run(
        _program_beside(home, "initdb"),
        "-D",
        data,
        "--data-checksums",
        "--encoding=UTF8",
        *locale,
        *access,
    )
    if done.returncode:
        raise ServiceMissing(
            f"Postgres could not make its data folder {data}: {done.stderr.strip()}"
        )


def _launch(home: Home) -> None:
    """Start the server through pg_ctl, which detaches it,
    so that no dead child of ours ever stands in its way.
    """
    own_log = _log_file(home)
    # In the data folder, with relative names: pg_ctl puts them into a shell's line,
    # where `"` and `$` would be at work.
    command = (
        _program_beside(home, "pg_ctl"),
        "start",
        "-D",
        ".",
        "-l",
        own_log.name,
        "-w",
        "-t",
        "5",
    )
    end = time.monotonic() + ORPHANS_LEAVE
    home.clear_socket(_socket(home))
    home.link_socket(_socket(home))
    while True:
        for left_over in (_pid_file(home), _socket(home).with_suffix(f".{PORT}.lock")):
            # Postgres would respect the pid in it, whoever has that pid now
            left_over.unlink(missing_ok=True)
        done = home.account.run(*command, cwd=home.postgres)
        if done.returncode == 0 or _processes(home):  # up, or at its recovery
            return
        message = last_lines(own_log)
        # the memory block, held by orphans
        if "still in use" not in message or time.monotonic() > end:
            raise ServiceMissing(f"Postgres did not start: {done.stderr.strip()} {message}")
        time.sleep(0.2)


def _keep_pid_file(home: Home) -> None:
    """Write its pid file again where that was deleted or overwritten:
    a Postgres that misses it shuts itself down.
    """
    running = _processes(home)
    with suppress(OSError):
        if _pid_file(home).read_text().split("\n", 1)[0] in map(str, running):
            return
    if running:
        log.warning("the pid file of Postgres was deleted: it is written again")
        lines = (running[0], home.postgres, int(time.time()), PORT, ".", "", "", "ready", "")
        home.write(_pid_file(home), "\n".join(map(str, lines)))


def _processes(home: Home) -> list[int]:
    return servers_in(home.postgres, ("postgres",), home.account)


def _pid_file(home: Home) -> Path:
    return home.postgres / "postmaster.pid"


def _log_file(home: Home) -> Path:
    return home.postgres / "server.log"


def _socket(home: Home) -> Path:
    return home.postgres / f".s.PGSQL.{PORT}"


def _program_beside(home: Home, name: str) -> Path:
    return home.postgres_program.with_name(name)
