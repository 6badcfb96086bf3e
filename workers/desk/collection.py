"""The collection board: who on the roster has sent the report of a year, and how far it is.

It asks the tables as they are now, so that it is right before the first night too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schema.columns import is_among
from schema.kinds import FindingState
from schema.tables import Arrival, Document, Finding, Metric, Report
from workers.across.overdue import Body, match_roster
from workers.desk.columns import Exported
from workers.desk.exports import USUAL, Say, write_found
from workers.desk.writing import Format
from workers.ledger import Ledger
from workers.report.comparison.bounds import due_day
from workers.results.kept_out import kept_out


class Progress(StrEnum):
    """How far a report is: not due yet, overdue, in with findings open, all settled."""

    AWAITED = "awaited"
    OVERDUE = "overdue"
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came of one issuer for one year: as whom it signed, its newest document, when the first
    came, its figures and findings.
    """

    issuer_id: int
    document: int
    came_at: datetime
    figures: int
    open: int
    settled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionLine:
    """One issuer of the roster in one year."""

    issuer_id: int
    issuer: str
    county: str | None
    province: str | None
    year: int
    due: date
    progress: Progress
    received: Received | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionCount:
    """How many of a county, or of all (None), must report, have, are done, are overdue; and how
    many findings are open.
    """

    county: str | None
    expected: int
    came: int
    done: int
    overdue: int
    open: int


COLUMNS: tuple[Exported[Callable[[CollectionLine], object]], ...] = (
    Exported("issuer", str, lambda one: one.issuer, "填报单位", "who must report"),
    Exported("county", str, lambda one: one.county, "县区", "the county of the issuer"),
    Exported("province", str, lambda one: one.province, "省份", "the province of the issuer"),
    Exported("year", int, lambda one: one.year, "年度", "the year to report on"),
    Exported("due", str, lambda one: one.due.isoformat(), "期限", "the day by which it is due"),
    Exported(
        "progress",
        str,
        lambda one: one.progress.value,
        "状态",
        "awaited, overdue, open (findings wait) or done",
        spoken="progress.",
    ),
    Exported(
        "came_at",
        str,
        lambda one: one.received and f"{one.received.came_at:%Y-%m-%d}",
        "收到",
        "the day on which it first came",
    ),
    Exported("figures", int, lambda one: one.received and one.received.figures, "数字", "figures"),
    Exported(
        "open", int, lambda one: one.received and one.received.open, "待处理", "findings open"
    ),
    Exported(
        "settled", int, lambda one: one.received and one.received.settled, "已处理", "and settled"
    ),
)


def list_collection(
    ledger: Ledger, year: int, today: date, *, county: str = ""
) -> list[CollectionLine]:
    """The roster in this year, by province, county and name; of the counties with this in their
    name.
    """
    with ledger.transaction() as session:
        matched = [
            (body, issuers)
            for body, issuers in match_roster(session, year)
            if county in (body.county or "")
        ]
        there = {issuer for _, issuers in matched for issuer in issuers}
        received = _load_received(session, there, year)
    return [
        _line(body, [one for issuer in issuers for one in received[issuer]], year, today)
        for body, issuers in matched
    ]


def count_collection(lines: Iterable[CollectionLine]) -> list[CollectionCount]:
    """Of all, then of each county."""
    by_county: dict[str | None, list[CollectionLine]] = defaultdict(list)
    everywhere = list(lines)
    for line in everywhere:
        by_county[line.county or ""].append(line)
    return [_count(None, everywhere), *(_count(name, those) for name, those in by_county.items())]


def write_collection(
    lines: Iterable[CollectionLine], out: BinaryIO, file_format: Format, say: Say | None = None
) -> int:
    """The board as a file; how many lines."""
    names = ("collection", "收交情况")
    return write_found(out, file_format, COLUMNS, lines, say, USUAL, names)


def _line(body: Body, received: list[Received], year: int, today: date) -> CollectionLine:
    came = _together(received) if received else None
    late = Progress.OVERDUE if today > due_day(year) else Progress.AWAITED
    return CollectionLine(
        issuer_id=body.issuer_id,
        issuer=body.name,
        county=body.county,
        province=body.province,
        year=year,
        due=due_day(year),
        progress=(Progress.OPEN if came.open else Progress.DONE) if came else late,
        received=came,
    )


def _together(received: list[Received]) -> Received:
    """Of several files for one year the newest, with the findings of all."""
    newest = max(received, key=lambda one: one.document)
    return Received(
        issuer_id=newest.issuer_id,
        document=newest.document,
        came_at=min(one.came_at for one in received),
        figures=newest.figures,
        open=sum(one.open for one in received),
        settled=sum(one.settled for one in received),
    )


def _load_received(
    session: Session, issuers: Collection[int], year: int
) -> dict[int, list[Received]]:
    """By issuer, the documents of the reports that count."""
    arrived = select(func.min(Arrival.arrived_at)).where(Arrival.document_id == Document.id)
    figures = select(func.count()).where(Metric.document_id == Document.id)
    mine = Finding.document_id == Document.id
    settled = Finding.state == FindingState.SETTLED
    waiting = select(func.count()).where(mine, Finding.present, ~settled)
    done = select(func.count()).where(mine, Finding.present, settled)
    counted = (arrived, figures, waiting, done)
    query = (
        select(Report.issuer_id, Document.id, *(one.scalar_subquery() for one in counted))
        .join(Document, Document.id == Report.document_id)
        .where(Report.year == year, Document.done_at.is_not(None), ~kept_out())
        .where(is_among(Report.issuer_id, issuers))
    )
    found: dict[int, list[Received]] = defaultdict(list)
    for issuer, document, came_at, count, still, settled_count in session.execute(query):
        found[issuer].append(
            Received(
                issuer_id=issuer,
                document=document,
                came_at=came_at,
                figures=count,
                open=still,
                settled=settled_count,
            )
        )
    return found


def _count(county: str | None, lines: list[CollectionLine]) -> CollectionCount:
    states = Counter(line.progress for line in lines)
    return CollectionCount(
        county=county,
        expected=len(lines),
        came=states[Progress.OPEN] + states[Progress.DONE],
        done=states[Progress.DONE],
        overdue=states[Progress.OVERDUE],
        open=sum(line.received.open for line in lines if line.received),
    )
