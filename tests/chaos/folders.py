"""Faults of the folders: a full disk, an inbox that cannot be written to or was replaced."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.chaos.field import Field


def fill_disk(field: Field) -> None:
    """Fill the store's disk to the last byte; where it has none of its own, make the store read-only instead."""
    if field.disk is None:
        _locked(field, str(field.system.home / "var/store"))
        return
    _filled(field, field.disk, 5)


def fill_var(field: Field) -> None:
    """Fill the disk of Postgres, Redis and the logs to the last byte; does nothing where `var/` has none."""
    disk = field.system.home / "var"
    if disk.is_mount():
        _filled(field, disk, field.lasting)
        field.until(field.system.answers)


def lock_inbox(field: Field) -> None:
    field.drop(10)
    _locked(field, str(field.system.inbox))


def replace_inbox(field: Field) -> None:
    """Move the inbox away with its files, put a new one in its place, then move the files back into that."""
    inbox = field.system.inbox
    aside = inbox.with_name("inbox.aside")
    field.drop(10)
    inbox.rename(aside)
    field.sleep(1.5)
    inbox.mkdir(exist_ok=True)  # a watcher in the midst of taking a file makes the folder that it takes it to
    field.sleep(1.5)
    field.drop(5)
    for path in sorted(aside.rglob("*")):
        if path.is_file():
            target = inbox / path.relative_to(aside)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
    for path in sorted(aside.rglob("*"), reverse=True):
        path.rmdir()
    aside.rmdir()


def _filled(field: Field, disk: Path, seconds: float) -> None:
    ballast = disk / "ballast"
    for piece in (bytes(1 << 16), b"x"):
        with suppress(OSError), ballast.open("ab", buffering=0) as out:
            while True:
                out.write(piece)
    field.drop(10)
    field.sleep(seconds)
    ballast.unlink()


def _locked(field: Field, folder: str) -> None:
    """Nobody may write in the folder itself. Modes do not bind root, so for root it is made immutable."""
    on, off = (["chattr", "+i"], ["chattr", "-i"]) if _can_chattr(folder) else (["chmod", "a-w"], ["chmod", "u+w"])
    subprocess.run([*on, folder], check=True)
    try:
        field.sleep(4)
    finally:
        subprocess.run([*off, folder], check=True)


def _can_chattr(folder: str) -> bool:
    if shutil.which("chattr") is None:
        return False
    return subprocess.run(["chattr", "-i", folder], capture_output=True, check=False).returncode == 0
