"""Who may use the desk: invite, change a role, make a new link or a token, close an account.

What an admin does here is what `fazhi user` does. A link and a token are shown once, on the page
that answers, and stand nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import HTMLResponse

from review.access import Desk, DeskHere, FormHere, VisitorHere, field, needs
from review.rendering import render
from schema.kinds import Role
from workers.desk import accounts
from workers.desk.accounts import AccountExists, BadAccountName, LastAdmin, NoSuchAccount
from workers.settings import desk_address

router = APIRouter(include_in_schema=False)

TROUBLES = {
    AccountExists: "people.exists",
    BadAccountName: "people.bad_name",
    LastAdmin: "people.last_admin",
    NoSuchAccount: "people.no_such",
}


@router.get("/people")
@needs(Role.ADMIN)
def show(request: Request, desk: DeskHere) -> HTMLResponse:
    return _page(request, desk)


@router.post("/people/invite")
@needs(Role.ADMIN)
def invite(request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere) -> HTMLResponse:
    name, role, by = field(form, "name").strip(), _role(field(form, "role")), _by(visitor)
    return _answer(
        request, desk, name, link=lambda: accounts.add_account(desk.ledger, name, role, **by)
    )


@router.post("/people/role")
@needs(Role.ADMIN)
def change_role(
    request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere
) -> HTMLResponse:
    name, role, by = field(form, "name"), _role(field(form, "role")), _by(visitor)
    return _answer(
        request, desk, name, act=lambda: accounts.change_role(desk.ledger, name, role, **by)
    )


@router.post("/people/link")
@needs(Role.ADMIN)
def make_link(
    request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere
) -> HTMLResponse:
    name, by = field(form, "name"), _by(visitor)
    return _answer(request, desk, name, link=lambda: accounts.make_link(desk.ledger, name, **by))


@router.post("/people/token")
@needs(Role.ADMIN)
def make_token(
    request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere
) -> HTMLResponse:
    name, by = field(form, "name"), _by(visitor)
    return _answer(request, desk, name, token=lambda: accounts.make_token(desk.ledger, name, **by))


@router.post("/people/tokens/end")
@needs(Role.ADMIN)
def end_tokens(
    request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere
) -> HTMLResponse:
    name, by = field(form, "name"), _by(visitor)
    return _answer(request, desk, name, act=lambda: accounts.end_tokens(desk.ledger, name, **by))


@router.post("/people/remove")
@needs(Role.ADMIN)
def remove(request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere) -> HTMLResponse:
    name, by = field(form, "name"), _by(visitor)
    return _answer(
        request, desk, name, act=lambda: accounts.remove_account(desk.ledger, name, **by)
    )


def _answer(
    request: Request,
    desk: Desk,
    name: str,
    *,
    act: Callable[[], None] | None = None,
    link: Callable[[], str] | None = None,
    token: Callable[[], str] | None = None,
) -> HTMLResponse:
    """The page after one of these; with the new link, the new token, or why it was not done."""
    try:
        if act:
            act()
        address = accounts.link_address(_address(request, desk), link()) if link else None
        secret = token() if token else None
    except tuple(TROUBLES) as why:
        return _page(request, desk, 422, trouble=TROUBLES[type(why)], about=name)
    return _page(request, desk, link=address, token=secret, about=name)


def _page(request: Request, desk: Desk, status: int = 200, **told: Any) -> HTMLResponse:
    known = {"trouble": None, "link": None, "token": None, "about": None} | told
    lines = accounts.list_accounts(desk.ledger)
    return render(request, "people.html", status, lines=lines, here_with_query="/people", **known)


def _by(visitor: VisitorHere) -> dict[str, Any]:
    return {"by": visitor.name, "address": visitor.address}


def _role(written: str) -> Role:
    try:
        return Role(written)
    except ValueError as why:
        raise HTTPException(422) from why


def _address(request: Request, desk: Desk) -> str:
    """Where the admin has the desk open, others may open it too."""
    if desk.settings.desk_url:
        return desk_address(desk.settings)
    return f"{request.url.scheme}://{request.url.netloc}"
