"""Kinds and states of rows, stored as strings."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The stations of a document's path, in order."""

    READ = "read"
    CLEAN = "clean"
    SEGMENT = "segment"
    EXTRACT = "extract"
    AUDIT = "audit"

    @property
    def next(self) -> Stage | None:
        """The stage after this one; none after the last."""
        order = list(Stage)
        at = order.index(self) + 1
        return order[at] if at < len(order) else None


class DocumentState(StrEnum):
    """WAITING and RUNNING have a stage due; DONE and REFUSED have none."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


class Outcome(StrEnum):
    """How one run of a stage ended; LOST when its worker fell silent."""

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    LOST = "lost"


class FindingState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    SETTLED = "settled"


class Action(StrEnum):
    """What a person says of a finding."""

    ACCEPT = "accept"
    CORRECT = "correct"
    DISMISS = "dismiss"
