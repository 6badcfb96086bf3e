"""Folders by handle.

What lies in a shared folder was laid there by others, who may swap it between a look and an act.

So nothing below the inbox is reached by a path: each folder is opened out of the open one above it,
no link is followed, and each act names one entry of an open folder. Only a regular file is ever
opened.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NONBLOCK | os.O_CLOEXEC
# What is nested deeper is no tree of reports; each level costs an open folder.
_DEEPEST = 64
_RENAME_NOREPLACE = 1  # linux/fs.h
_renameat2: Callable[..., int] | None = getattr(
    ctypes.CDLL(None, use_errno=True), "renameat2", None
)


class NotRegular(OSError):
    """The entry is a folder, a link, a pipe, a socket or a device."""

    def __init__(self, name: str) -> None:
        super().__init__(errno.EINVAL, "Not a regular file", name)


class Folder:
    """An open folder. `name` is always one entry of it, never a path."""

    def __init__(self, handle: int) -> None:
        self.handle = handle

    @classmethod
    def at(cls, path: Path) -> Folder:
        """The folder at a path of the settings, which may go through links."""
        return cls(os.open(path, _FOLDER))

    def __enter__(self) -> Folder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        os.close(self.handle)

    def enter(self, name: str) -> Folder:
        """The folder of this name.

        OSError (ENOTDIR, ELOOP) where it is anything else, also a link to a folder.
        """
        return Folder(os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=self.handle))

    def make(self, name: str, mode: int = 0o777) -> None:
        """Make a folder of this name where nothing has it yet."""
        with suppress(FileExistsError):
            os.mkdir(name, mode, dir_fd=self.handle)

    def entries(self) -> list[os.DirEntry[str]]:
        """Sorted by name; they can be looked at for as long as this folder is open."""
        with os.scandir(self.handle) as listed:
            return sorted(listed, key=lambda entry: entry.name)

    def look(self, name: str) -> os.stat_result:
        """FileNotFoundError where nothing has the name."""
        return os.stat(name, dir_fd=self.handle, follow_symlinks=False)

    def has(self, name: str) -> bool:
        try:
            self.look(name)
        except FileNotFoundError:
            return False
        return True

    def open(self, name: str) -> BufferedReader:
        """A regular file, to be read. NotRegular for anything else, which is not opened: to open a
        pipe or a device is to act on it. BlockingIOError while a file server holds it for one of
        its clients.
        """
        pinned = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self.handle)
        try:
            if not stat.S_ISREG(os.fstat(pinned).st_mode):
                raise NotRegular(name)
            again = os.open(f"/proc/self/fd/{pinned}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        finally:
            os.close(pinned)
        return os.fdopen(again, "rb")

    def create(self, name: str) -> BinaryIO:
        """A new file that only this user may read.

        FileExistsError where the name is taken, also by a link.
        """
        new = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.fdopen(os.open(name, new, 0o600, dir_fd=self.handle), "wb")

    def move(self, name: str, to: Folder, new_name: str) -> None:
        """Rename, whatever it is, without following it.

        FileExistsError where the new name is taken.
        """
        if _renameat2:
            names = os.fsencode(name), os.fsencode(new_name)
            if _renameat2(self.handle, names[0], to.handle, names[1], _RENAME_NOREPLACE) == 0:
                return
            code = ctypes.get_errno()
            if code not in {errno.EINVAL, errno.ENOSYS}:
                raise OSError(code, os.strerror(code), name)
        if to.has(new_name):  # a file system that cannot do both in one step
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new_name)
        self.replace(name, to, new_name)

    def replace(self, name: str, to: Folder, new_name: str) -> None:
        """Rename over what has the new name; a link there is replaced itself."""
        os.rename(name, new_name, src_dir_fd=self.handle, dst_dir_fd=to.handle)

    def remove(self, name: str) -> None:
        """Remove what is no folder."""
        os.unlink(name, dir_fd=self.handle)

    def remove_folder(self, name: str) -> None:
        """Remove a folder that is empty."""
        os.rmdir(name, dir_fd=self.handle)

    def sync(self) -> None:
        """A rename is only safe from a power cut once its folder is on disk."""
        os.fsync(self.handle)


@contextmanager
def reach(
    top: Folder, names: Sequence[str], *, make: bool = False, mode: int = 0o777
) -> Iterator[Folder]:
    """The folder below `top` at these names, each entered in turn;
    made where they are not there yet.
    """
    with ExitStack() as opened:
        folder = top
        for name in names:
            if make:
                folder.make(name, mode)
            folder = opened.enter_context(folder.enter(name))
        yield folder


def walk(folder: Folder, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Folder]]:
    """The folder and all folders below it, each with its names and open for as
    long as it is looked at.
    """
    yield names, folder
    for entry in folder.entries() if len(names) < _DEEPEST else ():
        if is_folder(entry):
            with suppress(OSError), folder.enter(entry.name) as below:
                yield from walk(below, (*names, entry.name))


def is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def remove_empty(top: Folder, names: Sequence[str]) -> None:
    """Remove the folders at these names below `top`, from the inside, as far as they are empty."""
    for depth in range(len(names), 0, -1):
        with suppress(OSError), reach(top, names[: depth - 1]) as above:
            above.remove_folder(names[depth - 1])
