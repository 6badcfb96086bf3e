"""The collection board: who on the roster has sent the report of a year; reminders; as a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.responses import HTMLResponse, Response

from review import words
from review.access import Desk, DeskHere, VisitorHere, needs
from review.downloads import send_table
from review.inputs import Words
from review.pages.roster import today_of
from review.rendering import render
from review.words import Language
from schema.kinds import Role
from workers.desk import collection
from workers.desk.collection import CollectionLine, Progress
from workers.desk.writing import Format, ParquetMissing

router = APIRouter(include_in_schema=False)

# The year that is collected now, those before it that are shown beside it.
YEARS_BEFORE = 4
# Lines on one page; a county is chosen where there are more.
MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class BoardAsked:
    """Which lines of the board; the year that is collected now unless another is asked for."""

    year: Annotated[int | None, Query(ge=1990, le=2200)] = None
    county: Words = ""
    progress: Annotated[str, Query(pattern="^(awaited|overdue|open|done)?$")] = ""

    def link(self, path: str = "/collection", **changed: object) -> str:
        known = {"year": self.year or "", "county": self.county, "progress": self.progress}
        query = urlencode({key: value for key, value in (known | changed).items() if value})
        return f"{path}?{query}" if query else path


BoardHere = Annotated[BoardAsked, Depends()]


@router.get("/collection")
@needs(Role.READER)
def show(request: Request, desk: DeskHere, asked: BoardHere) -> HTMLResponse:
    now = today_of(desk).year - 1
    lines = _lines(desk, asked)
    chosen = _chosen(lines, asked)
    return render(
        request,
        "collection.html",
        asked=asked,
        year=asked.year or now,
        years=range(now, now - YEARS_BEFORE - 1, -1),
        counts=collection.count_collection(lines),
        lines=chosen[:MOST_LINES],
        more=len(chosen) > MOST_LINES,
        states=list(Progress),
    )


@router.get("/collection/reminders")
@needs(Role.READER)
def remind(
    request: Request, desk: DeskHere, visitor: VisitorHere, asked: BoardHere
) -> HTMLResponse:
    """Text to copy for each that has not reported, and one for all of them."""
    missing = [line for line in _lines(desk, asked) if line.received is None]
    say = partial(words.say, visitor.language)
    today = today_of(desk).isoformat()
    how = "late" if any(line.progress is Progress.OVERDUE for line in missing) else "early"
    told = {"year": asked.year or today_of(desk).year - 1, "today": today}
    if missing:
        told["due"] = missing[0].due.isoformat()
    texts = [
        (line, say(f"collection.reminder_{how}", issuer=line.issuer, **told)) for line in missing
    ]
    whole = say(f"collection.reminder_all_{how}", count=len(missing), **told) if missing else ""
    listed = "\n".join(f"{line.county or ''} {line.issuer}".strip() for line in missing)
    return render(
        request,
        "reminders.html",
        asked=asked,
        year=told["year"],
        texts=texts,
        whole=f"{whole}\n{listed}",
        rows=min(20, len(missing) + 3),
    )


@router.get("/collection/export/{file_format}")
@needs(Role.READER)
def export(desk: DeskHere, visitor: VisitorHere, asked: BoardHere, file_format: Format) -> Response:
    """The lines of the page as a file: on a Chinese page it is in Chinese."""
    lines = _chosen(_lines(desk, asked), asked)
    say = partial(words.say, visitor.language)
    spoken = say if visitor.language is Language.ZH else None
    try:
        return send_table(
            lambda out: collection.write_collection(lines, out, file_format, spoken),
            file_format,
            say("collection.file"),
            for_excel=True,
        )
    except ParquetMissing as why:
        raise HTTPException(422, str(why)) from why


def _lines(desk: Desk, asked: BoardAsked) -> list[CollectionLine]:
    today = today_of(desk)
    return collection.list_collection(
        desk.ledger, asked.year or today.year - 1, today, county=asked.county.strip()
    )


def _chosen(lines: list[CollectionLine], asked: BoardAsked) -> list[CollectionLine]:
    return [line for line in lines if asked.progress in ("", line.progress)]
