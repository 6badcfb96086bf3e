"""What lives and does not work is ended and started again; what works slowly is let alone."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workers.embedded.process import wait_until
from workers.host.supervisor import Child

# A process that gives one sign of life, and then does what stands in its place.
WORK = """#!{python}
import ctypes, os, signal, subprocess, sys, threading, time
sys.path.insert(0, {tree!r})
from workers import heartbeat
heartbeat.SILENCE = heartbeat.SLOW = heartbeat.START = 1.0
heartbeat.begin()
open({begun!r}, "a").write(str(os.getpid()) + "\\n")
child = subprocess.Popen(["sleep", "600"])
{what}
"""

HANGS = {
    "deadlock": "lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "deadlock beside a thread that lives": (
        "threading.Thread(target=time.sleep, args=(600,)).start(); done = "
        "threading.Event(); done.wait()"
    ),
    "frozen": "heartbeat.beat(1.0); os.kill(os.getpid(), signal.SIGSTOP)",
    "waits for its child": "os.waitpid(child.pid, 0)",
    "reads from a pipe in which nobody writes": "reading, writing = os.pipe(); os.read(reading, 1)",
    "deaf to signals": "signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()",
    "a loop without end": "while True: pass",
    "a call that never returns": "ctypes.CDLL(None).pause()",
    "holds the interpreter's lock": "ctypes.PyDLL(None).pause()",
}
WORKS = {
    "gives signs": "while True: heartbeat.beat(1.0); time.sleep(0.1)",
    "waits with signs": "heartbeat.EVERY = 0.2; heartbeat.wait(threading.Event(), 600)",
    "said that it is slow": "heartbeat.beat(60.0); time.sleep(600)",
    "signs from a thread": "heartbeat.EVERY = 0.2; heartbeat.beat_beside(); time.sleep(600)",
}


@pytest.fixture
def supervised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Child]]:
    """A child of the supervisor's that does as it is told;
    `tmp_path / "begun"` has a line for each start.
    """
    children: list[Child] = []

    def supervise(what: str) -> Child:
        program = tmp_path / "work"
        tree = str(Path(__file__).parent.parent.parent)
        program.write_text(
            WORK.format(python=sys.executable, tree=tree, begun=str(tmp_path / "begun"), what=what),
            encoding="utf-8",
        )
        program.chmod(0o755)
        monkeypatch.setattr("workers.host.supervisor.sys.executable", str(program))
        children.append(Child("work", dict(os.environ), tmp_path / "work.log"))
        return children[-1]

    yield supervise
    for child in children:
        if child.process and child.process.poll() is None:
            os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()


def starts(tmp_path: Path) -> list[int]:
    begun = tmp_path / "begun"
    return [int(line) for line in begun.read_text().split()] if begun.exists() else []


def in_group(group: int) -> list[int]:
    """Those of a process group that live."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, _, its = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its) == group and state != "Z":
            found.append(int(entry.name))
    return found


@pytest.mark.parametrize("what", HANGS)
def test_process_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, supervised: Callable[[str], Child], what: str
) -> None:
    child = supervised(HANGS[what])

    def again() -> bool:
        child.keep_running(time.monotonic())
        return len(starts(tmp_path)) > 1

    assert wait_until(again, 60), (tmp_path / "work.log").read_text()
    first, second, *_ = starts(tmp_path)
    assert in_group(first) == []
    assert second in in_group(second)
    assert child.restarts == 1


@pytest.mark.parametrize("what", WORKS)
def test_process_that_works_is_let_alone(
    tmp_path: Path, supervised: Callable[[str], Child], what: str
) -> None:
    child = supervised(WORKS[what])
    child.keep_running(time.monotonic())
    assert wait_until(lambda: bool(starts(tmp_path)), 60)
    end = time.monotonic() + 3  # three times as long as it may be silent
    while time.monotonic() < end:
        child.keep_running(time.monotonic())
        time.sleep(0.1)
    assert (len(starts(tmp_path)), child.restarts) == (1, 0)


def test_process_that_never_gives_a_sign_is_started_again(
    tmp_path: Path, supervised: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.heartbeat.START", 0.5)
    child = supervised("")
    program = tmp_path / "work"
    program.write_text(f"#!/bin/sh\necho $$ >> {tmp_path / 'begun'}\nexec sleep 600\n")

    def again() -> bool:
        child.keep_running(time.monotonic())
        return len(starts(tmp_path)) > 1

    assert wait_until(again, 60)
    assert in_group(starts(tmp_path)[0]) == []


def test_member_of_a_pool_that_hangs_is_ended_alone(
    tmp_path: Path, supervised: Callable[[str], Child]
) -> None:
    member = (
        "if os.fork() == 0: heartbeat.beat(0.5); time.sleep(600)\nwhile True: heartbeat.beat(1.0); "
        "time.sleep(0.1)"
    )
    child = supervised(member)
    child.keep_running(time.monotonic())
    assert wait_until(lambda: bool(starts(tmp_path)), 60)
    (main,) = starts(tmp_path)
    assert wait_until(lambda: len(in_group(main)) == 3, 60)

    def alone() -> bool:
        child.keep_running(time.monotonic())
        return len(in_group(main)) == 2

    assert wait_until(alone, 60)
    assert (child.restarts, starts(tmp_path)) == (0, [main])


def test_sign_of_a_stranger_ends_nobody(tmp_path: Path, supervised: Callable[[str], Child]) -> None:
    """A pid that belongs to somebody outside of the group by now."""
    stranger = os.fork()
    if stranger == 0:
        signal.pause()
        os._exit(0)
    lie = f"os.write(heartbeat._pipe, heartbeat.SIGN.pack({stranger}, 0.0))"
    child = supervised(f"{lie}\n{WORKS['gives signs']}")
    child.keep_running(time.monotonic())
    assert wait_until(lambda: bool(starts(tmp_path)), 60)
    for _ in range(10):
        child.keep_running(time.monotonic())
        time.sleep(0.1)
    assert os.waitpid(stranger, os.WNOHANG) == (0, 0)
    os.kill(stranger, signal.SIGKILL)
    os.waitpid(stranger, 0)
