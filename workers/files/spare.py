"""Files that can be made again: kept within bounds, the oldest out first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from workers.files.private import make_folder, open_private


@dataclass(frozen=True, slots=True)
class SpareFolder:
    """A folder of such files, at most so many bytes."""

    folder: Path
    most_bytes: int

    def read(self, name: str) -> bytes | None:
        """What is kept under the name; None where it is gone, or never was."""
        with suppress(FileNotFoundError):
            return (self.folder / name).read_bytes()
        return None

    def take(self, name: str) -> bytes | None:
        """The same, and it is kept no longer."""
        found = self.read(name)
        (self.folder / name).unlink(missing_ok=True)
        return found

    def age(self, name: str, now: float) -> float | None:
        """Seconds since it was kept."""
        with suppress(FileNotFoundError):
            return now - (self.folder / name).stat().st_mtime
        return None

    def keep(self, name: str, data: bytes) -> None:
        """Keep it, whole or not at all; what is oldest makes room."""
        make_folder(self.folder)
        partial = self.folder / f".{uuid4().hex}"
        try:
            with open(partial, "xb", opener=open_private) as out:
                out.write(data)
            partial.replace(self.folder / name)
        finally:
            partial.unlink(missing_ok=True)
        self._trim()

    def clear(self) -> None:
        for entry, _ in self._oldest_first():
            with suppress(FileNotFoundError):
                entry.unlink()

    def _trim(self) -> None:
        kept = list(self._oldest_first())
        size = sum(found.st_size for _, found in kept)
        for entry, found in kept:
            if size <= self.most_bytes:
                return
            with suppress(FileNotFoundError):
                entry.unlink()
            size -= found.st_size

    def _oldest_first(self) -> Iterator[tuple[Path, os.stat_result]]:
        kept = []
        with suppress(FileNotFoundError):
            for entry in self.folder.iterdir():
                with suppress(FileNotFoundError):  # another process makes room as well
                    kept.append((entry, entry.stat()))
        yield from sorted(kept, key=lambda one: one[1].st_mtime_ns)
