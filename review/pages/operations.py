"""How the machinery runs: queues, workers, stage times and rates, failures,
the last nightly run; the audit log.
"""

from __future__ import annotations

import socket

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from review.access import DeskHere, needs
from review.inputs import Before
from review.rendering import render
from schema.kinds import Role
from workers.desk import operations
from workers.desk.alarms import TroubleKind
from workers.host.observing import Observer

router = APIRouter(include_in_schema=False)

PAGE = 50


@router.get("/operations")
@needs(Role.READER)
def show(request: Request, desk: DeskHere) -> HTMLResponse:
    return render(
        request,
        "operations.html",
        troubles=_troubles(request),
        services=operations.list_services(desk.ledger, desk.settings),
        stages=operations.list_stages(desk.ledger),
        failures=operations.list_failures(desk.ledger),
        night=operations.last_night(desk.ledger),
        flower=_flower(desk.settings.flower_port),
    )


@router.get("/operations/stages/live")
@needs(Role.READER)
def show_stages(request: Request, desk: DeskHere) -> HTMLResponse:
    return render(request, "operations_stages.html", stages=operations.list_stages(desk.ledger))


@router.get("/operations/troubles/live")
@needs(Role.READER)
def show_troubles(request: Request) -> HTMLResponse:
    return render(request, "operations_troubles.html", troubles=_troubles(request))


@router.get("/operations/services/live")
@needs(Role.READER)
def show_services(request: Request, desk: DeskHere) -> HTMLResponse:
    services = operations.list_services(desk.ledger, desk.settings)
    return render(request, "operations_services.html", services=services)


@router.get("/operations/audit")
@needs(Role.ADMIN)
def show_audit(request: Request, desk: DeskHere, before: Before = None) -> HTMLResponse:
    lines = operations.list_audit(desk.ledger, before=before, limit=PAGE + 1)
    return render(request, "audit.html", lines=lines[:PAGE], more=len(lines) > PAGE)


def _troubles(request: Request) -> list[TroubleKind]:
    observer: Observer = request.app.state.observer
    return [*observer.troubles()]


def _flower(port: int) -> str | None:
    """Flower's address, where it listens on this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.1).close()
    except OSError:
        return None
    return f"http://127.0.0.1:{port}/"
