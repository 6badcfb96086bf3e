"""What reading anew changed: old beside new, and as a table to keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BeforeValidator
from starlette.responses import HTMLResponse, StreamingResponse

from review.access import Desk, DeskHere, needs
from review.downloads import send_table
from review.inputs import LARGEST, Before
from review.rendering import render
from schema.kinds import ChangeOf, Role
from workers.desk import changes
from workers.desk.writing import Format
from workers.report.catalogue import indicators

router = APIRouter(include_in_schema=False)

PAGE = 50

# A form sends an empty field as an empty text.
Kind = Annotated[ChangeOf | None, BeforeValidator(lambda given: given or None), Query()]
Day = Annotated[date | None, BeforeValidator(lambda given: given or None), Query()]


@dataclass(frozen=True, slots=True)
class ChangesHere:
    """What the address asks for."""

    of: Kind = None
    since: Day = None
    document: Annotated[int | None, Query(ge=1, le=LARGEST)] = None
    before: Before = None

    def link(self, path: str = "/changes", before: int | None = None) -> str:
        asked = {
            "of": self.of,
            "since": self.since,
            "document": self.document,
            "before": before,
        }
        query = urlencode({name: str(value) for name, value in asked.items() if value})
        return f"{path}?{query}" if query else path

    def filter(self, desk: Desk) -> changes.ChangeFilter:
        zone = ZoneInfo(desk.settings.timezone)
        since = datetime.combine(self.since, time(), zone) if self.since else None
        return changes.ChangeFilter(since=since, of=self.of, document=self.document)


@router.get("/changes")
@needs(Role.READER)
def show(
    request: Request, desk: DeskHere, asked: Annotated[ChangesHere, Depends()]
) -> HTMLResponse:
    lines = changes.list_changes(
        desk.ledger, asked.filter(desk), before=asked.before, limit=PAGE + 1
    )
    return render(
        request,
        "changes.html",
        asked=asked,
        kinds=list(ChangeOf),
        lines=lines[:PAGE],
        older=asked.link(before=lines[PAGE - 1].id) if len(lines) > PAGE else None,
        figure=ChangeOf.FIGURE,
        finding=ChangeOf.FINDING,
        indicators=indicators(),
    )


@router.get("/changes/file")
@needs(Role.READER)
def send_file(desk: DeskHere, asked: Annotated[ChangesHere, Depends()]) -> StreamingResponse:
    found = changes.stream_changes(desk.ledger, asked.filter(desk))
    return send_table(
        lambda out: changes.write_changes(out, Format.CSV, found, is_chinese=True),
        Format.CSV,
        "变动",
        for_excel=True,
    )
