"""Files that only the service's own account reads: backups, exports, logs, secrets."""

from __future__ import annotations

import os
import re
from pathlib import Path

_PASSWORD = re.compile(r"([?&])password=[^&]*&?", re.IGNORECASE)


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


def without_password(url: str) -> str:
    """An address as it may be shown.

    >>> without_password("postgresql+psycopg://fazhi:secret@db/fazhi"), without_password("redis+socket:///a/b")
    ('postgresql+psycopg://fazhi@db/fazhi', 'redis+socket:///a/b')
    >>> without_password("redis://:secret@queue:6379/0"), without_password("postgresql://db/fazhi?password=a&host=b")
    ('redis://queue:6379/0', 'postgresql://db/fazhi?host=b')
    """
    scheme, mark, rest = url.partition("://")
    user, _, place = rest.rpartition("@")
    name = user.partition(":")[0]
    place = _PASSWORD.sub(r"\1", place).rstrip("?&")
    return f"{scheme}{mark}{name}@{place}" if name else f"{scheme}{mark}{place}"
