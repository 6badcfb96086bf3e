"""The decisions of a finding, oldest first; rows are only ever added."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.kinds import Action
from schema.tables import Correction, Decision, Finding, Metric
from workers.results.human import FIELDS, doubtful_figure, human_of


def decisions_of(session: Session, finding_id: int) -> list[Decision]:
    """All of them, oldest first."""
    return list(
        session.scalars(select(Decision).filter_by(finding_id=finding_id).order_by(Decision.id))
    )


def seen_of(finding: Finding, decisions: Sequence[Decision]) -> str:
    """A version tag of what the page showed: the last decision, evidence, suggestion and figures.

    It is sent back with a decision, so that nobody decides on what was not on the page.
    """
    shown = hashlib.sha256(
        repr((finding.evidence, finding.suggestion, finding.metric_keys)).encode()
    ).hexdigest()
    return f"{decisions[-1].id if decisions else 0}-{shown[:16]}"


def standing_decisions(decisions: Iterable[Decision]) -> list[Decision]:
    """Those not undone: each `undo` takes back the last decision that still stood."""
    left: list[Decision] = []
    for decision in decisions:
        if decision.action is not Action.UNDO:
            left.append(decision)
        elif left:
            left.pop()
    return left


def reading_left(
    session: Session, metric: Metric, undone: Decision | None = None
) -> tuple[Any, ...]:
    """A person's reading of the figure by all that stands of it but this decision: the decisions
    of all findings on the figure, and the corrections of it, the later over the earlier.
    """
    on_it = select(Finding.id).where(
        Finding.document_id == metric.document_id, Finding.metric_keys[1] == metric.key
    )
    events = [
        (decision.decided_at, _said_by(decision))
        for number in session.scalars(on_it)
        for decision in standing_decisions(decisions_of(session, number))
        if undone is None or decision.id != undone.id
    ]
    events += [(one.made_at, one.changes) for one in corrections_of(session, metric)]
    said: dict[str, Any] = {}
    for _, changes in sorted(events, key=lambda event: event[0]):
        said.update(changes)
    return tuple(said.get(name) for name in FIELDS)


def corrections_of(session: Session, metric: Metric) -> list[Correction]:
    """The corrections of the figure that stand, oldest first."""
    mine = (Correction.document_id == metric.document_id, Correction.figure == metric.key)
    stand = select(Correction).where(*mine, Correction.undone_at.is_(None))
    return list(session.scalars(stand.order_by(Correction.id)))


def _said_by(decision: Decision) -> dict[str, Any]:
    """The fields of its figure that the decision set."""
    before, after = (
        dict(zip(FIELDS, human_of(doubtful_figure(one)), strict=True))
        for one in (decision.before, decision.after)
    )
    again = sets_figure(decision) and decision.action is Action.CORRECT
    return {
        name: said
        for name, said in after.items()
        if said != before[name] or (again and said is not None)
    }


def sets_figure(decision: Decision) -> bool:
    """Whether the decision itself sets the figure's reading."""
    before, after = (human_of(doubtful_figure(one)) for one in (decision.before, decision.after))
    return after != human_of(None) and (decision.action is Action.CORRECT or before != after)
