"""The fork server, begun by client.py:
`python -m workers.stages.confinement.server DESCRIPTOR SETUP [CATALOGUE]`.

It has imported and warmed up what parsing needs, holds no secret and no file,
and forks a child for each order.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from pkgutil import resolve_name

from workers.errors import UnusableFile
from workers.report.catalogue import lay_over
from workers.stages.confinement.child import Reader, read_confined
from workers.stages.confinement.limits import Limits, confine
from workers.stages.confinement.samples import format_samples

# An order comes with the line to its child: seconds and megabytes of one file, and whether an
# office program is there for it. Its end is a byte, the answer to that the status of the child.
ORDER, STATUS = struct.Struct("!dI?"), struct.Struct("!i")

# Libraries that compute begin no threads, of which a fork would leave one.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Setup:
    """What a fork server runs.

    `reader` is what parses, as `module:function`; its children yield to others by `nice`, and may
    begin so many `threads`.
    """

    reader: str = "workers.report.reading:open_file"
    nice: int = 0
    threads: int = 0


def main() -> None:
    os.environ.clear()
    os.environ.update(ONE_THREAD)
    control, setup = socket.socket(fileno=int(sys.argv[1])), Setup(**json.loads(sys.argv[2]))
    lay_over(Path(sys.argv[3]) if len(sys.argv) > 3 else None)
    read: Reader = resolve_name(setup.reader)
    for sample in format_samples():
        with suppress(UnusableFile):
            read(sample, "", False)
    gc.collect()
    gc.freeze()  # what is there stays: children need not touch its pages
    _tell_layers(control)
    _serve(control, read, setup)


def _tell_layers(control: socket.socket) -> None:
    """The first child tries what holds here, and says so to the worker."""
    server, child = os.getpid(), os.fork()
    if child == 0:
        try:
            layers = confine(control.fileno(), Limits(seconds=60, megabytes=1024), parent=server)
            os.write(control.fileno(), json.dumps(asdict(layers)).encode() + b"\n")
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def _serve(control: socket.socket, read: Reader, setup: Setup) -> None:
    """Until the worker closes its end, or ends."""
    server = os.getpid()
    # Where the kernel groups processes by their session, each group has a nice value of its own.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(setup.nice))
    while True:
        order, lines, _, _ = socket.recv_fds(control, ORDER.size, 1)
        if not order:
            return
        seconds, megabytes, office = ORDER.unpack(order)
        child = os.fork()
        if child == 0:
            os.nice(setup.nice)
            limits = Limits(seconds=seconds, megabytes=megabytes, threads=setup.threads)
            read_confined(lines[0], read, limits, parent=server, office=office)
        os.close(lines[0])
        ended = control.recv(1)
        status = _end(child)
        if not ended:
            return
        control.sendall(STATUS.pack(status))


def _end(child: int) -> int:
    """End the child, with all that it may have begun; how it ended."""
    with suppress(ProcessLookupError):  # killed before it led a group of its own
        os.killpg(child, signal.SIGKILL)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


if __name__ == "__main__":
    main()
