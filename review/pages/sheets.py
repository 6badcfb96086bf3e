"""Feedback sheets: what goes back to those who reported, as a page that prints and as a Word file,
for one report or for a whole county.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import HTMLResponse, Response

from review import words
from review.access import DeskHere, Visitor, VisitorHere, needs
from review.asked import YearAsked
from review.downloads import send_file
from review.inputs import Number, Words
from review.rendering import render
from review.sheet_file import facts_of, write_sheets
from schema.kinds import Role
from workers.desk import sheets
from workers.desk.queue import make_visible
from workers.desk.sheets import Sheet, SheetFilter

router = APIRouter(include_in_schema=False)

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class SheetsAsked:
    """Whose sheets: of a county, of a year."""

    county: Words = ""
    year: YearAsked = None

    @property
    def chosen(self) -> SheetFilter:
        return SheetFilter(county=self.county.strip(), year=self.year)

    def link(self, path: str) -> str:
        given = {"county": self.county, "year": self.year or ""}
        query = urlencode({name: value for name, value in given.items() if value})
        return f"{path}?{query}" if query else path


SheetsAskedHere = Annotated[SheetsAsked, Depends()]


@router.get("/sheets")
@needs(Role.READER)
def list_all(request: Request, desk: DeskHere, asked: SheetsAskedHere) -> HTMLResponse:
    """The reports with something to answer."""
    lines = sheets.list_sheets(desk.ledger, asked.chosen)
    return render(request, "sheets.html", asked=asked, lines=lines, most=sheets.MOST_SHEETS)


@router.get("/sheets/docx")
@needs(Role.READER)
def send_all(desk: DeskHere, visitor: VisitorHere, asked: SheetsAskedHere) -> Response:
    """All of them in one file."""
    named = "-".join(filter(None, (asked.county.strip(), str(asked.year or ""))))
    return _send(visitor, sheets.load_sheets(desk.ledger, asked.chosen), named)


@router.get("/sheets/{document}")
@needs(Role.READER)
def show(request: Request, desk: DeskHere, visitor: VisitorHere, document: Number) -> HTMLResponse:
    sheet = _load(desk, document)
    return render(
        request,
        "sheet.html",
        sheet=sheet,
        facts=facts_of(sheet, partial(words.say, visitor.language)),
        visible=make_visible,
    )


@router.get("/sheets/{document}/docx")
@needs(Role.READER)
def send(desk: DeskHere, visitor: VisitorHere, document: Number) -> Response:
    sheet = _load(desk, document)
    named = "-".join(filter(None, (sheet.issuer or sheet.name, str(sheet.year or ""))))
    return _send(visitor, [sheet], named)


def _load(desk: DeskHere, document: int) -> Sheet:
    sheet = sheets.load_sheet(desk.ledger, document)
    if sheet is None:
        raise HTTPException(404)
    return sheet


def _send(visitor: Visitor, found: Iterable[Sheet], named: str) -> Response:
    heading = words.say(visitor.language, "sheet.heading_short")
    with ExitStack() as stack:
        out = stack.enter_context(tempfile.TemporaryFile())
        write_sheets(out, found, visitor.language)
        stack.pop_all()  # it is closed when it was sent
    return send_file(out, DOCX, f"{heading}-{named}.docx" if named else f"{heading}.docx")
