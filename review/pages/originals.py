"""The files as they were dropped: always something to save, never something that the browser
runs. What it shows of them are pictures of our own making.
"""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from markupsafe import escape
from starlette.responses import FileResponse, Response

from review.access import DeskHere, VisitorHere, needs
from review.inputs import Number
from review.words import Language
from schema.kinds import Role
from workers.desk import arrivals, browsing
from workers.stages.pictures import NoPicture, name_picture, page_picture
from workers.store import Store

router = APIRouter(include_in_schema=False)


@router.get("/documents/{document}/original")
@needs(Role.READER)
def download(desk: DeskHere, document: Number) -> FileResponse:
    found = arrivals.find_original(desk.ledger, document)
    if found is None:
        raise HTTPException(404)
    sha256, name = found
    path = Store(desk.settings.store_dir).path(sha256)
    if not path.is_file():  # `fazhi verify` names what the store has lost
        raise HTTPException(404)
    return FileResponse(path, media_type="application/octet-stream", filename=name)


@router.get("/documents/{document}/pages/{page}")
@needs(Role.READER)
def show_page(
    request: Request, desk: DeskHere, visitor: VisitorHere, document: Number, page: Number
) -> Response:
    """The picture of a page, counted from 1; where there is none, the sentence that says so."""
    found = browsing.find_picture_source(desk.ledger, document)
    if found is None or not 1 <= page <= found.pages:
        raise HTTPException(404)
    tag = f'"{name_picture(found.sha256, page - 1)}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    try:
        picture = page_picture(desk.settings, found.sha256, found.media_type, page - 1)
    except FileNotFoundError as why:  # `fazhi verify` names what the store has lost
        raise HTTPException(404) from why
    except NoPicture as why:
        sentence = why.zh if visitor.language is Language.ZH else str(why)
        return Response(_written(sentence), 404, media_type="image/svg+xml")
    return Response(picture, media_type="image/webp", headers={"ETag": tag})


def _written(sentence: str) -> str:
    """A sentence where a picture is expected."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 120">'
        '<text x="420" y="65" text-anchor="middle" font-family="sans-serif" font-size="20">'
        f"{escape(sentence)}</text></svg>"
    )
