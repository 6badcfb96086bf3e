"""The decisions of a finding, oldest first; rows are only ever added."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.kinds import Action
from schema.tables import Decision


def decisions_of(session: Session, finding_id: int) -> list[Decision]:
    """All of them, oldest first."""
    return list(session.scalars(select(Decision).filter_by(finding_id=finding_id).order_by(Decision.id)))


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """Those that are not taken back: each `undo` takes back the last one before it that still stood."""
    left: list[Decision] = []
    for decision in decisions:
        if decision.action is not Action.UNDO:
            left.append(decision)
        elif left:
            left.pop()
    return left


def as_decision(decision: Decision) -> dict[str, Any]:
    """Who, what, when, why; how things stood before and after, and what the finding rested on then."""
    return {
        "action": str(decision.action),
        "who": decision.who,
        "at": decision.decided_at.isoformat(timespec="seconds"),
        "note": decision.note,
        "before": decision.before,
        "after": decision.after,
        "evidence": decision.evidence,
    }
