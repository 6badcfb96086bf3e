"""The worker's side of the fork server: gives it a file, keeps the time, takes the answer."""

from __future__ import annotations

import atexit
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Self

from workers.errors import TookTooLong, TooLarge
from workers.report.catalogue import overlay_path
from workers.report.model import Source, Unpacked
from workers.report.reading import require_text
from workers.report.reading.containers.members import MOST_BYTES
from workers.stages.confinement.answers import ReaderError, opened_of
from workers.stages.confinement.limits import MEGABYTE, Layers, missing_layers
from workers.stages.confinement.server import ORDER, STATUS, Setup

log = logging.getLogger("fazhi")

# What reads the files of every format without recognition.
READING = Setup()
# What a report's text may come to, a hundred times the longest one known; and the files of one
# that holds others.
MOST_OUTPUT = 64 * MEGABYTE + MOST_BYTES
START_SECONDS = 60.0  # to import what parsing needs, on a machine that is busy
END_SECONDS = 30.0  # for a killed child to be gone
NO_LAYERS = Layers(ordinary_user=False, no_new_privileges=False, landlock=0, seccomp=False)


def open_safely(
    data: bytes, name: str, *, seconds: float, megabytes: int, office: bool = False
) -> Source | Unpacked:
    """`open_file` in a confined child of at most `megabytes` of memory and
    `seconds` of wall time.

    UnusableFile as there, and where the child is stopped. ReaderError where the fault is ours.
    """
    return own_server().open(data, name, seconds=seconds, megabytes=megabytes, office=office)


def own_server(setup: Setup | None = None) -> ForkServer:
    """The fork server of this process that runs this; begun once, with its first file."""
    return _server(os.getpid(), setup or READING)


@cache
def _server(process: int, setup: Setup) -> ForkServer:
    """One that this process inherited by a fork is its parent's."""
    del process
    server = ForkServer(setup)
    atexit.register(server.close)
    return server


@dataclass(frozen=True, slots=True)
class Running:
    """A fork server, the line to it, and what holds its children."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    layers: Layers

    def end(self) -> None:
        self.control.close()  # at which it ends by itself, and its child with it
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class ForkServer:
    """A fork server that is begun with its first file."""

    def __init__(self, setup: Setup = READING) -> None:
        self._setup = setup
        self._lock = threading.Lock()
        self._running: Running | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(
        self, data: bytes, name: str, *, seconds: float, megabytes: int, office: bool = False
    ) -> Source:
        """The text of a file. HoldsFiles where there are files in place of it."""
        return require_text(
            self.open(data, name, seconds=seconds, megabytes=megabytes, office=office)
        )

    def open(
        self, data: bytes, name: str, *, seconds: float, megabytes: int, office: bool = False
    ) -> Source | Unpacked:
        """The text of a file, or the files that it holds; see `open_safely`."""
        order = ORDER.pack(seconds, megabytes, office)
        with self._serving() as running:
            answer, status = _converse(running.control, data, order, seconds)
        return opened_of(answer, status, data=data, name=name)

    def answer(self, data: bytes, *, seconds: float, megabytes: int) -> bytes:
        """What a child says of the data; anything, for it may be anybody's. TookTooLong."""
        order = ORDER.pack(seconds, megabytes, False)
        with self._serving() as running:
            return _converse(running.control, data, order, seconds)[0]

    @property
    def process(self) -> int | None:
        """The server's process, while it runs."""
        return self._running.process.pid if self._running else None

    def layers(self) -> Layers:
        """What holds its children on this system."""
        with self._serving() as running:
            return running.layers

    def close(self) -> None:
        """End the server; the next file begins another."""
        running, self._running = self._running, None
        if running is not None:
            running.end()

    @contextmanager
    def _serving(self) -> Iterator[Running]:
        """The server, begun if need be, for one use at a time.

        ReaderError where it ends, itself not being the file.
        """
        with self._lock:
            try:
                self._running = self._running or _start(self._setup)
                yield self._running
            except OSError as error:
                self.close()
                raise ReaderError(f"the program that reads files ended ({error!r})") from error


def _start(setup: Setup) -> Running:
    control, theirs = socket.socketpair()
    overlay = overlay_path()
    command = [
        sys.executable,
        "-P",
        "-m",
        "workers.stages.confinement.server",
        str(theirs.fileno()),
        json.dumps(asdict(setup)),
    ]
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - this Python
            [*command, *([str(overlay.resolve())] if overlay else [])],
            cwd="/",
            env={"PYTHONPATH": os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # a Ctrl-C at the terminal is the worker's to answer
        )
    try:
        layers = _hear_layers(control)
    except BaseException:  # also Ctrl-C: a server without a client must not stay
        Running(process, control, NO_LAYERS).end()
        raise
    for sentence in missing_layers(layers):
        log.warning("%s", sentence)
    return Running(process, control, layers)


def _hear_layers(control: socket.socket) -> Layers:
    control.settimeout(START_SECONDS)
    with control.makefile("rb") as lines:
        line = lines.readline()
    control.settimeout(END_SECONDS)
    if not line:
        raise ConnectionError("it did not start; its own words stand above in the log")
    return Layers(**json.loads(line))


def _converse(
    control: socket.socket, data: bytes, order: bytes, seconds: float
) -> tuple[bytes, int]:
    """Have a child read the data: its answer and the status with which it ended.

    TookTooLong, TooLarge.
    """
    deadline = time.monotonic() + seconds
    line, theirs = socket.socketpair()
    with line:
        with theirs:
            socket.send_fds(control, [order], [theirs.fileno()])
        try:
            answer = _exchange(line, data, deadline)
        finally:
            control.sendall(b"\n")
            status = STATUS.unpack(_receive_status(control))[0]
    return answer, status


def _exchange(line: socket.socket, data: bytes, deadline: float) -> bytes:
    """Send all, then take all that the child writes before it closes its end."""
    answer = bytearray()
    try:
        line.settimeout(max(0.001, deadline - time.monotonic()))
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        while chunk := line.recv(MEGABYTE):
            answer += chunk
            if len(answer) > MOST_OUTPUT:
                raise TooLarge
            line.settimeout(max(0.001, deadline - time.monotonic()))
    except TimeoutError as error:
        raise TookTooLong from error
    except ConnectionError:
        pass  # it ended before it had taken all: its status says why
    return bytes(answer)


def _receive_status(control: socket.socket) -> bytes:
    status = control.recv(STATUS.size)
    if len(status) < STATUS.size:
        raise ConnectionError("it ended while a file was read")
    return status
