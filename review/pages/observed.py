"""For the operator's tools: is the desk alive, is anything wrong, and the figures."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from review.access import DeskHere, open_to_all
from workers.host.observing import Observer

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
@open_to_all
async def say_alive(request: Request) -> Response:
    """From the loop itself: it answers, or hangs."""
    return _answer(request)


@router.get("/readyz")
@open_to_all
def say_ready(request: Request) -> Response:
    return _answer(request)


@router.get("/metrics")
@open_to_all
def give_metrics(request: Request, desk: DeskHere) -> Response:
    """Only where a token guards them: the desk may be open to others."""
    if desk.settings.metrics_token is None:
        raise HTTPException(404, "Set FAZHI_METRICS_TOKEN, or FAZHI_METRICS_PORT.")
    return _answer(request)


def _answer(request: Request) -> Response:
    observer: Observer = request.app.state.observer
    told = observer.answer(request.url.path, request.headers.get("authorization", ""))
    return Response(told.body, told.status, media_type=told.media_type)
