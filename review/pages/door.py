"""In and out: sign in, sign out, choose a password by a link, ask for a new one,
choose the language and the theme.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from review.access import (
    LANGUAGE_COOKIE,
    Desk,
    DeskHere,
    FormHere,
    Visitor,
    VisitorHere,
    field,
    needs,
    open_to_all,
    own_path,
)
from review.attempts import Attempts, CannotCount
from review.rendering import render
from review.theme import THEME_COOKIE, Theme
from review.words import Language
from schema.kinds import Deed, Role
from workers.desk import accounts
from workers.desk.accounts import Person, SpentLink, WeakPassword

router = APIRouter(include_in_schema=False)

# The choice of a language or a theme is no secret and stays for a year;
# half as long an account knows a browser.
YEAR = 365 * 24 * 3600


@router.get("/")
@needs(Role.READER)
def go_in() -> Response:
    return RedirectResponse("/intake", 303)


@router.get("/login")
@open_to_all
def ask(request: Request, visitor: VisitorHere) -> Response:
    wanted = own_path(request.query_params.get("next", "/"))
    if visitor.person:
        return RedirectResponse(wanted, 303)
    ended = "login.ended" if "expired" in request.query_params else None
    return render(request, "login.html", wanted=wanted, name="", trouble=ended)


@router.post("/login")
@open_to_all
def sign_in(request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere) -> Response:
    """One answer for a wrong password and an unknown name, after the same time."""
    name, wanted = field(form, "name"), own_path(field(form, "next"))
    again = {"wanted": wanted, "name": name}
    try:
        person = _check(request, desk, visitor, name, field(form, "password"))
        if person is None:
            _tell_refused(request, desk, visitor, Deed.SIGN_IN_FAILED, name)
            return render(request, "login.html", 401, trouble="login.wrong", **again)
        return _let_in(request, desk, person, wanted, visitor.address)
    except TriedTooOften:
        return render(request, "login.html", 429, trouble="login.too_often", **again)
    except CannotCount:
        return render(request, "login.html", 503, trouble="login.not_now", **again)


@router.post("/logout")
@needs(Role.READER)
def sign_out(desk: DeskHere, visitor: VisitorHere) -> Response:
    assert visitor.person
    accounts.end_visit(desk.ledger, visitor.secret, visitor.person, address=visitor.address)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(desk.session_cookie, httponly=True, samesite="lax", secure=desk.secure)
    return answer


@router.get("/password")
@needs(Role.READER)
def ask_old_password(request: Request) -> HTMLResponse:
    """Whoever sits at an open page does not lock its owner out:
    a new password needs the old one.
    """
    return render(request, "password.html", trouble=None)


@router.post("/password")
@needs(Role.READER)
def renew_password(
    request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere
) -> Response:
    """The right password is worth a link for one use, which leads to a new one."""
    try:
        if _check(request, desk, visitor, visitor.name, field(form, "password")) is None:
            return render(request, "password.html", 403, trouble="password.wrong")
    except TriedTooOften:
        return render(request, "password.html", 429, trouble="login.too_often")
    except CannotCount:
        return render(request, "password.html", 503, trouble="login.not_now")
    secret = accounts.make_link(desk.ledger, visitor.name, by=visitor.name)
    return RedirectResponse(f"/join?link={secret}", 303)


@router.get("/join")
@open_to_all
def ask_password(request: Request, desk: DeskHere) -> HTMLResponse:
    """The page of a link for one use. Looking at it does not use it up: mail scanners look too."""
    secret = request.query_params.get("link", "")
    owner = accounts.owner_of_link(desk.ledger, secret)
    return render(
        request, "join.html", 200 if owner else 404, owner=owner, link=secret, trouble=None
    )


@router.post("/join")
@open_to_all
def choose_password(
    request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere
) -> Response:
    secret, password = field(form, "link"), field(form, "password")
    owner = accounts.owner_of_link(desk.ledger, secret)
    trouble = None if password == field(form, "again") else "join.differ"
    try:
        if owner and trouble is None:
            person = accounts.choose_password(
                desk.ledger, secret, password, address=visitor.address
            )
            return _let_in(request, desk, person, "/", visitor.address)
    except WeakPassword:
        trouble = "join.weak"
    except SpentLink:  # by another browser, in this moment
        owner = None
    here = f"/join?link={quote(secret)}"
    return render(
        request,
        "join.html",
        400 if owner else 404,
        owner=owner,
        link=secret,
        trouble=trouble,
        here_with_query=here,
    )


@router.post("/language")
@open_to_all
def choose_language(desk: DeskHere, form: FormHere) -> Response:
    chosen = Language.EN if field(form, "language") == Language.EN else Language.ZH
    return _keep_choice(desk, form, LANGUAGE_COOKIE, chosen)


@router.post("/theme")
@open_to_all
def choose_theme(desk: DeskHere, form: FormHere) -> Response:
    chosen = Theme.DARK if field(form, "theme") == Theme.DARK else Theme.LIGHT
    return _keep_choice(desk, form, THEME_COOKIE, chosen)


def _keep_choice(desk: Desk, form: FormData, name: str, chosen: str) -> Response:
    answer = RedirectResponse(own_path(field(form, "next")), 303)
    answer.set_cookie(name, chosen, max_age=YEAR, httponly=True, samesite="lax", secure=desk.secure)
    return answer


class TriedTooOften(Exception):
    """No password is looked at for a while."""


def _check(
    request: Request, desk: Desk, visitor: Visitor, name: str, password: str
) -> Person | None:
    """Whose password this is, where it may be tried; TriedTooOften, CannotCount."""
    attempts, browser = _attempts(request), request.cookies.get(desk.browser_cookie, "")
    if not attempts.take(name, visitor.address, browser):
        _tell_refused(request, desk, visitor, Deed.LOCKED_OUT, name)
        raise TriedTooOften
    person = accounts.check_password(desk.ledger, name, password)
    if person:
        attempts.forgive(name, visitor.address, browser)
    return person


def _tell_refused(request: Request, desk: Desk, visitor: Visitor, deed: Deed, name: str) -> None:
    if _attempts(request).is_told(deed, visitor.address):
        accounts.log_alone(desk.ledger, deed, who=_known(desk, name), address=visitor.address)


def _let_in(
    request: Request, desk: Desk, person: Person, wanted: str, address: str | None
) -> Response:
    """A new session with a new secret: one that was planted in the browser
    before is worth nothing.
    """
    secret = accounts.begin_visit(desk.ledger, person, address=address)
    browser = secrets.token_urlsafe(32)
    with suppress(CannotCount):  # it is then a browser like any other
        _attempts(request).forgive(person.name, address, browser)
    answer = RedirectResponse(wanted, 303)
    answer.set_cookie(
        desk.session_cookie, secret, httponly=True, samesite="lax", secure=desk.secure
    )
    answer.set_cookie(
        desk.browser_cookie,
        browser,
        max_age=YEAR // 2,
        httponly=True,
        samesite="lax",
        secure=desk.secure,
    )
    answer.delete_cookie(desk.door_cookie, httponly=True, samesite="lax", secure=desk.secure)
    return answer


def _attempts(request: Request) -> Attempts:
    found: Attempts = request.app.state.attempts
    return found


def _known(desk: Desk, name: str) -> str | None:
    """For the log: the name of an account.

    What else is typed there may be a password in the wrong field.
    """
    return name[: accounts.LONGEST_NAME] if accounts.is_account(desk.ledger, name) else None
