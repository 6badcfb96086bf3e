"""The database's address, its engine, and its migrations."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import Error as PostgresError
from sqlalchemy import (
    ColumnElement,
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
from schema.tables import Indicator
from workers.report import catalogue
from workers.report.catalogue import indicators

# Any constant of our own; while it is held, nobody else migrates.
MIGRATION_LOCK = 7_234_001

# Seconds for which a connection that was alive when it came back is taken for alive.
TRUSTED, _RESTING = 1.0, "resting since"

# Seconds, but for the one in milliseconds. A server that vanished is given up within half a minute,
# in place of a quarter of an hour; a process that is frozen within a transaction keeps its rows
# locked for a minute.
WAITING = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    # Compiling a query costs more than any of these small ones takes.
    "options": "-c idle_in_transaction_session_timeout=60s -c jit=off",
}


def connect(url: str) -> Engine:
    """An engine that finds out by itself when Postgres was restarted,
    and waits no longer than is useful.
    """
    engine = create_engine(url, pool_size=5, connect_args=WAITING)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _try_rested)
    return engine


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
    """Bring the schema to the newest revision, and the `indicator` table to the catalogue;
    twice changes nothing.

    Where all is new already, which is what every short command finds, it only looks:
    nothing is locked or written.
    """
    if revision(engine) != revisions()[0]:
        with _locked(engine), engine.connect() as connection:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    columns = ("code", "ordinal", "pillar", "zh", "unit", "dim", "means")
    rows = [_row(ordinal, indicator) for ordinal, indicator in enumerate(indicators().values())]
    with engine.begin() as connection:
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


def revisions() -> list[str]:
    """All that this program knows, the newest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    return config


@contextmanager
def _locked(engine: Engine) -> Iterator[None]:
    # No transaction, in which it would idle for as long as the migration takes
    # and be ended for that.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
