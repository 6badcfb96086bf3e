"""One look over the inbox: what lies there, what rests, who still writes. Nothing is moved or changed here."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePath

CLAIMED, REFUSED = ".claimed", "refused"

# What programs write beside or before the file itself: editors, browsers, sync tools, Samba, macOS, Windows.
TEMPORARY = (
    ".*", "~$*", "*~", "*.tmp", "*.part", "*.partial", "*.crdownload", "*.download", "*.filepart", "*.swp", "*.lock",
    "*.!ut", "thumbs.db", "desktop.ini", "@eadir", "__macosx",
)  # fmt: skip
# A folder with one of these stays, and nobody need be told of them.
KEEPERS = {".keep", ".gitkeep"}

# A folder may be dropped whole; a tree deeper than this is a mistake or an attack.
DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looked like in one scan; two equal looks mean that it rested in between."""

    size: int
    modified_ns: int
    inode: int
    device: int

    @classmethod
    def of(cls, status: os.stat_result) -> Look:
        return cls(status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One look over the inbox: what is a file, by its path; what is none; empty folders; what is left alone."""

    files: dict[str, Look]
    odd: dict[str, Look]
    empty: dict[str, Look]
    left_alone: tuple[str, ...]


@dataclass(slots=True)
class Settling:
    """Which files rest, and since when. `seconds` of rest are asked for; the clock is the caller's, monotonic."""

    seconds: float
    waiting: bool = False
    """Whether a file is still to come to rest."""
    _since: dict[str, tuple[Look, float]] = field(default_factory=dict)

    def observe(self, files: dict[str, Look], now: float) -> list[str]:
        """The paths that have looked the same for long enough, oldest first."""
        self._since = {
            path: known if (known := self._since.get(path)) and known[0] == look else (look, now)
            for path, look in files.items()
        }
        rested = [(since, path) for path, (_, since) in self._since.items() if now - since >= self.seconds]
        self.waiting = len(rested) < len(self._since)
        return [path for _, path in sorted(rested)]


def scan_folder(folder: Path) -> Scan:
    """What lies in the inbox now. FileNotFoundError when the inbox itself is not there."""
    files: dict[str, Look] = {}
    odd: dict[str, Look] = {}
    empty: dict[str, Look] = {}
    left_alone: list[str] = []
    for path, entry in _walk(folder, "", 0):
        name = PurePath(path).name
        if entry is None or (is_temporary(name) and not path.endswith("/")):
            left_alone += [path] if name not in KEEPERS else []
            continue
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # taken away between the listing and the look
            continue
        except OSError:
            left_alone.append(path)
            continue
        whole = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
        (empty if path.endswith("/") else files if whole else odd)[path] = Look.of(status)
    return Scan(files=files, odd=odd, empty=empty, left_alone=tuple(left_alone))


def is_temporary(name: str) -> bool:
    """Whether a name is one that programs give to files that are not finished, or not meant for people.

    >>> is_temporary("~$报告.docx"), is_temporary("报告.docx.part"), is_temporary("报告.docx")
    (True, True, False)
    """
    return any(fnmatch(name.lower(), pattern) for pattern in TEMPORARY)


def is_written_to(path: Path) -> bool | None:
    """Whether a writer holds the file: a read lease is given where none does. None where nobody can say."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        # Others (EINVAL, EACCES, ENOLCK): no leases on network shares, or for files of other users.
        return True if error.errno in {errno.EAGAIN, errno.EBUSY} else None
    finally:
        os.close(handle)
    return False


def _walk(folder: Path, prefix: str, depth: int) -> Iterator[tuple[str, os.DirEntry[str] | None]]:
    """Every entry that is no folder, by its path; an empty folder with a `/`, one that cannot be entered with None."""
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError:
        if depth == 0:
            raise
        yield prefix, None
        return
    for entry in entries:
        path = f"{prefix}{entry.name}"
        if depth == 0 and entry.name in {CLAIMED, REFUSED}:
            continue
        if not entry.is_dir(follow_symlinks=False):
            yield path, entry
        elif is_temporary(entry.name) or depth == DEEPEST:
            yield f"{path}/", None
        else:
            inside = _walk(folder / entry.name, f"{path}/", depth + 1)
            first = next(inside, (f"{path}/", entry))
            yield first
            yield from inside
