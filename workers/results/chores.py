"""What is done for the whole system from time to time, and when it last ended."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from schema.kinds import Chore
from schema.upkeep import ChoreEnd
from workers.ledger import Ledger


def note_end(ledger: Ledger, chore: Chore, *, seconds: float, documents: int) -> None:
    """It ended now, after so long, and was done for so many documents."""
    row = insert(ChoreEnd).values(chore=chore, seconds=seconds, documents=documents)
    again = {
        "ended_at": func.clock_timestamp(),
        "seconds": seconds,
        "times": ChoreEnd.times + 1,
        "documents": ChoreEnd.documents + documents,
    }
    with ledger.transaction() as session:
        session.execute(row.on_conflict_do_update(index_elements=["chore"], set_=again))


def last_ends(session: Session) -> Mapping[Chore, ChoreEnd]:
    """Of those that ended ever."""
    return {one.chore: one for one in session.scalars(select(ChoreEnd))}
