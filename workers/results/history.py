"""The decisions of a finding, oldest first; rows are only ever added."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.kinds import Action
from schema.tables import Decision, Finding, Metric
from workers.results.human import doubtful_figure, human_of


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


def reading_left(session: Session, metric: Metric, undone: Decision) -> tuple[Any, ...]:
    """A person's reading of the figure without this decision: that of the newest one standing,
    from any finding on the figure.
    """
    on_it = select(Finding.id).where(
        Finding.document_id == metric.document_id, Finding.metric_keys[1] == metric.key
    )
    last = []
    for number in session.scalars(on_it):
        left = [
            decision
            for decision in standing_decisions(decisions_of(session, number))
            if decision.id != undone.id
        ]
        last += left[-1:]
    newest = max(filter(sets_figure, last), key=lambda decision: decision.id, default=None)
    return human_of(doubtful_figure(newest.after) if newest else None)


def sets_figure(decision: Decision) -> bool:
    """Whether the decision itself sets the figure's reading."""
    before, after = (human_of(doubtful_figure(one)) for one in (decision.before, decision.after))
    return after != human_of(None) and (decision.action is Action.CORRECT or before != after)
