"""The queue as a list, and findings of one kind and issuer dismissed at once.

One finding is `item`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import HTMLResponse

from review.access import DeskHere, FormHere, VisitorHere, needs
from review.queue import Queue, QueueHere, note_of
from review.rendering import render
from schema.kinds import Action, FindingState, Role
from schema.tables import Issuer
from workers.desk import beginning
from workers.desk import queue as findings
from workers.report.finding_kinds import FindingKind, Group
from workers.report.model import Severity

router = APIRouter(include_in_schema=False)

PAGE = 50


@router.get("/review")
@needs(Role.READER)
def show(request: Request, desk: DeskHere, queue: QueueHere) -> HTMLResponse:
    after, before = queue.after_key, queue.before_key
    found = findings.list_findings(
        desk.ledger, queue.filters, after=after, before=before, limit=PAGE + 1
    )
    more = len(found) > PAGE
    rows = found[-PAGE:] if before else found[:PAGE]
    return render(
        request,
        "review_list.html",
        rows=rows,
        queue=queue,
        newer=queue.link(before=rows[0].key) if rows and (after or (before and more)) else None,
        older=queue.link(after=rows[-1].key) if rows and (before or more) else None,
        groups=list(Group),
        kinds=list(FindingKind),
        severities=list(Severity),
        states=list(FindingState),
        begun=None if rows else beginning.look_at_beginning(desk.ledger),
    )


@dataclass(frozen=True, slots=True)
class OfOneIssuer:
    """What a bulk decision is about: no kind of the whole country is dismissed by a slip."""

    kind: FindingKind
    issuers: list[Issuer]

    @property
    def queue(self) -> Queue:
        """That of the one issuer; several have one name, and then a person chooses first."""
        return Queue(kind=self.kind, issuer=str(self.issuers[0].id))


def of_one_issuer(desk: DeskHere, queue: QueueHere) -> OfOneIssuer:
    issuers = findings.issuers_of(desk.ledger, queue.filters.issuer or "")
    if queue.kind is None or not issuers:
        raise HTTPException(404)
    return OfOneIssuer(queue.kind, issuers)


OfOneIssuerHere = Annotated[OfOneIssuer, Depends(of_one_issuer)]


@router.get("/review/dismiss")
@needs(Role.REVIEWER)
def ask(request: Request, desk: DeskHere, bulk: OfOneIssuerHere) -> HTMLResponse:
    """The page that says how many would be dismissed."""
    count = findings.count_waiting(desk.ledger, bulk.kind, issuer=bulk.queue.issuer)
    return render(
        request, "review_dismiss.html", bulk=bulk, queue=bulk.queue, count=count, done=None
    )


@router.post("/review/dismiss")
@needs(Role.REVIEWER)
def dismiss(
    request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere, bulk: OfOneIssuerHere
) -> HTMLResponse:
    if len(bulk.issuers) > 1:
        return ask(request, desk, bulk)
    action, issuer = Action.DISMISS, bulk.queue.issuer
    done = findings.decide_all(
        desk.ledger, bulk.kind, action, visitor.name, issuer=issuer, note=note_of(form)
    )
    return render(request, "review_dismiss.html", bulk=bulk, queue=bulk.queue, count=0, done=done)
