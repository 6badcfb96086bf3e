"""Hostile bytes are parsed in a child process with limits; whatever it does, the answer is a source or a refusal."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import time
import traceback
import warnings
from dataclasses import asdict

from workers import errors
from workers.errors import FazhiError, StoppedReader, TookTooLong, UnusableFile
from workers.report.model import Source
from workers.report.reading import read_source

MEGABYTE = 1 << 20
# What a report's text may come to; a hundred times the longest one known.
MOST_OUTPUT = 64 * MEGABYTE
MOST_OPEN_FILES = 64


class ReaderError(FazhiError):
    """The reader stumbled over the file:"""


def read_safely(data: bytes, name: str, *, seconds: float, megabytes: int) -> Source:
    """`read_source` in a child of at most `megabytes` of memory and `seconds` of wall time. UnusableFile as there."""
    reading_end, writing_end = os.pipe()
    with warnings.catch_warnings():
        # The child runs pure code and leaves by _exit: it takes no lock that another thread may hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(reading_end)
        _be_the_child(writing_end, data, name, seconds, megabytes)
    os.close(writing_end)
    try:
        answer = _collect(reading_end, seconds)
    finally:
        os.close(reading_end)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return _source(answer, name)


def _be_the_child(pipe: int, data: bytes, name: str, seconds: float, megabytes: int) -> None:
    try:
        for which, limit in (
            (resource.RLIMIT_AS, megabytes * MEGABYTE),
            (resource.RLIMIT_CPU, int(seconds) + 1),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NOFILE, MOST_OPEN_FILES),
        ):
            hard = resource.getrlimit(which)[1]
            allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.setrlimit(which, (allowed, allowed))
        # The parent ends it sooner, unless the parent was killed: then nobody else would.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(int(seconds) + 2)
        answer = _answer(data, name)
        with os.fdopen(pipe, "wb") as out:
            out.write(json.dumps(answer).encode())
    finally:
        os._exit(0)


def _answer(data: bytes, name: str) -> dict[str, object]:
    try:
        return {"source": asdict(read_source(data, name))}
    except UnusableFile as error:
        return {"refused": type(error).__name__, "detail": error.detail, "detail_zh": error.detail_zh}
    except MemoryError:
        return {"refused": "TooLarge", "detail": "", "detail_zh": ""}
    except Exception:  # noqa: BLE001 - the edge of the child: whatever it is goes to the parent, which raises it
        # A fault of ours, not of the file: the parent raises it, and the ledger counts the attempt.
        return {"failed": traceback.format_exc(limit=-5)}


def _collect(pipe: int, seconds: float) -> bytes:
    """All that the child wrote before it closed its end."""
    deadline = time.monotonic() + seconds
    received = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            raise TookTooLong
        chunk = os.read(pipe, MEGABYTE)
        if not chunk:
            return bytes(received)
        received += chunk
        if len(received) > MOST_OUTPUT:
            raise errors.TooLarge


def _source(answer: bytes, name: str) -> Source:
    try:
        told = json.loads(answer)
    except ValueError as error:  # the child died before it had written all
        raise StoppedReader from error
    if "failed" in told:
        raise ReaderError(told["failed"])
    if "refused" in told:
        kind = getattr(errors, told["refused"], UnusableFile)
        raise kind(told["detail"], told["detail_zh"])
    fields = told["source"]
    return Source(**fields | {"name": name, "page_starts": tuple(fields["page_starts"])})
