"""The queue as a list, and findings of one kind and issuer dismissed at once. One finding is `item`'s."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import HTMLResponse

from review.access import DeskHere, FormHere, VisitorHere, needs
from review.queue import Queue, QueueHere, note_of
from review.rendering import render
from schema.kinds import Action, FindingState, Role
from workers import reviews
from workers.report.model import FindingKind, Severity

router = APIRouter(include_in_schema=False)

PAGE = 50


@router.get("/review")
@needs(Role.READER)
def show(request: Request, desk: DeskHere, queue: QueueHere) -> HTMLResponse:
    after, before = queue.after_key, queue.before_key
    found = reviews.list_findings(desk.ledger, queue.filters, after=after, before=before, limit=PAGE + 1)
    more = len(found) > PAGE
    rows = found[-PAGE:] if before else found[:PAGE]
    return render(
        request,
        "review_list.html",
        rows=rows,
        queue=queue,
        newer=queue.link(before=rows[0]["key"]) if rows and (after or (before and more)) else None,
        older=queue.link(after=rows[-1]["key"]) if rows and (before or more) else None,
        kinds=list(FindingKind),
        severities=list(Severity),
        states=list(FindingState),
    )


def of_one_issuer(queue: QueueHere) -> tuple[FindingKind, str]:
    """What a bulk decision is about: no kind of the whole country is dismissed by a slip."""
    issuer = queue.filters.issuer
    if queue.kind is None or issuer is None:
        raise HTTPException(404)
    return queue.kind, issuer


OfOneIssuer = Annotated[tuple[FindingKind, str], Depends(of_one_issuer)]


@router.get("/review/dismiss")
@needs(Role.REVIEWER)
def ask(request: Request, desk: DeskHere, asked: OfOneIssuer) -> HTMLResponse:
    """The page that says how many would be dismissed."""
    kind, issuer = asked
    count = reviews.count_waiting(desk.ledger, kind, issuer=issuer)
    return render(request, "review_dismiss.html", queue=Queue(kind=kind, issuer=issuer), count=count, done=None)


@router.post("/review/dismiss")
@needs(Role.REVIEWER)
def dismiss(request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere, asked: OfOneIssuer) -> HTMLResponse:
    kind, issuer = asked
    note, action = note_of(form), Action.DISMISS
    done = reviews.decide_all(desk.ledger, kind, action, visitor.name, issuer=issuer, note=note)
    return render(request, "review_dismiss.html", queue=Queue(kind=kind, issuer=issuer), count=0, done=done)
