"""By which rules stored reports are read anew, where machines and commands have several.

The last `fazhi migrate`, or start of `fazhi run`, says which: a process with others reads new
documents (they are read anew later), and leaves alone what is to be read anew, so that no two
versions read the same reports in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from schema.upkeep import Process, RulesInForce
from workers.report.version import own_rules

# A process that was not seen for so long has ended.
SEEN_SECONDS = 90
_KEPT = timedelta(days=1)


def put_in_force(session: Session) -> None:
    """From now on the rules of this process are those by which reports are read anew."""
    row = insert(RulesInForce).values(rules=own_rules())
    other = RulesInForce.rules != own_rules()
    newer = {"rules": own_rules(), "since": func.clock_timestamp()}
    session.execute(row.on_conflict_do_update(index_elements=["one"], set_=newer, where=other))


def rules_in_force(session: Session) -> str:
    """The digits of `own_rules`; this process's, where nobody ever said."""
    return session.scalar(select(RulesInForce.rules)) or own_rules()


def is_in_force(session: Session) -> bool:
    """Whether this process may read anew what is stored."""
    return rules_in_force(session) == own_rules()


def note_process(session: Session, name: str, does: Sequence[str], age: float) -> None:
    """A sign of life of a process that began so many seconds ago; those long ended go."""
    began = func.clock_timestamp() - timedelta(seconds=age)
    told = {"does": list(does), "rules": own_rules(), "started_at": began}
    row = insert(Process).values(name=name, **told)
    again = told | {"seen_at": func.clock_timestamp()}
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_=again))
    session.execute(delete(Process).where(Process.seen_at < func.clock_timestamp() - _KEPT))


def note_end(session: Session, name: str) -> None:
    """A process ends in peace."""
    session.execute(delete(Process).where(Process.name == name))


def list_astray(session: Session) -> list[str]:
    """The names of the processes at work that have other rules than those in force."""
    alive = Process.seen_at > func.clock_timestamp() - timedelta(seconds=SEEN_SECONDS)
    query = select(Process.name).where(alive, Process.rules != rules_in_force(session))
    return list(session.scalars(query.order_by(Process.name)))
