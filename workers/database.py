"""The database's address, its engine, and its migrations."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import Connection as PostgresConnection
from psycopg import Error as PostgresError
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    create_engine,
    event,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.pool import ConnectionPoolEntry

import schema
from schema.dictionary import write_comments
from schema.tables import Indicator
from workers.errors import FazhiError
from workers.report import catalogue
from workers.report.catalogue import indicators

# Any constant of our own; while it is held, nobody else migrates.
MIGRATION_LOCK = 7_234_001

# Seconds for which a connection that was alive when it came back is taken for alive.
TRUSTED, _RESTING = 1.0, "resting since"

# Seconds, but for the one in milliseconds. A server that vanished is given up within half a minute,
# in place of a quarter of an hour.
WAITING = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
# A process that is frozen within a transaction keeps its rows locked for a minute; compiling a
# query costs more than any of these small ones takes.
_ASKED_OF_SESSION = (
    "SELECT set_config('idle_in_transaction_session_timeout', '60s', {local}),"
    " set_config('jit', 'off', {local})"
)
_POOLED = "behind a pooler"


class SchemaMissing(FazhiError):
    """The database is empty: run `fazhi migrate`."""


class SchemaOlder(FazhiError):
    """The database's schema is older than this fazhi: run `fazhi migrate`, which keeps all
    that it holds.
    """


class SchemaNewer(FazhiError):
    """The database's schema was made by a newer fazhi: update fazhi on this machine."""


def connect(url: str, *, pooled: bool | None = None) -> Engine:
    """An engine that finds out by itself when Postgres was restarted,
    and waits no longer than is useful.

    `pooled`: each transaction may have another session of the server, as behind PgBouncer in
    transaction mode, so nothing may be left in one: no prepared statement, no setting. None: it
    is found out.
    """
    engine = create_engine(url, pool_size=5, connect_args=WAITING)

    def prepare(connection: PostgresConnection[Any], record: ConnectionPoolEntry) -> None:
        record.info[_POOLED] = has_pooler(connection) if pooled is None else pooled
        if record.info[_POOLED]:
            connection.prepare_threshold = None
            return
        connection.execute(_ASKED_OF_SESSION.format(local=False))
        connection.commit()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _ask_of_transaction)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _try_rested)
    return engine


def has_pooler(connection: PostgresConnection[Any]) -> bool:
    """Whether something stands between us and the server, which gives each client a number of its
    own in place of the server process's.
    """
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    connection.rollback()
    return row is None or row[0] != connection.info.backend_pid


def is_pooled(engine: Engine) -> bool:
    """Whether the engine's connections are taken for those of a pooler."""
    with engine.connect() as connection:
        return bool(connection.info.get(_POOLED))


def _ask_of_transaction(connection: Connection) -> None:
    if connection.info.get(_POOLED):
        connection.exec_driver_sql(_ASKED_OF_SESSION.format(local=True))


def _note_rest(_: object, record: ConnectionPoolEntry) -> None:
    record.info[_RESTING] = time.monotonic()


def _try_rested(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
    """A connection that did not rest is as alive as a moment ago; another costs a question.

    A dead one is replaced with all that are older, before anything was asked of it.
    """
    rested = record.info.get(_RESTING)
    if rested is None or time.monotonic() - rested < TRUSTED:
        return
    try:
        asking = connection.cursor()
        asking.execute("SELECT 1")
        asking.close()
        connection.rollback()
    except PostgresError as error:
        raise InvalidatePoolError from error


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest revision, the `indicator` table to the catalogue, and the
    comments to the dictionary; twice changes nothing.

    Where all is new already, which is what every short command finds, it only looks:
    nothing is locked or written. SchemaNewer where a newer fazhi migrated it.
    """
    if _known_revision(engine) != revisions()[0]:
        with engine.begin() as connection:
            # Until the end of this transaction: behind a pooler, a lock of the session would stay
            # behind in somebody else's.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    columns = ("code", "ordinal", "pillar", "zh", "unit", "dim", "means")
    rows = [_row(ordinal, indicator) for ordinal, indicator in enumerate(indicators().values())]
    with engine.begin() as connection:
        write_comments(connection)
        known = set(
            map(tuple, connection.execute(select(*(getattr(Indicator, name) for name in columns))))
        )
        if changed := [dict(zip(columns, row, strict=True)) for row in rows if row not in known]:
            fresh = insert(Indicator)
            newer = {name: fresh.excluded[name] for name in columns[1:]}
            connection.execute(
                fresh.on_conflict_do_update(index_elements=["code"], set_=newer), changed
            )


def has_words(column: InstrumentedAttribute[Any], words: str) -> ColumnElement[bool]:
    """Whether the column has these words, whatever their case.

    Chinese has no case, and to look for it as it stands is several times as fast.
    """
    find = column.contains if words.lower() == words.upper() else column.icontains
    return find(words, autoescape=True)


def _row(ordinal: int, indicator: catalogue.Indicator) -> tuple[str, int, str, str, str, str, str]:
    pillar, _, _ = indicator.code.partition(".")
    return (
        indicator.code,
        ordinal,
        pillar,
        indicator.zh,
        indicator.unit,
        indicator.dim,
        indicator.means,
    )


def revision(engine: Engine) -> str | None:
    """The revision of the database's schema; None where it has none yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check_schema(engine: Engine) -> None:
    """SchemaMissing, SchemaOlder or SchemaNewer where the schema is not that of this program."""
    found, newest = _known_revision(engine), revisions()[0]
    if found is None:
        raise SchemaMissing
    if found != newest:
        raise SchemaOlder(f"({found}; this one is {newest})")


def _known_revision(engine: Engine) -> str | None:
    found = revision(engine)
    if found is not None and found not in revisions():
        raise SchemaNewer(f"({found}; this one is {revisions()[0]})")
    return found


@cache
def revisions() -> tuple[str, ...]:
    """All that this program knows, the newest first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(script.revision for script in scripts)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    return config
