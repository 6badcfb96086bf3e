"""The store: every distinct content once, by its SHA-256, in a folder.

What it holds is written here alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from workers import failpoints, heartbeat
from workers.failpoints import Point
from workers.files.handles import Folder

CHUNK = 1 << 20
PARTIAL = ".partial-"


class OverMuch(Exception):
    """A source holds more bytes than it may."""


class Store:
    """Content-addressed bytes under `folder`; a content is there whole or not at all,
    whatever is killed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(
        self,
        source: BinaryIO,
        check: Callable[[int], object] = lambda _: None,
        *,
        most: int | None = None,
    ) -> tuple[str, int]:
        """Copy what `source` still holds, safe on disk at return;
        its SHA-256 and its size in bytes.

        OverMuch where it holds more than `most` bytes; what `check` raises is raised:
        both leave nothing behind.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with Folder.at(self.folder) as folder, partial_file(folder) as (target, partial):
            failpoints.reached(Point.COPY_BEGUN)
            sha256, size = _copy(source, target, most)
            target.flush()
            os.fsync(target.fileno())
            failpoints.reached(Point.COPIED)
            check(size)
            _settle(folder, partial, sha256)
        return sha256, size

    def path(self, sha256: str) -> Path:
        """Where the content stands, or would."""
        return self.folder / sha256[:2] / sha256

    def remove(self, sha256: str) -> bool:
        """Whether the content was there; it is gone for good."""
        path = self.path(sha256)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        sync_folder(path.parent)
        return True

    def read(self, sha256: str) -> bytes:
        """The whole content. FileNotFoundError where the store does not hold it."""
        return self.path(sha256).read_bytes()


def _settle(folder: Folder, partial: str, sha256: str) -> None:
    # Also over a content that is there: it is the same,
    # or was damaged by the disk and is mended so.
    if not folder.has(sha256[:2]):
        folder.make(sha256[:2], 0o700)
        folder.sync()
    with folder.enter(sha256[:2]) as place:
        folder.replace(partial, place, sha256)
        failpoints.reached(Point.STORED)
        place.sync()


@contextmanager
def partial_file(folder: Folder, prefix: str = PARTIAL) -> Iterator[tuple[BinaryIO, str]]:
    """A new file in the folder under a passing name;
    what the block did not rename is gone at its end.
    """
    name = f"{prefix}{uuid4().hex}"
    with folder.create(name) as target:
        try:
            with suppress(OSError):  # not every share knows locks; there its partial files stay
                fcntl.flock(target, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield target, name
        finally:
            with suppress(FileNotFoundError):
                folder.remove(name)


def sweep_partial(folder: Folder) -> int:
    """Remove the partial files of copies that were killed; how many.

    A copy at work holds the lock of its file.
    """
    removed = 0
    for entry in folder.entries():
        if entry.name.startswith(PARTIAL):
            with suppress(OSError), folder.open(entry.name) as partial:
                fcntl.flock(partial, fcntl.LOCK_EX | fcntl.LOCK_NB)
                folder.remove(entry.name)
                removed += 1
    return removed


def _copy(source: BinaryIO, target: BinaryIO, most: int | None) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        heartbeat.beat()
        digest.update(chunk)
        target.write(chunk)
        size += len(chunk)
        if most is not None and size > most:
            raise OverMuch
    return digest.hexdigest(), size


def sync_folder(path: Path) -> None:
    """A rename is only safe from a power cut once its folder is on disk."""
    with Folder.at(path) as folder:
        folder.sync()
