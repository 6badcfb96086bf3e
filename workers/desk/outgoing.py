"""What others are to be told, in the order in which it happened: triggers write the rows, and who
sends them asks here. A row is tried until it is taken; what it says is looked up then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import Session

from schema.kinds import Channel, Event
from schema.tables import Arrival, Decision, Document, Finding, NightlyRun
from schema.upkeep import Outgoing, Wanted
from workers.ledger import Ledger

# Seconds: the first pause after a failure, which doubles; the longest.
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 3600.0
# While it is being sent, nobody else takes it: longer than sending lasts.
HELD = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message that is due. `data` is None where what it tells of is gone."""

    id: int
    event: Event
    channel: Channel
    created_at: datetime
    attempt: int
    data: Mapping[str, Any] | None


def want(ledger: Ledger, wanted: Collection[tuple[Event, Channel]]) -> None:
    """From now on these are told, and no others."""
    rows = [{"event": event, "channel": channel} for event, channel in sorted(set(wanted))]
    with ledger.transaction() as session:
        for one in session.scalars(select(Wanted)):
            if (one.event, one.channel) not in wanted:
                session.execute(delete(Wanted).filter_by(event=one.event, channel=one.channel))
        if rows:
            session.execute(insert(Wanted).values(rows).on_conflict_do_nothing())


def take_message(ledger: Ledger, channel: Channel) -> Message | None:
    """The oldest that is not sent, where it is due; it is held for a minute.

    The others wait for it, so that all come in their order.
    """
    open_ = (Outgoing.sent_at.is_(None), Outgoing.given_up_at.is_(None))
    with ledger.transaction() as session:
        oldest = select(Outgoing).where(*open_, Outgoing.channel == channel)
        row = session.scalar(
            oldest.order_by(Outgoing.id).limit(1).with_for_update(skip_locked=True)
        )
        if row is None or not session.scalar(select(literal(row.due_at) <= _now())):
            return None
        held = {"attempts": row.attempts + 1, "due_at": _now() + timedelta(seconds=HELD)}
        session.execute(update(Outgoing).where(Outgoing.id == row.id).values(held))
        return Message(
            id=row.id,
            event=row.event,
            channel=row.channel,
            created_at=row.created_at,
            attempt=row.attempts + 1,
            data=_DATA[row.event](session, row.row_id),
        )


def note_sent(ledger: Ledger, message: Message) -> None:
    _note(ledger, message, sent_at=_now(), error=None)


def note_failed(ledger: Ledger, message: Message, error: str, *, for_good: bool) -> None:
    """Tried again after a pause; `for_good`: never, for who was asked will not have it."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(message.attempt - 1, 20))
    again = {"due_at": _now() + timedelta(seconds=pause)}
    _note(ledger, message, error=error, **({"given_up_at": _now()} if for_good else again))


def count_unsent(session: Session) -> dict[Channel, tuple[int, str | None]]:
    """How many messages of each channel wait after a failure, and why the oldest was not taken."""
    failed = (Outgoing.sent_at.is_(None), Outgoing.given_up_at.is_(None), Outgoing.attempts > 0)
    oldest = func.array_agg(aggregate_order_by(Outgoing.error, Outgoing.id))
    query = select(Outgoing.channel, func.count(), oldest).where(*failed)
    return {
        channel: (count, next(iter(errors), None))
        for channel, count, errors in session.execute(query.group_by(Outgoing.channel))
    }


def _note(ledger: Ledger, message: Message, **values: Any) -> None:
    with ledger.transaction() as session:
        session.execute(update(Outgoing).where(Outgoing.id == message.id).values(values))


def _arrived(session: Session, arrival: int) -> dict[str, Any] | None:
    query = select(
        Arrival.document_id, Arrival.name, Arrival.folder, Arrival.size, Document.sha256
    ).join(Document, Document.id == Arrival.document_id)
    return _first(session, query.where(Arrival.id == arrival), "document")


def _refused(session: Session, document: int) -> dict[str, Any] | None:
    query = (
        select(Document.id, Arrival.name, Arrival.folder, Document.reason, Document.sha256)
        .join(Arrival, Arrival.document_id == Document.id)
        .where(Document.id == document)
        .order_by(Arrival.id.desc())
    )
    return _first(session, query, "document")


def _finding(session: Session, finding: int) -> dict[str, Any] | None:
    query = select(
        Finding.id,
        Finding.document_id,
        Finding.issuer_id,
        Finding.year,
        Finding.kind,
        Finding.severity,
        Finding.message,
        Finding.message_en,
        Finding.state,
        Finding.present,
    )
    return _first(session, query.where(Finding.id == finding), "finding")


def _decision(session: Session, decision: int) -> dict[str, Any] | None:
    query = (
        select(
            Decision.id,
            Decision.finding_id,
            Finding.document_id,
            Finding.kind,
            Decision.action,
            Decision.who,
            Decision.note,
            Decision.decided_at,
            Decision.carried_from,
        )
        .join(Finding, Finding.id == Decision.finding_id)
        .where(Decision.id == decision)
    )
    return _first(session, query, "decision")


def _night(session: Session, run: int) -> dict[str, Any] | None:
    query = select(
        NightlyRun.id,
        NightlyRun.day,
        NightlyRun.by_hand,
        NightlyRun.started_at,
        NightlyRun.ended_at,
        NightlyRun.summary,
    )
    return _first(session, query.where(NightlyRun.id == run), "run")


_DATA: Mapping[Event, Callable[[Session, int], dict[str, Any] | None]] = {
    Event.ARRIVED: _arrived,
    Event.REFUSED: _refused,
    Event.FINDING: _finding,
    Event.DECISION: _decision,
    Event.NIGHT: _night,
}


def _first(session: Session, query: Any, key: str) -> dict[str, Any] | None:
    """The first row, its first column under the name of what it is the number of."""
    row = session.execute(query.limit(1)).one_or_none()
    if row is None:
        return None
    (_, number), *others = zip(row._fields, row, strict=True)
    return {key: number, **dict(others)}


def _now() -> ColumnElement[datetime]:
    return func.clock_timestamp()
