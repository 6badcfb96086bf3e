"""`.claimed/`: what was moved out of everybody's reach,
and stays there until it is stored and recorded.

A claim is a folder with a number for its name, and in it the one file with the folders that it had
in the inbox. Only here, where no other user can swap it, is a file judged and read. A file that a
writer may hold still is laid by: its claim's folder then is named `number.size.mtime.sha256`, after
what was taken of it.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import file_digest
from itertools import islice
from pathlib import PurePosixPath
from uuid import UUID, uuid4

from workers import failpoints
from workers.failpoints import Point
from workers.files.filenames import numbered, readable
from workers.files.handles import Folder, NotRegular, is_folder, reach, remove_empty, walk
from workers.intake.scanning import CLAIMED, Look
from workers.intake.writers import is_written_to

log = logging.getLogger("fazhi")

# Only the service may reach into a claim.
PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Claimed:
    """A file in a claim: the folder of the claim, and the path that the file had in the inbox."""

    holder: str
    path: str

    @property
    def number(self) -> UUID:
        return UUID(self.holder.partition(".")[0])

    @property
    def names(self) -> tuple[str, ...]:
        return self.holder, *PurePosixPath(self.path).parts


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidBy:
    """A file that was taken and stays for a while: how it looks now, and what was taken of it."""

    claimed: Claimed
    look: Look
    size: int
    modified_ns: int
    sha256: str | None

    @property
    def is_as_taken(self) -> bool:
        return (self.size, self.modified_ns) == (self.look.size, self.look.modified_ns)


def take(top: Folder, path: str) -> bool:
    """Move an entry of the inbox into a claim of its own, whatever it is;
    not while it is written to. Whether it was.

    A folder that was swapped in goes back: what it holds has not come to rest.
    """
    *above, name = PurePosixPath(path).parts
    number = str(uuid4())
    with reach(top, above) as source:
        if _is_busy(source, name):
            return False
        try:
            with _claim_folder(top, (number, *above)) as target:
                failpoints.reached(Point.CLAIM_FOLDER_MADE)
                source.move(name, target, name)
                failpoints.reached(Point.CLAIMED)
                if not stat.S_ISDIR(target.look(name).st_mode):
                    return True
                _put_down(target, name, source)
                return False
        finally:  # emptied, where it was not there any more or cannot be moved, or has gone back
            _remove_folders(top, (number, *above))


def list_claims(top: Folder) -> Iterator[Claimed]:
    """The claims, also those of a run that was killed; emptied ones are removed on the way."""
    for holder in _claim_folders(top):
        if "." not in holder:
            found = list(islice(_claimed_files(top, holder), 2))
            if len(found) == 1:
                yield Claimed(holder, found[0])
            elif found:
                _return_all(top, holder)
            else:
                remove_emptied(top, holder)


def count_claims(top: Folder) -> tuple[int, int]:
    """How many claims there are, and how many files were laid by."""
    holders = _claim_folders(top)
    laid_by = sum("." in holder for holder in holders)
    return len(holders) - laid_by, laid_by


def list_laid_by(top: Folder) -> Iterator[LaidBy]:
    for holder in _claim_folders(top):
        _, *taken = holder.split(".")
        if len(taken) < 2 or not all(word.removeprefix("-").isdecimal() for word in taken[:2]):
            continue
        for path in islice(_claimed_files(top, holder), 1):
            claimed = Claimed(holder, path)
            with suppress(FileNotFoundError), reach_claimed(top, claimed) as (folder, name):
                yield LaidBy(
                    claimed=claimed,
                    look=Look.of(folder.look(name)),
                    size=int(taken[0]),
                    modified_ns=int(taken[1]),
                    sha256=taken[2] if len(taken) > 2 else None,
                )


@contextmanager
def reach_claimed(top: Folder, claimed: Claimed) -> Iterator[tuple[Folder, str]]:
    """The open folder of a claimed file, and the file's name in it."""
    *above, name = (CLAIMED, *claimed.names)
    with reach(top, above) as folder:
        yield folder, name


def lay_by(top: Folder, claimed: Claimed, look: Look, sha256: str) -> None:
    _rename_claim(top, claimed, f"{claimed.number}.{look.size}.{look.modified_ns}.{sha256}")
    failpoints.reached(Point.LAID_BY)


def claim_anew(top: Folder, claimed: Claimed) -> None:
    """Its bytes are others than those that were recorded under its number:
    it is a drop of its own.
    """
    _rename_claim(top, claimed, str(uuid4()))


def remove_claim(top: Folder, claimed: Claimed) -> None:
    with reach_claimed(top, claimed) as (folder, name):
        folder.remove(name)
    failpoints.reached(Point.REMOVED)
    _remove_folders(top, claimed.names[:-1])


def take_up(top: Folder, laid_by: LaidBy) -> None:
    """A file that was laid by looks different by now:
    a new claim, unless its bytes are those that were taken.
    """
    with reach_claimed(top, laid_by.claimed) as (folder, name), folder.open(name) as file:
        look = Look.of(os.fstat(file.fileno()))
        same = (
            laid_by.size == look.size and laid_by.sha256 == file_digest(file, "sha256").hexdigest()
        )
    if same and laid_by.sha256:
        lay_by(top, laid_by.claimed, look, laid_by.sha256)
        return
    claim_anew(top, laid_by.claimed)
    log.warning(
        "file=%s changed after it was taken; it is taken again", readable(laid_by.claimed.path)
    )


def part_with(top: Folder, laid_by: LaidBy) -> None:
    """Remove what was laid by and has rested, unless a writer is seen to hold it."""
    with reach_claimed(top, laid_by.claimed) as (folder, name), folder.open(name) as file:
        if is_written_to(file) or Look.of(os.fstat(file.fileno())) != laid_by.look:
            return
    remove_claim(top, laid_by.claimed)


def remove_emptied(top: Folder, holder: str) -> None:
    """The folders of a claim whose file has gone."""
    with suppress(OSError), reach(top, (CLAIMED, holder)) as folder:
        for names in sorted((names for names, _ in walk(folder)), key=len, reverse=True):
            _remove_folders(top, (holder, *names))


def look_again(top: Folder, claimed: Claimed) -> Look:
    with reach_claimed(top, claimed) as (folder, name):
        return Look.of(folder.look(name))


def _is_busy(source: Folder, name: str) -> bool:
    """Whether somebody writes to the entry; what is no file is judged once it is claimed."""
    try:
        with source.open(name) as file:
            return is_written_to(file) is True
    except BlockingIOError:
        return True
    except NotRegular:
        return False


def _remove_folders(top: Folder, names: Sequence[str]) -> None:
    """The folders of a claim, as far as they are empty."""
    with suppress(FileNotFoundError), top.enter(CLAIMED) as claimed:
        remove_empty(claimed, names)


@contextmanager
def _claim_folder(top: Folder, names: tuple[str, ...]) -> Iterator[Folder]:
    top.make(CLAIMED, PRIVATE)
    with top.enter(CLAIMED) as claimed, reach(claimed, names, make=True, mode=PRIVATE) as folder:
        yield folder


def _rename_claim(top: Folder, claimed: Claimed, holder: str) -> None:
    with top.enter(CLAIMED) as folder:
        folder.move(claimed.holder, folder, holder)


def _claim_folders(top: Folder) -> list[str]:
    try:
        with top.enter(CLAIMED) as claimed:
            names = [entry.name for entry in claimed.entries()]
    except FileNotFoundError:
        return []
    return [name for name in names if _is_number(name.partition(".")[0])]


def _is_number(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _claimed_files(top: Folder, holder: str) -> Iterator[str]:
    """The paths of the files in a claim: one, unless a folder was swapped in and the
    run was killed just then.
    """
    with suppress(FileNotFoundError), reach(top, (CLAIMED, holder)) as folder:
        for names, below in walk(folder):
            for entry in below.entries():
                if not is_folder(entry):
                    yield "/".join((*names, entry.name))


def _return_all(top: Folder, holder: str) -> None:
    for path in list(_claimed_files(top, holder)):
        claimed = Claimed(holder, path)
        above = PurePosixPath(path).parts[:-1]
        with reach_claimed(top, claimed) as (folder, name), reach(top, above, make=True) as place:
            _put_down(folder, name, place)
    remove_emptied(top, holder)


def _put_down(folder: Folder, name: str, place: Folder) -> None:
    """Under its own name, or the next one that is free."""
    for new_name in numbered(name):
        with suppress(FileExistsError):
            folder.move(name, place, new_name)
            return
