"""Redis: find the program, start, stop. It keeps only the queue, and the ledger can fill that again."""

from __future__ import annotations

import logging
import signal
import time
from pathlib import Path
from typing import Literal

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, RedisError, ResponseError, TimeoutError
from redis.retry import Retry

from workers.embedded.home import Home, own_folder
from workers.embedded.process import TICK, end_process, last_lines, process_of, turn_log, wait_until, works_in
from workers.errors import ServiceMissing

log = logging.getLogger(__name__)

LONGEST_LOADING = 600.0  # seconds: a queue of document ids loads in a blink
FIRST_SIGN = 5.0  # seconds until a started server listens or has written its pid
DAMAGE = ("append only file", "AOF", "RDB")  # words of its log when it cannot read its own data

# `noeviction` because a queue must not lose entries in silence; `save ""` because the append-only file is the record.
SETTINGS = """\
# Written at every start by fazhi.
port 0
unixsocket {sockets}/redis.sock
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
    return f"redis+socket://{home.sockets}/redis.sock"


def start(home: Home) -> None:
    """Bring the server up, or find it up."""
    turn_log(_log_file(home), home.account)
    if (_says(home) != "nothing" or _process(home) is not None) and _await(home):
        return
    _end(home)  # one that lives but cannot be asked: there must never be two on the same data
    if _launch(home):
        return
    _set_damaged_aside(home)
    if not _launch(home):
        raise ServiceMissing(f"Redis did not start. {last_lines(_log_file(home))}")


def stop(home: Home) -> None:
    """End the server; it writes what it holds first."""
    pid = _process(home)
    if pid is None:
        return
    try:
        with _client(home) as client:
            client.shutdown(nosave=True)
    except RedisError as error:
        log.info("Redis does not take the order to stop (%s): ending its process", error)
        _end(home)
    wait_until(lambda: not works_in(pid, home.redis, home.account), 10.0)


def _end(home: Home) -> None:
    end_process(_process(home), home.redis, home.account, (signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


def _launch(home: Home) -> bool:
    """Start the server, which detaches itself; whether it came to answer."""
    folder = own_folder(home.redis, home.account)
    _pid_file(home).unlink(missing_ok=True)
    settings = folder / "redis.conf"
    home.write(
        settings, SETTINGS.format(sockets=home.sockets, pid_name=_pid_file(home).name, log_name=_log_file(home).name)
    )
    done = home.account.run(home.redis_program, settings, cwd=folder)
    if done.returncode:
        raise ServiceMissing(f"Redis did not start: {done.stdout.strip()} {done.stderr.strip()}")
    return _await(home)


def _await(home: Home) -> bool:
    """Wait until the server answers; False when it has ended or gives no sign. Loading its data is a sign."""
    began = quiet = time.monotonic()
    while (said := _says(home)) != "pong":
        now = time.monotonic()
        if _has_ended(home) or now - quiet > FIRST_SIGN or now - began > LONGEST_LOADING:
            return False
        if said == "loading":
            quiet = now
        time.sleep(TICK)
    return True


def _has_ended(home: Home) -> bool:
    """Whether a pid was written, and its process is gone."""
    pid_file = _pid_file(home)
    return pid_file.exists() and pid_file.stat().st_size > 0 and _process(home) is None


def _says(home: Home) -> Literal["pong", "loading", "nothing"]:
    try:
        with _client(home) as client:
            client.ping()
    except BusyLoadingError:
        return "loading"
    except (ConnectionError, TimeoutError):
        return "nothing"
    except ResponseError as error:  # it is up and refuses to write, on a full disk: it goes on by itself
        log.warning("Redis is up, but says: %s", error)
    return "pong"


def _client(home: Home) -> Redis:
    path = str(home.sockets / "redis.sock")
    return Redis(unix_socket_path=path, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0))


def _set_damaged_aside(home: Home) -> None:
    """Data that this Redis cannot read (a torn disk, a newer version) are kept, but the queue begins empty."""
    if not any(word in last_lines(_log_file(home)) for word in DAMAGE):
        return
    aside = home.redis.with_name(f"redis.damaged-{time.strftime('%Y%m%dT%H%M%S')}")
    log.warning("Redis cannot read its data; they are set aside as %s. %s", aside, last_lines(_log_file(home)))
    home.redis.rename(aside)


def _process(home: Home) -> int | None:
    return process_of(_pid_file(home), home.redis, home.account)


def _pid_file(home: Home) -> Path:
    return home.redis / "redis.pid"


def _log_file(home: Home) -> Path:
    return home.redis / "server.log"
