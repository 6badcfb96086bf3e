"""Numbers: the panel and its export, one indicator among peers, one issuer, coverage,
overdue reports, findings.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any, BinaryIO
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import HTMLResponse, Response

from review import figures, words
from review.access import DeskHere, Visitor, VisitorHere, needs
from review.asked import AskedHere, sentence_of
from review.charts import as_file, tiny_columns
from review.downloads import filename, send_table
from review.inputs import LARGEST, Number
from review.rendering import render
from review.words import Language
from schema.kinds import Role
from workers.desk import exports
from workers.desk.numbers import coverage, panel, trends
from workers.desk.numbers.panel import Order, Selection
from workers.desk.queue import make_visible
from workers.desk.writing import Format, ParquetMissing, TooManyRows, list_formats
from workers.report.catalogue import indicators, pillars

router = APIRouter(include_in_schema=False)

PAGE = 50
# What every page of numbers calls.
TELLING: dict[str, Any] = {
    "visible": make_visible,
    "sentence_of": sentence_of,
}

# The row after which a page begins: an issuer's number; that and a year.
LastIssuer = Annotated[int, Query(ge=0, le=LARGEST)]
IssuerNumber = Annotated[int, Query(ge=1, le=LARGEST)]
LastMissing = Annotated[str, Query(pattern=r"^[0-9]{1,18}-[0-9]{1,4}$")]


@router.get("/numbers")
@needs(Role.READER)
def show(request: Request, desk: DeskHere, asked: AskedHere) -> HTMLResponse:
    found = panel.list_figures(
        desk.ledger, asked.selection, order=asked.ordered, after=asked.after, limit=PAGE + 1
    )
    more = panel.key_of(found[PAGE - 1], asked.ordered) if len(found) > PAGE else None
    return render(
        request,
        "numbers.html",
        **TELLING,
        asked=asked,
        rows=found[:PAGE],
        next_page=asked.link(after=more) if more else None,
        formats=list_formats(),
        orders=Order,
        groups=figures.by_pillar(),
        pillars=pillars(),
        issuer=panel.issuer_of(desk.ledger, asked.issuer) if asked.issuer else None,
        clauses=panel.list_clauses(desk.ledger, found[:PAGE]),
        notes=panel.list_notes(desk.ledger, found[:PAGE]),
        choices=panel.list_choices(desk.ledger),
    )


@router.get("/numbers/export/{file_format}")
@needs(Role.READER)
def export(
    request: Request, desk: DeskHere, visitor: VisitorHere, asked: AskedHere, file_format: Format
) -> Response:
    """All rows of the selection."""

    def write(out: BinaryIO, say: exports.Say | None) -> int:
        return exports.write_panel(
            desk.ledger, out, file_format, asked.selection, asked.ordered, say
        )

    return _export(request, visitor, write, file_format, "numbers.panel_file", back=asked.link())


@router.get("/numbers/indicators")
@needs(Role.READER)
def show_indicators(request: Request) -> HTMLResponse:
    return render(request, "numbers_indicators.html", **TELLING, groups=figures.by_pillar())


@router.get("/numbers/indicators/{code}")
@needs(Role.READER)
def show_indicator(
    request: Request, desk: DeskHere, visitor: VisitorHere, asked: AskedHere, code: str
) -> HTMLResponse:
    """Its years as boxes with an issuer's line over them; one year as columns and bars."""
    if code not in indicators():
        raise HTTPException(404)
    seen = figures.among_peers(desk.ledger, asked.with_(indicator=code))
    return render(
        request,
        "numbers_indicator.html",
        **TELLING,
        indicator=indicators()[code],
        asked=seen.asked,
        seen=seen,
        issuer=panel.issuer_of(desk.ledger, asked.issuer) if asked.issuer else None,
        charts=figures.draw_charts(seen, visitor.language),
        choices=panel.list_choices(desk.ledger),
    )


@router.get("/numbers/indicators/{code}/{chart}.svg")
@needs(Role.READER)
def send_chart(
    desk: DeskHere, visitor: VisitorHere, asked: AskedHere, code: str, chart: str
) -> Response:
    """One of its charts as a file."""
    if code not in indicators() or chart not in figures.TITLES:
        raise HTTPException(404)
    seen = figures.among_peers(desk.ledger, asked.with_(indicator=code))
    title = figures.title_of(seen, chart, visitor.language)
    drawn = as_file(figures.draw_charts(seen, visitor.language)[chart], title)
    named = {"Content-Disposition": f"attachment; {filename(f'{title}.svg')}"}
    return Response(drawn, media_type="image/svg+xml", headers=named)


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
        **TELLING,
        issuer=known,
        others=panel.list_neighbours(desk.ledger, known),
        years=sorted({one.year for one in found}),
        cells={(one.indicator, one.year): one for one in found},
        groups=figures.reported_of(found),
    )


@router.get("/numbers/compare")
@needs(Role.READER)
def compare(
    request: Request, desk: DeskHere, issuer: IssuerNumber, other: IssuerNumber
) -> HTMLResponse:
    """Two issuers side by side: a line an indicator, two columns a year."""
    both = [panel.issuer_of(desk.ledger, number) for number in (issuer, other)]
    if both[0] is None or both[1] is None:
        raise HTTPException(404)
    found = [
        row
        for one in dict.fromkeys((issuer, other))
        for row in panel.list_figures(
            desk.ledger, Selection(issuer=one), limit=figures.MOST_OF_ISSUER
        )
    ]
    return render(
        request,
        "numbers_compare.html",
        **TELLING,
        issuer=both[0],
        other=both[1],
        others=panel.list_neighbours(desk.ledger, both[0]),
        years=sorted({one.year for one in found}),
        cells={(one.issuer_id, one.indicator, one.year): one for one in found},
        groups=figures.reported_of(found),
    )


@router.get("/numbers/coverage")
@needs(Role.READER)
def show_coverage(
    request: Request, desk: DeskHere, asked: AskedHere, last: LastIssuer = 0
) -> HTMLResponse:
    """Who reported which indicator in one year; how many of a province reported each."""
    choices = panel.list_choices(desk.ledger)
    year = asked.year or choices.last_year
    asked = asked.with_(year=year or None)
    selection = asked.selection
    found = coverage.list_coverage(desk.ledger, selection, year, after=last, limit=PAGE + 1)
    counts = coverage.count_reporters(desk.ledger, selection, year) if selection.names_peers else {}
    return render(
        request,
        "numbers_coverage.html",
        **TELLING,
        asked=asked,
        rows=found[:PAGE],
        last=found[PAGE - 1].issuer_id if len(found) > PAGE else None,
        pillars=pillars(),
        indicators=indicators(),
        shares=coverage.sort_shares(counts),
        choices=choices,
    )


@router.get("/numbers/overdue")
@needs(Role.READER)
def show_overdue(
    request: Request, desk: DeskHere, asked: AskedHere, last: LastMissing = "0-0"
) -> HTMLResponse:
    found = coverage.list_missing(
        desk.ledger, asked.selection, after=missing_after(last), limit=PAGE + 1
    )
    end = found[PAGE - 1] if len(found) > PAGE else None
    return render(
        request,
        "numbers_overdue.html",
        **TELLING,
        formats=list_formats(),
        asked=asked,
        rows=found[:PAGE],
        last=f"{end.issuer_id}-{end.year}" if end else None,
        choices=panel.list_choices(desk.ledger),
    )


@router.get("/numbers/overdue/export/{file_format}")
@needs(Role.READER)
def export_overdue(
    request: Request, desk: DeskHere, visitor: VisitorHere, asked: AskedHere, file_format: Format
) -> Response:
    """The whole list, of which a bureau reminds."""

    def write(out: BinaryIO, say: exports.Say | None) -> int:
        return exports.write_missing(desk.ledger, out, file_format, asked.selection, say)

    return _export(
        request,
        visitor,
        write,
        file_format,
        "numbers.overdue_file",
        back=asked.link("/numbers/overdue"),
    )


@router.get("/numbers/findings")
@needs(Role.READER)
def show_findings(request: Request, desk: DeskHere) -> HTMLResponse:
    timezone = desk.settings.timezone
    months = trends.latest_months(datetime.now(ZoneInfo(timezone)))
    found = trends.list_trends(desk.ledger, months, timezone)
    return render(
        request,
        "numbers_findings.html",
        **TELLING,
        months=months,
        trends=found,
        tiny_columns=tiny_columns,
    )


def missing_after(last: str) -> tuple[int, int]:
    """The issuer and the year out of an address.

    >>> missing_after("7-2024")
    (7, 2024)
    """
    issuer, _, year = last.partition("-")
    return int(issuer), int(year)


def _export(
    request: Request,
    visitor: Visitor,
    write: Callable[[BinaryIO, exports.Say | None], int],
    file_format: Format,
    name: str,
    back: str,
) -> Response:
    """A file for people: on a Chinese page it is in Chinese; in English it is as scripts get it."""
    say = partial(words.say, visitor.language)
    spoken = say if visitor.language is Language.ZH else None
    try:
        return send_table(lambda out: write(out, spoken), file_format, say(name), for_excel=True)
    except TooManyRows:
        return render(request, "numbers_too_many.html", 422, back=back)
    except ParquetMissing as why:
        raise HTTPException(422, str(why)) from why
