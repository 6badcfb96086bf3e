"""The application: shield, guard, pages, API, put together."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from review import api, api_corrections, api_findings, api_numbers, pages
from review.access import Desk, NotSignedIn, UnusableText, guard, identify, is_api
from review.attempts import Attempts
from review.kept import Kept
from review.light import Fresh, Packed
from review.rendering import is_page, render
from review.shield import Shield
from workers.desk.batches import list_batches
from workers.desk.status import look_into_inbox
from workers.failing import is_of_service, told
from workers.host.names import Hosts
from workers.host.observing import Observer
from workers.ledger import Ledger
from workers.settings import Settings

log = logging.getLogger("fazhi")

STATIC = Path(__file__).with_name("static")
RETRY = {"Retry-After": "10"}
AWAY = (
    "数据库暂时没有响应，已收到的文件不会丢失，请稍后刷新。\n"
    "The database does not answer at the moment. Nothing that arrived is lost: load "
    "the page again shortly.\n"
)
UPLOADS = ("/intake/files", f"{api.PREFIX}/files/", "/roster/preview", "/roster/import")


def create_app(ledger: Ledger, chosen: Settings) -> FastAPI:
    """The desk over this ledger."""
    url = chosen.desk_url
    secure = url is not None and url.scheme == "https"
    hosts = Hosts.at(chosen.desk_host, *([url.host] if url and url.host else ()))
    # The framework's own pages of documentation load their scripts from another host.
    app = ShieldedApp(
        title="fazhi",
        dependencies=[Depends(guard)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.shield = partial(
        Shield, hosts=hosts, secure=secure, largest=chosen.file_megabytes << 20, uploads=UPLOADS
    )
    app.state.desk = Desk(ledger=ledger, settings=chosen, secure=secure)
    app.state.observer = Observer(ledger, chosen)
    app.state.batches = Kept(partial(list_batches, ledger))
    app.state.inbox = Kept(partial(look_into_inbox, chosen))
    app.state.attempts = Attempts.of(chosen.broker_url or "")
    for router in (
        *pages.ROUTERS,
        api.router,
        api_findings.router,
        api_numbers.router,
        api_corrections.router,
    ):
        app.include_router(router)
    app.add_middleware(Fresh)
    app.add_middleware(Packed, secure=secure)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(HTTPException, _tell_error)
    app.add_exception_handler(RequestValidationError, _tell_invalid)
    for failing in (DBAPIError, NoConnectionFree):
        app.add_exception_handler(failing, _tell_away)
    return app


class ShieldedApp(FastAPI):
    """With the shield outside of everything, also of the answer to an error of ours."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "path": api.versioned(scope["path"])}
        await super().__call__(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        shield: Callable[[ASGIApp], Shield] = self.state.shield
        return shield(super().build_middleware_stack())


async def _tell_invalid(request: Request, error: Exception) -> Response:
    """A page for a person who typed something into an address or a field;
    the details for a script.
    """
    assert isinstance(error, RequestValidationError)
    if is_api(request):
        # In ASCII, for what is wrong is told with what was sent, and that may be no text at all.
        details = json.dumps({"detail": jsonable_encoder(error.errors())})
        return Response(details, 422, media_type="application/json")
    in_path = any(one["loc"][0] == "path" for one in error.errors())
    return await _tell_error(request, HTTPException(404 if in_path else 422))


async def _tell_away(request: Request, error: Exception) -> Response:
    """Without the database no visitor is known, so this page has no frame."""
    if not is_of_service(error):
        raise error
    log.warning("the database fails: %s", told(error))
    if is_api(request):
        return JSONResponse(
            {"detail": "The database does not answer: try again shortly."}, 503, RETRY
        )
    return PlainTextResponse(AWAY, 503, RETRY)


async def _tell_error(request: Request, error: Exception) -> Response:
    """Trouble as the asker can use it: a page, the sign-in, JSON,
    or a plain line for the script.
    """
    assert isinstance(error, HTTPException)
    if is_api(request):
        return JSONResponse({"detail": error.detail}, error.status_code, error.headers)
    if not is_page(request):
        return PlainTextResponse(error.detail, error.status_code)
    if isinstance(error, NotSignedIn):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        back = f"?next={quote(wanted)}" if request.method == "GET" and wanted != "/" else ""
        return RedirectResponse(f"/login{back}", 303)
    # no route, so no guard: still the page of this person
    if not hasattr(request.state, "visitor"):
        request.state.visitor = await run_in_threadpool(identify, request)
    code = "half" if isinstance(error, UnusableText) else error.status_code
    return render(request, "error.html", error.status_code, code=code)
