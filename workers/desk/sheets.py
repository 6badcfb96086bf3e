"""What goes back to an issuer: the findings of its report that it must mend or explain, each with
its sentence; and what came of them in the report that it sent then.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from schema.kinds import Action, FindingState
from schema.tables import Arrival, Document, Finding, Issuer, Moment, Report
from workers.across.mending import FOR_THE_DESK
from workers.desk.queue import EvidencePiece, mark_spans, sentences_around
from workers.ledger import Ledger
from workers.report.finding_kinds import FindingKind
from workers.report.model import Severity
from workers.report.text import Span
from workers.results.kept_out import kept_out

# So many findings a sheet holds; a report with more is damaged from end to end.
MOST_ITEMS = 200
# So many reports one file for a county holds.
MOST_SHEETS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetItem:
    """One finding: the sentences that it rests on, and their page where the file has several."""

    finding: int
    kind: FindingKind
    severity: Severity
    message: str
    message_en: str
    suggestion: str | None
    page: int | None
    sentences: tuple[tuple[EvidencePiece, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The findings of one report that its issuer must answer, the gravest first."""

    document: int
    issuer: str | None
    county: str | None
    year: int | None
    title: str | None
    name: str
    arrived: Moment | None
    items: tuple[SheetItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """A report with a sheet, in a list: how many findings are on it."""

    document: int
    issuer: str | None
    county: str | None
    year: int | None
    title: str
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """What became of the sheet of `earlier` in the report that came `later`: the findings that
    are mended, and how many are left.
    """

    earlier: int
    later: int
    mended: tuple[int, ...]
    left: int


@dataclass(frozen=True, slots=True)
class SheetFilter:
    """Which sheets: of a county (part of its name) and a year."""

    county: str = ""
    year: int | None = None


def on_sheet() -> ColumnElement[bool]:
    """The findings that an issuer must answer: not yet judged, or judged to be right."""
    return and_(
        Finding.present,
        Finding.kind.not_in(FOR_THE_DESK),
        or_(Finding.state != FindingState.SETTLED, Finding.verdict == Action.ACCEPT),
    )


def load_sheet(ledger: Ledger, document: int) -> Sheet | None:
    """The sheet of one report; None where there is no report."""
    with ledger.transaction() as session:
        return _load_sheet(session, document)


def load_sheets(ledger: Ledger, chosen: SheetFilter) -> Iterator[Sheet]:
    """The sheets that `list_sheets` lists, one read at a time."""
    for line in list_sheets(ledger, chosen):
        sheet = load_sheet(ledger, line.document)
        if sheet and sheet.items:
            yield sheet


def list_sheets(ledger: Ledger, chosen: SheetFilter) -> list[SheetLine]:
    """The newest reports in force that have something to answer, by county and issuer; of several
    reports of one issuer and year the last one.
    """
    later = aliased(Report)
    replaced = _in_force(select(later.document_id), later).where(
        later.issuer_id == Report.issuer_id,
        later.year == Report.year,
        later.document_id > Report.document_id,
    )
    mine = select(Finding.id).where(Finding.document_id == Report.document_id, on_sheet())
    counted = mine.with_only_columns(func.count()).correlate(Report).scalar_subquery()
    query: Select[*tuple[Any, ...]] = (
        select(
            Report.document_id, Issuer.name, Issuer.county, Report.year,
            func.coalesce(Report.title, Report.name), counted,
        )
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
        .where(mine.correlate(Report).exists(), ~kept_out(), ~replaced.exists())
        .order_by(Report.document_id.desc())
        .limit(MOST_SHEETS)
    )  # fmt: skip
    if chosen.county:
        query = query.where(Issuer.county.contains(chosen.county, autoescape=True))
    if chosen.year:
        query = query.where(Report.year == chosen.year)
    with ledger.transaction() as session:
        names = ("document", "issuer", "county", "year", "title", "items")
        lines = [SheetLine(**dict(zip(names, row, strict=True))) for row in session.execute(query)]
    return sorted(lines, key=lambda one: (one.county or "", one.issuer or "", -(one.year or 0)))


def find_mending(ledger: Ledger, document: int) -> Mending | None:
    """What this report mended of the one before it, or what the next one mended of this; None
    where it is the only one of its issuer and year, or nothing was on the sheet.
    """
    with ledger.transaction() as session:
        pair = _find_pair(session, document)
        if pair is None:
            return None
        earlier, later = pair
        of_earlier = Finding.document_id == earlier
        mended = session.scalars(
            select(Finding.id).where(of_earlier, Finding.verdict == Action.MEND)
        ).all()
        left = session.scalar(select(func.count()).where(of_earlier, on_sheet())) or 0
    if not (mended or left):
        return None
    return Mending(earlier=earlier, later=later, mended=tuple(mended), left=left)


def _in_force(query: Select[Any], report: Any) -> Select[Any]:
    """Without what was withdrawn or is being read."""
    done = Document.done_at.is_not(None)
    return query.join(Document, (Document.id == report.document_id) & done)


def _find_pair(session: Session, document: int) -> tuple[int, int] | None:
    """The report before this one and this, or this and the one after it."""
    here, other = aliased(Report), aliased(Report)
    same = and_(other.issuer_id == here.issuer_id, other.year == here.year)
    ids = session.scalars(
        _in_force(select(other.document_id), other)
        .join(here, same)
        .where(here.document_id == document)
        .order_by(other.document_id)
    ).all()
    if len(ids) < 2 or document not in ids:
        return None
    at = max(1, ids.index(document))
    return ids[at - 1], ids[at]


def _load_sheet(session: Session, document: int) -> Sheet | None:
    row = session.execute(
        select(Report, Issuer)
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
        .where(Report.document_id == document)
    ).one_or_none()
    if row is None:
        return None
    report, issuer = row
    found = session.scalars(
        select(Finding)
        .where(Finding.document_id == document, on_sheet())
        .order_by(Finding.priority.desc(), Finding.id)
        .limit(MOST_ITEMS)
    )
    arrived = session.scalar(
        select(func.max(Arrival.arrived_at)).where(Arrival.document_id == document)
    )
    return Sheet(
        document=document,
        issuer=issuer.name if issuer else None,
        county=issuer.county if issuer else None,
        year=report.year,
        title=report.title,
        name=report.name,
        arrived=arrived,
        items=tuple(_item(one, report) for one in found),
    )


def _item(finding: Finding, report: Report) -> SheetItem:
    spans = [Span(start, end) for start, end in finding.spans]
    paged = spans and len(report.page_starts) > 1
    return SheetItem(
        finding=finding.id,
        kind=finding.kind,
        severity=finding.severity,
        message=finding.message,
        message_en=finding.message_en,
        suggestion=finding.suggestion,
        page=bisect_right(report.page_starts, spans[0].start) if paged else None,
        sentences=tuple(
            tuple(mark_spans(report.raw_text or "", window, spans))
            for window in sentences_around(report.raw_text or "", spans)
        ),
    )
