"""The same for scripts, under /api/v1: bearer tokens (`fazhi user token NAME`), the same rights,
JSON, OpenAPI.

Within a version nothing is taken away or changes its meaning. The addresses without a version, of
0.2.0, still lead here; they go with 0.4.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from review.access import DeskHere, VisitorHere, needs, open_to_all
from review.inputs import Number
from review.pages.browsing import FilterHere as ReportsHere
from review.pages.browsing import find
from review.pages.intake import FilterHere
from schema.kinds import Role
from workers.desk import arrivals, browsing, operations
from workers.desk.search import SearchHit
from workers.errors import UnusableFile
from workers.settings import desk_address

# Only for the description: the guard reads the header itself.
described = HTTPBearer(auto_error=False, description="A token of `fazhi user token NAME`.")
PREFIX = "/api/v1"
router = APIRouter(prefix=PREFIX, dependencies=[Depends(described)], tags=["files and reports"])


def versioned(path: str) -> str:
    """An address of the API with its version.

    >>> versioned("/api/files"), versioned("/api/v1/files"), versioned("/files")
    ('/api/v1/files', '/api/v1/files', '/files')
    """
    if not path.startswith("/api/") or path.startswith(f"{PREFIX}/"):
        return path
    return PREFIX + path.removeprefix("/api")


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """The name under which an uploaded file lies in the inbox."""

    name: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in one sentence."""

    detail: str


ERRORS: dict[int | str, dict[str, Any]] = {code: {"model": Problem} for code in (401, 403)}


@router.get("/openapi.json", include_in_schema=False)
@open_to_all
def describe(request: Request) -> JSONResponse:
    """What this API offers; no secret."""
    return JSONResponse(
        get_openapi(
            title="fazhi",
            version=version("fazhi"),
            description="Reports on rule-of-law government and the figures that they state.",
            routes=request.app.routes,
            servers=[{"url": desk_address(request.app.state.desk.settings)}],
        )
    )


@router.get("/files", responses=ERRORS)
@needs(Role.READER)
def list_files(
    desk: DeskHere, chosen: FilterHere, limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> list[arrivals.ArrivalLine]:
    """The files that arrived, newest first; `before` the last line's `id`
    gives the page after it.
    """
    return arrivals.list_arrivals(
        desk.ledger, words=chosen.words, show=chosen.show, before=chosen.before, limit=limit
    )


@router.put(
    "/files/{name}",
    status_code=201,
    responses=ERRORS | {422: {"model": Problem}},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
@needs(Role.REVIEWER)
async def put_file(
    request: Request, desk: DeskHere, visitor: VisitorHere, name: str
) -> UploadedFile:
    """Put a file into the inbox; the body is its bytes."""
    with tempfile.TemporaryFile() as body:
        async for chunk in request.stream():
            body.write(chunk)
        body.seek(0)
        try:
            taken = await run_in_threadpool(
                arrivals.upload_file,
                desk.ledger,
                desk.settings.inbox_dir,
                body,
                name,
                who=visitor.name,
                address=visitor.address,
            )
        except UnusableFile as why:
            raise HTTPException(422, why.notice) from why
    return UploadedFile(taken)


def _changing(change: arrivals.DocumentChange) -> Callable[..., None]:
    @needs(Role.REVIEWER)
    def change_document(desk: DeskHere, visitor: VisitorHere, document: Number) -> None:
        if not arrivals.CHANGES[change](
            desk.ledger, document, who=visitor.name, address=visitor.address
        ):
            raise HTTPException(409, "There is no such document in a state for this.")

    return change_document


for _change, _summary in (
    (arrivals.DocumentChange.RERUN, "Read a document anew."),
    (arrivals.DocumentChange.WITHDRAW, "Take a document out of panel, exports and queue."),
    (arrivals.DocumentChange.RESTORE, "Put a withdrawn document back."),
):
    router.add_api_route(
        f"/documents/{{document}}/{_change}",
        _changing(_change),
        methods=["POST"],
        name=f"{_change}_document",
        description=_summary,
        status_code=204,
        responses=ERRORS | {409: {"model": Problem}},
    )


@router.get("/stages", responses=ERRORS)
@needs(Role.READER)
def list_stages(desk: DeskHere) -> list[operations.StageLine]:
    """What is due in each stage, and how its latest runs went."""
    return operations.list_stages(desk.ledger)


@router.get("/failures", responses=ERRORS)
@needs(Role.READER)
def list_failures(
    desk: DeskHere, limit: Annotated[int, Query(ge=1, le=500)] = 20
) -> list[operations.Failure]:
    """The runs of stages that ended badly, newest first."""
    return operations.list_failures(desk.ledger, limit)


@router.get("/reports", responses=ERRORS)
@needs(Role.READER)
def list_reports(
    desk: DeskHere, chosen: ReportsHere, limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> list[browsing.ReportLine]:
    """The reports that stand, newest first; `before` the last line's `document`
    gives the page after it.
    """
    return browsing.list_reports(
        desk.ledger, words=chosen.words, year=chosen.year, before=chosen.before, limit=limit
    )


@router.get("/reports/search", responses=ERRORS)
@needs(Role.READER)
def search_reports(desk: DeskHere, chosen: ReportsHere) -> list[SearchHit]:
    """The reports whose text holds the words of `text`, best first,
    with the places where they stand.
    """
    return find(desk, chosen)


@router.get("/reports/{document}", responses=ERRORS | {404: {"model": Problem}})
@needs(Role.READER)
def read_report(desk: DeskHere, document: Number) -> dict[str, Any]:
    """What was understood of a document: the object that `fazhi read --json` prints,
    and its `document`.
    """
    if (found := browsing.stored_json(desk.ledger, document)) is None:
        raise HTTPException(404, "There is no such report.")
    return found
