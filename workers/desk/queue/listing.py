"""A page of the queue: which findings, in which order, from which key on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased, defer

from schema.kinds import FindingState
from schema.tables import Finding, Issuer, Report
from workers.database import has_words
from workers.desk.queue.errors import NoSuchFinding
from workers.desk.queue.values import Key, QueuedFinding
from workers.ledger import Ledger
from workers.report.finding_kinds import FindingKind
from workers.report.model import Severity

Query = Select[*tuple[Any, ...]]

# Written into the statement, as it stands in the indexes of the queue:
# a plan for any value would not use them.
_SETTLED = bindparam(None, FindingState.SETTLED, Finding.state.type, literal_execute=True)
_CLAIMED = bindparam(None, FindingState.CLAIMED, Finding.state.type, literal_execute=True)

# No issuer is called by a number.
_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which findings; null is no limit. `state` null: all that wait, open or claimed.

    `issuer` is a whole name, or the number of one issuer of several of that name; `text` is looked
    for in the messages, the evidence, the report's title and the issuer.
    """

    kind: FindingKind | None = None
    severity: Severity | None = None
    issuer: str | None = None
    state: FindingState | None = None
    text: str | None = None


def list_findings(
    ledger: Ledger,
    filters: Filters | None = None,
    *,
    after: Key | None = None,
    before: Key | None = None,
    limit: int = 50,
) -> list[QueuedFinding]:
    """A page of the queue, the highest priority first, then the oldest;
    `key` of its last row begins the next page.

    `before` the key of its first row ends the page in front of it.
    """
    query = in_queue(_select_joined(), filters or Filters(), after=after, before=before)
    with ledger.transaction() as session:
        rows = session.execute(query.limit(limit).options(defer(Finding.details))).all()
        return [_queued_finding(*row) for row in (reversed(rows) if before else rows)]


def find_finding(ledger: Ledger, finding_id: int) -> QueuedFinding:
    """One finding as a list shows it."""
    with ledger.transaction() as session:
        return load_queued(session, finding_id)


def load_queued(session: Session, finding_id: int) -> QueuedFinding:
    """One finding as a list shows it; NoSuchFinding where there is none."""
    one = _select_joined().where(Finding.id == finding_id).options(defer(Finding.details))
    row = session.execute(one).one_or_none()
    if row is None:
        raise NoSuchFinding(f"(number {finding_id})")
    return _queued_finding(*row)


def in_queue(
    query: Query, filters: Filters, *, after: Key | None = None, before: Key | None = None
) -> Query:
    """The query over the findings of these filters, in the order of the queue;
    with `before`, backwards from there.
    """
    if before:
        query = query.where(_comes_before(before)).order_by(Finding.priority, Finding.id.desc())
    else:
        query = query.order_by(Finding.priority.desc(), Finding.id)
    if after:
        query = query.where(_comes_after(after))
    query = query.where(Finding.present, _in_state(filters.state))
    if filters.kind:
        query = query.where(Finding.kind == filters.kind)
    if filters.severity:
        query = query.where(Finding.severity == filters.severity)
    if filters.issuer:
        query = query.where(is_of(filters.issuer))
    # Postgres cannot store NUL.
    if words := (filters.text or "").replace("\0", ""):
        query = query.where(_contains_words(words))
    return query


def _comes_after(after: Key) -> ColumnElement[bool]:
    """Findings after this key in the queue; the first condition is the one the index starts at."""
    later = and_(Finding.priority == after.priority, Finding.id > after.id)
    return and_(Finding.priority <= after.priority, or_(Finding.priority < after.priority, later))


def _comes_before(before: Key) -> ColumnElement[bool]:
    earlier = and_(Finding.priority == before.priority, Finding.id < before.id)
    return and_(
        Finding.priority >= before.priority, or_(Finding.priority > before.priority, earlier)
    )


def issuers_of(ledger: Ledger, issuer: str) -> list[Issuer]:
    """The issuers that a filter names, by number."""
    with ledger.transaction() as session:
        return list(
            session.scalars(select(Issuer).where(_matches_issuer(issuer)).order_by(Issuer.id))
        )


def is_of(issuer: str) -> ColumnElement[bool]:
    """Whether the finding is of a report, or of a missing one, of the issuers of this name,
    or of this number.
    """
    theirs = aliased(Finding)
    ids = select(Issuer.id).where(_matches_issuer(issuer))
    reports = select(Report.document_id).where(Report.issuer_id.in_(ids))
    # Not one condition with an OR, which no index answers.
    of_report = select(theirs.id).where(theirs.document_id.in_(reports))
    of_none = select(theirs.id).where(theirs.issuer_id.in_(ids))
    return Finding.id.in_(union_all(of_report, of_none))


def _matches_issuer(issuer: str) -> ColumnElement[bool]:
    return Issuer.id == int(issuer) if _NUMBER.fullmatch(issuer) else Issuer.name == issuer


def is_held() -> ColumnElement[bool]:
    """Whether a person's claim on the finding still holds, by the database's clock."""
    return and_(Finding.state == _CLAIMED, Finding.claimed_until > func.clock_timestamp())


def is_free_for(who: str) -> ColumnElement[bool]:
    """Whether this person may take the finding: no one else holds it."""
    return ~is_held() | (Finding.claimed_by == who)


def _select_joined() -> Query:
    return (
        select(
            Finding,
            Report.title,
            Report.name,
            Issuer,
            func.coalesce(Report.year, Finding.year),
            is_held(),
        )
        .outerjoin(Report, Report.document_id == Finding.document_id)
        .outerjoin(Issuer, Issuer.id == func.coalesce(Report.issuer_id, Finding.issuer_id))
    )


def _contains_words(words: str) -> ColumnElement[bool]:
    """Whether the finding, its report's title or its issuer's name has these words."""
    titled = select(Report.document_id).where(
        has_words(Report.title, words) | has_words(Report.name, words)
    )
    named = select(Issuer.id).where(has_words(Issuer.name, words))
    reports = select(Report.document_id).where(Report.issuer_id.in_(named))
    said = [
        has_words(column, words)
        for column in (Finding.message, Finding.message_en, Finding.evidence)
    ]
    return or_(
        *said,
        Finding.document_id.in_(titled),
        Finding.document_id.in_(reports),
        Finding.issuer_id.in_(named),
    )


def _in_state(state: FindingState | None) -> ColumnElement[bool]:
    if state is FindingState.SETTLED:
        return Finding.state == _SETTLED
    waits = Finding.state != _SETTLED
    if state is None:
        return waits
    return and_(waits, is_held() if state is FindingState.CLAIMED else ~is_held())


def _queued_finding(
    finding: Finding,
    title: str | None,
    name: str | None,
    issuer: Issuer | None,
    year: int | None,
    held: bool,
) -> QueuedFinding:
    # A claim that ran out is none, whatever its row still says.
    claimed = held or finding.state != FindingState.CLAIMED
    return QueuedFinding(
        id=finding.id,
        document=finding.document_id,
        kind=finding.kind,
        severity=finding.severity,
        key=Key(finding.priority, finding.id),
        state=finding.state if claimed else FindingState.OPEN,
        claimed_by=finding.claimed_by if claimed else None,
        claimed_until=finding.claimed_until if claimed else None,
        verdict=finding.verdict,
        message=finding.message,
        message_en=finding.message_en,
        suggestion=finding.suggestion,
        report=title or name,
        issuer=issuer.name if issuer else None,
        issuer_id=issuer.id if issuer else None,
        county=issuer.county if issuer else None,
        year=year,
        present=finding.present,
    )
