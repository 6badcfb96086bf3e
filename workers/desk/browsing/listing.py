"""Which reports stand, newest first, read page by page from the key at
which the last page ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    any_,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from schema.kinds import FindingState
from schema.tables import Arrival, Document, Finding, Issuer, Report
from workers.desk.search import SearchHit, search_reports, split_query
from workers.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One report. `findings` are those that wait; `name` is the file's."""

    document: int
    name: str
    title: str | None
    issuer: str | None
    county: str | None
    province: str | None
    year: int | None
    published: date | None
    findings: int


def list_reports(
    ledger: Ledger,
    *,
    words: str = "",
    year: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[ReportLine]:
    """The reports whose results stand, newest first;
    `before` a line's document gives the page after it.

    All of the `words` have to stand in the issuer's name and place,
    or all in the name of a file, as they are written.
    """
    query = (
        _select_lines()
        .where(*_report_conditions(year, before))
        .order_by(Report.document_id.desc())
        .limit(limit)
    )
    with ledger.transaction() as session:
        if asked := words.split():
            # A plan for any words would be slow for frequent ones or for rare ones.
            session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
            query = query.where(
                Report.document_id.in_(
                    _select_newest(session, asked, _report_conditions(year, before), limit)
                )
            )
        return [ReportLine(**row) for row in session.execute(query).mappings()]


def find_reports(
    ledger: Ledger, query: str, *, words: str = "", year: int | None = None, limit: int = 30
) -> list[SearchHit]:
    """The reports of that name and year whose text holds the query, best first;
    see `workers.desk.search`.
    """
    narrowed = _report_conditions(year)
    if asked := words.split():
        with ledger.transaction() as session:
            narrowed.append(
                or_(_of_issuers(session, asked), Report.document_id.in_(_of_files(asked)))
            )
    return search_reports(ledger, split_query(query), limit=limit, narrowed=narrowed)


def _report_conditions(year: int | None, before: int | None = None) -> list[ColumnElement[bool]]:
    """What limits the reports to those that stand, of this year, before this one."""
    limits: list[ColumnElement[bool]] = [Document.done_at.is_not(None)]
    if year is not None:
        limits.append(Report.year == year)
    if before is not None:
        limits.append(Report.document_id < before)
    return limits


def _select_lines() -> Select[*tuple[Any, ...]]:
    waits = select(func.count()).where(
        Finding.document_id == Report.document_id,
        Finding.state != FindingState.SETTLED,
        Finding.present,
    )
    columns = (
        Report.name,
        Report.title,
        Report.county,
        Report.province,
        Report.year,
        Report.published,
    )
    return (
        select(
            Report.document_id.label("document"),
            *columns,
            Issuer.name.label("issuer"),
            waits.scalar_subquery().label("findings"),
        )
        .join(Document, Document.id == Report.document_id)
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
    )


def _select_newest(
    session: Session, words: Sequence[str], narrowed: Sequence[ColumnElement[bool]], limit: int
) -> CompoundSelect[int]:
    """The newest reports of that name: two lookups, each by an index of its own,
    which no one condition would use.
    """
    query = (
        select(Report.document_id)
        .join(Document, Document.id == Report.document_id)
        .where(*narrowed)
    )
    query = query.order_by(Report.document_id.desc()).limit(limit)
    by_file = query.join(Arrival, Arrival.document_id == Report.document_id).where(*_in_name(words))
    return union_all(query.where(_of_issuers(session, words)), by_file)


def _of_issuers(session: Session, words: Sequence[str]) -> ColumnElement[bool]:
    """Whether a report is of one of the issuers of that name and place,
    which are looked up at once.
    """
    place = func.concat_ws(" ", Issuer.province, Issuer.county, Issuer.name)
    found = session.scalars(
        select(Issuer.id).where(*(place.contains(word, autoescape=True) for word in words))
    )
    return Report.issuer_id == any_(literal(found.all(), ARRAY(BigInteger)))


def _of_files(words: Sequence[str]) -> Select[int]:
    return select(Arrival.document_id).where(*_in_name(words))


def _in_name(words: Sequence[str]) -> list[ColumnElement[bool]]:
    return [Arrival.name.contains(word, autoescape=True) for word in words]
