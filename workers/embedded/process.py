"""Which process is ours, how it is asked to end, and what it wrote down.

No pid file is asked: it outlives a kill, its number may belong to anyone by now, and it gets
deleted. Both servers change into their data folder, so whoever works there under a server's name is
the server.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path

from workers.embedded.identity import Account

TAIL_LINES = 5  # enough of a server's log to see why it ended
LARGE_LOG = 10_000_000  # bytes; one older log is kept beside it
TICK = 0.02  # seconds between two looks: both servers start and stop in tenths of a second


def servers_in(folder: Path, names: Collection[str], account: Account) -> list[int]:
    """The live processes of these programs whose working directory is `folder`,
    without what they forked themselves.

    A dead process that nobody has waited for (usual in containers) has no working directory, and so
    counts as gone, though its pid still answers to signal 0.
    """
    found = {}
    for pid in _working_in(folder, account):
        name, parent = _name_and_parent(pid)
        if name in names:
            found[pid] = parent
    return [pid for pid, parent in found.items() if parent not in found]


def end_processes(alive: Callable[[], list[int]], *signals: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn and wait its seconds, until none is alive."""
    for kind, patience in signals:
        for pid in alive():
            with suppress(ProcessLookupError):
                os.kill(pid, kind)
        if wait_until(lambda: not alive(), patience):
            return


def _working_in(folder: Path, account: Account) -> list[int]:
    if sys.platform != "linux":
        return [
            int(pid)
            for pid in account.run("lsof", "-a", "-d", "cwd", "-t", "--", folder).stdout.split()
        ]
    found, closed = [], []
    for pid in _all_pids():
        try:
            if Path(f"/proc/{pid}/cwd").samefile(folder):
                found.append(pid)
        except PermissionError:
            closed.append(pid)
        except OSError:  # it has ended, or the folder is not there
            continue
    # root without CAP_SYS_PTRACE, as in a container: the account may ask
    if closed and os.geteuid() == 0:
        ask = 'for pid; do if [ "/proc/$pid/cwd" -ef "$0" ]; then echo "$pid"; fi; done'
        found += map(int, account.run("sh", "-c", ask, folder, *map(str, closed)).stdout.split())
    return found


def _all_pids() -> Iterator[int]:
    return (int(entry) for entry in os.listdir("/proc") if entry.isdigit())  # noqa: PTH208 - names, five times as quick


def _name_and_parent(pid: int) -> tuple[str, int]:
    """The program's name and the parent's pid; ("", 0) where it has ended."""
    if sys.platform != "linux":
        told = (
            Account(os.geteuid(), os.getegid())
            .run("ps", "-o", "ppid=,comm=", "-p", str(pid))
            .stdout.split(None, 1)
        )
        return (Path(told[1].strip()).name, int(told[0])) if len(told) == 2 else ("", 0)
    try:
        told = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return "", 0
    name, _, rest = told.partition("(")[2].rpartition(")")
    return name, int(rest.split()[1])


def wait_until(done: Callable[[], bool], patience: float) -> bool:
    """Look again and again for `patience` seconds; whether it came true."""
    end = time.monotonic() + patience
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(TICK)
    return True


def last_lines(log_file: Path) -> str:
    """The end of a server's log, to stand in a message."""
    try:
        lines = log_file.read_text(errors="replace").splitlines()
    except OSError:
        return f"(no {log_file})"
    return "\n".join([f"The end of {log_file}:", *lines[-TAIL_LINES:]])


def turn_log(log_file: Path, account: Account) -> None:
    """Put a large log aside, also while its process appends to it,
    so that logs never fill the disk.

    As the account that owns the folder: a link that it laid there leads nowhere that
    it could not go itself.
    """
    if log_file.exists() and log_file.stat().st_size > LARGE_LOG:
        account.run("sh", "-c", 'cp "$0" "$0.1" && : > "$0"', log_file.name, cwd=log_file.parent)
