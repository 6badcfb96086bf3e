"""What came of each dropped file, for those who have no account: one CSV a day in `回执/` of the
inbox.

Whoever writes to the inbox may read it; a day's file is written anew while something of it changes.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, cast, func, or_, select
from sqlalchemy.orm import aliased

from schema.kinds import DocumentState
from schema.tables import Arrival, Document, Finding, Issuer, Metric, Report
from workers.desk.writing import Column, Format, Row, write_rows
from workers.files.handles import Folder
from workers.intake.scanning import RECEIPTS
from workers.ledger import Ledger
from workers.store import partial_file

# A file's end is told so long after it came; what is read anew later is not.
KEPT_UP = timedelta(days=7)
# Seconds between two looks, and how many times its cost a look is apart from the next.
EVERY, TIMES_ITS_COST = 5.0, 20
# A transaction may end so long after the moments that it has written.
OVERLAP = timedelta(seconds=30)
READABLE = 0o644
AGAIN = "内容与已收文件相同，不重复计入。 The same content came before: it counts once."
COLUMNS = (
    Column("文件 file"),
    Column("文件夹 folder"),
    Column("收到 arrived"),
    Column("结果 state"),
    Column("填报单位 issuer"),
    Column("年度 year", int),
    Column("数字 figures", int),
    Column("待核查 findings", int),
    Column("说明 reason"),
)
STATES = {
    DocumentState.WAITING: "处理中 in work",
    DocumentState.RUNNING: "处理中 in work",
    DocumentState.DONE: "已完成 done",
    DocumentState.UNPACKED: "已拆开 unpacked",
    DocumentState.REFUSED: "已退回 refused",
    DocumentState.WITHDRAWN: "已撤回 withdrawn",
}


class Receipts:
    """The receipts of one inbox, kept up by whoever watches it."""

    def __init__(self, ledger: Ledger, inbox: Path, timezone: str) -> None:
        self.ledger, self.inbox, self.zone = ledger, inbox, ZoneInfo(timezone)
        self._seen: datetime | None = None
        self._written: dict[date, bytes] = {}
        self._next = 0.0

    def keep_up(self) -> int:
        """Write the days on which something changed; how many. OSError where that cannot be."""
        began = time.monotonic()
        if began < self._next:
            return 0
        self._next = began + EVERY
        now, days = self._changed_days()
        written = sum(self._write(day) for day in days)
        self._seen = now
        ended = time.monotonic()
        self._next = ended + max(EVERY, TIMES_ITS_COST * (ended - began))
        return written

    def _changed_days(self) -> tuple[datetime, list[date]]:
        """The database's time now, and the days of what changed since the last look."""
        day = cast(func.timezone(self.zone.key, Arrival.arrived_at), Date)
        recent = select(day).join(Document, Document.id == Arrival.document_id).distinct()
        recent = recent.where(Arrival.arrived_at > func.now() - KEPT_UP)
        if self._seen:
            since = self._seen - OVERLAP
            recent = recent.where(or_(Document.changed_at > since, Arrival.arrived_at > since))
        with self.ledger.transaction() as session:
            now = session.execute(select(func.clock_timestamp())).scalar_one()
            return now, list(session.scalars(recent))

    def _write(self, day: date) -> bool:
        """In place of the day's older file, never through a link; not where nothing changed."""
        out = io.BytesIO(codecs.BOM_UTF8)  # Excel takes it for UTF-8 then
        out.seek(0, os.SEEK_END)
        write_rows(out, Format.CSV, COLUMNS, self._rows(day))
        digest = hashlib.sha256(out.getbuffer()).digest()
        if self._written.get(day) == digest:
            return False
        with Folder.at(self.inbox) as top:
            top.make(RECEIPTS)
            with top.enter(RECEIPTS) as folder, partial_file(folder) as (target, partial):
                target.write(out.getbuffer())
                target.flush()
                os.fchmod(target.fileno(), READABLE)
                folder.replace(partial, folder, f"{day.isoformat()}.csv")
        self._written[day] = digest
        return True

    def _rows(self, day: date) -> Iterator[Row]:
        begin = datetime.combine(day, datetime.min.time(), self.zone)
        end = datetime.combine(day + timedelta(days=1), datetime.min.time(), self.zone)
        query = _select_lines().where(Arrival.arrived_at >= begin, Arrival.arrived_at < end)
        with self.ledger.transaction() as session:
            for row in session.execute(query.order_by(Arrival.id)):
                yield self._row(*row)

    def _row(
        self,
        name: str,
        folder: str,
        arrived_at: datetime,
        state: DocumentState,
        reason: str | None,
        again: bool,
        issuer: str | None,
        year: int | None,
        figures: int,
        findings: int,
    ) -> Row:
        told = " ".join((reason or "").split("\n")) if state is DocumentState.REFUSED else ""
        done = state is DocumentState.DONE
        return (
            name,
            folder,
            f"{arrived_at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}",
            STATES[state],
            issuer,
            year,
            figures if done else None,
            findings if done else None,
            told or (AGAIN if again else ""),
        )


def _select_lines() -> Any:
    earlier = aliased(Arrival)
    again = select(earlier.id).where(
        earlier.document_id == Arrival.document_id, earlier.id < Arrival.id
    )
    figures = select(func.count()).where(Metric.document_id == Document.id)
    findings = select(func.count()).where(Finding.document_id == Document.id, Finding.present)
    return (
        select(
            Arrival.name,
            Arrival.folder,
            Arrival.arrived_at,
            Document.state,
            Document.reason,
            again.exists(),
            Issuer.name,
            Report.year,
            figures.scalar_subquery(),
            findings.scalar_subquery(),
        )
        .join(Document, Document.id == Arrival.document_id)
        .outerjoin(Report, Report.document_id == Document.id)
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
    )
