"""Makes refused or given-up documents due again at a person's request."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from schema.kinds import DocumentState, Stage
from schema.tables import Document, StageRun
from workers.ledger import Ledger, Ring


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """Numbers of documents: those that are due again, those that need no retry,
    those that there are none of.
    """

    due: tuple[int, ...]
    not_refused: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()


def retry_all(ledger: Ledger, ring: Ring, *, reason: str | None = None) -> Retried:
    """All of them, or those whose reason, or the error of one of whose runs, holds this text,
    whatever its case.
    """
    return Retried(due=_retry(ledger, ring, _was_told(reason) if reason else None))


def _was_told(reason: str) -> ColumnElement[bool]:
    failed = StageRun.error.icontains(reason, autoescape=True)
    run = select(StageRun.id).where(StageRun.document_id == Document.id, failed)
    return or_(Document.reason.icontains(reason, autoescape=True), run.exists())


def retry_some(ledger: Ledger, ring: Ring, wanted: Collection[int]) -> Retried:
    """These, as far as they were refused or wait for their next attempt."""
    due = _retry(ledger, ring, Document.id.in_(wanted))
    with ledger.transaction() as session:
        known = set(session.scalars(select(Document.id).where(Document.id.in_(wanted))))
    others = sorted(set(wanted) - set(due))
    return Retried(
        due=due,
        not_refused=tuple(number for number in others if number in known),
        unknown=tuple(number for number in others if number not in known),
    )


def _retry(ledger: Ledger, ring: Ring, which: ColumnElement[bool] | None) -> tuple[int, ...]:
    # Those that failed and wait for their next attempt need not wait for it;
    # nor for a limit that was lowered.
    failed = and_(Document.state == DocumentState.WAITING, Document.attempts > 0)
    again = (
        update(Document)
        .where(or_(Document.state == DocumentState.REFUSED, failed))
        .values(
            state=DocumentState.WAITING,
            stage=func.coalesce(Document.stage, Stage.READ),
            attempts=0,
            due_at=func.clock_timestamp(),
            rung_at=func.clock_timestamp(),
            changed_at=func.clock_timestamp(),
        )
        .returning(Document.id, Document.stage)
    )
    with ledger.transaction() as session:
        due = session.execute(again if which is None else again.where(which)).all()
    for number, stage in due:
        ring([number], stage or Stage.READ)
    return tuple(sorted(number for number, _ in due))
