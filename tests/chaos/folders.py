"""Faults of the folders: a full disk, an inbox that cannot be written to or was replaced."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.chaos.field import Field

SECRET = b"not yours"


def fill_disk(field: Field) -> None:
    """Fill the store's disk to the last byte; where it has none of its own,
    make the store read-only instead.
    """
    if field.disk is None:
        _locked(field, str(field.system.home / "var/store"))
        return
    _filled(field, field.disk, 5)


def fill_var(field: Field) -> None:
    """Fill the disk of Postgres, Redis and the logs to the last byte;
    does nothing where `var/` has none.
    """
    disk = field.system.home / "var"
    if disk.is_mount():
        _filled(field, disk, field.lasting)
        field.until(field.system.answers)


def lock_inbox(field: Field) -> None:
    field.drop(10)
    _locked(field, str(field.system.inbox))


def replace_inbox(field: Field) -> None:
    """Move the inbox away with its files, put a new one in its place,
    then move the files back into that.
    """
    inbox = field.system.inbox
    aside = inbox.with_name("inbox.aside")
    field.drop(10)
    inbox.rename(aside)
    field.sleep(1.5)
    # a watcher in the midst of taking a file makes the folder that it takes it to
    inbox.mkdir(exist_ok=True)
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


def drop_links(field: Field) -> None:
    """Links, pipes and sockets; then folders of their names with files that are refused,
    and so given back.
    """
    outside, dropper = _outside(field), field.dropper
    names = [f"odd{len(dropper.odd) + at}" for at in range(5)]
    things = (
        _link_to(outside),
        _link_to(outside / "secret.txt"),
        _link_to(Path("nowhere")),
        _link_to(Path()),
        os.mkfifo,
    )
    for name, lay in zip(names, things, strict=True):
        dropper.drop_odd(name, lay)
    field.drop(5)
    refused = field.system.inbox / "refused"
    field.until(lambda: all((refused / f"{name}.why.txt").is_file() for name in names))
    for name in names:
        dropper.drop_below(name, unreadable=True)
    field.await_quiet()
    _assert_untouched(outside)


def swap_folder(field: Field) -> None:
    """While its files are taken, a folder is a link to another for a while, again and again."""
    outside, dropper = _outside(field), field.dropper
    for _ in range(4):
        name = f"swapped{len(dropper.odd)}"
        folder, aside = field.system.inbox / name, field.system.home / "swapped"
        for _ in range(20):
            dropper.drop_below(name)
        field.sleep(field.chance.uniform(0.4, 1))  # about the time of rest
        folder.rename(aside)
        dropper.drop_odd(name, _link_to(outside))
        field.sleep(field.chance.uniform(0, 0.6))
        with suppress(FileNotFoundError):  # it rested, and was removed
            folder.unlink()
        aside.rename(folder)
    _assert_untouched(outside)


def swap_file(field: Field) -> None:
    """Where a file was just now, a link or a pipe lies, while others are taken."""
    outside, dropper = _outside(field), field.dropper
    for lay in (_link_to(outside / "secret.txt"), os.mkfifo, _link_to(outside)):
        name = f"odd{len(dropper.odd)}"
        file = field.system.inbox / name
        file.write_bytes(b"not dropped yet")
        field.drop(5)
        file.unlink()
        dropper.drop_odd(name, lay)
    field.await_quiet()
    _assert_untouched(outside)


def _outside(field: Field) -> Path:
    """A folder that is none of the inbox's business; its files have the names of dropped ones."""
    outside = field.system.home / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "secret.txt").write_bytes(SECRET)
    for at in range(len(field.dropper.drops), len(field.dropper.drops) + 200):
        (outside / f"{at}.txt").write_bytes(SECRET)
    return outside


def _assert_untouched(outside: Path) -> None:
    touched = [path.name for path in outside.iterdir() if path.read_bytes() != SECRET]
    assert not touched, f"written outside of the inbox: {touched}"
    assert len(list(outside.iterdir())) > 200, "taken from outside of the inbox"


def _link_to(target: Path) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


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
    """Nobody may write in the folder itself.

    Modes do not bind root, so for root it is made immutable.
    """
    on, off = (
        (["chattr", "+i"], ["chattr", "-i"])
        if _can_chattr(folder)
        else (["chmod", "a-w"], ["chmod", "u+w"])
    )
    subprocess.run([*on, folder], check=True)
    try:
        field.sleep(4)
    finally:
        subprocess.run([*off, folder], check=True)


def _can_chattr(folder: str) -> bool:
    if shutil.which("chattr") is None:
        return False
    return (
        subprocess.run(["chattr", "-i", folder], capture_output=True, check=False).returncode == 0
    )
