"""What this process has just made of documents, kept for their next stage; the tables stay the
truth.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from workers.ledger import Claim
from workers.results.understood import Batch, Understood

# Three batches of the usual size, and of texts as long as some hundred usual ones.
MOST_DOCUMENTS, MOST_CHARACTERS = 60, 500_000


class Memory:
    """Bounded; the oldest is forgotten first.

    Under a document's id stands the run that made it: where another has come in between, in this
    process or elsewhere, it is not what the next stage starts from.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[int, Understood]] = OrderedDict()
        self._characters = 0

    def keep(self, claims: Sequence[Claim], made: Batch) -> None:
        """What was made under these claims and is committed."""
        for claim in claims:
            self._forget(claim.document_id)
            report = replace(made[claim.document_id], tokens=())
            self._kept[claim.document_id] = claim.token, report
            self._characters += len(report.source.raw_text)
        while len(self._kept) > MOST_DOCUMENTS or self._characters > MOST_CHARACTERS:
            self._forget(next(iter(self._kept)))

    def recall(self, claims: Sequence[Claim]) -> dict[int, Understood]:
        """What the stages of these claims start from, where it is known here."""
        known = {}
        for claim in claims:
            token, report = self._forget(claim.document_id) or (None, None)
            if report and (token, report.source.sha256) == (claim.before, claim.sha256):
                known[claim.document_id] = report
        return known

    def _forget(self, document_id: int) -> tuple[int, Understood] | None:
        kept = self._kept.pop(document_id, None)
        if kept:
            self._characters -= len(kept[1].source.raw_text)
        return kept
