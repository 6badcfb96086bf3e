"""The roster: who must report. A file is shown first, with what it would change or what is wrong in
which line; one issuer is added, changed, taken off.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from review.access import Desk, DeskHere, FormHere, Visitor, VisitorHere, field, needs
from review.inputs import LARGEST, Before, Words
from review.rendering import render
from review.words import Language
from schema.kinds import Level, Role
from workers.across.roster import UnusableRoster, make_entry, parse_roster
from workers.desk import roster

router = APIRouter(include_in_schema=False)

PAGE = 100
# The text of a file comes back with the page that was asked, as a field of its form.
MOST_BYTES = 1 << 20
Skip = Annotated[int, Query(ge=0, le=LARGEST)]


@router.get("/roster")
@needs(Role.ADMIN)
def show(
    request: Request, desk: DeskHere, words: Words = "", skip: Skip = 0, issuer: Before = None
) -> HTMLResponse:
    """With `issuer` its entry stands in the form, to be changed."""
    return _page(request, desk, words=words, skip=skip, issuer=issuer)


@router.post("/roster/preview")
@needs(Role.ADMIN)
def preview(request: Request, desk: DeskHere, form: FormHere) -> HTMLResponse:
    file, replace = form.get("file"), bool(field(form, "replace"))
    data = file.file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    if len(data) > MOST_BYTES:
        return _page(request, desk, 413, large=True)
    try:
        entries = parse_roster(data)
    except UnusableRoster as why:
        return _page(request, desk, 422, wrong=why.wrong)
    counts = roster.try_import(desk.ledger, entries, replace=replace)
    plan = {"entries": entries, "counts": counts, "replace": replace, "text": _as_text(data)}
    return _page(request, desk, plan=plan)


@router.post("/roster/import")
@needs(Role.ADMIN)
def take(request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere) -> Response:
    try:
        entries = parse_roster(field(form, "text").encode())
    except UnusableRoster as why:
        return _page(request, desk, 422, wrong=why.wrong)
    replace = bool(field(form, "replace"))
    roster.import_entries(desk.ledger, entries, _editor(desk, visitor), replace=replace)
    return RedirectResponse("/roster", 303)


@router.post("/roster/entry")
@needs(Role.ADMIN)
def save(request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere) -> Response:
    typed = {name: field(form, name) for name in ("name", "level", "county", "province")}
    instead_of = field(form, "instead_of")
    old = int(instead_of) if instead_of.isdecimal() and len(instead_of) < 19 else None
    try:
        entry = make_entry(**typed)
    except UnusableRoster as why:
        return _page(request, desk, 422, wrong=why.wrong, issuer=old, typed=typed)
    roster.save_entry(desk.ledger, entry, _editor(desk, visitor), instead_of=old)
    return RedirectResponse("/roster", 303)


@router.post("/roster/remove")
@needs(Role.ADMIN)
def remove(desk: DeskHere, visitor: VisitorHere, form: FormHere) -> Response:
    issuer = field(form, "issuer")
    if issuer.isdecimal() and len(issuer) < 19:
        roster.remove_entry(desk.ledger, int(issuer), _editor(desk, visitor))
    return RedirectResponse("/roster", 303)


def today_of(desk: Desk) -> date:
    return datetime.now(ZoneInfo(desk.settings.timezone)).date()


def _editor(desk: Desk, visitor: Visitor) -> roster.Editor:
    return roster.Editor(who=visitor.name, today=today_of(desk), address=visitor.address)


def _page(
    request: Request,
    desk: Desk,
    status: int = 200,
    *,
    words: str = "",
    skip: int = 0,
    issuer: int | None = None,
    **told: Any,
) -> HTMLResponse:
    lines = roster.list_lines(desk.ledger, words=words, skip=skip, limit=PAGE + 1)
    known = {"plan": None, "wrong": (), "large": False, "typed": _typed(desk, issuer)} | told
    return render(
        request,
        "roster.html",
        status,
        lines=lines[:PAGE],
        words=words,
        skip=skip,
        next_skip=skip + PAGE if len(lines) > PAGE else None,
        issuer=issuer,
        levels=list(Level),
        here_with_query="/roster",
        zh=Language.ZH,
        **known,
    )


def _typed(desk: Desk, issuer: int | None) -> dict[str, str]:
    """What stands in the form: an entry that is to be changed, else nothing."""
    found = roster.list_lines(desk.ledger, issuer=issuer, limit=1) if issuer else []
    names = ("name", "level", "county", "province")
    return {name: (getattr(found[0], name) or "") if found else "" for name in names}


def _as_text(data: bytes) -> str:
    """As it was read: see `parse_roster`."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")
