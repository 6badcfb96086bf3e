"""Numbers for scripts: the panel and its export, what a figure can be called, who reported how
much, whose report is missing; and the files that all comes from.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import FileResponse, Response

from review.access import DeskHere, needs
from review.api import ERRORS, PREFIX, Problem, described
from review.asked import AskedHere
from review.downloads import send_table
from review.inputs import Number
from review.pages import originals
from review.pages.numbers import LastIssuer, LastMissing, missing_after
from schema.kinds import Role
from workers.desk import exports
from workers.desk.numbers import coverage, panel
from workers.desk.numbers.coverage import IssuerCoverage, MissingReport
from workers.desk.numbers.panel import PanelRow
from workers.desk.writing import Format, ParquetMissing, TooManyRows
from workers.report.catalogue import Indicator, indicators


def refuse_empty(request: Request) -> None:
    """A form of the desk sends what is not chosen as an empty field; a script leaves it out."""
    empty = [name for name in _NEVER_EMPTY if request.query_params.get(name) == ""]
    if empty:
        raise RequestValidationError(
            [
                {
                    "type": "empty",
                    "loc": ("query", name),
                    "msg": "Leave it out, or give it a value.",
                    "input": "",
                }
                for name in empty
            ]
        )


_NEVER_EMPTY = ("order", "year", "issuer", "least", "most", "below")
router = APIRouter(
    prefix=PREFIX,
    dependencies=[Depends(described), Depends(refuse_empty)],
    responses=ERRORS,
    tags=["numbers"],
)

Limit = Annotated[int, Query(ge=1, le=500)]


def file_of(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """How the description tells of an answer that is a file."""
    return {
        200: {
            "content": {
                one: {"schema": {"type": "string", "format": "binary"}} for one in media_types
            }
        }
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelLine(PanelRow):
    """A figure of the panel; `key` is its place in the order asked for."""

    key: str


@router.get("/figures")
@needs(Role.READER)
def list_figures(desk: DeskHere, asked: AskedHere, limit: Limit = 50) -> list[PanelLine]:
    """The panel: the figure to use for an issuer, a year, an indicator;
    `after` the last line's `key` goes on.
    """
    found = panel.list_figures(
        desk.ledger, asked.selection, order=asked.ordered, after=asked.after, limit=limit
    )
    return [PanelLine(**asdict(one), key=panel.key_of(one, asked.ordered)) for one in found]


@router.get(
    "/export/{file_format}",
    response_class=Response,
    responses=file_of(*(one.media_type for one in Format)) | {409: {"model": Problem}},
)
@needs(Role.READER)
def export_panel(desk: DeskHere, asked: AskedHere, file_format: Format) -> Response:
    """All of the panel that is asked for as a file; a CSV is UTF-8 without a mark.
    409 where no such file can be.
    """
    selection, order = asked.selection, asked.ordered
    try:
        return send_table(
            lambda out: exports.write_panel(desk.ledger, out, file_format, selection, order),
            file_format,
            "panel",
        )
    except (TooManyRows, ParquetMissing) as why:
        raise HTTPException(409, str(why)) from why


@router.get(
    "/documents/{document}/original",
    response_class=FileResponse,
    responses=file_of("application/octet-stream") | {404: {"model": Problem}},
)
@needs(Role.READER)
def download_original(desk: DeskHere, document: Number) -> FileResponse:
    """The file as it was dropped."""
    return originals.download(desk, document)


@router.get("/indicators")
@needs(Role.READER)
def list_indicators() -> list[Indicator]:
    """What a figure can be about, and the unit of its values."""
    return [*indicators().values()]


@router.get("/coverage")
@needs(Role.READER)
def list_coverage(
    desk: DeskHere, asked: AskedHere, last: LastIssuer = 0, limit: Limit = 50
) -> list[IssuerCoverage]:
    """How many indicators of each pillar an issuer reported for `year`, else the last one;
    behind issuer `last`.
    """
    year = asked.year or panel.list_choices(desk.ledger).last_year
    return coverage.list_coverage(desk.ledger, asked.selection, year, after=last, limit=limit)


@router.get("/overdue")
@needs(Role.READER)
def list_overdue(
    desk: DeskHere, asked: AskedHere, last: LastMissing = "0-0", limit: Limit = 50
) -> list[MissingReport]:
    """The reports that have not come; `last` is the last line's `issuer_id` and `year`,
    written 7-2024.
    """
    return coverage.list_missing(
        desk.ledger, asked.selection, after=missing_after(last), limit=limit
    )
