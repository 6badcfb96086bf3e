"""How things stand: for `fazhi status`, the live view and the nightly summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Integer, Select, cast, extract, func, select

from schema.kinds import DocumentState, FindingState, Stage
from schema.tables import Arrival, Document, Finding, NightlyRun, Report, StageRun
from workers.desk.jsonable import SPREAD, UNLESS_NULL
from workers.desk.outgoing import count_unsent
from workers.embedded.health import redis_health
from workers.files.filenames import readable
from workers.intake.inbox import Inbox
from workers.intake.pressure import limits_of, measure_room
from workers.ledger import PENDING, Ledger
from workers.results.in_force import list_astray, rules_in_force
from workers.settings import Settings
from workers.store import Store

# What is due so long, while nothing is done about it, is not waiting for its turn.
IDLE_SECONDS = 60
# A nightly run that nobody went on with for so long.
ABANDONED = timedelta(hours=6)
# Between two nightly runs lies a day, and the time that the night before took.
NIGHT_MISSED = timedelta(hours=26)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCounts:
    """How many findings wait, open or claimed, and how many are settled."""

    open: int
    settled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OldestDue:
    """The document that is due longest, its stage, and since how many seconds."""

    document: int
    stage: Stage | None
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxOverview:
    """Files waiting in the inbox; names that are left alone, as those of unfinished files,
    each with its reason.

    `claimed` files are being taken, `laid_by` ones are taken and kept, because a writer may hold
    them still. `inbox` is null where the folder cannot be read; `inbox_error` says why.
    """

    inbox: int | None
    left_alone: tuple[str, ...]
    left_alone_why: Mapping[str, str]
    claimed: int = 0
    laid_by: int = 0
    inbox_error: str | None = field(default=None, metadata=UNLESS_NULL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How things stand; `queues` has what is due, and `held_back` a sentence for each
    limit that is reached.
    """

    documents: Mapping[DocumentState, int]
    queues: Mapping[Stage, int]
    findings: FindingCounts
    oldest_due: OldestDue | None
    held_back: tuple[str, ...]
    folder: InboxOverview = field(metadata=SPREAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentDocument:
    """A document that changed lately, with its file's name,
    its report's title and the findings that wait.
    """

    id: int
    state: DocumentState
    stage: Stage | None
    reason: str | None
    name: str | None
    title: str | None
    findings: int


def read_overview(ledger: Ledger, chosen: Settings) -> Overview:
    """How things stand at this moment."""
    with ledger.transaction() as session:
        states = select(Document.state, func.count()).group_by(Document.state)
        due = select(Document.stage, func.count()).where(PENDING).group_by(Document.stage)
        settled = Finding.state == FindingState.SETTLED
        findings = select(settled, func.count()).where(Finding.present).group_by(settled)
        by_state = dict(session.execute(states).all())
        by_stage = dict(session.execute(due).all())
        is_settled = dict(session.execute(findings).all())
        oldest = session.execute(_oldest_due()).mappings().one_or_none()
    return Overview(
        documents={state: by_state.get(state, 0) for state in DocumentState},
        queues={stage: by_stage.get(stage, 0) for stage in Stage},
        findings=FindingCounts(open=is_settled.get(False, 0), settled=is_settled.get(True, 0)),
        oldest_due=OldestDue(**oldest) if oldest else None,
        held_back=tuple(measure_room(limits_of(chosen), ledger, chosen.store_dir).held_back),
        folder=_inbox_overview(chosen),
    )


def list_failing(ledger: Ledger, chosen: Settings) -> Iterator[str]:
    """The services that do not do their work, a sentence each:
    asked of the broker and of what the ledger shows.
    """
    if chosen.broker_url:
        yield from (
            health.sentence for health in redis_health(chosen.broker_url) if not health.good
        )
    with ledger.transaction() as session:
        oldest = session.execute(_oldest_due()).mappings().one_or_none()
        begun = session.scalar(
            select(func.max(StageRun.started_at) > _time_ago(timedelta(seconds=IDLE_SECONDS)))
        )
        rung = session.scalar(
            select(func.max(Document.rung_at) > _time_ago(timedelta(seconds=IDLE_SECONDS))).where(
                PENDING
            )
        )
        ended = select(NightlyRun.summary).where(NightlyRun.ended_at.is_not(None))
        night = session.scalar(ended.order_by(NightlyRun.id.desc()).limit(1))
        missed = session.execute(_missed_night()).one()
        unsent = count_unsent(session)
        astray, force = list_astray(session), rules_in_force(session)
    if oldest and oldest["seconds"] > IDLE_SECONDS and not rung:
        yield (
            "Nobody rings for what is due: start `fazhi beat`, and `fazhi work` with "
            "the queue upkeep."
        )
    elif oldest and oldest["seconds"] > IDLE_SECONDS and not begun:
        yield "Nobody works on what is due: start `fazhi work`, or look at its log."
    if missed.abandoned:
        yield (
            f"The nightly run of {missed.abandoned} did not end: look at the log of `fazhi work`, "
            "or `fazhi nightly`."
        )
    elif missed.absent:
        yield (
            "No nightly run was made for more than a day: start `fazhi beat`, and `fazhi work` "
            "with the queue upkeep."
        )
    for channel, (count, error) in unsent.items():
        yield f"{count} messages by {channel} are not taken, and are sent again: {error}"
    for name in astray:
        yield (
            f"{name} has other rules than those in force ({force}), and reads nothing anew: start "
            "it again with the same version and FAZHI_CATALOGUE, or `fazhi migrate` with its own."
        )
    if wrong := ((night or {}).get("verify") or {}).get("wrong"):
        yield f"The last nightly run found {wrong} things wrong: `fazhi verify` names them."


def _missed_night() -> Select[date | None, bool]:
    """The day of the last nightly run where that did not end;
    whether none was begun while there are documents.
    """
    last = select(NightlyRun).order_by(NightlyRun.id.desc()).limit(1).subquery()
    abandoned = select(last.c.day).where(
        last.c.ended_at.is_(None), last.c.seen_at < _time_ago(ABANDONED)
    )
    begun = select(NightlyRun.day).where(NightlyRun.started_at > _time_ago(NIGHT_MISSED)).exists()
    old = select(Arrival.id).where(Arrival.arrived_at < _time_ago(NIGHT_MISSED)).exists()
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


def _time_ago(time: timedelta) -> ColumnElement[datetime]:
    return func.clock_timestamp() - time


def _inbox_overview(chosen: Settings) -> InboxOverview:
    try:
        inbox = Inbox(chosen.inbox_dir, Store(chosen.store_dir))
        scan, (claimed, laid_by) = inbox.scan(), inbox.count_claims()
    except OSError as error:
        told = f"{error.filename or chosen.inbox_dir}: {error.strerror}"
        if isinstance(error, FileNotFoundError):
            told = (
                f"{chosen.inbox_dir} is not there: `fazhi run` makes it at its first start; or "
                "make the folder, or set FAZHI_INBOX."
            )
        return InboxOverview(inbox=None, left_alone=(), left_alone_why={}, inbox_error=told)
    why = {readable(path): reason for path, reason in scan.left_alone.items()}
    return InboxOverview(
        inbox=len(scan.files),
        left_alone=tuple(why),
        left_alone_why=why,
        claimed=claimed,
        laid_by=laid_by,
    )


def list_recent(ledger: Ledger, count: int = 12) -> list[RecentDocument]:
    """The documents that changed last, newest first."""
    name = (
        select(Arrival.name)
        .where(Arrival.document_id == Document.id)
        .order_by(Arrival.id.desc())
        .limit(1)
    )
    asked = (
        Finding.document_id == Document.id,
        Finding.present,
        Finding.state != FindingState.SETTLED,
    )
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
        return [RecentDocument(**row) for row in session.execute(query).mappings()]
