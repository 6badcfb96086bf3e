"""A finding beside its evidence, and what a person says of it.

Looking changes nothing. Whoever begins to decide (by a key or by typing) holds the finding for a
while, so that no two people work on the same; the open page keeps it, leaving the page gives it
back. A decision answers with the next finding, which is held for the person who goes through the
queue: to the script with that part of the page alone, else by leading on to its address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from review.access import DeskHere, FormHere, VisitorHere, field, needs
from review.evidence import load_beside, telling
from review.inputs import Number, Said
from review.pages.correcting import changed_fields, try_typed
from review.queue import Queue, QueueHere, note_of
from review.rendering import is_page, render
from schema.kinds import Action, FindingState, Role
from workers.desk import beginning
from workers.desk import queue as findings
from workers.desk.corrections import PastCorrection, list_corrections
from workers.desk.corrections.candidates import ABOUT, list_choices
from workers.desk.queue import (
    BACK,
    FRONT,
    DecidedFinding,
    DecidedMeanwhile,
    HeldByAnother,
    Key,
    NoSuchFinding,
    QueuedFinding,
    ReadAnew,
    ReviewError,
)
from workers.report.catalogue import indicators
from workers.report.finding_kinds import FindingKind

router = APIRouter(include_in_schema=False)

_ACTIONS = (Action.ACCEPT, Action.CORRECT, Action.DISMISS)
# What a person typed stays in its fields where the decision is refused.
_CORRECTION = ("value", "unit", "indicator")
_TYPED = (*_CORRECTION, "take", "note")


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """Who asks, where, and for which queue."""

    request: Request
    desk: DeskHere
    visitor: VisitorHere
    queue: QueueHere

    @property
    def decides(self) -> bool:
        return self.visitor.may(Role.REVIEWER)


ReviewRequestHere = Annotated[ReviewRequest, Depends()]


@router.get("/review/next")
@needs(Role.READER)
def show_next(asked: ReviewRequestHere) -> Response:
    """The finding after the one at `after`, before the one at `before`, or the first."""
    after, before = asked.queue.after_key, asked.queue.before_key
    left = after or before
    number = step(asked, find_beside, after=after, before=before)
    return lead(asked, number, alone=left is not None and left.id == number)


@router.get("/review/{finding}")
@needs(Role.READER)
def show(asked: ReviewRequestHere, finding: Number) -> Response:
    return show_item(asked, finding)


@router.get("/review/{finding}/live")
@needs(Role.READER)
def show_holder(asked: ReviewRequestHere, finding: Number) -> HTMLResponse:
    """Who holds the finding."""
    try:
        found = findings.find_finding(asked.desk.ledger, finding)
    except NoSuchFinding as why:
        raise HTTPException(404) from why
    return render(asked.request, "review_holder.html", found=found)


@router.post("/review/{finding}/hold")
@needs(Role.REVIEWER)
def hold(asked: ReviewRequestHere, finding: Number) -> HTMLResponse:
    """A person began to decide, or is still about it; who holds the finding now."""
    findings.claim(asked.desk.ledger, finding, asked.visitor.name)
    return show_holder(asked, finding)


@router.post("/review/{finding}/release")
@needs(Role.REVIEWER)
def leave(asked: ReviewRequestHere, form: FormHere, finding: Number) -> Response:
    """The page was left: the finding is anybody's again.

    A browser says so only after the next page has come, which may show the same finding: the claim
    of that page, which ends later than `until`, stays.
    """
    try:
        until = datetime.fromisoformat(field(form, "until"))
    except ValueError as why:
        raise HTTPException(422) from why
    findings.release(asked.desk.ledger, asked.visitor.name, finding, until=until)
    return Response(status_code=204)


@router.post("/review/{finding}/header")
@needs(Role.REVIEWER)
def put_header_right(asked: ReviewRequestHere, form: FormHere, finding: Number) -> Response:
    """Settle the finding by what the header of its report should say; the answer is the next."""
    visitor, fields = asked.visitor, changed_fields(form)
    try:
        decided = findings.correct_header(
            asked.desk.ledger,
            finding,
            fields,
            visitor.name,
            address=visitor.address,
            note=note_of(form),
            seen=field(form, "seen") or None,
        )
    except NoSuchFinding as why:
        raise HTTPException(404) from why
    except ReviewError as why:
        return show_item(asked, finding, trouble=why, typed=fields)
    asked = replace(asked, queue=replace(asked.queue, last=finding))
    return lead(asked, step(asked, take_beside, after=decided.finding.key))


@router.post("/review/{finding}/try")
@needs(Role.REVIEWER)
def try_correction(asked: ReviewRequestHere, form: FormHere, finding: Number) -> Response:
    """What is typed, held against the rest; nothing is saved."""
    return show_item(asked, finding, typed=_typed(form))


@router.post("/review/{finding}/{action}")
@needs(Role.REVIEWER)
def decide(asked: ReviewRequestHere, form: FormHere, finding: Number, action: Said) -> Response:
    """Settle the finding, or take its last decision back;
    the answer is the next one, or the one taken back.
    """
    try:
        decided = _decide(asked, form, finding, action)
    except NoSuchFinding as why:
        raise HTTPException(404) from why
    except ReviewError as why:
        return show_item(asked, finding, trouble=why, typed=_typed(form))
    asked = replace(asked, queue=replace(asked.queue, last=finding))
    if action is Action.UNDO:
        findings.claim(asked.desk.ledger, finding, asked.visitor.name)
        return lead(asked, finding)
    return lead(asked, step(asked, take_beside, after=decided.finding.key))


def _typed(form: FormData) -> dict[str, str]:
    return {name: field(form, name) for name in _TYPED}


def _decide(asked: ReviewRequest, form: FormData, finding: int, action: Action) -> DecidedFinding:
    ledger, who, seen = asked.desk.ledger, asked.visitor.name, field(form, "seen") or None
    if action is Action.UNDO:
        return findings.undo(ledger, finding, who, seen=seen, address=asked.visitor.address)
    if action is Action.ACCEPT and any(field(form, name).strip() for name in _CORRECTION):
        # What was typed says more than the button: it is not thrown away.
        action = Action.CORRECT
    correction, take = None, _whole(form, "take")
    if action is Action.CORRECT:
        correction = findings.read_correction(**{name: field(form, name) for name in _CORRECTION})
    note = note_of(form)
    return findings.decide(
        ledger, finding, action, who, note=note, correction=correction, take=take, seen=seen
    )


def _whole(form: FormData, name: str) -> int | None:
    """The field as a whole number; None if it is not one."""
    written = field(form, name)
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 20 else None


Beside = Callable[["ReviewRequest", Key | None, Key | None], Key | None]


def step(
    asked: ReviewRequest, beside: Beside, *, after: Key | None = None, before: Key | None = None
) -> int | None:
    """The finding to come to; at an end of the queue it goes on at the other one.

    None: nothing waits.
    """
    found = beside(asked, after, before)
    if found is None and (after or before):
        found = beside(asked, FRONT if after else None, BACK if before else None)
    return found.id if found else None


def find_beside(asked: ReviewRequest, after: Key | None, before: Key | None) -> Key | None:
    """The finding behind or ahead of a key: for a reviewer one that nobody else holds."""
    ledger, queue = asked.desk.ledger, asked.queue
    if asked.decides and queue.state is not FindingState.SETTLED:
        return findings.find_next(
            ledger, asked.visitor.name, queue.waiting, after=after, before=before
        )
    rows = findings.list_findings(ledger, queue.filters, after=after, before=before, limit=1)
    return rows[0].key if rows else None


def take_beside(asked: ReviewRequest, after: Key | None, before: Key | None) -> Key | None:
    """The same for a person who goes on deciding, for whom it is held."""
    if asked.queue.state is FindingState.SETTLED:
        return find_beside(asked, after, before)
    ledger, filters = asked.desk.ledger, asked.queue.waiting
    return findings.claim_next(ledger, asked.visitor.name, filters, after=after, before=before)


def lead(asked: ReviewRequest, number: int | None, *, alone: bool = False) -> Response:
    """To the finding of this number, or to the page that says that nothing waits."""
    if number is None:
        if is_page(asked.request) and asked.request.method == "POST":
            return RedirectResponse(asked.queue.link("/review/next", last=asked.queue.last), 303)
        return show_nothing(asked)
    if is_page(asked.request):
        return RedirectResponse(asked.queue.link(f"/review/{number}", last=asked.queue.last), 303)
    return show_item(asked, number, alone=alone)


def show_item(
    asked: ReviewRequest,
    number: int,
    *,
    alone: bool = False,
    trouble: ReviewError | None = None,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """The finding; `alone` where no other is to be had.

    `trouble` says why a decision was not taken, and `typed` what was sent with it.
    """
    try:
        item = load_beside(asked.desk.ledger, number)
    except NoSuchFinding as why:
        raise HTTPException(404) from why
    full, queue = item.full, asked.queue
    found, key = full.finding, full.finding.key
    address = queue.link(f"/review/{number}")
    figure = full.figures[0] if full.figures and found.document else None
    tried, refused = (
        try_typed(asked.desk, found.document or 0, figure.key, typed)
        if figure and typed and found.kind is not FindingKind.CELL_UNCLEAR
        else (None, None)
    )
    return render(
        asked.request,
        "review_page.html" if is_page(asked.request) else "review_item.html",
        200
        if trouble is None
        else 409
        if isinstance(trouble, HeldByAnother | DecidedMeanwhile | ReadAnew)
        else 422,
        part="review_item.html",
        item=item,
        full=full,
        found=found,
        typed=dict.fromkeys(_TYPED, "") | dict(typed or {}),
        tried=tried,
        refused=refused if trouble is None else None,
        about=ABOUT.get(found.kind, ()) if found.document else (),
        header=list_choices(asked.desk.ledger, found.document)
        if found.document and found.kind in ABOUT
        else None,
        other_files=findings.list_files(asked.desk.ledger, item.comparison.other.document_id)
        if found.kind is FindingKind.CONFLICTING_RESUBMISSION and item.comparison.other
        else (),
        put_right=_corrections_of(asked, found),
        queue=queue,
        address=address,
        here_with_query=address,
        next_link=queue.link("/review/next", after=key),
        previous_link=queue.link("/review/next", before=key),
        bulk=_bulk_link(found),
        decided=_decided(asked),
        alone=alone,
        trouble=trouble,
        indicators=indicators().values(),
        **telling(asked.visitor.language),
    )


def _corrections_of(asked: ReviewRequest, found: QueuedFinding) -> list[PastCorrection]:
    """What of the header was put right through the finding."""
    if found.document is None or found.kind not in ABOUT:
        return []
    past = list_corrections(asked.desk.ledger, document=found.document)
    return [one for one in past if one.finding == found.id]


def show_nothing(asked: ReviewRequest) -> HTMLResponse:
    """Nothing waits: what was settled today."""
    zone = ZoneInfo(asked.desk.settings.timezone)
    midnight = datetime.combine(datetime.now(zone).date(), time.min, zone)
    return render(
        asked.request,
        "review_page.html" if is_page(asked.request) else "review_nothing.html",
        part="review_nothing.html",
        queue=asked.queue,
        address=asked.queue.link("/review/next"),
        decided=_decided(asked),
        today=findings.count_since(asked.desk.ledger, midnight),
        begun=beginning.look_at_beginning(asked.desk.ledger),
        actions=_ACTIONS,
        indicators=(),
        **telling(asked.visitor.language),
    )


@dataclass(frozen=True, slots=True)
class JustDecided:
    """The finding that was decided before this page;
    `seen` lets its decision be taken back from here.
    """

    finding: QueuedFinding
    seen: str


def _decided(asked: ReviewRequest) -> JustDecided | None:
    ledger, last = asked.desk.ledger, asked.queue.last
    if last is None:
        return None
    try:
        return JustDecided(findings.find_finding(ledger, last), findings.tell_seen(ledger, last))
    except NoSuchFinding:  # somebody wrote the address by hand
        return None


def _bulk_link(found: QueuedFinding) -> str | None:
    """Where all findings of this kind and issuer are dismissed;
    null where the issuer is unknown.
    """
    issuer = found.issuer_id
    return Queue(kind=found.kind, issuer=str(issuer)).link("/review/dismiss") if issuer else None
