"""How the machinery runs, as the desk shows it:
what is due, how long the stages take, what failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, case, func, select

from schema.accounts import Audit
from schema.kinds import Deed, DocumentState, Outcome, Stage
from schema.tables import Arrival, NightlyRun, StageRun
from schema.upkeep import Process
from workers.desk.counts import count_unfinished
from workers.ledger import Ledger
from workers.settings import Settings

# Stage times are those of the latest runs: enough for a steady 95th percentile,
# and never a look at the whole table.
SAMPLE, SAMPLE_AGE = 5000, timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLine:
    """One stage: documents due and in work; of its latest runs the seconds (median, 95 %),
    rate, failures.
    """

    stage: Stage
    due: int = 0
    running: int = 0
    runs: int = 0
    median: float | None = None
    p95: float | None = None
    per_hour: float | None = None
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One process, what it does, when it last said so, and whether that is not long ago."""

    name: str
    does: list[str]
    seen_at: datetime
    is_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One run of a stage that ended badly."""

    id: int
    document: int
    file: str | None
    stage: Stage
    outcome: Outcome
    error: str | None
    worker: str
    attempt: int
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """The last nightly run; how many documents it made due anew and rang for, null before that."""

    id: int
    started_at: datetime
    ended_at: datetime | None
    read_anew: int | None
    rung: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One line of the audit log."""

    id: int
    at: datetime
    who: str | None
    address: str | None
    deed: Deed
    about: str | None


def list_services(ledger: Ledger, chosen: Settings) -> list[Service]:
    """What said lately that it is at work, and has not ended in peace since."""
    silent = timedelta(seconds=chosen.silent_seconds)
    is_there = Process.seen_at > func.clock_timestamp() - silent
    query = select(Process.name, Process.does, Process.seen_at, is_there.label("is_there"))
    with ledger.transaction() as session:
        recent = query.where(Process.seen_at > func.clock_timestamp() - SAMPLE_AGE)
        return [Service(**row) for row in session.execute(recent.order_by(Process.name)).mappings()]


def list_stages(ledger: Ledger) -> list[StageLine]:
    """The five stages, in order."""
    with ledger.transaction() as session:
        counts = count_unfinished(session)
        times = {row["stage"]: row for row in session.execute(_select_times()).mappings()}
    return [
        StageLine(
            **times.get(stage, {"stage": stage}),
            due=counts.get((stage, DocumentState.WAITING), 0),
            running=counts.get((stage, DocumentState.RUNNING), 0),
        )
        for stage in Stage
    ]


def _select_times() -> Select[*tuple[object, ...]]:
    """One row a stage over the latest runs; the rate is over the time since
    the oldest of them began.
    """
    latest = (
        select(StageRun.stage, StageRun.outcome, StageRun.started_at, StageRun.ended_at)
        .where(StageRun.started_at > func.now() - SAMPLE_AGE, StageRun.ended_at.is_not(None))
        .order_by(StageRun.started_at.desc())
        .limit(SAMPLE)
        .subquery()
    )
    seconds = func.extract("epoch", latest.c.ended_at - latest.c.started_at)
    since = func.extract("epoch", func.clock_timestamp() - func.min(latest.c.started_at))
    good = latest.c.outcome == Outcome.DONE
    return select(
        latest.c.stage,
        func.count().label("runs"),
        func.percentile_cont(0.5).within_group(seconds).label("median"),
        func.percentile_cont(0.95).within_group(seconds).label("p95"),
        (func.count().filter(good) * 3600 / func.greatest(since, 1)).label("per_hour"),
        func.sum(case((good, 0), else_=1)).label("failed"),
    ).group_by(latest.c.stage)


def list_failures(ledger: Ledger, limit: int = 20) -> list[Failure]:
    """The runs that ended badly, newest first."""
    file = (
        select(Arrival.name)
        .where(Arrival.document_id == StageRun.document_id)
        .order_by(Arrival.id.desc())
        .limit(1)
    )
    query = (
        select(
            StageRun.id,
            StageRun.document_id.label("document"),
            file.scalar_subquery().label("file"),
            StageRun.stage,
            StageRun.outcome,
            StageRun.error,
            StageRun.worker,
            StageRun.attempt,
            StageRun.ended_at,
        )
        .where(StageRun.outcome != Outcome.DONE)
        .order_by(StageRun.id.desc())
        .limit(limit)
    )
    with ledger.transaction() as session:
        return [Failure(**row) for row in session.execute(query).mappings()]


def last_night(ledger: Ledger) -> Night | None:
    """The latest nightly run; None before the first."""
    latest = select(NightlyRun).order_by(NightlyRun.id.desc()).limit(1)
    with ledger.transaction() as session:
        run = session.scalar(latest)
        return _read_night(run) if run else None


def _read_night(run: NightlyRun) -> Night:
    summary = run.summary or {}
    return Night(
        id=run.id,
        started_at=run.started_at,
        ended_at=run.ended_at,
        read_anew=summary.get("read_anew"),
        rung=summary.get("rung"),
    )


def list_audit(ledger: Ledger, *, before: int | None = None, limit: int = 50) -> list[AuditLine]:
    """The audit log, newest first; `before` a line's id gives the page after it."""
    query = select(Audit.id, Audit.at, Audit.who, Audit.address, Audit.deed, Audit.about)
    if before is not None:
        query = query.where(Audit.id < before)
    with ledger.transaction() as session:
        rows = session.execute(query.order_by(Audit.id.desc()).limit(limit))
        return [AuditLine(**row) for row in rows.mappings()]
