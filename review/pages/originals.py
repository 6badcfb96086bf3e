"""The files as they were dropped: always something to save,
never something that the browser shows or runs.
"""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from starlette.responses import FileResponse

from review.access import DeskHere, needs
from review.inputs import Number
from schema.kinds import Role
from workers.desk import arrivals
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
