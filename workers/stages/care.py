"""What the nightly run does for the years: old rows and files go, tables are vacuumed where that is
due, the day's figures are kept as files.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, delete, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, Session

from schema.kinds import Outcome, Stage
from schema.tables import Base, Document, NightlyRun, StageRun
from schema.upkeep import Change, Outgoing
from workers.desk import exports
from workers.desk.numbers.panel import Selection
from workers.desk.writing import Format, TooManyRows, list_formats
from workers.files.private import make_folder, open_private
from workers.ledger import PENDING, Ledger
from workers.settings import Settings

log = logging.getLogger("fazhi")

# Rows that go in one transaction.
AT_ONCE = 10_000
# Where Postgres's own care comes late: dead rows beside living ones, rows changed since the last
# count of values.
_DUE = text("""
    SELECT relname FROM pg_stat_user_tables
    WHERE schemaname = current_schema()
      AND (n_dead_tup > 1000 + n_live_tup / 10 OR n_mod_since_analyze > 1000 + n_live_tup / 10)
    ORDER BY relname
""")


def prune(ledger: Ledger, chosen: Settings) -> dict[str, int]:
    """Remove what is older than the settings keep; how many rows of each table went.

    Of runs of stages those stay that unfinished documents rest on, and the last stage's, by which a
    report is known to be back (across/nightly.py).
    """
    unfinished = select(Document.id).where(Document.id == StageRun.document_id, PENDING).exists()
    last = (StageRun.stage == Stage.AUDIT) & (StageRun.outcome == Outcome.DONE)
    sent = Outgoing.sent_at.is_not(None) | Outgoing.given_up_at.is_not(None)
    rules: tuple[tuple[type[Base], ColumnElement[bool]], ...] = (
        (StageRun, _older(StageRun.started_at, chosen.keep_runs_days) & ~last & ~unfinished),
        (Change, _older(Change.changed_at, chosen.keep_changes_days)),
        (Outgoing, _older(Outgoing.created_at, chosen.keep_sent_days) & sent),
        (NightlyRun, _older(NightlyRun.ended_at, chosen.keep_nights_days)),
    )
    return {table.__tablename__: _remove(ledger, table, which) for table, which in rules}


def prune_files(folder: Path, days: int, today: date) -> int:
    """Remove the summaries that are older; how many."""
    gone = 0
    for path in folder.glob("????-??-??*.json"):
        with suppress(ValueError, OSError):
            if date.fromisoformat(path.name[:10]) < today - timedelta(days=days):
                path.unlink()
                gone += 1
    return gone


def vacuum(ledger: Ledger) -> list[str]:
    """Vacuum and count anew what is due; the tables. Not an error where the role may not."""
    done = []
    with ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in connection.scalars(_DUE).all():
            try:
                connection.execute(text(f'VACUUM (ANALYZE) "{name}"'))
                done.append(name)
            except DBAPIError as error:
                log.warning("%s is not vacuumed: %s", name, error.orig)
    return done


def take_snapshot(ledger: Ledger, chosen: Settings, day: date) -> dict[str, Any]:
    """The figures of this day as files in `var/snapshots/<day>/`; older ones than the setting
    keeps go. A folder is there whole or not at all.
    """
    folder = chosen.var / "snapshots"
    if not chosen.keep_snapshots:
        return {"kept": 0}
    partial, target = make_folder(folder) / f".partial-{day}", folder / day.isoformat()
    shutil.rmtree(partial, ignore_errors=True)
    make_folder(partial)
    told = {}
    for file_format in list_formats():
        if file_format is not Format.CSV:
            for name, write in _TABLES.items():
                told[f"{name}.{file_format}"] = _write(ledger, partial, name, file_format, write)
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)
    dated = sorted(folder.glob("????-??-??"))
    for old in dated[: -chosen.keep_snapshots]:
        shutil.rmtree(old, ignore_errors=True)
    return {"folder": str(target), "files": told, "kept": min(len(dated), chosen.keep_snapshots)}


Write = Callable[[Ledger, BinaryIO, Format], int]
_TABLES: dict[str, Write] = {
    "metrics": exports.write_metrics,
    "panel": lambda ledger, out, kind: exports.write_panel(ledger, out, kind, Selection()),
}


def _write(
    ledger: Ledger, folder: Path, name: str, file_format: Format, write: Write
) -> int | None:
    """How many rows; None where the format does not hold them, and there is no file."""
    path = folder / f"{name}.{file_format}"
    try:
        with open(path, "xb", opener=open_private) as out:
            return write(ledger, out, file_format)
    except TooManyRows:
        path.unlink()
        return None


def _older(column: InstrumentedAttribute[Any], days: int) -> ColumnElement[bool]:
    return column < func.clock_timestamp() - timedelta(days=days)


def _remove(ledger: Ledger, table: type[Base], which: ColumnElement[bool]) -> int:
    count = 0
    while True:
        with ledger.transaction() as session:
            gone = _remove_some(session, table, which)
        count += gone
        if gone < AT_ONCE:
            return count


def _remove_some(session: Session, table: type[Base], which: ColumnElement[bool]) -> int:
    key = table.__table__.c.id
    some = select(key).where(which).limit(AT_ONCE)
    removed = delete(table).where(key.in_(some)).returning(key)
    return len(session.execute(removed, execution_options={"synchronize_session": False}).all())
