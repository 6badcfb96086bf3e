"""Documents of Word that wait are converted together: a run of LibreOffice costs seven times what
one document costs in it.

The first whose turn comes takes others along. What became of them is kept in `var/conversions` for
their own turn; nothing depends on that, for what is not there is converted by itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice

from workers.files.private import make_folder
from workers.files.spare import SpareFolder
from workers.intake.pressure import spare_conversions
from workers.report.reading.compound import COMPOUND_MARK
from workers.settings import Settings
from workers.stages.office import Office, left

# The contents that wait to be read, by their SHA-256, those that come next first.
Waiting = Callable[[], Iterable[tuple[str, bytes]]]
# A compound file with the stream of a document of Word: a guess, which takes nothing apart.
OF_WORD = "WordDocument".encode("utf-16-le")
# A run of several that takes longer is ended; nobody waits longer for its end.
TOGETHER_SECONDS = 20.0
PAUSE_SECONDS = 0.05
# What was kept longer ago was made by who knows which version.
KEPT_SECONDS = 3600.0
# What is kept of a file that may have ended a run: it is converted alone.
ALONE = b""


def convert_with_others(
    office: Office, data: bytes, chosen: Settings, deadline: float, waiting: Waiting | None
) -> bytes:
    """The file as a .docx: as it was kept, else together with some that wait, else alone.

    DamagedFile, TookTooLong, TooLarge.
    """
    found = None
    if waiting is not None and chosen.office_batch > 1:
        patience = min(TOGETHER_SECONDS, left(deadline) / 2)
        kept = spare_conversions(chosen)
        with _one_at_a_time(kept, patience) as first:
            if first:
                found = _take(kept, hashlib.sha256(data).hexdigest())
            if first and found is None:
                others = dict(islice(_joining(waiting(), kept), chosen.office_batch - 1))
                found = _convert(office, data, others, kept, patience) if others else None
    return found or office.convert(data, seconds=left(deadline))


def is_converted(data: bytes, chosen: Settings) -> bool:
    """Whether it was converted with others, and is kept for its turn."""
    return _is_kept(spare_conversions(chosen), hashlib.sha256(data).hexdigest())


def _convert(
    office: Office, data: bytes, others: dict[str, bytes], kept: SpareFolder, seconds: float
) -> bytes | None:
    """The file as a .docx, None where it has to be tried alone; the others are kept."""
    made, *more = office.convert_several([data, *others.values()], seconds=seconds)
    found = dict(zip(others, more, strict=True))
    culprit = next((sha256 for sha256, one in found.items() if one is None), None)
    if made is not None and culprit:
        # They are converted one after the other: the first that is missing may have ended the run.
        found[culprit] = ALONE
    with suppress(OSError):  # no room
        for sha256, one in found.items():
            if one is not None:
                kept.keep(sha256, one)
    return made


def _joining(
    waiting: Iterable[tuple[str, bytes]], kept: SpareFolder
) -> Iterator[tuple[str, bytes]]:
    for sha256, data in waiting:
        if data.startswith(COMPOUND_MARK) and OF_WORD in data and not _is_kept(kept, sha256):
            yield sha256, data


def _take(kept: SpareFolder, sha256: str) -> bytes | None:
    fresh = _is_kept(kept, sha256)
    found = kept.take(sha256)
    return found if fresh else None


def _is_kept(kept: SpareFolder, sha256: str) -> bool:
    age = kept.age(sha256, time.time())
    return age is not None and age < KEPT_SECONDS


@contextmanager
def _one_at_a_time(kept: SpareFolder, patience: float) -> Iterator[bool]:
    """Whether nobody else is at it on this machine, also after a while, and there is a place for
    what is made.
    """
    handle = None
    with suppress(OSError):
        handle = os.open(make_folder(kept.folder), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    if handle is None:
        yield False
        return
    try:
        locked = _locked(handle, time.monotonic() + patience)
        yield locked and os.access(kept.folder, os.W_OK)
    finally:
        os.close(handle)


def _locked(handle: int, deadline: float) -> bool:
    while time.monotonic() < deadline:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(PAUSE_SECONDS)
    return False
