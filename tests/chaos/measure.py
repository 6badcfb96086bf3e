"""What the processes of a system hold: memory, open files, connections."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.system import children_of
from tests.chaos.field import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One process at one moment; the worker's children count as one,
    and so does all of Postgres.
    """

    what: str
    megabytes: float
    open_files: int


def processes(place: Field) -> list[Measure]:
    """The supervisor, its children, the pool, the servers;
    without those that are down at the moment.
    """
    assert place.system.process
    single = {
        "supervisor": place.system.process.pid,
        **{command: place.system.child(command) for command in ("watch", "work", "beat", "desk")},
        "redis": place.system.server("redis"),
    }
    found = [_measure(what, [pid]) for what, pid in single.items() if pid]
    postgres = place.system.server("postgres")
    backends = [postgres, *children_of(postgres)] if postgres else []
    return [
        *found,
        _measure("worker children", place.system.pool()),
        _measure("postgres, all", backends),
    ]


def totals(place: Field) -> dict[str, float]:
    """Connections of Postgres and its size, memory of Redis, documents so far."""
    connections = place.system.count("pg_stat_activity", "usename = 'fazhi'")
    with place.redis() as client:
        used = client.info("memory")["used_memory"]
    return {
        "database connections": connections,
        "Redis memory, MB": used / 2**20,
        "documents": place.system.count("document"),
        "log files, MB": sum(path.stat().st_size for path in _logs(place)) / 2**20,
    }


def _logs(place: Field) -> Iterable[Path]:
    var = place.system.home / "var"
    return [*var.glob("log/*"), *var.glob("*/server.log*")]


def _measure(what: str, pids: list[int]) -> Measure:
    return Measure(
        what=what,
        megabytes=sum(map(resident_bytes, pids)) / 2**20,
        open_files=sum(map(_open_files, pids)),
    )


def resident_bytes(pid: int) -> int:
    """Resident memory without shared pages; 0 for a process that has ended."""
    try:
        _, resident, shared, *_ = map(int, Path(f"/proc/{pid}/statm").read_text().split())
    except OSError:
        return 0
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE")


def _open_files(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0
