"""What a nightly run has to tell a person, and the runs that were made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from schema.kinds import ChangeOf, DocumentState, FindingState, NightStep, Outcome
from schema.tables import Arrival, Decision, Document, Finding, Issuer, NightlyRun, Report, StageRun
from schema.upkeep import Change
from workers.ledger import Ledger
from workers.report.finding_kinds import FindingKind

# Of what there may be thousands, the summary names so many.
NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NightLine:
    """One run: its day, whether it was made by hand, where it stands, from when to when, and its
    summary, null as long as nothing is known.
    """

    id: int
    day: date
    by_hand: bool
    step: NightStep
    started_at: datetime
    ended_at: datetime | None
    summary: Mapping[str, Any] | None


def list_nights(
    ledger: Ledger, *, before: int | None = None, limit: int = 30, ended: bool = False
) -> list[NightLine]:
    """The runs, newest first; `before` a run's id gives the page after it."""
    query = select(NightlyRun).order_by(NightlyRun.id.desc()).limit(limit)
    if before is not None:
        query = query.where(NightlyRun.id < before)
    if ended:
        query = query.where(NightlyRun.ended_at.is_not(None))
    with ledger.transaction() as session:
        return [_line(run) for run in session.scalars(query)]


def show_night(ledger: Ledger, night: int) -> NightLine | None:
    """One run; None where there is none of this number."""
    with ledger.transaction() as session:
        run = session.get(NightlyRun, night)
        return _line(run) if run else None


def sum_up(session: Session, since: datetime) -> dict[str, Any]:
    """What happened since: counts, and of refused, overdue and changed ones the first by name."""
    fresh = Arrival.arrived_at >= since
    return {
        "since": since.isoformat(timespec="seconds"),
        "arrived": session.scalar(select(func.count()).select_from(Arrival).where(fresh)),
        "new": _count(session, Document.created_at >= since),
        "done": _count(session, Document.done_at >= since),
        "refused": _refused(session, since),
        "findings": _by(session, Finding.kind, Finding.created_at >= since, Finding.present),
        "decisions": _by(session, Decision.action, Decision.decided_at >= since),
        "overdue": _overdue(session),
        "changes": _changes(session, since),
        "stages": _stages(session, since),
    }


def _line(run: NightlyRun) -> NightLine:
    return NightLine(
        id=run.id,
        day=run.day,
        by_hand=run.by_hand,
        step=run.step,
        started_at=run.started_at,
        ended_at=run.ended_at,
        summary=run.summary,
    )


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Document).where(*which)) or 0


def _by(session: Session, column: Any, *which: Any) -> dict[str, int]:
    """How many of each value, the most frequent first."""
    query = select(column, func.count()).where(*which).group_by(column)
    return {
        str(value): count
        for value, count in session.execute(query.order_by(func.count().desc(), column))
    }


def _refused(session: Session, since: datetime) -> dict[str, Any]:
    """How many, and of each reason (a line in Chinese, a line in English) how many and one file."""
    now = (Document.state == DocumentState.REFUSED, Document.changed_at >= since)
    file = select(func.min(Arrival.name)).where(Arrival.document_id == func.min(Document.id))
    query = (
        select(Document.reason, func.count(), file.scalar_subquery())
        .where(*now)
        .group_by(Document.reason)
        .order_by(func.count().desc(), Document.reason)
        .limit(NAMED)
    )
    reasons = [
        {"reason": reason, "count": count, "file": name}
        for reason, count, name in session.execute(query)
    ]
    return {"count": _count(session, *now), "reasons": reasons}


def _overdue(session: Session) -> dict[str, Any]:
    late = (
        Finding.kind == FindingKind.REPORT_OVERDUE,
        Finding.present,
        Finding.state != FindingState.SETTLED,
    )
    query = (
        select(Issuer.name, Issuer.county, Finding.year)
        .join(Issuer, Issuer.id == Finding.issuer_id)
        .where(*late)
        .order_by(Finding.year.desc(), Issuer.id)
        .limit(NAMED)
    )
    named = [
        {"issuer": name, "county": county, "year": year}
        for name, county, year in session.execute(query)
    ]
    count = session.scalar(select(func.count()).select_from(Finding).where(*late))
    return {"count": count or 0, "first": named}


def _changes(session: Session, since: datetime) -> dict[str, Any]:
    late = Change.changed_at >= since
    counted = _by(session, Change.of, late)
    reports = session.scalar(select(func.count(Change.document_id.distinct())).where(late))
    figures = (
        select(Change.document_id, Issuer.name, Change.subject, Change.before, Change.after)
        .outerjoin(Report, Report.document_id == Change.document_id)
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
        .where(late, Change.of == ChangeOf.FIGURE)
        .order_by(Change.id)
        .limit(NAMED)
    )
    named = [
        {"document": at, "issuer": issuer, "quote": quote, "before": before, "after": after}
        for at, issuer, quote, before, after in session.execute(figures)
    ]
    return {"reports": reports or 0, "count": counted, "first": named}


def _stages(session: Session, since: datetime) -> dict[str, Any]:
    """Of each stage its runs, those that were not done, and the seconds: median and 95 %."""
    seconds = func.extract("epoch", StageRun.ended_at - StageRun.started_at)
    query: Select[Any] = (
        select(
            StageRun.stage,
            func.count(),
            func.count().filter(StageRun.outcome != Outcome.DONE),
            func.percentile_cont(0.5).within_group(seconds),
            func.percentile_cont(0.95).within_group(seconds),
        )
        .where(StageRun.started_at >= since, StageRun.ended_at.is_not(None))
        .group_by(StageRun.stage)
    )
    return {
        str(stage): {
            "runs": runs,
            "failed": failed,
            "median": round(float(median), 3),
            "p95": round(float(p95), 3),
        }
        for stage, runs, failed, median, p95 in session.execute(query)
    }
