"""Files that arrived together, as one line: how many are done, and how long the rest will take.

A batch is what came into one top folder of the inbox (or into none) without a pause of more than
PAUSE. What came out of an archive counts in the batch of its folder, or in one of the archive's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from schema.kinds import DocumentState
from schema.tables import Arrival, Document
from workers.ledger import Ledger

PAUSE = timedelta(minutes=2)
# What is older counts no longer, nor what came before so many others.
AGE, MOST_FILES = timedelta(days=7), 60_000
# A batch that is over is shown for so long.
SHOWN = timedelta(hours=12)
# The rate is that of the last minute.
MINUTE = 60
_UNFINISHED = (DocumentState.WAITING, DocumentState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Files that arrived together. `first` and `last` are arrivals; `per_minute` is how many ended
    in the last minute, `minutes_left` how long the rest takes at that rate, None where none ended.
    """

    first: int
    last: int
    folder: str
    name: str
    began_at: datetime
    files: int
    done: int
    running: int
    waiting: int
    refused: int
    per_minute: int
    minutes_left: int | None

    @property
    def is_over(self) -> bool:
        return self.running + self.waiting == 0


def list_batches(ledger: Ledger, *, limit: int = 8) -> list[Batch]:
    """The batches that are being read, and those of today; the newest first."""
    with ledger.transaction() as session:
        rows = session.execute(_select_batches().limit(limit)).mappings()
        return [_batch(dict(row)) for row in rows]


def of_batch(first: int, last: int) -> tuple[ColumnElement[bool], ...]:
    """The arrivals of a batch: what came into its folder between its first and its last file."""
    folder = select(_top_folder()).where(Arrival.id == first).scalar_subquery()
    return Arrival.id.between(first, last), _top_folder() == folder


def _batch(row: dict[str, Any]) -> Batch:
    seconds = min(MINUTE, max(1.0, float(row.pop("seconds"))))
    ended = row.pop("ended")
    per_minute = round(ended * MINUTE / seconds)
    left = row["running"] + row["waiting"]
    minutes = -(-left // per_minute) if per_minute and left else None
    return Batch(**row, per_minute=per_minute if left else 0, minutes_left=minutes)


def _top_folder() -> ColumnElement[str]:
    return func.split_part(Arrival.folder, "/", 1)


def _select_batches() -> Select[*tuple[object, ...]]:
    lines = _numbered()
    state = Document.state
    now = func.clock_timestamp()
    unfinished = state.in_(_UNFINISHED)
    ended = ~unfinished & (Document.changed_at > now - timedelta(seconds=MINUTE))

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    shown = count(unfinished) > 0
    return (
        select(
            func.min(lines.c.id).label("first"),
            func.max(lines.c.id).label("last"),
            lines.c.folder,
            func.min(case((lines.c.begins, lines.c.name))).label("name"),
            func.min(lines.c.arrived_at).label("began_at"),
            func.count().label("files"),
            count(~unfinished & (state != DocumentState.REFUSED)).label("done"),
            count(state == DocumentState.RUNNING).label("running"),
            count(state == DocumentState.WAITING).label("waiting"),
            count(state == DocumentState.REFUSED).label("refused"),
            count(ended).label("ended"),
            func.extract("epoch", now - func.min(lines.c.arrived_at)).label("seconds"),
        )
        .join(Document, Document.id == lines.c.document_id)
        .group_by(lines.c.folder, lines.c.batch)
        .having(shown | (func.max(lines.c.arrived_at) > now - SHOWN))
        .order_by(shown.desc(), func.min(lines.c.id).desc())
    )


def _numbered() -> Any:
    """The latest arrivals, each with the number of its batch within its folder."""
    recent = (
        select(
            Arrival.id,
            Arrival.document_id,
            Arrival.name,
            Arrival.arrived_at,
            _top_folder().label("folder"),
        )
        .where(Arrival.arrived_at > func.now() - AGE)
        .order_by(Arrival.arrived_at.desc())
        .limit(MOST_FILES)
        .subquery()
    )
    before = func.lag(recent.c.arrived_at).over(partition_by=recent.c.folder, order_by=recent.c.id)
    begins = func.coalesce(recent.c.arrived_at - before > PAUSE, True)
    marked = select(recent, begins.label("begins")).subquery()
    number = func.sum(case((marked.c.begins, 1), else_=0)).over(
        partition_by=marked.c.folder, order_by=marked.c.id
    )
    return select(marked, number.label("batch")).subquery()
