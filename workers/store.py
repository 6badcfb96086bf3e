"""The store: every distinct content once, by its SHA-256, in a folder. What it holds is written here alone."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from workers import failpoints
from workers.failpoints import Point

CHUNK = 1 << 20
PARTIAL = ".partial-"


class Store:
    """Content-addressed bytes under `folder`; a content is there whole or not at all, whatever is killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, source: BinaryIO, check: Callable[[int], object] = lambda _: None) -> tuple[str, int]:
        """Copy what `source` still holds, safe on disk at return; its SHA-256 and its size in bytes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with partial_file(self.folder) as (target, partial):
            failpoints.reached(Point.COPY_BEGUN)
            sha256, size = _copy(source, target)
            target.flush()
            os.fsync(target.fileno())
            failpoints.reached(Point.COPIED)
            check(size)  # what it raises leaves nothing behind
            self._settle(partial, self.path(sha256))
        return sha256, size

    def path(self, sha256: str) -> Path:
        """Where the content stands, or would."""
        return self.folder / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """The whole content. FileNotFoundError where the store does not hold it."""
        return self.path(sha256).read_bytes()

    def _settle(self, partial: Path, target: Path) -> None:
        # Also over a content that is there: it is the same, or was damaged by the disk and is mended so.
        if not target.parent.exists():
            target.parent.mkdir(exist_ok=True)
            sync_folder(self.folder)
        partial.rename(target)
        failpoints.reached(Point.STORED)
        sync_folder(target.parent)


@contextmanager
def partial_file(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file in the folder under a passing name; what the block did not rename is gone at its end."""
    handle, name = tempfile.mkstemp(prefix=PARTIAL, dir=folder)
    try:
        with os.fdopen(handle, "wb") as target:
            with suppress(OSError):  # not every share knows locks; there its partial files stay
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield target, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def sweep_partial(folder: Path) -> int:
    """Remove the partial files of copies that were killed; how many. A copy at work holds the lock of its file."""
    removed = 0
    for partial in folder.glob(f"{PARTIAL}*"):
        with suppress(OSError):
            handle = os.open(partial, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                partial.unlink()
                removed += 1
            finally:
                os.close(handle)
    return removed


def _copy(source: BinaryIO, target: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        target.write(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def sync_folder(folder: Path) -> None:
    """A rename is only safe from a power cut once its folder is on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
