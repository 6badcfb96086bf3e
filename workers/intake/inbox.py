"""The inbox: folder → store and ledger. Events are hints, the folder is the truth (DESIGN 3).

A file at rest is claimed by a rename into `.claimed/`, judged there, copied into the store while
its bytes are hashed, recorded as document and arrival in one transaction, and only then removed. A
run that is killed anywhere leaves the file in the inbox or in `.claimed/`, and the next one goes on
from there. Nothing below the inbox is reached by a path.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from workers.errors import NotAFile, SecondName, TooLarge, UnusableFile
from workers.files.filenames import readable
from workers.files.handles import Folder, NotRegular, reach
from workers.intake import claims, refused
from workers.intake.claims import Claimed, LaidBy
from workers.intake.scanning import CLAIMED, RECEIPTS, Look, Scan, scan_folder
from workers.intake.writers import is_written_to
from workers.ledger import Drop, Returnable, Rights
from workers.store import OverMuch, Store, sweep_partial


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A claimed file whose bytes are in the store; `sure` where no writer can hold it any more."""

    drop: Drop
    claimed: Claimed
    look: Look
    sure: bool


class _StillChanging(Exception):
    """The file changed while it was copied."""


class Inbox:
    """The shared folder, as far as it is a folder;
    `claim`, `keep`, `give_back` are what the watcher does with it.
    """

    def __init__(self, folder: Path, store: Store, *, largest_megabytes: int = 200) -> None:
        self.folder, self.store, self.largest = folder, store, largest_megabytes

    def scan(self) -> Scan:
        """What lies in the inbox now. FileNotFoundError when the inbox itself is not there."""
        return scan_folder(self.folder)

    def claim(self, path: str) -> bool:
        """Move an entry at rest out of everybody's reach; not while it is written to.

        Whether it was moved.
        """
        with Folder.at(self.folder) as top:
            return claims.take(top, path)

    def claims(self) -> Iterator[Claimed]:
        """The claimed files, also those of a run that was killed."""
        with Folder.at(self.folder) as top:
            _clear_way(top)
            yield from claims.list_claims(top)

    def count_claims(self) -> tuple[int, int]:
        """How many files are being taken, and how many were taken and laid by."""
        with Folder.at(self.folder) as top:
            return claims.count_claims(top)

    def keep(self, claimed: Claimed) -> Kept | None:
        """Copy a claimed file into the store, whole or not at all;
        None while somebody still writes to it.

        UnusableFile where it is no file, or none that may be read.
        """
        with Folder.at(self.folder) as top, claims.reach_claimed(top, claimed) as (folder, name):
            try:
                with folder.open(name) as file:
                    return self._keep_file(claimed, file)
            except NotRegular as error:
                raise NotAFile(_link_target(folder, name)) from error
            except BlockingIOError:  # a file server has a client that writes to it
                return None

    def _keep_file(self, claimed: Claimed, file: BinaryIO) -> Kept | None:
        before = os.fstat(file.fileno())
        self._check_limits(before)
        written_to = is_written_to(file)
        if written_to:
            return None

        def check(size: int) -> None:
            now = os.fstat(file.fileno())
            if Look.of(before) != Look.of(now) or size != now.st_size:
                raise _StillChanging

        try:
            sha256, size = self.store.put(file, check, most=before.st_size)
        except (_StillChanging, OverMuch):
            return None
        drop = _describe_drop(claimed, before, sha256, size)
        return Kept(drop=drop, claimed=claimed, look=Look.of(before), sure=written_to is False)

    def _check_limits(self, status: os.stat_result) -> None:
        if status.st_nlink > 1:
            raise SecondName
        if status.st_size > self.largest << 20:
            raise TooLarge(f"(The limit is {self.largest} MB.)")

    def let_go(self, kept: Kept) -> None:
        """The file is in the store and in the ledger: remove it.

        Where a writer may hold it still, lay it by.
        """
        with Folder.at(self.folder) as top:
            if claims.look_again(top, kept.claimed) != kept.look:
                claims.claim_anew(top, kept.claimed)
            elif kept.sure:
                claims.remove_claim(top, kept.claimed)
            else:
                claims.lay_by(top, kept.claimed, kept.look, kept.drop.sha256)

    def laid_by(self) -> list[LaidBy]:
        """The files that were taken without knowing whether a writer held them."""
        with Folder.at(self.folder) as top:
            return list(claims.list_laid_by(top))

    def take_up(self, laid_by: LaidBy) -> None:
        with Folder.at(self.folder) as top:
            claims.take_up(top, laid_by)

    def part_with(self, laid_by: LaidBy) -> None:
        with Folder.at(self.folder) as top:
            claims.part_with(top, laid_by)

    def turn_away(self, claimed: Claimed, why: UnusableFile) -> None:
        """Move an unusable file to `refused/`, with the reason; remove a link or a device."""
        with Folder.at(self.folder) as top:
            with claims.reach_claimed(top, claimed) as (folder, name):
                refused.turn_away(top, folder, name, claimed.path, why)
            claims.remove_emptied(top, claimed.holder)

    def give_back(self, returned: Returnable) -> str:
        """Put the bytes of a refused document back for its owner, the reason beside;
        the name that it has there.
        """
        with Folder.at(self.folder) as top:
            return refused.give_back(top, returned, self.store.path(returned.sha256))

    def given_back(self, size: int) -> Iterator[BufferedReader]:
        """The files of this size in `refused/`."""
        with Folder.at(self.folder) as top:
            yield from refused.find_returned(top, size)

    def remove_folder(self, path: str) -> None:
        """Remove a folder that is empty; one that was filled meanwhile stays."""
        *above, name = PurePosixPath(path).parts
        with suppress(OSError), Folder.at(self.folder) as top, reach(top, above) as folder:
            folder.remove_folder(name)

    def sweep(self) -> int:
        """Remove the partial files of runs that were killed,
        in the store and among the refused; how many.
        """
        swept = 0
        with suppress(FileNotFoundError), Folder.at(self.folder) as top:
            swept += refused.sweep(top)
            with suppress(OSError), top.enter(RECEIPTS) as receipts:
                swept += sweep_partial(receipts)
        with suppress(FileNotFoundError), Folder.at(self.store.folder) as folder:
            swept += sweep_partial(folder)
        return swept


def _clear_way(top: Folder) -> None:
    """Something that is no folder may have been dropped under the name of the claims."""
    with suppress(FileNotFoundError):
        if not stat.S_ISDIR(top.look(CLAIMED).st_mode):
            refused.turn_away(top, top, CLAIMED, CLAIMED, NotAFile(_link_target(top, CLAIMED)))


def _link_target(folder: Folder, name: str) -> str:
    """The target of a link, for its owner; "" if it is not a link."""
    with suppress(OSError):
        return f"(→ {readable(os.readlink(name, dir_fd=folder.handle))})"
    return ""


def _describe_drop(claimed: Claimed, status: os.stat_result, sha256: str, size: int) -> Drop:
    *above, name = PurePosixPath(claimed.path).parts
    return Drop(
        claim=claimed.number,
        name=readable(name),
        folder=readable("/".join(above)),
        sha256=sha256,
        size=size,
        modified_at=_file_time(status.st_mtime),
        rights=Rights(stat.S_IMODE(status.st_mode) & 0o777, status.st_uid, status.st_gid),
    )


def _file_time(seconds: float) -> datetime:
    """A file's time; one outside the calendar becomes the epoch."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, UTC)
