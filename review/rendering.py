"""Templates: what every page knows, words in the visitor's language, times in the desk's zone.

In a template: `say("intake.title")` is a text of `words.yaml`, `name_of("state", line.state)` the
text of a value of an enum, `indicator_name(code)` and `stated(value, unit)` are the
catalogue's words, `line.arrived_at | when` is a time, `form_token()` the hidden field that each
form must have.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from review import naming, words
from review.access import TOKEN_FIELD, Visitor, desk_of, is_api, language_of
from review.places import PLACES, NavigationPlace
from review.theme import dark_media
from review.words import Language
from schema.kinds import Role

TEMPLATES = Path(__file__).with_name("templates")


@cache
def environment() -> Environment:
    """Everything is escaped; a name that a page forgot to give is an error, not an empty place."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page or a part of one, for the visitor of this request."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    language = visitor.language if visitor else language_of(request)
    desk = desk_of(request)
    known = {
        "visitor": visitor,
        "language": language,
        "languages": Language,
        "roles": Role,
        "here": request.url.path,
        # Where a change of the language leads back to;
        # a page that answers a form says where that is.
        "here_with_query": request.url.path
        + (f"?{request.url.query}" if request.url.query else ""),
        "dark_media": dark_media(request),
        "say": partial(words.say, language),
        "name_of": partial(name_of, language),
        "indicator_name": partial(naming.indicator_name, language=language),
        "pillar_name": partial(naming.pillar_name, language=language),
        "unit_name": partial(naming.unit_name, language=language),
        "stated": partial(naming.write_amount, language=language),
        "when": partial(when, zone=ZoneInfo(desk.settings.timezone)),
        "form_token": partial(form_token, visitor),
        "places": places_of(visitor),
    }
    text = environment().get_template(template).render(known | values)
    answer = HTMLResponse(text, status)
    if visitor and visitor.is_new:
        answer.set_cookie(
            desk.door_cookie, visitor.secret, httponly=True, samesite="lax", secure=desk.secure
        )
    return answer


def places_of(visitor: Visitor | None) -> list[NavigationPlace]:
    """What the navigation offers this visitor."""
    return [place for place in PLACES if visitor and visitor.may(place.needs)]


def name_of(language: Language, group: str, value: StrEnum) -> str:
    """The word for a value of an enum.

    >>> from schema.kinds import DocumentState
    >>> name_of(Language.ZH, "state", DocumentState.DONE)
    '已完成'
    """
    return words.say(language, f"{group}.{value.value}")


def when(moment: datetime, zone: ZoneInfo) -> str:
    """A time as people write it, in the desk's zone.

    >>> from datetime import UTC
    >>> when(datetime(2025, 1, 8, 1, 5, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    '2025-01-08 09:05'
    """
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def form_token(visitor: Visitor | None) -> Markup:
    """The hidden field without which no form is taken."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        TOKEN_FIELD, visitor.form_token if visitor else ""
    )


def is_page(request: Request) -> bool:
    """Whether a person looks at the answer as a page; not the script, not a program."""
    return not is_api(request) and request.headers.get("sec-fetch-mode", "navigate") == "navigate"
