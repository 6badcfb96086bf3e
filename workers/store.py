"""The store: every distinct content once, by its SHA-256, in a folder. What it holds is written here alone."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20


class Store:
    """Content-addressed bytes under `folder`; a content is there whole or not at all, whatever is killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, source: BinaryIO) -> tuple[str, int]:
        """Copy what `source` still holds, safe on disk at return; its SHA-256 and its size in bytes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(prefix=".partial-", dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as target:
                sha256, size = _copy(source, target)
                target.flush()
                os.fsync(target.fileno())
            self._settle(Path(partial), self.path(sha256))
        except BaseException:  # also Ctrl-C: whatever stops the copy, its partial file must go
            with suppress(FileNotFoundError):
                Path(partial).unlink()
            raise
        return sha256, size

    def path(self, sha256: str) -> Path:
        """Where the content stands, or would."""
        return self.folder / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """The whole content. FileNotFoundError where the store does not hold it."""
        return self.path(sha256).read_bytes()

    def _settle(self, partial: Path, target: Path) -> None:
        if target.exists():
            partial.unlink()
            return
        if not target.parent.exists():
            target.parent.mkdir(exist_ok=True)
            _sync_folder(self.folder)
        partial.rename(target)
        _sync_folder(target.parent)


def _copy(source: BinaryIO, target: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        target.write(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    """A rename is only safe from a power cut once its folder is on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
