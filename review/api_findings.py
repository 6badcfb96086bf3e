"""Findings for scripts: the queue, one finding with its evidence, decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query

from review.access import DeskHere, VisitorHere, needs
from review.api import ERRORS, PREFIX, Problem, described
from review.inputs import Number, Said, Text, Words
from review.queue import LONGEST_NOTE, KeyAsked, KindAsked, Queue, SeverityAsked, StateAsked
from schema.kinds import Action, FindingState, Role
from workers.desk import queue as findings
from workers.desk.jsonable import to_json
from workers.desk.queue import NoSuchFinding, ReviewError
from workers.report.finding_kinds import FindingKind
from workers.report.model import Severity

_ERRORS: dict[int | str, dict[str, Any]] = ERRORS | {
    code: {"model": Problem} for code in (404, 409)
}
router = APIRouter(
    prefix=f"{PREFIX}/findings",
    dependencies=[Depends(described)],
    responses=_ERRORS,
    tags=["findings"],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """A finding as a list shows it. `key` is its place in the queue: priority and number.

    `verdict` is what it was settled by; `present` is false where the newest
    reading no longer finds it.
    """

    id: int
    document: int | None
    kind: FindingKind
    severity: Severity
    key: tuple[int, int]
    state: FindingState
    claimed_by: str | None
    claimed_until: str | None
    verdict: Action | None
    message: str
    message_en: str
    suggestion: str | None
    report: str | None = None
    issuer: str | None = None
    year: int | None = None
    present: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SentDecision:
    """What is said of a finding: `value`, `unit`, `indicator` for a correction, also where it is
    sent as one to accept; `take` for one of several suggestions.

    `take` counts from 1; 0 takes none; null takes the suggestion where there is only one. `seen` is
    that of the finding as it was shown: where another decision was made since, this one is refused.
    """

    value: Text = ""
    unit: Text = ""
    indicator: Text = ""
    take: int | None = None
    note: Text | None = None
    seen: Text | None = None


@router.get("", response_model=list[FindingLine])
@needs(Role.READER)
def list_findings(
    desk: DeskHere,
    kind: KindAsked = None,
    severity: SeverityAsked = None,
    issuer: Words = "",
    state: StateAsked = None,
    after: KeyAsked = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[dict[str, Any]]:
    """The queue, what matters most first; `after` the last line's `key`, written 330-12,
    gives the page behind it.
    """
    queue = Queue(kind=kind, severity=severity, issuer=issuer, state=state, after=after)
    rows = findings.list_findings(desk.ledger, queue.filters, after=queue.after_key, limit=limit)
    return [to_json(row) for row in rows]


@router.get("/{finding}")
@needs(Role.READER)
def show_finding(desk: DeskHere, finding: Number) -> dict[str, Any]:
    """One finding: the line of the list with its evidence, figures, suggestions,
    details, decisions.
    """
    try:
        found: dict[str, Any] = to_json(findings.show_finding(desk.ledger, finding))
    except NoSuchFinding as why:
        raise HTTPException(404, why.notice) from why
    return found


@router.post("/{finding}/{action}", response_model=FindingLine)
@needs(Role.REVIEWER)
def decide_finding(
    desk: DeskHere,
    visitor: VisitorHere,
    finding: Number,
    action: Said,
    said: SentDecision | None = None,
) -> dict[str, Any]:
    """Accept, correct or dismiss a finding, or undo its last decision."""
    try:
        _decide(desk, visitor.name, finding, action, said or SentDecision())
        found: dict[str, Any] = to_json(findings.find_finding(desk.ledger, finding))
    except NoSuchFinding as why:
        raise HTTPException(404, why.notice) from why
    except ReviewError as why:
        raise HTTPException(409, why.notice) from why
    return found


def _decide(desk: DeskHere, who: str, finding: int, action: Action, said: SentDecision) -> None:
    note = (said.note or "").strip()[:LONGEST_NOTE] or None
    if action is Action.UNDO:
        findings.undo(desk.ledger, finding, who, note=note, seen=said.seen)
        return
    correction = None
    if action is Action.ACCEPT and (said.value or said.unit or said.indicator):
        # What is said with it is not thrown away.
        action = Action.CORRECT
    if action is Action.CORRECT:
        correction = findings.read_correction(
            value=said.value, unit=said.unit, indicator=said.indicator
        )
    findings.decide(
        desk.ledger,
        finding,
        action,
        who,
        note=note,
        correction=correction,
        take=said.take,
        seen=said.seen,
    )
