"""Valkey, or a Redis of the system: start, stop.

It keeps only the queue, and the ledger can fill that again.
"""

from __future__ import annotations

import logging
import signal
import time
from pathlib import Path
from typing import Literal

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import (
    BusyLoadingError,
    ConnectionError,
    RedisError,
    ResponseError,
    TimeoutError,
)
from redis.retry import Retry

from workers.embedded.home import Home, own_folder
from workers.embedded.process import (
    TICK,
    end_processes,
    last_lines,
    servers_in,
    turn_log,
    wait_until,
)
from workers.embedded.programs import VALKEY_NAMES
from workers.errors import ServiceMissing

log = logging.getLogger(__name__)

LONGEST_LOADING = 600.0  # seconds: a queue of document ids loads in a blink
FIRST_SIGN = 5.0  # seconds until a started server listens
SOCKET = "redis.sock"
DAMAGE = ("append only file", "AOF", "RDB")  # words of its log when it cannot read its own data

# `noeviction` because a queue must not lose entries in silence;
# `save ""` because the append-only file is the record.
SETTINGS = """\
# Written at every start by fazhi.
port 0
unixsocket {socket}
unixsocketperm 700
daemonize yes
pidfile {pid_name}
logfile {log_name}
dir .
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def address(home: Home) -> str:
    """The broker's address for Celery."""
    return f"redis+socket://{home.sockets}/{SOCKET}"


def start(home: Home) -> None:
    """Bring the server up, or find it up."""
    turn_log(_log_file(home), home.account)
    home.link_socket(home.valkey / SOCKET)
    if (_ping_server(home) != "nothing" or _processes(home)) and _await_answer(home):
        return
    _end_server(
        home
    )  # one that lives but cannot be asked: there must never be two on the same data
    if _launch(home):
        return
    _set_damaged_aside(home)
    if not _launch(home):
        raise ServiceMissing(f"Valkey did not start. {last_lines(_log_file(home))}")


def stop(home: Home) -> None:
    """End the server; it writes what it holds first."""
    if _processes(home):
        _tell_to_stop(home)
        _end_server(home)
    home.clear_socket(home.valkey / SOCKET)


def _tell_to_stop(home: Home) -> None:
    try:
        with _client(home) as client:
            client.shutdown(nosave=True)
    except RedisError as error:
        log.info("Valkey does not take the order to stop (%s): ending its process", error)
    else:
        wait_until(lambda: not _processes(home), 10.0)


def _end_server(home: Home) -> None:
    end_processes(lambda: _processes(home), (signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


def _launch(home: Home) -> bool:
    """Start the server, which detaches itself; whether it came to answer."""
    folder = own_folder(home.valkey, home.account)
    home.clear_socket(folder / SOCKET)
    home.link_socket(folder / SOCKET)
    settings = folder / "valkey.conf"
    names = {"pid_name": "redis.pid", "log_name": _log_file(home).name}
    home.write(settings, SETTINGS.format(socket=SOCKET, **names))
    done = home.account.run(home.valkey_program, settings.name, cwd=folder)
    if done.returncode:
        raise ServiceMissing(f"Valkey did not start: {done.stdout.strip()} {done.stderr.strip()}")
    return _await_answer(home)


def _await_answer(home: Home) -> bool:
    """Wait until the server answers; False when it has ended or gives no sign.

    Loading its data is a sign.
    """
    began = quiet = time.monotonic()
    while (said := _ping_server(home)) != "pong":
        now = time.monotonic()
        if not _processes(home) or now - quiet > FIRST_SIGN or now - began > LONGEST_LOADING:
            return False
        if said == "loading":
            quiet = now
        time.sleep(TICK)
    return True


def _ping_server(home: Home) -> Literal["pong", "loading", "nothing"]:
    try:
        with _client(home) as client:
            client.ping()
    except BusyLoadingError:
        return "loading"
    except (ConnectionError, TimeoutError):
        return "nothing"
    except ResponseError as error:
        # it is up and refuses to write, on a full disk: it goes on by itself
        log.warning("Valkey is up, but says: %s", error)
    return "pong"


def _client(home: Home) -> Redis:
    path = str(home.sockets / SOCKET)
    return Redis(
        unix_socket_path=path,
        socket_timeout=2,
        socket_connect_timeout=2,
        retry=Retry(NoBackoff(), 0),
    )


def _set_damaged_aside(home: Home) -> None:
    """Data that this server cannot read (a torn disk, a newer version) are kept,
    but the queue begins empty.
    """
    if not any(word in last_lines(_log_file(home)) for word in DAMAGE):
        return
    aside = home.valkey.with_name(f"redis.damaged-{time.strftime('%Y%m%dT%H%M%S')}")
    log.warning(
        "Valkey cannot read its data; they are set aside as %s. %s",
        aside,
        last_lines(_log_file(home)),
    )
    home.valkey.rename(aside)


def _processes(home: Home) -> list[int]:
    return servers_in(home.valkey, VALKEY_NAMES, home.account)


def _log_file(home: Home) -> Path:
    return home.valkey / "server.log"
