"""What a person chose for a cell of the panel, through the finding that asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from schema.tables import Cell, Decision, Finding

Chosen = dict[str, Any]
_CHOSEN = ("value", "high", "unit", "bound")


def cell_of(session: Session, finding: Finding) -> Cell | None:
    """The cell that a finding of the kind `cell_unclear` asks about."""
    return session.get(Cell, (finding.document_id, finding.about))


def chosen_of(session: Session, finding: Finding) -> Chosen | None:
    """What a person chose for its cell; None where nobody did."""
    cell = cell_of(session, finding)
    if cell is None or cell.human_value is None:
        return None
    return {name: getattr(cell, f"human_{name}") for name in _CHOSEN}


def set_chosen(session: Session, finding: Finding, chosen: Chosen | None) -> None:
    """The cell has this value now; None leaves it as its figures make it."""
    cell = cell_of(session, finding)
    if cell is not None:
        for name in _CHOSEN:
            setattr(cell, f"human_{name}", chosen.get(name) if chosen else None)


def chosen_before(decision: Decision) -> Chosen | None:
    """What was chosen before this decision."""
    return decision.before.get("cell")


def chosen_after(decision: Decision) -> Chosen | None:
    """What was chosen by it."""
    return decision.after.get("cell")
