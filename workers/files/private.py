"""Files that only the service's own account reads: backups, exports, logs, secrets."""

from __future__ import annotations

import os
from pathlib import Path


def make_folder(path: Path) -> Path:
    """The folder, made where it is not there, and closed to others (0700)."""
    path.mkdir(parents=True, exist_ok=True)
    if path.stat().st_uid == os.geteuid():
        path.chmod(0o700)
    return path


def open_private(path: str, flags: int) -> int:
    """An opener for `open`: the file is 0600 from its first byte on,
    also where it was there before.
    """
    handle = os.open(path, flags | os.O_CLOEXEC, 0o600)
    if os.fstat(handle).st_uid == os.geteuid():
        os.fchmod(handle, 0o600)
    return handle


def touch_private(path: Path) -> None:
    """The file, made where it is not there, for others to append to."""
    os.close(open_private(str(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND))


def write_secret(path: Path, text: str) -> None:
    """The text in a file of its own, in place of an older one; never through a link."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with open(path, "x", encoding="utf-8", opener=open_private) as out:
        out.write(text)
