"""Which process is ours. A pid file outlives a kill, and its number may belong to anyone by now."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from workers.embedded.identity import Account

TAIL_LINES = 5  # enough of a server's log to see why it ended
LARGE_LOG = 10_000_000  # bytes; one older log is kept beside it
TICK = 0.02  # seconds between two looks: both servers start and stop in tenths of a second


def process_of(pid_file: Path, folder: Path, account: Account) -> int | None:
    """The process that the pid file names, if it lives and has `folder` as its working directory.

    Both servers change into their data folder. A dead process that nobody has waited for (usual in containers) has
    no working directory, and so counts as gone, though its pid still answers to signal 0.
    """
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):  # none there, or cut off in the middle of being written
        return None
    return pid if pid > 0 and works_in(pid, folder, account) else None


def works_in(pid: int, folder: Path, account: Account) -> bool:
    """Whether a process lives and has `folder` as its working directory."""
    try:
        return _working_directory(pid, account).samefile(folder)
    except OSError:
        return False


def _working_directory(pid: int, account: Account) -> Path:
    if sys.platform != "linux":
        found = account.run("lsof", "-a", "-p", str(pid), "-d", "cwd", "-Fn")
        return Path(found.stdout.rpartition("\nn")[2].strip() or "/nowhere")
    link = Path(f"/proc/{pid}/cwd")
    try:
        return link.readlink()
    except PermissionError:  # root without CAP_SYS_PTRACE, as in a container: the account may ask
        return Path(account.run("readlink", link).stdout.strip() or "/nowhere")


def end_process(pid: int | None, folder: Path, account: Account, *signals: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn and wait its seconds, until the process works in the folder no more."""
    for kind, patience in signals:
        if pid is None or not works_in(pid, folder, account):
            return
        os.kill(pid, kind)
        wait_until(lambda: not works_in(pid, folder, account), patience)


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
    """Put a large log aside, also while its process appends to it, so that logs never fill the disk.

    As the account that owns the folder: a link that it laid there leads nowhere that it could not go itself.
    """
    if log_file.exists() and log_file.stat().st_size > LARGE_LOG:
        account.run("sh", "-c", 'cp "$0" "$0.1" && : > "$0"', log_file.name, cwd=log_file.parent)
