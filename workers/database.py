"""The database's address, its engine, and its migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.dialects.postgresql import insert

import schema
from schema.tables import Indicator
from workers.report.catalogue import indicators

# Any constant of our own; while it is held, nobody else migrates.
MIGRATION_LOCK = 7_234_001


def connect(url: str) -> Engine:
    """An engine that finds out by itself when Postgres was restarted, and waits no longer than is useful."""
    return create_engine(url, pool_pre_ping=True, pool_size=5, connect_args={"connect_timeout": 5})


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest revision, and the `indicator` table to the catalogue; twice changes nothing."""
    with _locked(engine), engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    with engine.begin() as connection:
        for ordinal, indicator in enumerate(indicators().values()):
            row = {
                "ordinal": ordinal,
                "pillar": indicator.code.split(".")[0],
                "zh": indicator.zh,
                "unit": indicator.unit,
                "dim": indicator.dim,
                "means": indicator.means,
            }
            statement = insert(Indicator).values(code=indicator.code, **row)
            connection.execute(statement.on_conflict_do_update(index_elements=["code"], set_=row))


@contextmanager
def _locked(engine: Engine) -> Iterator[None]:
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
