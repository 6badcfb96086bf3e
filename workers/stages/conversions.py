"""Documents of Word that wait are converted together: a run of LibreOffice costs seven times what
one document costs in it.

The first whose turn comes takes others along. What became of them is kept in `var/conversions` for
their own turn; nothing depends on that, for what is not there is converted by itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from workers.files.private import open_private
from workers.files.spare import SpareFolder
from workers.intake.pressure import spare_conversions
from workers.settings import Settings
from workers.stages.office import Office, left

# The contents that wait to be read, by their SHA-256, those that come next first.
Waiting = Callable[[], Iterable[tuple[str, bytes]]]
# A compound file with the stream of a document of Word: a guess, which takes nothing apart.
COMPOUND, OF_WORD = b"\xd0\xcf\x11\xe0", "WordDocument".encode("utf-16-le")
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
        with _one_at_a_time(chosen.var, patience) as first:
            found = _take(kept, hashlib.sha256(data).hexdigest())
            if found is None and first:
                others = dict(islice(_joining(waiting(), kept), chosen.office_batch - 1))
                found = _convert(office, data, others, kept, patience) if others else None
    return found or office.convert(data, seconds=left(deadline))


def _convert(
    office: Office, data: bytes, others: dict[str, bytes], kept: SpareFolder, seconds: float
) -> bytes | None:
    """The file as a .docx, None where it has to be tried alone; the others are kept."""
    made, *more = office.convert_several([data, *others.values()], seconds=seconds)
    lost = [sha256 for sha256, one in zip(others, more, strict=True) if one is None]
    for sha256, one in zip(others, more, strict=True):
        if one is not None:
            kept.keep(sha256, one)
    if made is not None and lost:
        # They are converted one after the other: the first that is missing may have ended the run.
        kept.keep(lost[0], ALONE)
    return made


def _joining(
    waiting: Iterable[tuple[str, bytes]], kept: SpareFolder
) -> Iterator[tuple[str, bytes]]:
    for sha256, data in waiting:
        if data.startswith(COMPOUND) and OF_WORD in data and not _is_kept(kept, sha256):
            yield sha256, data


def _take(kept: SpareFolder, sha256: str) -> bytes | None:
    fresh = _is_kept(kept, sha256)
    found = kept.take(sha256)
    return found if fresh else None


def _is_kept(kept: SpareFolder, sha256: str) -> bool:
    age = kept.age(sha256, time.time())
    return age is not None and age < KEPT_SECONDS


@contextmanager
def _one_at_a_time(var: Path, patience: float) -> Iterator[bool]:
    """Whether nobody else is at it on this machine, also after a while."""
    var.mkdir(parents=True, exist_ok=True)
    with open(var / "conversions.lock", "ab", opener=open_private) as lock:
        yield _locked(lock.fileno(), time.monotonic() + patience)


def _locked(handle: int, deadline: float) -> bool:
    while time.monotonic() < deadline:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(PAUSE_SECONDS)
    return False
