"""The nightly part of the comparison: findings about reports that have changed since, peers,
and overdue reports.

Each body and each province has a transaction of its own. One that conflicts with another is
retried; one that still fails does not hold up the rest, and everything changed since is compared
again every night until a run skips nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, Text, cast, func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, aliased

from schema.kinds import Outcome, Stage
from schema.tables import Document, Finding, Fingerprint, Issuer, NightlyRun, Report, StageRun
from workers.across import compare, compare_body, publish, sketch
from workers.across.fingerprints import later_candidates
from workers.across.neighbours import settle_folder, unsettled_folders
from workers.across.overdue import save_overdue
from workers.across.rows import replace_rows
from workers.across.siblings import SIBLING_KINDS
from workers.across.subjects import GONE
from workers.across.unusual import save_outliers_among_peers
from workers.ledger import Ledger
from workers.report.finding_kinds import FindingKind
from workers.results.findings import Row
from workers.results.loading import load_batch

T = TypeVar("T")

# The kinds whose `about` is the id of the other document.
_ABOUT_DOCUMENTS = (FindingKind.NEAR_DUPLICATE, *SIBLING_KINDS)
# How often a transaction that conflicts with another is tried.
_TRIES = 3

log = logging.getLogger("fazhi")


def compare_anew(ledger: Ledger, day: date, run: int | None = None) -> dict[str, Any]:
    """One pass over what changed since the last nightly run that ended and skipped nothing: before
    this run, or without one before this day.
    """
    night = _Night(ledger)
    night.try_step(hide_findings_of_gone)
    night.try_step(_forget_peers)
    moved = night.settle_folders()
    with ledger.transaction() as session:
        since = session.scalar(_last_whole_night(day, run))
        missed = session.scalars(_unpublished()).all()
        astray = session.scalars(_pointing_at_changed(since)).all()
        back = session.scalars(_taken_out_and_back(since)).all()
        copies = {one for document_id in back for one in later_candidates(session, document_id)}
        issuers = session.scalars(_select_changed(since, Report.issuer_id)).all()
        issuers = sorted({*issuers, *moved, *session.scalars(_RESTING_ON_GONE_YEARS)})
        groups = session.execute(_select_changed(since, Issuer.province, Report.year)).all()
    for document_id in missed:
        night.try_step(_publish, document_id)
    again = sorted({*missed, *astray, *copies})
    for document_id in again:
        night.try_step(_compare, document_id)
    bodies = night.compare_bodies(issuers)
    for province, year in groups:
        night.try_step(_compare_peers, province, year)
    with ledger.transaction() as session:
        overdue = save_overdue(session, day)
    told = {"compared": len(again), "bodies": bodies, "groups": len(groups), "overdue": overdue}
    return told | ({"passed_over": night.passed_over} if night.passed_over else {})


def hide_findings_of_gone(session: Session) -> int:
    """Hide findings that were saved while their document was being refused or withdrawn.

    Returns how many.
    """
    gone = select(Document.id).where(Document.id == Finding.document_id, GONE).exists()
    hidden = (
        update(Finding).where(Finding.present, gone).values(present=False).returning(Finding.id)
    )
    return len(session.execute(hidden, execution_options={"synchronize_session": False}).all())


class _Night:
    """Runs each step in its own transaction; `passed_over` counts the steps that failed."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.passed_over = ledger, 0

    def try_step(self, step: Callable[..., T], *of: object) -> T | None:
        """The result of the step; None if every attempt conflicted or the database refused it."""
        for attempt in range(1, _TRIES + 1):
            try:
                with self.ledger.transaction() as session:
                    return step(session, *of)
            except OperationalError as error:
                log.warning(
                    "compared by night: %s %s, attempt %d: %s",
                    step.__name__,
                    of,
                    attempt,
                    error.orig,
                )
        self.passed_over += 1
        return None

    def settle_folders(self) -> set[int]:
        """The issuers of reports that got another county."""
        folders = self.try_step(unsettled_folders) or ()
        return {one for folder in folders for one in self.try_step(settle_folder, folder) or ()}

    def compare_bodies(self, issuer_ids: Iterable[int]) -> int:
        """Compare each body once, through the first of its issuers; returns how many bodies."""
        done: set[int] = set()
        count = 0
        for issuer_id in issuer_ids:
            if issuer_id not in done:
                done.update(self.try_step(compare_body, issuer_id) or ())
                count += 1
        return count


def _publish(session: Session, document_id: int) -> None:
    reports = load_batch(session, [document_id], Stage.SEGMENT)
    publish(session, {at: sketch(report) for at, report in reports.items()})


def _compare(session: Session, document_id: int) -> None:
    compare(session, [document_id])


def _compare_peers(session: Session, province: str | None, year: int) -> None:
    save_outliers_among_peers(session, _issuers_of(session, province, year), year, province)


def _last_whole_night(day: date, run: int | None) -> Select[datetime | None]:
    earlier = NightlyRun.day < day if run is None else NightlyRun.id < run
    passed_over = func.coalesce(NightlyRun.summary["across"]["passed_over"].as_integer(), 0)
    whole = (earlier, NightlyRun.ended_at.is_not(None), passed_over == 0)
    return select(func.max(NightlyRun.started_at)).where(*whole)


def _unpublished() -> Select[Any]:
    """Documents that were finished before there were fingerprints."""
    known = select(Fingerprint.id).where(Fingerprint.document_id == Document.id).exists()
    read = (
        select(Document.id)
        .join(Report, Report.document_id == Document.id)
        .where(Report.text.is_not(None))
    )
    return read.where(Document.done_at.is_not(None), ~known).order_by(Document.id)


def _pointing_at_changed(since: datetime | None) -> Select[Any]:
    """Documents in force with a finding about one that was read anew, refused or withdrawn."""
    other, mine = aliased(Document), aliased(Document)
    query = (
        select(Finding.document_id)
        .join(other, cast(other.id, Text) == Finding.about)
        .join(mine, mine.id == Finding.document_id)
        .where(
            Finding.kind.in_(_ABOUT_DOCUMENTS),
            Finding.across,
            Finding.present,
            mine.done_at.is_not(None),
        )
        .distinct()
    )
    return query.where(other.changed_at >= since) if since else query.where(other.done_at.is_(None))


def _taken_out_and_back(since: datetime | None) -> Select[Any]:
    """Documents that were taken out and are back: audited more than once, the last time since.

    Findings that named them were removed meanwhile, and a report only looks at those published
    before it.
    """
    audited = (
        StageRun.document_id == Document.id,
        StageRun.stage == Stage.AUDIT,
        StageRun.outcome == Outcome.DONE,
    )
    times = select(func.count()).where(*audited).correlate(Document).scalar_subquery()
    latest = (
        select(func.max(StageRun.ended_at)).where(*audited).correlate(Document).scalar_subquery()
    )
    query = (
        select(Document.id).where(Document.done_at.is_not(None), times > 1).order_by(Document.id)
    )
    return query.where(Document.changed_at >= since, latest >= since) if since else query


def _forget_peers(session: Session) -> None:
    """A report that lost its issuer or year has no peers any more: remove such findings."""
    lost = Report.issuer_id.is_(None) | Report.year.is_(None)
    found = (Finding.kind == FindingKind.OUTLIER_AMONG_PEERS, Finding.across, Finding.present)
    query = (
        select(Finding.document_id)
        .join(Report, Report.document_id == Finding.document_id)
        .where(*found, lost)
    )
    rows: dict[int, list[Row]] = {
        document_id: [] for document_id in session.scalars(query) if document_id
    }
    replace_rows(session, rows, {FindingKind.OUTLIER_AMONG_PEERS})


# Issuers with an outlier whose figure of another year has changed or gone since.
_RESTING_ON_GONE_YEARS = text("""
    SELECT DISTINCT report.issuer_id
    FROM finding
    JOIN report ON report.document_id = finding.document_id
    CROSS JOIN LATERAL jsonb_each_text(finding.details -> 'years') AS other (year, value)
    WHERE finding.kind = 'outlier_in_time' AND finding.across AND finding.present
      AND report.issuer_id IS NOT NULL
      AND NOT EXISTS (
          SELECT FROM panel_figure
          WHERE panel_figure.issuer_id = report.issuer_id
            AND panel_figure.year = other.year::integer
            AND panel_figure.indicator = finding.about
            AND panel_figure.value = other.value::float8
      )
    ORDER BY report.issuer_id
""")


def _select_changed(since: datetime | None, *columns: Any) -> Select[Any]:
    """These columns of the reports whose documents changed since."""
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
