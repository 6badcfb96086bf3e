"""A sign of life of each process to its supervisor:
a few bytes through a pipe, from the loop that does the work.

Each sign says how long the next may take at most. A thread of its own would go on giving signs
while the work hangs. Without a supervisor there is no pipe, and a sign is nothing.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from struct import Struct

PIPE = "FAZHI_HEARTBEAT"
# Seconds: between two signs where nothing is to do; the longest silence, and that of something slow
# (a frozen broker holds its caller for 26) or of a start.
EVERY, SILENCE, SLOW, START = 2.0, 20.0, 30.0, 120.0
SIGN = Struct("=id")  # who, and the seconds; so short that the pipe takes it whole

_pipe: int | None = None
_last: tuple[float, float] = (0.0, 0.0)  # when the last sign was given, and its seconds


def begin() -> None:
    """Take over the pipe that the supervisor left open for this process;
    what it starts gets none.
    """
    global _pipe
    if (given := os.environ.pop(PIPE, None)) is not None:
        _pipe = int(given)
        os.set_inheritable(_pipe, False)
    beat(START)


def beat(within: float = SILENCE) -> None:
    """A sign of life; the next one comes within so many seconds.

    To be given for each small thing that is done.
    """
    global _last
    now = time.monotonic()
    if within == _last[1] and now - _last[0] <= EVERY / 4:
        return
    _last = now, within
    if _pipe is not None:
        with suppress(OSError):  # full, or nobody listens any more
            os.write(_pipe, SIGN.pack(os.getpid(), within))


def is_alive() -> bool:
    """Whether this process has given its last sign in time."""
    at, within = _last
    return time.monotonic() < at + within


def wait(stop: threading.Event, seconds: float) -> bool:
    """As `stop.wait`, with signs of life."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        beat()
        if stop.wait(min(left, EVERY)):
            return True
    return stop.is_set()


def beat_beside() -> None:
    """Signs from a thread, for a process whose work has a limit of its own:
    they end when it is frozen or locked up.
    """

    def go_on() -> None:
        while True:
            beat()
            time.sleep(EVERY)

    threading.Thread(target=go_on, name="heartbeat", daemon=True).start()


class Pulse:
    """The supervisor's end of one pipe: whose next sign is overdue."""

    def __init__(self) -> None:
        self._reading, self.writing = os.pipe()
        for end in (self._reading, self.writing):
            os.set_blocking(end, False)
        self._until: dict[int, float] = {}

    def expect(self, pid: int) -> None:
        """The process was just started, and has the other end now."""
        os.close(self.writing)
        self._until[pid] = time.monotonic() + START

    def silent(self) -> list[int]:
        """The processes whose next sign is overdue."""
        now = time.monotonic()
        for pid, within in self._heard():
            self._until[pid] = now + within
        return [pid for pid, until in self._until.items() if until < now]

    def forget(self, pid: int) -> None:
        self._until.pop(pid, None)

    def close(self) -> None:
        os.close(self._reading)

    def _heard(self) -> list[tuple[int, float]]:
        heard = bytearray()
        with suppress(BlockingIOError):
            while chunk := os.read(self._reading, 1 << 16):
                heard += chunk
        return list(SIGN.iter_unpack(heard[: len(heard) // SIGN.size * SIGN.size]))
