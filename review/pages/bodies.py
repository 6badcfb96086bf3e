"""Which bodies are one, and one that is two: what a person says of the issuers of reports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from fastapi import APIRouter, HTTPException, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from review.access import DeskHere, FormHere, VisitorHere, field, needs
from review.inputs import Number, Words
from review.pages.correcting import who_of
from review.rendering import render
from schema.kinds import Role
from workers.desk import queue
from workers.desk.corrections import (
    CannotCorrect,
    NoSuchBody,
    NoSuchReport,
    ReviewError,
    list_corrections,
)
from workers.desk.corrections.bodies import list_others, list_reports_of, merge_bodies, split_body
from workers.desk.numbers import panel

router = APIRouter(include_in_schema=False)

_NUMBER = re.compile("[0-9]{1,18}")
PLACE_FIELDS = ("issuer", "county", "province")


@router.get("/issuers/{issuer}")
@needs(Role.READER)
def show_body(request: Request, desk: DeskHere, issuer: Number, words: Words = "") -> HTMLResponse:
    return _body_page(request, desk, issuer, words=words)


@router.post("/issuers/{issuer}/merge")
@needs(Role.REVIEWER)
def merge(
    request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere, issuer: Number
) -> Response:
    """The one that was chosen becomes this one."""
    try:
        merge_bodies(desk.ledger, _whole(form, "other"), issuer, who_of(visitor))
    except NoSuchBody as why:
        raise HTTPException(404) from why
    except ReviewError as why:
        return _body_page(request, desk, issuer, trouble=why)
    return RedirectResponse(f"/issuers/{issuer}", 303)


@router.post("/issuers/{issuer}/split")
@needs(Role.REVIEWER)
def split(
    request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere, issuer: Number
) -> Response:
    """The chosen reports are another body's."""
    chosen = [int(str(one)) for one in form.getlist("document") if _NUMBER.fullmatch(str(one))]
    fields = {name: field(form, name) for name in PLACE_FIELDS}
    try:
        split_body(desk.ledger, chosen, fields, who_of(visitor))
    except NoSuchReport as why:
        raise HTTPException(404) from why
    except ReviewError as why:
        return _body_page(request, desk, issuer, trouble=why, typed=fields, chosen=chosen)
    return RedirectResponse(f"/issuers/{issuer}", 303)


def _whole(form: FormData, name: str) -> int:
    written = field(form, name)
    if not _NUMBER.fullmatch(written):
        raise CannotCorrect("Choose one.", "请先选择一个。")
    return int(written)


def _body_page(
    request: Request,
    desk: DeskHere,
    issuer: int,
    *,
    words: str = "",
    trouble: ReviewError | None = None,
    typed: Mapping[str, str] | None = None,
    chosen: Iterable[int] = (),
) -> HTMLResponse:
    body = panel.issuer_of(desk.ledger, issuer)
    if body is None:
        raise HTTPException(404)
    return render(
        request,
        "body.html",
        422 if trouble else 200,
        body=body,
        reports=list_reports_of(desk.ledger, issuer),
        others=list_others(desk.ledger, issuer, words.strip()),
        past=list_corrections(desk.ledger, issuer=issuer),
        words=words,
        typed=dict.fromkeys(PLACE_FIELDS, "") | dict(typed or {}),
        chosen=set(chosen),
        trouble=trouble,
        here_with_query=f"/issuers/{issuer}",
        visible=queue.make_visible,
    )
