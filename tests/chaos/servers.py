"""Faults of the two servers: killed, emptied, frozen, full, refusing."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time

from tests.acceptance.system import working_in
from tests.chaos.field import Field
from tests.chaos.processes import send
from workers.embedded.health import redis_health


def kill_redis(field: Field) -> None:
    send([field.system.server("redis")], signal.SIGKILL)
    field.until(lambda: field.system.server("redis"))


def empty_redis(field: Field) -> None:
    pid = field.system.server("redis")
    send([pid], signal.SIGSTOP)  # so that nobody starts it again before its data are gone
    for data in (field.system.home / "var/redis").glob("appendonly*"):
        shutil.rmtree(data) if data.is_dir() else data.unlink()
    send([pid], signal.SIGKILL)
    field.until(lambda: field.system.server("redis"))


def keep_redis_down(field: Field) -> None:
    """Kill it again as soon as it is up; what arrives meanwhile is recorded all the same."""
    known, deadline = field.system.count("arrival"), time.monotonic() + field.lasting
    field.drop(10)
    while time.monotonic() < deadline:
        if pid := field.system.server("redis"):
            send([pid], signal.SIGKILL)
        field.sleep(0.1)
    assert field.system.count("arrival") > known, "the watcher took nothing while Redis was away"
    field.until(lambda: field.system.server("redis"))


def pause_redis(field: Field) -> None:
    """The supervisor may kill it before it is resumed."""
    pid = field.system.server("redis")
    send([pid], signal.SIGSTOP)
    field.sleep(field.lasting)
    send([pid], signal.SIGCONT)


def fill_redis(field: Field) -> None:
    with field.redis() as client:
        client.config_set("maxmemory", 1)
        field.drop(5)
        field.sleep(5)
        client.config_set("maxmemory", 0)


def spoil_policy(field: Field) -> None:
    """A worker that starts meanwhile refuses to run, and `fazhi doctor` says why."""
    with field.redis() as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        worker = field.system.beside("work")
        try:
            assert worker.wait(60) == 1, "a worker started on a broker that throws messages away"
            assert not all(health.good for health in redis_health(field.system.broker_url))
        finally:
            worker.kill()
            client.config_set("maxmemory-policy", "noeviction")


def stop_postgres(field: Field) -> None:
    send([field.system.server("postgres")], signal.SIGQUIT)
    _await_postgres(field)


def kill_postgres(field: Field) -> None:
    send([field.system.server("postgres")], signal.SIGKILL)
    _await_postgres(field)


def leave_stale_pid(field: Field) -> None:
    """As after a reboot: the pid in the dead server's file now belongs to another process."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as foreign:
        pid_file = field.system.home / "var/postgres/postmaster.pid"
        lines = pid_file.read_text().split("\n")
        send([field.system.server("postgres")], signal.SIGKILL)
        pid_file.write_text("\n".join([str(foreign.pid), *lines[1:]]))
        _await_postgres(field)
        assert foreign.poll() is None, "the foreign process was killed"
        foreign.communicate(b"\n")


def refuse_connections(field: Field) -> None:
    field.beside("ALTER DATABASE fazhi CONNECTION LIMIT 0", _cut("true"))
    field.drop(5)
    field.sleep(field.lasting)
    field.beside("ALTER DATABASE fazhi CONNECTION LIMIT -1")


def cut_connections(field: Field) -> None:
    for _ in range(20):
        field.beside(_cut("state <> 'idle'"))
        field.sleep(0.1)


def _cut(which: str) -> str:
    mine = "pid <> pg_backend_pid() AND usename = 'fazhi'"
    return f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine} AND {which}"


def _await_postgres(field: Field) -> None:
    field.until(field.system.answers, 90)


def delete_locks_and_pids(field: Field) -> None:
    """As a careless hand, or a cleaner of left-overs;
    neither server ends, and none starts beside it.
    """
    var = field.system.home / "var"
    before = working_in(var / "postgres"), working_in(var / "redis")
    for pattern in ("*.lock", "*.pid", ".s.PGSQL.*.lock"):
        for path in (*var.glob(pattern), *var.glob(f"*/{pattern}")):
            path.unlink(missing_ok=True)
    _stay_as_they_are(field, before)


def delete_sockets(field: Field) -> None:
    var = field.system.home / "var"
    before = working_in(var / "postgres"), working_in(var / "redis")
    for path in (var / "sockets").iterdir():
        path.unlink()
    (var / "redis" / "redis.pid").unlink(missing_ok=True)
    _stay_as_they_are(field, before)


def _stay_as_they_are(field: Field, before: tuple[set[int], set[int]]) -> None:
    """Longer than Postgres, which misses its pid file within a minute, and the supervisor,
    which mends every 5 s.
    """
    var, end = field.system.home / "var", time.monotonic() + 70
    while time.monotonic() < end:
        field.drop(1)
        field.sleep(2)
        now = working_in(var / "postgres"), working_in(var / "redis")
        assert now == before, f"the servers were {before} and are {now}"
    field.until(field.system.answers, 30)


def set_its_clock_back(field: Field) -> None:
    _work_by_its_clock(field, "-1 hour")


def set_its_clock_forward(field: Field) -> None:
    _work_by_its_clock(field, "+1 hour")


def _work_by_its_clock(field: Field, off: str) -> None:
    """All that asks Postgres for the time is told another;
    and afterwards, with documents under way, the right one.
    """
    names = ("clock_timestamp", "now", "statement_timestamp")
    body = "RETURNS timestamptz LANGUAGE sql AS $$ SELECT pg_catalog.{name}() + interval '{off}' $$"
    field.inside(
        "CREATE SCHEMA IF NOT EXISTS wrong_clock",
        *(
            f"CREATE OR REPLACE FUNCTION wrong_clock.{name}() {body.format(name=name, off=off)}"
            for name in names
        ),
    )
    field.drop(10)
    field.sleep(2)
    field.beside(
        "ALTER DATABASE fazhi SET search_path = wrong_clock, public, pg_catalog", _cut("true")
    )
    field.drop(10)
    field.sleep(3)
    field.await_quiet()
    field.drop(10)
    field.sleep(2)
    field.beside("ALTER DATABASE fazhi RESET search_path", _cut("true"))
