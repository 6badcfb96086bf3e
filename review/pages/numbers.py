"""Numbers: the panel and its export, one indicator among peers, one issuer, coverage, overdue reports, findings."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Annotated, BinaryIO
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from review import figures, words
from review.access import DeskHere, VisitorHere, needs
from review.asked import AskedHere, sentence_of
from review.charts import tiny_columns
from review.inputs import LARGEST, Number
from review.rendering import render
from schema.kinds import Role
from workers import exports
from workers.numbers import coverage, panel, trends
from workers.numbers.panel import Order, Selection
from workers.report.catalogue import indicators
from workers.writing import Format, ParquetMissing, TooManyRows, formats

router = APIRouter(include_in_schema=False)

PAGE = 50
CHUNK = 1 << 16

# The row after which a page begins: an issuer's number; that and a year.
LastIssuer = Annotated[int, Query(ge=0, le=LARGEST)]
LastMissing = Annotated[str, Query(pattern=r"^[0-9]{1,18}-[0-9]{1,4}$")]


@router.get("/numbers")
@needs(Role.READER)
def show(request: Request, desk: DeskHere, asked: AskedHere) -> HTMLResponse:
    found = panel.list_figures(desk.ledger, asked.selection, order=asked.ordered, after=asked.after, limit=PAGE + 1)
    more = panel.key_of(found[PAGE - 1], asked.ordered) if len(found) > PAGE else None
    return render(
        request,
        "numbers.html",
        asked=asked,
        rows=found[:PAGE],
        next_page=asked.link(after=more) if more else None,
        formats=formats(),
        orders=Order,
        groups=figures.by_pillar(),
        sentence_of=sentence_of,
        choices=panel.choices(desk.ledger),
    )


@router.get("/numbers/export/{file_format}")
@needs(Role.READER)
def export(desk: DeskHere, asked: AskedHere, file_format: Format) -> Response:
    """All rows of the selection. Written before it is sent, so that trouble is an answer and not half a file."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed when it was sent
    try:
        if file_format is Format.CSV:
            out.write(codecs.BOM_UTF8)  # tells Excel that this is UTF-8
        exports.write_panel(desk.ledger, out, file_format, asked.selection, asked.ordered)
    except (TooManyRows, ParquetMissing) as why:
        out.close()
        raise HTTPException(422, str(why)) from why
    named = {"Content-Disposition": f'attachment; filename="panel.{file_format}"'}
    return StreamingResponse(_sent(out), media_type=file_format.media_type, headers=named)


@router.get("/numbers/indicators")
@needs(Role.READER)
def show_indicators(request: Request) -> HTMLResponse:
    return render(request, "numbers_indicators.html", groups=figures.by_pillar())


@router.get("/numbers/indicators/{code}")
@needs(Role.READER)
def show_indicator(request: Request, desk: DeskHere, visitor: VisitorHere, asked: AskedHere, code: str) -> HTMLResponse:
    """Its years as boxes with an issuer's line over them; one year as columns and bars."""
    if code not in indicators():
        raise HTTPException(404)
    seen = figures.among_peers(desk.ledger, asked.with_(indicator=code))
    say = partial(words.say, visitor.language)
    return render(
        request,
        "numbers_indicator.html",
        indicator=indicators()[code],
        asked=seen.asked,
        seen=seen,
        issuer=panel.issuer_of(desk.ledger, asked.issuer) if asked.issuer else None,
        years_chart=figures.draw_years(seen, say),
        columns_chart=figures.draw_columns(seen, say),
        largest_chart=figures.draw_largest(seen, say),
        sentence_of=sentence_of,
        choices=panel.choices(desk.ledger),
    )


@router.get("/numbers/issuers/{issuer}")
@needs(Role.READER)
def show_issuer(request: Request, desk: DeskHere, issuer: Number) -> HTMLResponse:
    """All that one issuer reported: a line an indicator, a column a year."""
    known = panel.issuer_of(desk.ledger, issuer)
    if known is None:
        raise HTTPException(404)
    found = panel.list_figures(desk.ledger, Selection(issuer=issuer), limit=figures.MOST_OF_ISSUER)
    return render(
        request,
        "numbers_issuer.html",
        issuer=known,
        years=sorted({one.year for one in found}),
        cells={(one.indicator, one.year): one for one in found},
        groups=figures.reported_of(found),
        sentence_of=sentence_of,
    )


@router.get("/numbers/coverage")
@needs(Role.READER)
def show_coverage(request: Request, desk: DeskHere, asked: AskedHere, last: LastIssuer = 0) -> HTMLResponse:
    """Who reported which indicator in one year; how many of a province reported each."""
    choices = panel.choices(desk.ledger)
    year = asked.year or choices.last_year
    asked = asked.with_(year=year or None)
    selection = asked.selection
    found = coverage.list_coverage(desk.ledger, selection, year, after=last, limit=PAGE + 1)
    counts = coverage.count_reporters(desk.ledger, selection, year) if selection.names_peers else {}
    return render(
        request,
        "numbers_coverage.html",
        asked=asked,
        rows=found[:PAGE],
        last=found[PAGE - 1].issuer_id if len(found) > PAGE else None,
        pillars=coverage.pillars(),
        indicators=indicators(),
        shares=coverage.shares(counts),
        choices=choices,
    )


@router.get("/numbers/overdue")
@needs(Role.READER)
def show_overdue(request: Request, desk: DeskHere, asked: AskedHere, last: LastMissing = "0-0") -> HTMLResponse:
    found = coverage.list_missing(desk.ledger, asked.selection, after=missing_after(last), limit=PAGE + 1)
    end = found[PAGE - 1] if len(found) > PAGE else None
    return render(
        request,
        "numbers_overdue.html",
        asked=asked,
        rows=found[:PAGE],
        last=f"{end.issuer_id}-{end.year}" if end else None,
        choices=panel.choices(desk.ledger),
    )


@router.get("/numbers/findings")
@needs(Role.READER)
def show_findings(request: Request, desk: DeskHere) -> HTMLResponse:
    timezone = desk.settings.timezone
    months = trends.latest_months(datetime.now(ZoneInfo(timezone)))
    found = trends.list_trends(desk.ledger, months, timezone)
    return render(request, "numbers_findings.html", months=months, trends=found, tiny_columns=tiny_columns)


def missing_after(last: str) -> tuple[int, int]:
    """The issuer and the year out of an address.

    >>> missing_after("7-2024")
    (7, 2024)
    """
    issuer, _, year = last.partition("-")
    return int(issuer), int(year)


def _sent(out: BinaryIO) -> Iterator[bytes]:
    out.seek(0)
    with out:
        while chunk := out.read(CHUNK):
            yield chunk
