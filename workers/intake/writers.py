"""Who still writes to a file. Asked of the kernel; where it does not know, only time can tell."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from errno import EAGAIN, EBUSY
from pathlib import Path
from typing import BinaryIO


def is_written_to(file: BinaryIO) -> bool | None:
    """Whether a writer holds the file.

    None if that cannot be known: on network shares, and for files of other users.

    A read lease is given where no writer is. Where leases are not given, the open files of the
    processes that this user may look into are searched: they can say yes, never no.
    """
    try:
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        # Others (EINVAL, EACCES, ENOLCK): no leases on network shares, or for files of other users.
        return True if error.errno in {EAGAIN, EBUSY} or _is_open_here(file) else None
    return False


def _is_open_here(file: BinaryIO) -> bool:
    """Whether a process of this machine, as far as we may look into it,
    holds the file open for writing.
    """
    status = os.fstat(file.fileno())
    wanted = status.st_dev, status.st_ino
    for handle in _open_handles():
        with suppress(OSError):
            found = handle.stat()
            if (found.st_dev, found.st_ino) == wanted and _may_write(handle):
                return True
    return False


def _open_handles() -> Iterator[Path]:
    """The open files of all processes; those of other users are seen by root alone."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            yield from (process / "fd").iterdir()


def _may_write(handle: Path) -> bool:
    """By what the kernel says of an open file; `flags` are in octal,
    and the last two bits are how it was opened.
    """
    told = (handle.parent.parent / "fdinfo" / handle.name).read_text()
    flags = next(line.split()[1] for line in told.splitlines() if line.startswith("flags:"))
    return int(flags, 8) & os.O_ACCMODE != os.O_RDONLY
