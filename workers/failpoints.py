"""Named places between each two effects, at which a test kills the process;
they cost a call of nothing otherwise.

`FAZHI_FAIL_AT=store.renamed:3` kills with SIGKILL at the third pass of that place.
`FAZHI_FAIL_ON=word` kills at every text with the word in it: a document that stops its worker each
time. Neither is set outside tests.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from enum import StrEnum
from itertools import count

FAIL_AT, FAIL_ON = "FAZHI_FAIL_AT", "FAZHI_FAIL_ON"


class Point(StrEnum):
    """Every place; the crash test kills at each of them."""

    CLAIM_FOLDER_MADE = "claim.folder_made"
    CLAIMED = "claim.renamed"
    COPY_BEGUN = "store.begun"
    COPIED = "store.copied"
    STORED = "store.renamed"
    KEPT = "watcher.kept"
    DOCUMENT_ADDED = "ledger.document_added"
    RECORDED = "watcher.recorded"
    REMOVED = "claim.removed"
    LAID_BY = "claim.laid_by"
    LET_GO = "watcher.let_go"
    RUNG = "watcher.rung"
    WHY_WRITTEN = "refused.why_written"
    TURNED_AWAY = "refused.moved"
    GIVEN_BACK = "refused.given_back"
    GIVEN_WHY = "refused.given_why"
    STAGE_CLAIMED = "stage.claimed"
    MEMBERS_STORED = "stage.members_stored"
    MEMBERS_ADDED = "ledger.members_added"
    STAGE_WORKED = "stage.worked"
    STAGE_SAVED = "stage.saved"
    STAGE_COMMITTED = "stage.committed"
    STAGE_REFUSED = "stage.refused"
    STAGE_RUNG = "stage.rung"
    SWEEP_FREED = "sweep.freed"
    SWEEP_COMMITTED = "sweep.committed"


def _never(point: Point) -> None:
    """No test asked for it."""


def killing_at(wanted: str) -> Callable[[Point], None]:
    """What kills this process at the n-th pass of a place. ValueError where there is no such place.

    >>> killing_at("store.renamed:3")(Point.COPIED)
    """
    name, _, passes = wanted.partition(":")
    place, left = Point(name), count(int(passes or 1), -1)

    def reach(point: Point) -> None:
        if point == place and next(left) == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    return reach


reached: Callable[[Point], None] = (
    killing_at(os.environ[FAIL_AT]) if FAIL_AT in os.environ else _never
)


def read_text(text: str) -> None:
    """A worker has this text before it: the end of the worker,
    where a test made the text a poison.
    """
    if (poison := os.environ.get(FAIL_ON)) and poison in text:
        os.kill(os.getpid(), signal.SIGKILL)
