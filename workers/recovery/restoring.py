"""Restores a backup into an empty system: bytes first, rows second, so that an interrupted
restore can be started again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, func, inspect, select, text

from schema.tables import Document
from schema.upkeep import Forgotten
from workers.database import migrate, revision, revisions
from workers.errors import FazhiError
from workers.ledger import Ledger, Tell
from workers.recovery.backup import DUMP, Backup, copy_content, digest_of
from workers.recovery.forgetting import forget_again
from workers.recovery.forgotten import Listed, list_forgotten, read_list
from workers.recovery.postgres import client_of, server_version
from workers.store import Store


class NotEmpty(FazhiError):
    """The system holds documents already: restore into a fresh FAZHI_HOME,
    or say --replace to lose what it holds.
    """


class InUse(FazhiError):
    """Others are connected to the database: stop `fazhi run` and the services first."""


class MadeByNewer(FazhiError):
    """The backup was made by a newer fazhi or a newer Postgres than this one: update first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """How many contents were copied; those that the backup names and does not hold whole; how many
    documents were forgotten again.
    """

    copied: int
    damaged: tuple[str, ...]
    forgotten: int


def restore(
    backup: Backup,
    ledger: Ledger,
    store: Store,
    *,
    replace: bool = False,
    tell: Tell = lambda *_: None,
) -> Restored:
    """Store and database as the backup has them, then migrated.

    NotEmpty, InUse, MadeByNewer change nothing.

    Other contents that the store holds stay; no row names them. What was forgotten since, here or
    by a later backup of the folder, is forgotten again.
    """
    _check_possible(backup, ledger, replace=replace)
    client = client_of(ledger.engine)
    listed = {**read_list(backup.folder.parent), **_known_forgotten(ledger)}
    copied, damaged = _copy_contents(backup, store, listed, tell)
    tell("database", 0, 1)
    ledger.engine.dispose()
    client.load(backup.folder / DUMP)
    migrate(ledger.engine)
    forgotten = forget_again(ledger, store, listed)
    tell("database", 1, 1)
    return Restored(copied=copied, damaged=tuple(damaged), forgotten=forgotten)


def _known_forgotten(ledger: Ledger) -> Listed:
    """What this system knows, before the backup takes its place."""
    if not inspect(ledger.engine).has_table(Forgotten.__tablename__):
        return {}
    return list_forgotten(ledger)


def _check_possible(backup: Backup, ledger: Ledger, *, replace: bool) -> None:
    manifest = backup.manifest
    if (
        manifest.revision not in revisions()
        or manifest.postgres // 10000 > server_version(ledger.engine) // 10000
    ):
        raise MadeByNewer(
            f"(fazhi {manifest.fazhi}, revision {manifest.revision}, Postgres {manifest.postgres})"
        )
    if others := _count_others(ledger.engine):
        raise InUse(f"({others} connections)")
    # A database without a schema holds nothing; the backup brings its own.
    if replace or revision(ledger.engine) is None:
        return
    with ledger.transaction() as session:
        if session.scalar(select(func.count()).select_from(Document)):
            raise NotEmpty


def _count_others(engine: Engine) -> int:
    """Connections of other processes to this database; Postgres's own have no user."""
    engine.dispose()
    asked = "datname = current_database() AND usename IS NOT NULL AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM pg_stat_activity WHERE {asked}")) or 0  # noqa: S608


def _copy_contents(backup: Backup, store: Store, but: Listed, tell: Tell) -> tuple[int, list[str]]:
    contents, copied, damaged = backup.contents(), 0, []
    for at, sha256 in enumerate(contents, 1):
        if sha256 not in but and not (
            store.path(sha256).exists() and digest_of(store.path(sha256)) == sha256
        ):
            if copy_content(sha256, backup.store, store):
                copied += 1
            else:
                damaged.append(sha256)
        tell("files", at, len(contents))
    return copied, damaged
