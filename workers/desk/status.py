"""How things stand: for `fazhi status`, the live view and the nightly summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, cast, extract, func, select
from sqlalchemy.orm import Session

from schema.kinds import DocumentState, FindingState, Stage
from schema.tables import Arrival, Document, Finding, Report
from workers.desk.counts import count_ended, count_findings, count_unfinished
from workers.desk.jsonable import SPREAD, UNLESS_NULL
from workers.files.filenames import readable
from workers.intake.inbox import Inbox
from workers.intake.pressure import limits_of, measure_room
from workers.ledger import Ledger
from workers.settings import Settings
from workers.store import Store

# A nightly run that nobody went on with for so long.
ABANDONED = timedelta(hours=6)


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
        states, stages = Counter(count_ended(session)), Counter[Stage | None]()
        for (stage, state), count in count_unfinished(session).items():
            states[state] += count
            stages[stage] += count
        settled = Counter[bool]()
        for (_, is_settled), count in count_findings(session).items():
            settled[is_settled] += count
        oldest = oldest_due(session)
    return Overview(
        documents={state: states[state] for state in DocumentState},
        queues={stage: stages[stage] for stage in Stage},
        findings=FindingCounts(open=settled[False], settled=settled[True]),
        oldest_due=oldest,
        held_back=tuple(measure_room(limits_of(chosen), ledger, chosen.store_dir).held_back),
        folder=look_into_inbox(chosen),
    )


def oldest_due(session: Session) -> OldestDue | None:
    since = func.clock_timestamp() - Document.due_at
    oldest = (
        select(
            Document.id.label("document"),
            Document.stage,
            cast(func.floor(extract("epoch", since)), Integer).label("seconds"),
        )
        .where(Document.state == DocumentState.WAITING, Document.due_at <= func.clock_timestamp())
        .order_by(Document.due_at)
        .limit(1)
    )
    row = session.execute(oldest).mappings().one_or_none()
    return OldestDue(**row) if row else None


def time_ago(time: timedelta) -> ColumnElement[datetime]:
    return func.clock_timestamp() - time


def look_into_inbox(chosen: Settings) -> InboxOverview:
    """What waits there; a folder that is not there holds nothing."""
    try:
        inbox = Inbox(chosen.inbox_dir, Store(chosen.store_dir))
        scan, (claimed, laid_by) = inbox.scan(), inbox.count_claims()
    except FileNotFoundError:  # nobody has dropped or watched anything here yet
        return InboxOverview(inbox=0, left_alone=(), left_alone_why={})
    except OSError as error:
        told = f"{error.filename or chosen.inbox_dir}: {error.strerror}"
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
