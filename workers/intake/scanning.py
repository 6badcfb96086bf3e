"""One look over the inbox: what lies there, what rests, who still writes.

Nothing is moved or changed here.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from workers import heartbeat
from workers.files.handles import Folder, is_folder
from workers.intake.unfinished import KEEPERS, Neighbours, why_unfinished

CLAIMED, REFUSED = ".claimed", "refused"
# What came of the files of each day; see workers/desk/receipts.py.
RECEIPTS = "回执"
_RECEIPT = re.compile(r"\d{4}-\d\d-\d\d\.csv")

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
    """One look over the inbox, by path: what is a file; what is none; empty folders;
    what is left alone, and why.

    The paths of folders end with a `/`.
    """

    files: dict[str, Look]
    odd: dict[str, Look]
    empty: dict[str, Look]
    left_alone: dict[str, str]


@dataclass(slots=True)
class Settling:
    """Which files rest, and since when.

    `seconds` of rest are asked for; the clock is the caller's, monotonic.
    """

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
        rested = [
            (since, path) for path, (_, since) in self._since.items() if now - since >= self.seconds
        ]
        self.waiting = len(rested) < len(self._since)
        return [path for _, path in sorted(rested)]


def scan_folder(folder: Path) -> Scan:
    """What lies in the inbox now. FileNotFoundError when the inbox itself is not there."""
    scan = Scan(files={}, odd={}, empty={}, left_alone={})
    with Folder.at(folder) as top:
        _look_into(top, "", 0, scan)
    return scan


def _look_into(folder: Folder, prefix: str, depth: int, scan: Scan) -> int:
    """Fill in what this folder holds, and the folders below it; how many entries it holds."""
    entries = folder.entries()
    beside = Neighbours.of(entry.name for entry in entries)
    for entry in entries:
        heartbeat.beat()
        if is_folder(entry):
            if depth == 0 and entry.name == RECEIPTS:
                _look_at_receipts(folder, scan)
            elif depth > 0 or entry.name not in {CLAIMED, REFUSED}:
                _look_at_folder(folder, entry.name, f"{prefix}{entry.name}/", depth, scan)
        elif entry.name not in KEEPERS:
            _look_at_file(entry, f"{prefix}{entry.name}", beside, scan)
    return len(entries)


def _look_at_receipts(top: Folder, scan: Scan) -> None:
    """None is a dropped file; what somebody dropped among them is named."""
    with suppress(OSError), top.enter(RECEIPTS) as folder:
        for entry in folder.entries():
            ours = _RECEIPT.fullmatch(entry.name) or why_unfinished(entry.name)
            if entry.is_dir(follow_symlinks=False) or not ours:
                scan.left_alone[f"{RECEIPTS}/{entry.name}"] = (
                    "this folder is for receipts: drop files elsewhere"
                )


def _look_at_folder(above: Folder, name: str, path: str, depth: int, scan: Scan) -> None:
    if why := why_unfinished(name, folder=True):
        scan.left_alone[path] = why
        return
    if depth == DEEPEST:
        scan.left_alone[path] = "nested too deep: drop its files higher up"
        return
    try:
        with above.enter(name) as folder:
            if _look_into(folder, path, depth + 1, scan) == 0:
                scan.empty[path] = Look.of(os.fstat(folder.handle))
    except FileNotFoundError:  # taken away between the listing and the look
        return
    except OSError as error:
        scan.left_alone[path] = f"cannot be entered: {error.strerror}"


def _look_at_file(entry: os.DirEntry[str], path: str, beside: Neighbours, scan: Scan) -> None:
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    except OSError as error:
        scan.left_alone[path] = f"cannot be looked at: {error.strerror}"
        return
    why = why_unfinished(entry.name) or beside.why_growing(entry.name, status.st_size)
    if why:
        scan.left_alone[path] = why
        return
    whole = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
    (scan.files if whole else scan.odd)[path] = Look.of(status)
