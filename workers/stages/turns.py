"""Whose turn the nightly run is: one row that has not ended, held by a token and signs of life.

No lock of a session: it holds through a pool of connections too, and by hand as by schedule.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from schema.kinds import NightStep
from schema.tables import Document, NightlyRun
from workers.errors import FazhiError
from workers.ledger import PENDING, Ledger

log = logging.getLogger("fazhi")

# Seconds: a run whose holder was not seen for so long may be taken up by another.
SILENT, EVERY = 120, 20.0


class Overtaken(FazhiError):
    """Another process has taken this nightly run up: it fell silent here for too long."""


@dataclass(slots=True)
class Turn:
    """The right to go on with one nightly run; `summary` is what is known of it so far."""

    ledger: Ledger
    id: int
    token: int
    day: date
    by_hand: bool
    step: NightStep
    started_at: datetime
    summary: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes only while the run is still this process's, and ends with what
        is known. Overtaken where it is not.
        """
        mine = (NightlyRun.id == self.id, NightlyRun.token == self.token)
        with self.ledger.transaction() as session:
            held = select(NightlyRun.id).where(*mine, NightlyRun.ended_at.is_(None))
            if session.scalar(held.with_for_update()) is None:
                raise Overtaken
            yield session
            known = {"summary": self.summary, "step": self.step, "seen_at": _now()}
            session.execute(update(NightlyRun).where(*mine).values(known))

    def end(self) -> None:
        with self.writing() as session:
            ended = update(NightlyRun).where(NightlyRun.id == self.id)
            session.execute(ended.values(ended_at=_now()))

    @contextmanager
    def seen(self) -> Iterator[None]:
        """Give signs of life while the block runs."""
        over = threading.Event()
        thread = threading.Thread(target=self._go_on, args=(over,), name="night", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _go_on(self, over: threading.Event) -> None:
        sign = update(NightlyRun).where(NightlyRun.id == self.id, NightlyRun.token == self.token)
        while not over.wait(EVERY):
            try:
                with self.ledger.transaction() as session:
                    session.execute(sign.values(seen_at=_now()))
            except (OperationalError, InterfaceError, OSError) as error:
                log.warning("the nightly run gives no sign of life: %s", error)


def take_turn(ledger: Ledger, day: date, hours: float, *, by_hand: bool) -> Turn | None:
    """Begin a run, or take up one that waited long enough or fell silent; None where another is at
    work, or (unless by hand) today has one already.
    """
    with ledger.transaction() as session:
        again = (
            update(NightlyRun)
            .where(NightlyRun.ended_at.is_(None), may_be_taken(hours))
            .values(token=NightlyRun.token + 1, seen_at=_now(), step=_next_step())
            .returning(NightlyRun)
        )
        taken = session.scalar(again)
        if taken is None:
            # A row of today, or one that has not ended, is there: nothing is inserted.
            row = insert(NightlyRun).values(day=day, by_hand=by_hand).on_conflict_do_nothing()
            taken = session.scalar(row.returning(NightlyRun))
        if taken is None:
            return None
        known = dict(taken.summary or {})
        return Turn(
            ledger,
            taken.id,
            taken.token,
            taken.day,
            taken.by_hand,
            taken.step,
            taken.started_at,
            known,
        )


def may_be_taken(hours: float) -> ColumnElement[bool]:
    """Whether nobody is at work on a run that has not ended: it fell silent; or it waits, and all
    is read anew, or it waited so many hours.
    """
    long = NightlyRun.started_at < _now() - timedelta(hours=hours)
    waited = and_(NightlyRun.step == NightStep.WAIT, or_(~_reading_anew().exists(), long))
    silent = NightlyRun.seen_at < _now() - timedelta(seconds=SILENT)
    return or_(waited, and_(NightlyRun.step != NightStep.WAIT, silent))


def count_reading_anew(session: Session) -> int:
    """How many documents are still to be read anew."""
    return session.scalar(select(func.count()).select_from(_reading_anew().subquery())) or 0


def _reading_anew() -> Select[int]:
    return select(Document.id).where(PENDING, Document.done_at.is_not(None))


def _next_step() -> Any:
    waits = NightlyRun.step == NightStep.WAIT
    return case((waits, literal(NightStep.COMPARE.value)), else_=NightlyRun.step)


def _now() -> ColumnElement[datetime]:
    return func.clock_timestamp()
