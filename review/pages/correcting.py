"""What a person puts right without a question: a report's header and its figures. Each page works
without the script; each change stands in the history and can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, HTTPException, Path, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from review.access import DeskHere, FormHere, VisitorHere, field, needs, own_path
from review.inputs import Number, Words
from review.rendering import render
from schema.kinds import Role
from workers.desk import browsing, queue
from workers.desk.browsing import OpenedReport, PlacedMetric
from workers.desk.corrections import (
    CannotCorrect,
    Correction,
    NoSuchCorrection,
    NoSuchFigure,
    NoSuchReport,
    ReviewError,
    Who,
    list_corrections,
    read_correction,
)
from workers.desk.corrections.figures import (
    Place,
    add_figure,
    correct_figure,
    find_words,
    remove_figure,
)
from workers.desk.corrections.header import correct_header
from workers.desk.corrections.trying import TriedFigure, try_correction
from workers.desk.corrections.undoing import undo_correction
from workers.report.catalogue import indicators
from workers.report.model import Bound, Status
from workers.report.text import Span
from workers.results.correcting import HEADER_FIELDS

router = APIRouter(include_in_schema=False)

# What a person types of a figure.
TYPED = ("value", "unit", "indicator", "bound", "status", "subject", "period")
FigureKey = Annotated[str, Path(pattern=r"^\d{1,9}-\d{1,9}(#\d{1,4})?$")]


@router.post("/reports/{document}/header")
@needs(Role.REVIEWER)
def put_header_right(
    request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere, document: Number
) -> Response:
    try:
        correct_header(desk.ledger, document, changed_fields(form), who_of(visitor))
    except NoSuchReport as why:
        raise HTTPException(404) from why
    except ReviewError as why:
        return tell_trouble(request, why, f"/reports/{document}")
    return RedirectResponse(f"/reports/{document}#corrections", 303)


@router.get("/reports/{document}/figures/{key}")
@needs(Role.READER)
def show_figure(request: Request, desk: DeskHere, document: Number, key: FigureKey) -> HTMLResponse:
    return _figure_page(request, desk, document, key)


@router.get("/reports/{document}/figures/{key}/trial")
@needs(Role.READER)
def show_trial(request: Request, desk: DeskHere, document: Number, key: FigureKey) -> HTMLResponse:
    """What is typed, held against the rest, for the script."""
    typed = {
        name: request.query_params.get(name, "")[:80] for name in ("value", "unit", "indicator")
    }
    tried, trouble = try_typed(desk, document, key, typed)
    return render(request, "trial.html", tried=tried, trouble=trouble, visible=queue.make_visible)


@router.post("/reports/{document}/figures/{key}/{deed}")
@needs(Role.REVIEWER)
def change_figure(
    request: Request,
    desk: DeskHere,
    visitor: VisitorHere,
    form: FormHere,
    document: Number,
    key: FigureKey,
    deed: Annotated[str, Path(pattern="^(correct|remove|try)$")],
) -> Response:
    typed = {name: field(form, name) for name in TYPED}
    if deed == "try":
        return _figure_page(request, desk, document, key, typed=typed)
    try:
        if deed == "remove":
            remove_figure(desk.ledger, document, key, who_of(visitor))
        else:
            said = read_changed(form)
            correct_figure(desk.ledger, document, key, said, who_of(visitor))
    except (NoSuchReport, NoSuchFigure) as why:
        raise HTTPException(404) from why
    except CannotCorrect as why:
        return _figure_page(request, desk, document, key, typed=typed, trouble=why)
    return RedirectResponse(figure_address(document, key), 303)


@router.get("/reports/{document}/add")
@needs(Role.REVIEWER)
def ask_place(
    request: Request, desk: DeskHere, document: Number, words: Words = "", before: Words = ""
) -> HTMLResponse:
    """Where the missed figure stands: by its words, and where these stand several times by a
    choice; `before` is what stood before what was marked with the mouse.
    """
    return _adding_page(request, desk, document, {"words": words, "before": before})


@router.post("/reports/{document}/add")
@needs(Role.REVIEWER)
def add(
    request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere, document: Number
) -> Response:
    typed = {name: field(form, name) for name in (*TYPED, "words", "before", "place")}
    try:
        said = read_changed(form) if any(typed[name] for name in TYPED) else Correction()
        place = _place_of(typed)
        _, key = add_figure(desk.ledger, document, place, typed["words"], said, who_of(visitor))
    except NoSuchReport as why:
        raise HTTPException(404) from why
    except ReviewError as why:
        return _adding_page(request, desk, document, typed, trouble=why)
    return RedirectResponse(figure_address(document, key), 303)


@router.post("/corrections/{correction}/undo")
@needs(Role.REVIEWER)
def undo(
    request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere, correction: Number
) -> Response:
    back = own_path(field(form, "next") or "/reports")
    try:
        undo_correction(desk.ledger, correction, who_of(visitor))
    except NoSuchCorrection as why:
        raise HTTPException(404) from why
    except ReviewError as why:
        return tell_trouble(request, why, back)
    return RedirectResponse(back, 303)


def who_of(visitor: VisitorHere) -> Who:
    return Who(visitor.name, visitor.address)


def figure_address(document: int, key: str) -> str:
    """The report's page at this figure."""
    return f"/reports/{document}?{urlencode({'figure': key})}#row-{quote(key)}"


def changed_fields(form: FormData) -> dict[str, str]:
    """The fields of the header that a person changed: what stood in them when the page was made is
    sent with them, so that nobody undoes what another person wrote meanwhile.
    """
    return {
        name: field(form, name)
        for name in HEADER_FIELDS
        if name in form
        and (f"was_{name}" not in form or field(form, name) != field(form, f"was_{name}"))
    }


def read_changed(form: FormData) -> Correction:
    """The correction of a figure; scope and period count where they were changed."""
    typed = {name: field(form, name) for name in TYPED}
    for name in ("bound", "status"):
        if typed[name] == field(form, f"was_{name}"):
            typed[name] = ""
    subject, period = (
        typed.pop(name) if field(form, name) != field(form, f"was_{name}") else None
        for name in ("subject", "period")
    )
    said = {name: typed[name] for name in ("value", "unit", "indicator", "bound", "status")}
    return read_correction(**said, subject=subject, period=period)


def try_typed(
    desk: DeskHere, document: int, key: str, typed: Mapping[str, str]
) -> tuple[TriedFigure | None, ReviewError | None]:
    """What becomes of what is typed, or why it cannot be; neither where nothing is typed."""
    said = {name: typed.get(name, "") for name in ("value", "unit", "indicator", "bound")}
    if not any(said.values()):
        return None, None
    try:
        return try_correction(desk.ledger, document, key, read_correction(**said)), None
    except NoSuchFigure as why:
        raise HTTPException(404) from why
    except ReviewError as why:
        return None, why


def tell_trouble(request: Request, why: ReviewError, back: str) -> HTMLResponse:
    """A page that says why, and leads back."""
    return render(request, "refused.html", 422, trouble=why, back=back)


def _place_of(typed: Mapping[str, str]) -> Span:
    start, _, end = typed["place"].partition("-")
    if not (start.isdecimal() and end.isdecimal()):
        raise CannotCorrect("Choose where it stands.", "请选择它在正文中的位置。")
    return Span(int(start), int(end))


def _figure_page(
    request: Request,
    desk: DeskHere,
    document: int,
    key: str,
    *,
    typed: Mapping[str, str] | None = None,
    trouble: ReviewError | None = None,
) -> HTMLResponse:
    shown = browsing.show_report(desk.ledger, document, figure=key)
    figure = next((one for one in shown.figures if one.key == key), None) if shown else None
    if shown is None or figure is None:
        raise HTTPException(404)
    tried, refused = try_typed(desk, document, key, typed or {})
    past = list_corrections(desk.ledger, document=document)
    return render(
        request,
        "figure_page.html",
        422 if trouble else 200,
        shown=shown,
        figure=figure,
        sentence=_sentence(shown, figure),
        typed=dict.fromkeys(TYPED, "") | dict(typed or {}),
        is_typed=typed is not None,
        tried=tried,
        trouble=trouble or refused,
        past=[one for one in past if one.figure == key],
        findings=[one for one in shown.findings if key in one.metric_keys],
        here_with_query=f"/reports/{document}/figures/{quote(key)}",
        bounds=list(Bound),
        statuses=list(Status),
        indicators=indicators().values(),
        visible=queue.make_visible,
    )


def _sentence(shown: OpenedReport, figure: PlacedMetric) -> tuple[str, str, str]:
    """The line around the figure: before, the figure, after."""
    text, start, end = shown.text, figure.start, figure.end
    first = max(text.rfind("\n", 0, start) + 1, start - 120)
    last = text.find("\n", end)
    last = min(len(text) if last < 0 else last, end + 120)
    return text[first:start], text[start:end], text[end:last]


def _adding_page(
    request: Request,
    desk: DeskHere,
    document: int,
    typed: Mapping[str, str],
    trouble: ReviewError | None = None,
) -> HTMLResponse:
    shown = browsing.show_report(desk.ledger, document)
    if shown is None:
        raise HTTPException(404)
    spots = find_words(desk.ledger, document, typed["words"]) if typed["words"] else []
    before = _squeezed(typed.get("before", ""))
    meant = [one for one in spots if before and _squeezed(one.before).endswith(before[-8:])]
    return render(
        request,
        "figure_add.html",
        422 if trouble else 200,
        shown=shown,
        spots=spots,
        chosen=typed.get("place") or _only(meant) or _only(spots),
        typed=dict.fromkeys(TYPED, "") | dict(typed),
        trouble=trouble,
        here_with_query=f"/reports/{document}/add?{urlencode({'words': typed['words']})}",
        bounds=list(Bound),
        statuses=list(Status),
        indicators=indicators().values(),
        visible=queue.make_visible,
    )


def _squeezed(text: str) -> str:
    """Without white space, which a page shows otherwise."""
    return "".join(text.split())


def _only(spots: Sequence[Place]) -> str:
    return f"{spots[0].span.start}-{spots[0].span.end}" if len(spots) == 1 else ""
