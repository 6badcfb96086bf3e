"""A reader as a parser's hole makes it: what the file says is done.

Any other file is read as always.

`python -m tests.workers.hostile` does it unconfined with the file on its input,
and prints the text that it read.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from workers.report.model import Source
from workers.report.reading import read_source

LIBC = ctypes.CDLL(None, use_errno=True)
PTRACE_SEIZE = 0x4206  # linux/ptrace.h: as ATTACH, without stopping whom it reaches
MOST_DESCRIPTORS = 64


def payload(act: str, **told: Any) -> bytes:
    """The file that has its reader do this."""
    return json.dumps({"act": act} | told).encode()


def read(data: bytes, name: str, office: bool = False) -> Source:
    if not data.startswith(b'{"act"'):
        return read_source(data, name, office)
    told = json.loads(data)
    answer = ACTS[told.pop("act")](**told)
    sha256 = hashlib.sha256(data).hexdigest()
    return Source(
        name=name, sha256=sha256, media_type="text/plain", encoding="utf-8", raw_text=str(answer)
    )


def connect(family: int, address: Any) -> str:
    address = tuple(address) if isinstance(address, list) else address
    with socket.socket(socket.AddressFamily(family), socket.SOCK_STREAM) as line:
        line.connect(address)
        line.sendall(b"a secret")
    return "reached"


def listen(path: str) -> str:
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(path)
        line.listen()
    return "listening"


def open_file(path: str) -> str:
    return Path(path).read_text()


def write_file(path: str) -> str:
    Path(path).write_text("written")
    return "written"


def list_folder(path: str) -> list[str]:
    return [entry.name for entry in Path(path).iterdir()]


def environment() -> dict[str, str]:
    return dict(os.environ)


def execute(command: list[str]) -> NoReturn:
    os.execv(command[0], command)


def fork_away() -> str:
    """A grandchild in a session of its own, as a daemon is begun."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, MOST_DESCRIPTORS)
            time.sleep(60)
        os._exit(0)
    os.wait()
    return "left behind"


def begin_thread() -> str:
    done: list[str] = []
    thread = threading.Thread(target=done.append, args=("begun",))
    thread.start()
    thread.join()
    return done[0]


def trace(pid: int) -> str:
    ctypes.set_errno(0)
    LIBC.ptrace(PTRACE_SEIZE, pid, None, None)
    return os.strerror(ctypes.get_errno())


def peek(pid: int, address: int, length: int) -> str:
    """The memory of another process."""
    here = ctypes.create_string_buffer(length)
    parts = [(ctypes.c_size_t * 2)(at, length) for at in (ctypes.addressof(here), address)]
    count = LIBC.process_vm_readv(pid, parts[0], 1, parts[1], 1, 0)
    return here.raw[: max(count, 0)].decode()


def kill(pid: int) -> str:
    os.kill(pid, signal.SIGKILL)
    return "killed"


def call(numbers: list[int]) -> set[int]:
    """System calls with arguments that no kernel can use: all that they come back with."""
    return {LIBC.syscall(ctypes.c_long(number), *(ctypes.c_long(-1),) * 6) for number in numbers}


def descriptors() -> list[int]:
    def is_open(number: int) -> bool:
        try:
            os.lseek(number, 0, os.SEEK_CUR)
        except OSError as error:
            return error.errno != errno.EBADF
        return True

    return [number for number in range(MOST_DESCRIPTORS) if is_open(number)]


def forge(answer: str) -> NoReturn:
    """Its own answer, past everything that ours would be."""
    for number in descriptors():
        os.write(number, answer.encode())
    os._exit(0)


def forge_then_connect(answer: str) -> str:
    for number in descriptors():
        os.write(number, answer.encode())
    return connect(socket.AF_INET, ["127.0.0.1", 9])


def flood() -> NoReturn:
    chunk = b" " * (1 << 20)
    while True:
        for number in descriptors():
            os.write(number, chunk)


def spin() -> NoReturn:
    while True:
        pass


def hang() -> None:
    time.sleep(60)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def abort() -> None:
    os.abort()


def eat_memory() -> int:
    return len(bytearray(1 << 31))


def divide() -> float:
    return 1 / 0


def widen_limits() -> int:
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    return os.open("/dev/null", os.O_RDONLY)


ACTS: dict[str, Callable[..., Any]] = {
    act.__name__: act
    for act in (
        connect,
        listen,
        open_file,
        write_file,
        list_folder,
        environment,
        execute,
        fork_away,
        begin_thread,
        trace,
        peek,
        kill,
        call,
        descriptors,
        forge,
        forge_then_connect,
        flood,
        spin,
        hang,
        crash,
        abort,
        eat_memory,
        divide,
        widen_limits,
    )
}

if __name__ == "__main__":
    print(read(sys.stdin.buffer.read(), "").raw_text)
