"""Who asks, and may they: one guard for all routes, which refuses what is not declared.

A route says with `@needs(Role.REVIEWER)` or `@open_to_all` who may use it; one that says nothing is
refused to everybody. Pages know a person by the cookie, `/api` by a bearer token, and neither takes
the other's.
Whatever changes something by a cookie must come from a page of the desk: by what the browser says
of its origin, and by the token that stands in each form (`{{ form_token() }}`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from review.inputs import HalfCharacter, storable
from review.words import Language
from schema.kinds import Role
from workers.desk import accounts
from workers.desk.accounts import Person
from workers.ledger import Ledger
from workers.settings import Settings

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# What the script sends with its requests, in place of a form's hidden field.
TOKEN_HEADER, TOKEN_FIELD = "X-Form-Token", "form_token"
LANGUAGE_COOKIE = "fazhi_language"
MOST_FILES, MOST_FIELDS = 200, 200

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


class NotSignedIn(HTTPException):
    """Pages lead to the sign-in, the API answers 401."""

    def __init__(self) -> None:
        super().__init__(401, "Sign in first.", {"WWW-Authenticate": "Bearer"})


class NotAllowed(HTTPException):
    """The person is known, and may not."""

    def __init__(self) -> None:
        super().__init__(403, "Your account may not do this.")


class UnusableText(HTTPException):
    """A field holds what is no text."""

    def __init__(self) -> None:
        super().__init__(422, str(HalfCharacter()))


class ForeignRequest(HTTPException):
    """A change that no page of the desk asked for."""

    def __init__(self) -> None:
        super().__init__(
            403, "This request did not come from a page of the desk: load the page again."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the application hands to its routes: `Depends(desk_of)`, or `request.app.state.desk`."""

    ledger: Ledger
    settings: Settings
    secure: bool

    @property
    def session_cookie(self) -> str:
        return self._cookie("session")

    @property
    def door_cookie(self) -> str:
        """For those who are not signed in: what their form tokens hang on."""
        return self._cookie("door")

    @property
    def browser_cookie(self) -> str:
        """Long-lived: by it an account knows the browsers in which its owner signed in before."""
        return self._cookie("browser")

    def _cookie(self, name: str) -> str:
        """With the port, for cookies do not tell ports apart; with TLS bound to this host alone."""
        return f"__Host-fazhi_{name}" if self.secure else f"fazhi_{name}_{self.settings.desk_port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whoever asks: a person or a stranger, and the secret that the form tokens
    of this browser hang on.
    """

    person: Person | None
    secret: str
    language: Language
    address: str | None
    is_new: bool = False

    @property
    def form_token(self) -> str:
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()

    @property
    def name(self) -> str:
        """For what is signed with a name; NotSignedIn for a stranger."""
        if self.person is None:
            raise NotSignedIn
        return self.person.name

    def may(self, role: Role) -> bool:
        return self.person is not None and self.person.role.includes(role)


def needs(role: Role) -> Callable[[Endpoint], Endpoint]:
    """Declare that the route is for people of this role and of those above it."""

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__["needs"] = role
        return endpoint

    return declare


def open_to_all(endpoint: Endpoint) -> Endpoint:
    """Declare that the route is for strangers too."""
    endpoint.__dict__["needs"] = None
    return endpoint


def desk_of(request: Request) -> Desk:
    found: Desk = request.app.state.desk
    return found


def identify(request: Request) -> Visitor:
    """The visitor; a request of the live script (`…/live`)
    does not put off the end of an idle session.
    """
    desk = desk_of(request)
    address = request.client.host if request.client else None
    stranger = Visitor(person=None, secret="", language=language_of(request), address=address)
    if is_api(request):
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        person = (
            accounts.find_bearer(desk.ledger, secret.strip())
            if scheme.lower() == "bearer"
            else None
        )
        return replace(stranger, person=person)
    if cookie := request.cookies.get(desk.session_cookie):
        counts = not request.url.path.endswith("/live")
        if person := accounts.find_visitor(desk.ledger, cookie, counts=counts):
            return replace(stranger, person=person, secret=cookie)
    door = request.cookies.get(desk.door_cookie)
    return replace(stranger, secret=door or secrets.token_urlsafe(32), is_new=not door)


async def guard(request: Request, visitor: Annotated[Visitor, Depends(identify)]) -> Visitor:
    """The one check before every route."""
    declared = getattr(request.scope["endpoint"], "__dict__", {})
    if "needs" not in declared:
        raise NotAllowed
    role: Role | None = declared["needs"]
    if role and visitor.person is None:
        raise NotSignedIn
    if role and not visitor.may(role):
        raise NotAllowed
    if request.method not in SAFE_METHODS and not is_api(request):
        if not _from_our_pages(request):
            raise ForeignRequest
        await _check_form(request, visitor)
    request.state.visitor = visitor
    return visitor


def form_of(request: Request) -> FormData:
    """The fields of the form, which the guard has read and checked."""
    found: FormData = request.state.form
    return found


DeskHere = Annotated[Desk, Depends(desk_of)]
VisitorHere = Annotated[Visitor, Depends(guard)]
FormHere = Annotated[FormData, Depends(form_of)]


def field(form: FormData, name: str) -> str:
    """A text field, as Postgres takes it; "" where it is missing or a file."""
    value = form.get(name, "")
    try:
        return storable(value) if isinstance(value, str) else ""
    except HalfCharacter as why:
        raise UnusableText from why


def is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def language_of(request: Request) -> Language:
    """Chinese, unless the visitor chose English."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return Language.EN if chosen == Language.EN else Language.ZH


def own_path(path: str) -> str:
    """A path of this desk to go on to; "/" for anything else, which could lead to another host.

    >>> own_path("/intake?show=done"), own_path("//evil.example/"), own_path("https://evil.example")
    ('/intake?show=done', '/', '/')
    """
    parts = urlsplit(path.replace("\\", "/"))
    harmless = path.isprintable() and path.startswith("/") and not (parts.scheme or parts.netloc)
    return path if harmless and not path.replace("\\", "/").startswith("//") else "/"


def _from_our_pages(request: Request) -> bool:
    """What the browser says of the page that asks.

    One that says nothing at all is none that we know.
    """
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    origin = urlsplit(request.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc.lower() == request.headers.get("host", "").lower()


async def _check_form(request: Request, visitor: Visitor) -> None:
    request.state.form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)
    given = request.headers.get(TOKEN_HEADER) or field(request.state.form, TOKEN_FIELD)
    if visitor.is_new or not hmac.compare_digest(given.encode(), visitor.form_token.encode()):
        raise ForeignRequest
