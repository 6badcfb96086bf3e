"""The inbox: folder → store and ledger. Events are hints, the folder is the truth (DESIGN 3).

A file at rest is claimed by a rename into `.claimed/`, copied into the store while its bytes are hashed, recorded as
document and arrival in one transaction, and only then removed. A run that is killed anywhere leaves the file in the
inbox or in `.claimed/`, and the next one goes on from there.
"""

from __future__ import annotations

import errno
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from workers import failpoints
from workers.errors import UnusableFile
from workers.failpoints import Point
from workers.filenames import readable, shortened
from workers.intake.scanning import CLAIMED, REFUSED, Look, Scan, is_written_to, scan_folder
from workers.ledger import Drop
from workers.store import Store, partial_file, sweep_partial

log = logging.getLogger("fazhi")

WHY = ".why.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A claimed file whose bytes are in the store; `sure` where no writer can hold it any more."""

    drop: Drop
    path: Path
    look: Look
    sure: bool


class _StillChanging(Exception):
    """The file changed while it was copied."""


class Inbox:
    """The shared folder, as far as it is a folder; `take` and `give_back` are what the watcher does with it."""

    def __init__(self, folder: Path, store: Store, *, largest_megabytes: int = 200) -> None:
        self.folder, self.store, self.largest = folder, store, largest_megabytes
        self.claimed, self.refused = folder / CLAIMED, folder / REFUSED

    def scan(self) -> Scan:
        """What lies in the inbox now. FileNotFoundError when the inbox itself is not there."""
        for own in (self.claimed, self.refused):
            if own.is_symlink():
                raise OSError(errno.ELOOP, "This folder must not be a link: remove it", str(own))
        return scan_folder(self.folder)

    def claim(self, path: str) -> None:
        """Move a file at rest out of everybody's reach, its folder kept in the new path; not while it is written to."""
        source = self.folder / path
        target = self.claimed / str(uuid4()) / path
        if is_written_to(source):
            return
        target.parent.mkdir(parents=True)
        failpoints.reached(Point.CLAIM_FOLDER_MADE)
        try:
            source.rename(target)
        except OSError:  # not there any more: its owner or another watcher has it; or it cannot be moved
            _remove_empty(target.parent, self.claimed)
            raise
        failpoints.reached(Point.CLAIMED)

    def claims(self) -> Iterator[tuple[UUID, Path]]:
        """The claimed files, also those of a run that was killed; emptied claims are removed on the way."""
        for folder in _folders(self.claimed):
            with suppress(ValueError):
                number = UUID(folder.name)
                for path in _only_file(folder):
                    yield number, path

    def keep(self, number: UUID, path: Path) -> Kept | None:
        """Copy a claimed file into the store, whole or not at all; None while somebody still writes to it."""
        written_to = is_written_to(path)
        if written_to:
            return None
        with _open_regular(path) as handle:
            before = os.fstat(handle.fileno())

            def check(size: int) -> None:
                now = os.fstat(handle.fileno())
                if (before.st_size, before.st_mtime_ns) != (now.st_size, now.st_mtime_ns) or size != now.st_size:
                    raise _StillChanging

            try:
                sha256, size = self.store.put(handle, check)
            except _StillChanging:
                return None
        relative = path.relative_to(self.claimed / str(number))
        drop = Drop(
            claim=number,
            name=readable(relative.name),
            folder=readable("" if relative.parent == Path() else str(relative.parent)),
            sha256=sha256,
            size=size,
            modified_at=_moment(before.st_mtime),
        )
        return Kept(drop=drop, path=path, look=Look.of(before), sure=written_to is False)

    def let_go(self, kept: Kept) -> None:
        """The file is in the store and in the ledger: remove it. Where a writer may hold it still, lay it by."""
        if not kept.sure:
            folder = self.claimed / str(kept.drop.claim)
            folder.rename(folder.with_name(f"{folder.name}.{kept.look.size}.{kept.look.modified_ns}"))
            return
        kept.path.unlink()
        failpoints.reached(Point.REMOVED)
        _remove_empty(kept.path.parent, self.claimed)

    def laid_by(self) -> dict[str, Look]:
        """The files that were taken where nobody could say whether a writer held them, by their path in `.claimed/`."""
        found: dict[str, Look] = {}
        for folder in _folders(self.claimed):
            if "." in folder.name:
                for path in _only_file(folder):
                    found[str(path.relative_to(self.claimed))] = Look.of(path.lstat())
        return found

    def part_with(self, path: str, look: Look) -> None:
        """A file that was laid by has rested: remove it; where it grew since it was taken, it is a claim again."""
        folder = self.claimed / Path(path).parts[0]
        if folder.name.split(".")[1:] != [str(look.size), str(look.modified_ns)]:
            folder.rename(folder.with_name(str(uuid4())))
            return
        (self.claimed / path).unlink()
        _remove_empty((self.claimed / path).parent, self.claimed)

    def is_too_large(self, look: Look) -> bool:
        return look.size > self.largest << 20

    def turn_away(self, path: str, why: UnusableFile) -> None:
        """Move what cannot be taken at all to `refused/`, never following it; the reason first, so that it never lacks.

        FileNotFoundError where its owner, or another watcher, took it meanwhile.
        """
        target = next(name for name in self._refused_names(path) if not os.path.lexists(name))
        _write_why(target, why.notice)
        failpoints.reached(Point.WHY_WRITTEN)
        try:
            (self.folder / path).rename(target)
        except FileNotFoundError:
            if not os.path.lexists(target):
                _why_of(target).unlink(missing_ok=True)
            raise
        failpoints.reached(Point.TURNED_AWAY)
        log.info("file=%s refused: %s", readable(path), why)

    def give_back(self, folder: str, name: str, sha256: str, reason: str) -> Path:
        """Put the bytes of a refused document back for its owner, the reason beside; twice makes no second copy."""
        stored = self.store.path(sha256)
        for target in self._refused_names(f"{folder}/{name}" if folder else name):
            if _same_bytes(target, stored):
                break
            if not os.path.lexists(target):
                _write_whole(target, stored.read_bytes())
                break
        failpoints.reached(Point.GIVEN_BACK)
        _write_why(target, reason)
        failpoints.reached(Point.GIVEN_WHY)
        return target

    def remove_folder(self, path: str) -> None:
        """Remove a folder that is empty; one that was filled meanwhile stays."""
        with suppress(OSError):
            (self.folder / path).rmdir()

    def sweep(self) -> int:
        """Remove the partial files of runs that were killed, in the store and among the refused; how many."""
        places = [self.store.folder, self.refused, *(at for at in self.refused.rglob("*") if at.is_dir())]
        return sum(map(sweep_partial, places))

    def _refused_names(self, path: str) -> Iterator[Path]:
        """Names for a refused file, the wanted one first; the folders are made."""
        wanted = self.refused / Path(path).with_name(shortened(Path(path).name))
        if any(os.path.lexists(above) and not above.is_dir() for above in wanted.parents):  # a refused file is there
            wanted = self.refused / shortened(path.replace("/", "_"))
        wanted.parent.mkdir(parents=True, exist_ok=True)
        yield wanted
        number = 2
        while True:
            yield wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
            number += 1


def _folders(claimed: Path) -> list[Path]:
    return sorted(claimed.iterdir()) if claimed.is_dir() else []


def _only_file(folder: Path) -> list[Path]:
    """The file of a claim; an emptied claim is removed."""
    found = [Path(at) / name for at, _, names in os.walk(folder) for name in names]
    if not found:
        for at, _, _ in os.walk(folder, topdown=False):
            with suppress(OSError):
                Path(at).rmdir()
    return found[:1]


def _open_regular(path: Path) -> BinaryIO:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    return os.fdopen(handle, "rb")


def _moment(seconds: float) -> datetime:
    """A file's time; one that no calendar knows becomes the epoch."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, UTC)


def _why_of(path: Path) -> Path:
    return path.with_name(shortened(path.name) + WHY)


def _write_why(path: Path, reason: str) -> None:
    _write_whole(_why_of(path), f"{reason}\n".encode())


def _write_whole(path: Path, content: bytes) -> None:
    """A new file, then a rename: a link that somebody laid at this name is replaced, never written through."""
    with partial_file(path.parent) as (out, partial):
        out.write(content)
        out.flush()
        partial.chmod(0o644)
        partial.rename(path)


def _same_bytes(one: Path, other: Path) -> bool:
    """Whether a regular file with the content of the other stands there; pipes and links are never opened."""
    with suppress(OSError):
        status = one.lstat()
        same_size = stat.S_ISREG(status.st_mode) and status.st_size == other.stat().st_size
        return same_size and one.read_bytes() == other.read_bytes()
    return False


def _remove_empty(folder: Path, top: Path) -> None:
    """The emptied folders of a claim, from the inside."""
    while folder != top:
        with suppress(OSError):
            folder.rmdir()
        folder = folder.parent
