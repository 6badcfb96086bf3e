"""How many of what there are, by questions that an index answers: none looks through a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schema.kinds import DocumentState, FindingState, Stage
from schema.tables import Arrival, Document, Finding
from workers.ledger import PENDING
from workers.report.finding_kinds import FindingKind

# The latest documents that ended, and since when: enough to see that a batch went wrong.
LATEST, LATELY = 500, timedelta(hours=1)
# So many arrivals, and refusals by their reason, are looked at.
NEWEST = 5000


def count_unfinished(session: Session) -> Mapping[tuple[Stage | None, DocumentState], int]:
    """How many documents wait for each stage, and are in work there."""
    by = (Document.stage, Document.state)
    rows = session.execute(select(*by, func.count()).where(PENDING).group_by(*by))
    return {(stage, state): count for stage, state, count in rows}


def count_ended(session: Session) -> Mapping[DocumentState, int]:
    """How many documents have no stage due."""
    ended = select(Document.state, func.count()).where(~PENDING).group_by(Document.state)
    return dict(session.execute(ended).all())


def count_tried_again(session: Session) -> int:
    """How many documents wait for another attempt."""
    again = (Document.state == DocumentState.WAITING, Document.attempts > 0)
    return session.scalars(select(func.count()).where(*again)).one()


def count_findings(session: Session) -> Mapping[tuple[FindingKind, bool], int]:
    """How many findings there are of each kind, and whether they are settled."""
    settled = Finding.state == FindingState.SETTLED
    by_kind = select(Finding.kind, settled, func.count()).where(Finding.present)
    rows = session.execute(by_kind.group_by(Finding.kind, settled))
    return {(kind, is_settled): count for kind, is_settled, count in rows}


def count_late_arrivals(session: Session) -> int:
    """How many files were dropped in the last hour, of the newest few thousand."""
    newest = select(Arrival.arrived_at).order_by(Arrival.id.desc()).limit(NEWEST).subquery()
    late = newest.c.arrived_at > func.clock_timestamp() - LATELY
    return session.scalars(select(func.count()).select_from(newest).where(late)).one()


def count_lately_ended(session: Session) -> Mapping[DocumentState, int]:
    """How the latest documents ended, those of the last hour."""
    late = (
        select(Document.state)
        .where(Document.changed_at > func.clock_timestamp() - LATELY)
        .order_by(Document.changed_at.desc())
        .limit(LATEST)
        .subquery()
    )
    by_state = select(late.c.state, func.count()).group_by(late.c.state)
    return dict(session.execute(by_state).all())


def list_refusals(session: Session) -> list[str]:
    """The reasons of the refused documents, as they begin, the newest first."""
    refused = Document.state == DocumentState.REFUSED
    beginning = func.left(Document.reason, 100)
    newest = select(beginning).where(refused).order_by(Document.id.desc()).limit(NEWEST)
    return [reason or "" for reason in session.scalars(newest)]
