"""The database and the store as they stood at one moment, while the system runs.

A row is only ever written after its bytes are stored, and bytes are never removed: whatever the
dump names is still there when it is copied afterwards.

    FOLDER/store/ab/ab12…                the contents, shared by all backups in the folder
    FOLDER/2025-03-04T021500.000000Z/    one backup; as long as it is being made,
                                         its name begins with `.partial-`
        database.dump                    for pg_restore
        contents.sha256                  what it needs of the store; `sha256sum -c` reads it
        manifest.json                    versions, counts, and the SHA-256 of the other two
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, func, select

from schema.kinds import Chore
from schema.tables import Document
from workers.database import revision
from workers.errors import FazhiError
from workers.files.private import make_folder, open_private
from workers.ledger import Ledger, Tell
from workers.recovery.forgotten import list_forgotten, write_list
from workers.recovery.postgres import client_of, held_still, server_version
from workers.results.chores import note_end
from workers.store import PARTIAL, Store, sync_folder

DUMP, CONTENTS, MANIFEST, STORE, LOCK = (
    "database.dump",
    "contents.sha256",
    "manifest.json",
    "store",
    ".lock",
)
NAME = "%Y-%m-%dT%H%M%S.%fZ"


class NoBackup(FazhiError):
    """There is no whole backup here."""


class BackupBusy(FazhiError):
    """Another backup is being made in this folder: wait for its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup contains.

    `missing`: contents that the store lacked, or whose bytes did not match their name.
    """

    fazhi: str
    revision: str
    postgres: int
    made_at: str
    documents: int
    missing: tuple[str, ...]
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class Backup:
    """One whole backup."""

    folder: Path
    manifest: Manifest

    @classmethod
    def at(cls, folder: Path) -> Self:
        """The backup in this folder, or the newest of those in it.

        NoBackup where there is none, or a damaged one.
        """
        whole = [folder] if (folder / MANIFEST).exists() else backups(folder)
        if not whole:
            raise NoBackup(f"({folder})")
        try:
            found = json.loads((whole[-1] / MANIFEST).read_text(encoding="utf-8"))
            backup = cls(whole[-1], Manifest(**found | {"missing": tuple(found["missing"])}))
            damaged = [
                n
                for n, told in backup.manifest.sha256.items()
                if digest_of(backup.folder / n) != told
            ]
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise NoBackup(f"{whole[-1]} is damaged: {error}") from error
        if damaged:
            raise NoBackup(
                f"{whole[-1]} is damaged: {', '.join(damaged)} is not what the manifest says."
            )
        return backup

    @property
    def store(self) -> Store:
        return Store(self.folder.parent / STORE)

    def contents(self) -> list[str]:
        """The SHA-256 of each content that it needs."""
        lines = (self.folder / CONTENTS).read_text(encoding="ascii").splitlines()
        return [line.split()[0] for line in lines]


def make_backup(ledger: Ledger, store: Store, target: Path, tell: Tell = lambda *_: None) -> Backup:
    """Make a backup in the folder `target`.

    Raises ClientMissing, DumpFailed or BackupBusy; no partial backup is left behind.
    """
    begun = time.monotonic()
    client = client_of(ledger.engine)
    with _locked_folder(target) as partial:
        with held_still(ledger.engine) as (connection, snapshot):
            name, sizes = _name_and_contents(connection)
            tell("database", 0, 1)
            client.dump(snapshot, partial / DUMP)
            tell("database", 1, 1)
        missing = _copy_contents(sizes, store, Store(target / STORE), tell)
        # What older backups of the folder brought there is removed, and not restored any more.
        write_list(target, list_forgotten(ledger))
        kept = [sha256 for sha256 in sizes if sha256 not in missing]
        _write(partial / CONTENTS, "".join(f"{one}  ../{STORE}/{one[:2]}/{one}\n" for one in kept))
        manifest = Manifest(
            fazhi=version("fazhi"),
            revision=revision(ledger.engine) or "",
            postgres=server_version(ledger.engine),
            made_at=name,
            documents=len(sizes),
            missing=tuple(sorted(missing)),
            sha256={one: digest_of(partial / one) for one in (DUMP, CONTENTS)},
        )
        _write(partial / MANIFEST, json.dumps(asdict(manifest), indent=2) + "\n")
        sync_folder(partial)
        whole = partial.rename(target / name)
        sync_folder(target)
    taken = time.monotonic() - begun
    note_end(ledger, Chore.BACKUP, seconds=taken, documents=manifest.documents)
    return Backup(whole, manifest)


def backups(target: Path) -> list[Path]:
    """The whole backups in a folder, oldest first."""
    return sorted(one.parent for one in target.glob(f"[0-9]*/{MANIFEST}"))


def keep_newest(target: Path, count: int) -> int:
    """Remove older backups and the contents only they need; returns how many backups.

    Raises NoBackup if one to be kept is damaged: an older one may then be the last good one.
    """
    with _locked_folder(target):
        old, kept = backups(target)[:-count], backups(target)[-count:]
        # If this raises NoBackup, nothing has been removed.
        needed = {sha256 for folder in kept for sha256 in Backup.at(folder).contents()}
        for folder in old:
            (folder / MANIFEST).unlink()  # no longer a backup from here on
            shutil.rmtree(folder)
        for content in (target / STORE).glob("??/*"):
            if old and content.name not in needed:
                content.unlink()
    return len(old)


def copy_content(sha256: str, source: Store, target: Store) -> bool:
    """Copy a content into a store that lacks it or holds it damaged.

    False, with nothing changed, if the source lacks it or holds it damaged too.
    """
    try:
        if digest_of(source.path(sha256)) != sha256:
            return False
        with source.path(sha256).open("rb") as content:
            return target.put(content)[0] == sha256
    except FileNotFoundError:
        return False


def digest_of(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _copy_contents(sizes: Mapping[str, int], source: Store, target: Store, tell: Tell) -> set[str]:
    """Copy the contents that the target lacks or holds with another size (a disk may fail).

    Returns those that could not be copied.
    """
    missing = set()
    for at, (sha256, size) in enumerate(sizes.items(), 1):
        if _size(target.path(sha256)) != size and not copy_content(sha256, source, target):
            missing.add(sha256)
        tell("files", at, len(sizes))
    return missing


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _name_and_contents(connection: Connection) -> tuple[str, dict[str, int]]:
    """The backup's name, by the database's clock, and the contents that its documents name,
    with their sizes.
    """
    now = connection.scalar(select(func.timezone("UTC", func.now())))
    assert now
    named = select(Document.sha256, Document.size).order_by(Document.sha256)
    rows = connection.execution_options(yield_per=1000).execute(named)
    return now.strftime(NAME), {row.sha256: row.size for row in rows}


def _write(path: Path, content: str) -> None:
    with open(path, "w", encoding="utf-8", opener=open_private) as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def _locked_folder(target: Path) -> Iterator[Path]:
    """Lock the target and yield a folder for a new backup; leftovers of killed runs are removed."""
    make_folder(target)
    with open(target / LOCK, "w", opener=open_private) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupBusy from error
        for left_over in target.glob(f"{PARTIAL}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        partial = target / f"{PARTIAL}{os.getpid()}"
        make_folder(partial)
        try:
            yield partial
        finally:
            shutil.rmtree(partial, ignore_errors=True)
