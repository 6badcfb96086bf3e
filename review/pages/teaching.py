"""Teach it: the figures without a sure name in groups, what a group may be about, what an entry
would change, and the entries in force.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from review.access import DeskHere, FormHere, VisitorHere, field, needs
from review.inputs import Number, Words
from review.rendering import render
from schema.kinds import Role
from workers.desk import teaching
from workers.desk.teaching import LessonLine, Scope
from workers.errors import NoSuchGroup, NoSuchLesson, TeachingError, TriedBefore
from workers.report.catalogue import as_yaml, code_of, indicators
from workers.stages.app import ring_trial

router = APIRouter(include_in_schema=False)

MOST_GROUPS, MOST_FIGURES = 200, 8
NOTHING = "nothing"

ScopeAsked = Annotated[Scope, Query()]


@router.get("/teach")
@needs(Role.READER)
def show(request: Request, desk: DeskHere, scope: ScopeAsked = Scope.UNSURE) -> HTMLResponse:
    groups = teaching.list_groups(desk.ledger, scope)
    return render(
        request,
        "teach.html",
        groups=groups[:MOST_GROUPS],
        more=len(groups) - MOST_GROUPS,
        scope=scope,
        scopes=Scope,
        counts=teaching.count_named(desk.ledger),
        asked=sum(len(group.figures) for group in groups),
        lessons=teaching.list_lessons(desk.ledger),
        reading=teaching.count_reading(desk.ledger),
        link_of=link_of,
    )


@router.get("/teach/live")
@needs(Role.READER)
def show_reading(request: Request, desk: DeskHere) -> HTMLResponse:
    return render(request, "teach_reading.html", reading=teaching.count_reading(desk.ledger))


@router.get("/teach/group")
@needs(Role.READER)
def show_group(request: Request, desk: DeskHere, name: Words) -> HTMLResponse:
    return _group_page(request, desk, name)


@router.post("/teach/group")
@needs(Role.REVIEWER)
def propose(request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere) -> Response:
    """What was typed goes before what was chosen."""
    name = field(form, "name")
    code = code_of(field(form, "typed").strip()) or field(form, "chosen")
    try:
        found = teaching.find_group(desk.ledger, teaching.read_group(name))
        number = teaching.propose_lesson(
            desk.ledger, found, None if code == NOTHING else code, who=visitor.name
        )
    except NoSuchGroup as error:
        raise HTTPException(404) from error
    except TeachingError as error:
        return _group_page(request, desk, name, trouble=error)
    ring_trial(number)
    return RedirectResponse(f"/teach/entries/{number}", 303)


def _group_page(
    request: Request, desk: DeskHere, name: str, trouble: TeachingError | None = None
) -> HTMLResponse:
    try:
        group = teaching.find_group(desk.ledger, teaching.read_group(name))
    except NoSuchGroup as error:
        raise HTTPException(404) from error
    return render(
        request,
        "teach_group.html",
        422 if trouble else 200,
        group=group,
        shown=group.figures[:MOST_FIGURES],
        candidates=teaching.list_candidates(desk.ledger, group),
        codes=[one for one in indicators().values() if teaching.fits_group(group, one.code)],
        trouble=trouble,
        around=_neighbours(desk, name),
        indicators=indicators(),
        here_with_query=link_of(name),
    )


@router.get("/teach/entries/{lesson}")
@needs(Role.READER)
def show_lesson(request: Request, desk: DeskHere, lesson: Number) -> HTMLResponse:
    return _lesson_page(request, desk, lesson, "teach_entry.html")


@router.get("/teach/entries/{lesson}/live")
@needs(Role.READER)
def show_trial(request: Request, desk: DeskHere, lesson: Number) -> HTMLResponse:
    return _lesson_page(request, desk, lesson, "teach_trial.html")


@router.post("/teach/entries/{lesson}/try")
@needs(Role.REVIEWER)
def try_again(desk: DeskHere, lesson: Number) -> Response:
    """The trial is asked for once more: others changed since, or no worker heard of it."""
    _find_lesson(desk, lesson)
    ring_trial(lesson)
    return RedirectResponse(f"/teach/entries/{lesson}", 303)


@router.post("/teach/entries/{lesson}/take")
@needs(Role.ADMIN)
def take(request: Request, desk: DeskHere, visitor: VisitorHere, lesson: Number) -> Response:
    try:
        teaching.take_lesson(desk.ledger, lesson, who=visitor.name, address=visitor.address)
    except TriedBefore as error:
        ring_trial(lesson)
        return _lesson_page(request, desk, lesson, "teach_entry.html", trouble=error)
    except NoSuchLesson as error:
        raise HTTPException(404) from error
    return RedirectResponse(f"/teach/entries/{lesson}", 303)


@router.post("/teach/entries/{lesson}/undo")
@needs(Role.ADMIN)
def undo(desk: DeskHere, visitor: VisitorHere, lesson: Number) -> Response:
    try:
        teaching.undo_lesson(desk.ledger, lesson, who=visitor.name, address=visitor.address)
    except NoSuchLesson as error:
        raise HTTPException(404) from error
    return RedirectResponse(f"/teach/entries/{lesson}", 303)


def link_of(name: str) -> str:
    """The address of a group."""
    return f"/teach/group?{urlencode({'name': name})}"


def _find_lesson(desk: DeskHere, number: int) -> LessonLine:
    try:
        return teaching.find_lesson(desk.ledger, number)
    except NoSuchLesson as error:
        raise HTTPException(404) from error


def _lesson_page(
    request: Request,
    desk: DeskHere,
    number: int,
    template: str,
    trouble: TeachingError | None = None,
) -> HTMLResponse:
    lesson = _find_lesson(desk, number)
    name = teaching.group_name(lesson.group)
    return render(
        request,
        template,
        409 if trouble else 200,
        lesson=lesson,
        group_link=link_of(name),
        entry=as_yaml(lesson.entry) if lesson.entry else "",
        reading=teaching.count_reading(desk.ledger),
        trouble=trouble,
        around=_neighbours(desk, name) if template == "teach_entry.html" else (None, None),
        here_with_query=f"/teach/entries/{number}",
    )


def _neighbours(desk: DeskHere, name: str) -> tuple[str | None, str | None]:
    """The addresses of the groups before and after this one in the list; of one that is no longer
    in it, that of the first.
    """
    names = [group.name for group in teaching.list_groups(desk.ledger)]
    at = names.index(name) if name in names else -1
    before = link_of(names[at - 1]) if at > 0 else None
    after = link_of(names[at + 1]) if at + 1 < len(names) else None
    return before, after
