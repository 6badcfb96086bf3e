"""What `fazhi verify` finds, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from schema.kinds import Stage
from schema.tables import Document
from workers.intake.inbox import Inbox
from workers.ledger import Ledger, Ring
from workers.settings import Settings
from workers.store import Store

# What is younger may be at work: a file that is stored and not recorded yet,
# a lease that the sweep is about to free.
AT_WORK_SECONDS = 60.0


class Fault(StrEnum):
    """What can be wrong."""

    SCHEMA_OTHER = "schema_other"
    BYTES_MISSING = "bytes_missing"
    BYTES_DAMAGED = "bytes_damaged"
    BYTES_UNKNOWN = "bytes_unknown"
    PARTIAL_LEFT = "partial_left"
    STANDS_STILL = "stands_still"
    RESULTS_MISSING = "results_missing"
    FINDING_ASTRAY = "finding_astray"
    EVIDENCE_ASTRAY = "evidence_astray"
    PANEL_ASTRAY = "panel_astray"
    NOT_GIVEN_BACK = "not_given_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is wrong.

    `mend` mends it, and says whether it could; None where nothing can be done here.
    """

    fault: Fault
    subject: str
    sentence: str
    mend: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is checked. `deep` reads every stored byte and checks every figure against its text.

    `spare` is the store of a backup, from which lost bytes can be fetched back.
    """

    ledger: Ledger
    chosen: Settings
    ring: Ring
    deep: bool = False
    spare: Store | None = None

    @property
    def store(self) -> Store:
        return Store(self.chosen.store_dir)

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.chosen.inbox_dir, self.store)

    def read_anew(self, document_id: int) -> bool:
        """Make a document due again, and ring for it."""
        again = self.ledger.rerun(select(Document.id).where(Document.id == document_id))
        if again:
            self.ring([document_id], Stage.READ)
        return again == 1

    def sweep(self) -> bool:
        """Sweep once; what does not fit in the queues is rung for later."""
        for document_id, stage in self.ledger.sweep():
            self.ring([document_id], stage)
        return True
