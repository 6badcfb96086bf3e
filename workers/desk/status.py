"""How things stand, as plain values: for `fazhi status`, the live view and the nightly summary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, extract, func, select

from schema.kinds import DocumentState, FindingState, Stage
from schema.tables import Arrival, Document, Finding, NightlyRun, Report, StageRun
from workers.embedded.health import redis_health
from workers.intake.inbox import Inbox
from workers.intake.pressure import limits_of, room
from workers.ledger import PENDING, Ledger
from workers.settings import Settings
from workers.store import Store

# What is due so long, while nothing is done about it, is not waiting for its turn.
IDLE_SECONDS = 60
# A nightly run that has not ended after this long was killed, and may be begun again.
ABANDONED = timedelta(hours=6)
# Between two nightly runs lies a day, and the time that the night before took.
NIGHT_MISSED = timedelta(hours=26)


def overview(ledger: Ledger, chosen: Settings) -> dict[str, Any]:
    """`documents` (state → count), `queues` (stage → due), `findings` (open, settled), `inbox` and `left_alone`.

    Also `oldest_due` (document, stage, seconds), or None; and `held_back`, a sentence for each limit that is reached.
    """
    with ledger.transaction() as session:
        states = session.execute(select(Document.state, func.count()).group_by(Document.state))
        documents = {str(state): 0 for state in DocumentState} | {str(state): count for state, count in states}
        due = session.execute(select(Document.stage, func.count()).where(PENDING).group_by(Document.stage))
        queues = {str(stage): 0 for stage in Stage} | {str(stage): count for stage, count in due}
        settled = Finding.state == FindingState.SETTLED
        answer = session.execute(select(settled, func.count()).where(Finding.present).group_by(settled))
        findings = dict.fromkeys(("open", "settled"), 0)
        findings |= {"settled" if is_settled else "open": count for is_settled, count in answer}
        oldest = session.execute(_oldest_due()).mappings().one_or_none()
    return {
        "documents": documents,
        "queues": queues,
        "findings": findings,
        "oldest_due": dict(oldest) if oldest else None,
        "held_back": list(room(limits_of(chosen), ledger, chosen.store_dir).held_back),
    } | inbox_overview(chosen)


def failing(ledger: Ledger, chosen: Settings) -> Iterator[str]:
    """The services that do not do their work, a sentence each: asked of the broker and of what the ledger shows."""
    if chosen.broker_url:
        yield from (health.sentence for health in redis_health(chosen.broker_url) if not health.good)
    with ledger.transaction() as session:
        oldest = session.execute(_oldest_due()).mappings().one_or_none()
        begun = session.scalar(select(func.max(StageRun.started_at) > _ago(timedelta(seconds=IDLE_SECONDS))))
        rung = session.scalar(select(func.max(Document.rung_at) > _ago(timedelta(seconds=IDLE_SECONDS))).where(PENDING))
        ended = select(NightlyRun.summary).where(NightlyRun.summary.is_not(None))
        night = session.scalar(ended.order_by(NightlyRun.day.desc()).limit(1))
        missed = session.execute(_missed_night()).one()
    if oldest and oldest["seconds"] > IDLE_SECONDS and not rung:
        yield "Nobody rings for what is due: start `fazhi beat`, and `fazhi work` with the queue upkeep."
    elif oldest and oldest["seconds"] > IDLE_SECONDS and not begun:
        yield "Nobody works on what is due: start `fazhi work`, or look at its log."
    if missed.abandoned:
        yield f"The nightly run of {missed.abandoned} did not end: look at the log of `fazhi work`, or `fazhi nightly`."
    elif missed.absent:
        yield "No nightly run was made for more than a day: start `fazhi beat`, and `fazhi work` with the queue upkeep."
    if wrong := ((night or {}).get("verify") or {}).get("wrong"):
        yield f"The last nightly run found {wrong} things wrong: `fazhi verify` names them."


def _missed_night() -> Select[date | None, bool]:
    """The day of the last nightly run where that did not end; whether none was begun while there are documents."""
    last = select(NightlyRun).order_by(NightlyRun.day.desc()).limit(1).subquery()
    abandoned = select(last.c.day).where(last.c.ended_at.is_(None), last.c.started_at < _ago(ABANDONED))
    begun = select(NightlyRun.day).where(NightlyRun.started_at > _ago(NIGHT_MISSED)).exists()
    old = select(Arrival.id).where(Arrival.arrived_at < _ago(NIGHT_MISSED)).exists()
    return select(abandoned.scalar_subquery().label("abandoned"), (old & ~begun).label("absent"))


def _oldest_due() -> Select[int, Stage | None, int]:
    since = func.clock_timestamp() - Document.due_at
    return (
        select(
            Document.id.label("document"),
            Document.stage,
            cast(func.floor(extract("epoch", since)), Integer).label("seconds"),
        )
        .where(Document.state == DocumentState.WAITING, Document.due_at <= func.clock_timestamp())
        .order_by(Document.due_at)
        .limit(1)
    )


def _ago(time: timedelta) -> ColumnElement[datetime]:
    return func.clock_timestamp() - time


def inbox_overview(chosen: Settings) -> dict[str, Any]:
    """Files waiting in the inbox, and the names that are left alone because programs give them to unfinished files."""
    try:
        scan = Inbox(chosen.inbox_dir, Store(chosen.store_dir)).scan()
    except OSError as error:
        return {"inbox": None, "left_alone": [], "inbox_error": str(error)}
    return {"inbox": len(scan.files), "left_alone": list(scan.left_alone)}


def recent(ledger: Ledger, count: int = 12) -> list[dict[str, Any]]:
    """The documents that changed last, newest first, each with its file's name, state, stage, figures and findings."""
    name = select(Arrival.name).where(Arrival.document_id == Document.id).order_by(Arrival.id.desc()).limit(1)
    asked = (Finding.document_id == Document.id, Finding.present, Finding.state != FindingState.SETTLED)
    findings = select(func.count()).where(*asked)
    query = (
        select(
            Document.id,
            Document.state,
            Document.stage,
            Document.reason,
            name.scalar_subquery().label("name"),
            Report.title,
            findings.scalar_subquery().label("findings"),
        )
        .outerjoin(Report, Report.document_id == Document.id)
        .order_by(Document.changed_at.desc())
        .limit(count)
    )
    with ledger.transaction() as session:
        return [dict(row) for row in session.execute(query).mappings()]
