"""The nightly runs, and the summary of each."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import HTMLResponse

from review.access import DeskHere, language_of, needs
from review.inputs import Before, Number
from review.letters import summary_values
from review.rendering import render
from schema.kinds import Role
from workers.desk.nights import list_nights, show_night

router = APIRouter(include_in_schema=False)

PAGE = 30


@router.get("/nights")
@needs(Role.READER)
def list_all(request: Request, desk: DeskHere, before: Before = None) -> HTMLResponse:
    nights = list_nights(desk.ledger, before=before, limit=PAGE + 1)
    return render(request, "nights.html", nights=nights[:PAGE], more=len(nights) > PAGE)


@router.get("/nights/{night}")
@needs(Role.READER)
def show(request: Request, desk: DeskHere, night: Number) -> HTMLResponse:
    shown = show_night(desk.ledger, night)
    if shown is None:
        raise HTTPException(404)
    visitor = request.state.visitor
    language = visitor.language if visitor else language_of(request)
    zone = ZoneInfo(desk.settings.timezone)
    values = summary_values(language, shown.summary or {}, zone)
    return render(request, "night.html", night=shown, **values)
