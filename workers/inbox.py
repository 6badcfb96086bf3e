"""The inbox: folder → store and ledger. Events are hints, the folder is the truth (DESIGN §3).

A file at rest is claimed by a rename into `.claimed/`, copied into the store while its bytes are hashed, recorded as
document and arrival in one transaction, and only then removed. A run that is killed anywhere leaves the file in the
inbox or in `.claimed/`, and the next one goes on from there.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from workers.errors import UnusableFile
from workers.ledger import Drop
from workers.store import Store

log = logging.getLogger("fazhi")

CLAIMED, REFUSED, WHY = ".claimed", "refused", ".why.txt"

# What programs write beside or before the file itself: editors, browsers, sync tools, Samba, macOS, Windows.
TEMPORARY = (
    ".*", "~$*", "*~", "*.tmp", "*.part", "*.partial", "*.crdownload", "*.download", "*.filepart", "*.swp", "*.lock",
    "*.!ut", "thumbs.db", "desktop.ini", "@eadir", "__macosx",
)  # fmt: skip

# A folder may be dropped whole; a tree deeper than this is a mistake or an attack.
DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looked like in one scan; two equal looks mean that it rested in between."""

    size: int
    modified_ns: int
    inode: int
    device: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One look over the inbox: the what is a file, by its path; what is none; what is left alone."""

    files: dict[str, Look]
    odd: dict[str, Look]
    left_alone: tuple[str, ...]


@dataclass(slots=True)
class Settling:
    """Which files rest, and since when. `seconds` of rest are asked for; the clock is the caller's, monotonic."""

    seconds: float
    _since: dict[str, tuple[Look, float]] = field(default_factory=dict)

    def observe(self, files: dict[str, Look], now: float) -> list[str]:
        """The paths that have looked the same for long enough, oldest first."""
        self._since = {
            path: known if (known := self._since.get(path)) and known[0] == look else (look, now)
            for path, look in files.items()
        }
        rested = [(since, path) for path, (_, since) in self._since.items() if now - since >= self.seconds]
        return [path for _, path in sorted(rested)]

    @property
    def waiting(self) -> bool:
        """Whether a file is still to come to rest."""
        return bool(self._since)


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
        files: dict[str, Look] = {}
        odd: dict[str, Look] = {}
        left_alone: list[str] = []
        for path, entry in _walk(self.folder, "", 0):
            if entry is None or is_temporary(entry.name):
                left_alone += [path] if path != ".gitkeep" else []
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # taken away between the listing and the look
                continue
            except OSError:
                left_alone.append(path)
                continue
            whole = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
            (files if whole else odd)[path] = Look(status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev)
        return Scan(files=files, odd=odd, left_alone=tuple(left_alone))

    def claim(self, path: str) -> None:
        """Move a file at rest out of everybody's reach, its folder kept in the new path; not while it is written to."""
        source = self.folder / path
        target = self.claimed / str(uuid4()) / path
        if is_written_to(source):
            return
        target.parent.mkdir(parents=True)
        try:
            source.rename(target)
        except FileNotFoundError:  # taken away meanwhile, or by another watcher
            _remove_empty(target.parent, self.claimed)

    def claims(self) -> Iterator[tuple[UUID, Path]]:
        """The claimed files, also those of a run that was killed; emptied claims are removed on the way."""
        if not self.claimed.is_dir():
            return
        for folder in sorted(self.claimed.iterdir()):
            with suppress(ValueError):
                number = UUID(folder.name)
                found = [Path(at) / name for at, _, names in os.walk(folder) for name in names]
                if not found:
                    _remove_tree_of_folders(folder)
                for path in found[:1]:
                    yield number, path

    def keep(self, number: UUID, path: Path) -> Drop | None:
        """Copy a claimed file into the store, whole or not at all; None while somebody still writes to it."""
        if is_written_to(path):
            return None
        with _open_regular(path) as handle:
            before = os.fstat(handle.fileno())
            sha256, size = self.store.put(handle)
            after = os.fstat(handle.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size:
            return None
        relative = path.relative_to(self.claimed / str(number))
        return Drop(
            claim=number,
            name=readable(relative.name),
            folder=readable("" if relative.parent == Path() else str(relative.parent)),
            sha256=sha256,
            size=size,
            modified_at=_moment(after.st_mtime),
        )

    def let_go(self, number: UUID, path: Path) -> None:
        """The file is in the store and in the ledger: remove it, and its claim."""
        path.unlink()
        _remove_empty(path.parent, self.claimed)
        log.debug("claim=%s let go", number)

    def is_too_large(self, look: Look) -> bool:
        return look.size > self.largest << 20

    def turn_away(self, path: str, why: UnusableFile) -> None:
        """Move what cannot be taken at all to `refused/`, never following it, with the reason beside it."""
        target = self._free_name(self.refused / path)
        (self.folder / path).rename(target)
        _write_why(target, why.notice)
        log.info("file=%s refused: %s", readable(path), why)

    def give_back(self, folder: str, name: str, sha256: str, reason: str) -> Path:
        """Put the bytes of a refused document back for its owner, the reason beside; twice makes no second copy."""
        wanted = self.refused / folder / shortened(name)
        if any(above.exists() and not above.is_dir() for above in wanted.parents):  # a refused file has that name
            wanted = self.refused / shortened(f"{folder}/{name}".replace("/", "_"))
        if not _same_bytes(wanted, self.store.path(sha256)):
            wanted = self._free_name(wanted)
            _write_whole(wanted, self.store.read(sha256))
        _write_why(wanted, reason)
        return wanted

    def _free_name(self, wanted: Path) -> Path:
        wanted.parent.mkdir(parents=True, exist_ok=True)
        target, number = wanted, 2
        while os.path.lexists(target):
            target = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
            number += 1
        return target


def is_temporary(name: str) -> bool:
    """Whether a name is one that programs give to files that are not finished, or not meant for people.

    >>> is_temporary("~$报告.docx"), is_temporary("报告.docx.part"), is_temporary("报告.docx")
    (True, True, False)
    """
    return any(fnmatch(name.lower(), pattern) for pattern in TEMPORARY)


def is_written_to(path: Path) -> bool:
    """Whether a writer holds the file, as far as its file system can say: a read lease is given where none does."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        # Others (EINVAL, EACCES, ENOLCK): no leases on network shares or for files of other users; the rest must do.
        return error.errno in {errno.EAGAIN, errno.EBUSY}
    finally:
        os.close(handle)
    return False


def readable(name: str) -> str:
    """A file name as text that Postgres and a page can take: undecodable bytes and control characters are spelt out.

    >>> readable(os.fsdecode(b"\\xb1\\xa8.txt")), readable("年\\n报.txt")
    ('\\\\xb1\\\\xa8.txt', '年\\\\n报.txt')
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _walk(folder: Path, prefix: str, depth: int) -> Iterator[tuple[str, os.DirEntry[str] | None]]:
    """Every entry that is no folder, by its path; a folder that cannot be entered stands there with None."""
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
            yield from _walk(folder / entry.name, f"{path}/", depth + 1)


def _open_regular(path: Path) -> BinaryIO:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    return os.fdopen(handle, "rb")


def _moment(seconds: float) -> datetime:
    """A file's time; one that no calendar knows becomes the epoch."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, UTC)


def shortened(name: str, most: int = 200) -> str:
    """The name within what a file system takes (255 bytes, with room for an ending), its own ending kept.

    >>> shortened("年" * 100 + ".txt", most=20)
    '年年年年年.txt'
    """
    if len(os.fsencode(name)) <= most:
        return name
    ending = Path(name).suffix if len(Path(name).suffix) <= 8 else ""
    kept = os.fsencode(name.removesuffix(ending))[: most - len(os.fsencode(ending))]
    return kept.decode("utf-8", "ignore") + ending


def _write_why(path: Path, reason: str) -> None:
    _write_whole(path.with_name(shortened(path.name) + WHY), f"{reason}\n".encode())


def _write_whole(path: Path, content: bytes) -> None:
    """A new file, then a rename: a link that somebody laid at this name is replaced, never written through."""
    handle, partial = tempfile.mkstemp(prefix=".partial-", dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    Path(partial).chmod(0o644)
    Path(partial).rename(path)


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


def _remove_tree_of_folders(folder: Path) -> None:
    for at, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):
            Path(at).rmdir()
