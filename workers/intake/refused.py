"""`refused/`: what cannot be read or taken goes back to its owner here,
each with a `.why.txt` beside it.
"""

from __future__ import annotations

import logging
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TypeVar

from workers import failpoints
from workers.errors import UnusableFile
from workers.failpoints import Point
from workers.files.filenames import numbered, readable, shortened
from workers.files.handles import Folder, NotRegular, reach, walk
from workers.intake.scanning import REFUSED
from workers.ledger import Returnable, Rights
from workers.store import CHUNK, partial_file, sweep_partial
from workers.telling.logbook import about

T = TypeVar("T")
log = logging.getLogger("fazhi")

WHY = ".why.txt"
# Of a path, in bytes: most programs open none of more than 4096,
# the folders above the inbox included.
LONGEST = 2000
# Everybody may know why.
READABLE = 0o644


def turn_away(top: Folder, folder: Folder, name: str, path: str, why: UnusableFile) -> None:
    """What was claimed and cannot be taken: a file is moved to `refused/`,
    anything else is removed.

    The reason first, so that it never lacks. FileNotFoundError where its owner took it meanwhile.
    """
    is_file = stat.S_ISREG(folder.look(name).st_mode)

    def put(place: Folder, wanted: str) -> None:
        target = next(
            one for one in numbered(wanted) if not place.has(one) and _can_explain(place, one)
        )
        _write_why(place, target, why.notice)
        failpoints.reached(Point.WHY_WRITTEN)
        try:
            folder.move(name, place, target) if is_file else folder.remove(name)
        except OSError:
            if is_file and not place.has(target):  # another watcher may just have put it there
                place.remove(_why_of(target))
            raise
        failpoints.reached(Point.TURNED_AWAY)

    _in_refused(top, path, "file", put)
    with about(file=readable(path)):
        log.info("refused: %s", why)


def give_back(top: Folder, returned: Returnable, stored: Path) -> str:
    """Put the bytes of a refused document back for its owner, the reason beside;
    twice makes no second copy.

    The name that it has there. OSError where no place in `refused/` takes it.
    """

    def put(place: Folder, wanted: str) -> str:
        target = next(
            one for one in numbered(wanted) if _is_put(place, one, stored, returned.rights)
        )
        failpoints.reached(Point.GIVEN_BACK)
        _write_why(place, target, returned.reason)
        failpoints.reached(Point.GIVEN_WHY)
        return target

    return _in_refused(top, f"{returned.folder}/{returned.name}", returned.sha256[:12], put)


def find_returned(top: Folder, size: int) -> Iterator[BufferedReader]:
    """The files of this size among what was given back."""
    for _, folder in _folders(top):
        for entry in folder.entries():
            with suppress(NotRegular, OSError), folder.open(entry.name) as file:
                if os.fstat(file.fileno()).st_size == size:
                    yield file


def sweep(top: Folder) -> int:
    """Remove the partial files of runs that were killed; how many."""
    return sum(sweep_partial(folder) for _, folder in _folders(top))


def _folders(top: Folder) -> Iterator[tuple[tuple[str, ...], Folder]]:
    with suppress(FileNotFoundError), top.enter(REFUSED) as refused:
        yield from walk(refused)


def _in_refused(top: Folder, path: str, plain: str, put: Callable[[Folder, str], T]) -> T:
    """Put something at its path in `refused/`; where that cannot be, under one name,
    and at last under a plain one.

    Names grow when they are spelt out, disks take not every name,
    and what others laid there may be in the way.
    """
    names = [name for name in PurePosixPath(path).parts if name not in {"/", ".."}]
    wanted = [shortened(readable(name)) for name in names] or [plain]
    places = [wanted] if sum(len(os.fsencode(name)) for name in wanted) <= LONGEST else []
    failure = OSError()
    for names in (*places, [shortened("_".join(wanted))], [plain + _plain_ending(wanted[-1])]):
        try:
            top.make(REFUSED)
            with reach(top, (REFUSED, *names[:-1]), make=True) as place:
                return put(place, names[-1])
        except FileNotFoundError:
            raise
        except OSError as error:
            failure = error
    raise failure


def _plain_ending(name: str) -> str:
    ending = PurePosixPath(name).suffix
    return ending if ending.isascii() and len(ending) <= 8 and ending[1:].isalnum() else ""


def _is_put(place: Folder, target: str, stored: Path, rights: Rights | None) -> bool:
    """Whether the stored bytes are there, put now or before; not if something else has the name."""
    if not _can_explain(place, target):
        return False
    if place.has(target):
        return _holds_same(place, target, stored)
    with stored.open("rb") as source, partial_file(place) as (copy, name):
        shutil.copyfileobj(source, copy, CHUNK)
        _keep_rights(copy, rights)
        try:
            place.move(name, place, target)
        except FileExistsError:
            return False
    return True


def _keep_rights(copy: BinaryIO, rights: Rights | None) -> None:
    """What was private stays so.

    Only root can give a file back to another user; the group is more often possible.
    """
    copy.flush()
    if rights:
        for owner in ((rights.uid, rights.gid), (-1, rights.gid)):
            with suppress(PermissionError):
                os.fchown(copy.fileno(), *owner)
                break
    os.fchmod(copy.fileno(), rights.mode if rights else READABLE)
    os.fsync(copy.fileno())


def _holds_same(place: Folder, name: str, stored: Path) -> bool:
    """Whether a regular file with the stored bytes is there; pipes and links are never opened."""
    with suppress(OSError), place.open(name) as there, stored.open("rb") as source:
        if os.fstat(there.fileno()).st_size == os.fstat(source.fileno()).st_size:
            return all(
                there.read(CHUNK) == piece for piece in iter(partial(source.read, CHUNK), b"")
            )
    return False


def _why_of(name: str) -> str:
    return shortened(name) + WHY


def _can_explain(place: Folder, name: str) -> bool:
    """Whether the reason can be written beside it: a folder of that name cannot be replaced."""
    try:
        return not stat.S_ISDIR(place.look(_why_of(name)).st_mode)
    except FileNotFoundError:
        return True


def _write_why(place: Folder, name: str, reason: str) -> None:
    """A new file, then a rename: a link that somebody laid at this name is replaced,
    never written through.
    """
    with partial_file(place) as (out, partial_name):
        out.write(f"{reason}\n".encode())
        out.flush()
        os.fchmod(out.fileno(), READABLE)
        place.replace(partial_name, place, _why_of(name))
