"""What the comparison owes by night: reports that changed under others' findings, peers, and who is overdue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.orm import Session, aliased

from schema.tables import Document, Finding, Fingerprint, Issuer, NightlyRun, Report
from workers import results
from workers.across import compare, compare_body, publish
from workers.across.overdue import save_overdue
from workers.across.siblings import SIBLING_KINDS
from workers.across.unusual import save_outliers_among_peers
from workers.ledger import Ledger
from workers.report.model import FindingKind

# The kinds whose `about` is the id of the other document.
_ABOUT_DOCUMENTS = (FindingKind.NEAR_DUPLICATE, *SIBLING_KINDS)


def compare_anew(ledger: Ledger, day: date) -> dict[str, Any]:
    """One pass over what changed since the last nightly run that ended; a transaction for each body and province."""
    with ledger.transaction() as session:
        since = session.scalar(
            select(func.max(NightlyRun.started_at)).where(NightlyRun.day < day, NightlyRun.ended_at.is_not(None))
        )
        missed = session.scalars(_unpublished()).all()
        astray = session.scalars(_pointing_at_changed(since)).all()
        issuers = session.scalars(_changed(since, Report.issuer_id)).all()
        groups = session.execute(_changed(since, Issuer.province, Report.year)).all()
    _publish_missed(ledger, missed)
    for document_id in sorted({*missed, *astray}):
        with ledger.transaction() as session:
            compare(session, document_id)
    bodies = _compare_bodies(ledger, issuers)
    for province, year in groups:
        with ledger.transaction() as session:
            save_outliers_among_peers(session, _issuers_of(session, province, year), year)
    with ledger.transaction() as session:
        overdue = save_overdue(session, day)
    return {"compared": len({*missed, *astray}), "bodies": bodies, "groups": len(groups), "overdue": overdue}


def _publish_missed(ledger: Ledger, document_ids: Iterable[int]) -> None:
    for document_id in document_ids:
        with ledger.transaction() as session:
            cleaned = results.load_cleaned(session, document_id)
            publish(session, document_id, cleaned, results.load_segmented(session, document_id))


def _compare_bodies(ledger: Ledger, issuer_ids: Iterable[int]) -> int:
    done: set[int] = set()
    count = 0
    for issuer_id in issuer_ids:
        if issuer_id not in done:
            with ledger.transaction() as session:
                done.update(compare_body(session, issuer_id))
            count += 1
    return count


def _unpublished() -> Select[Any]:
    """Documents that were finished before fingerprints were taken."""
    known = select(Fingerprint.id).where(Fingerprint.document_id == Document.id).exists()
    read = select(Document.id).join(Report, Report.document_id == Document.id).where(Report.text.is_not(None))
    return read.where(Document.done_at.is_not(None), ~known).order_by(Document.id)


def _pointing_at_changed(since: datetime | None) -> Select[Any]:
    """Standing documents with a finding about one that was read anew, refused or withdrawn since."""
    other, mine = aliased(Document), aliased(Document)
    query = (
        select(Finding.document_id)
        .join(other, cast(other.id, Text) == Finding.about)
        .join(mine, mine.id == Finding.document_id)
        .where(Finding.kind.in_(_ABOUT_DOCUMENTS), Finding.across, Finding.present, mine.done_at.is_not(None))
        .distinct()
    )
    return query.where(other.changed_at >= since) if since else query.where(other.done_at.is_(None))


def _changed(since: datetime | None, *columns: Any) -> Select[Any]:
    """Of the documents that changed since: whose, and on which year."""
    query = (
        select(*columns)
        .join_from(Report, Document, Document.id == Report.document_id)
        .join(Issuer, Issuer.id == Report.issuer_id)
        .where(Report.year.is_not(None))
        .distinct()
    )
    return query.where(Document.changed_at >= since) if since else query


def _issuers_of(session: Session, province: str | None, year: int) -> list[int]:
    query = (
        select(Report.issuer_id)
        .join(Issuer, Issuer.id == Report.issuer_id)
        .where(Report.year == year, Issuer.province.is_not_distinct_from(province))
        .distinct()
    )
    return [one for one in session.scalars(query) if one]
