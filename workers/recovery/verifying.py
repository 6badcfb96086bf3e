"""The store against the ledger against the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from workers.ledger import Tell
from workers.recovery.recorded import (
    check_evidence,
    check_findings,
    check_gone,
    check_ledger,
    check_members,
    check_panel,
    check_results,
    check_schema,
)
from workers.recovery.stored import check_given_back, check_partial_files, check_store
from workers.recovery.trouble import Scene, Trouble

# The schema first, since the others ask it; bytes before what is made of them.
CHECKS: tuple[Callable[[Scene], Iterable[Trouble]], ...] = (
    check_schema,
    check_store,
    check_partial_files,
    check_ledger,
    check_results,
    check_members,
    check_findings,
    check_gone,
    check_evidence,
    check_panel,
    check_given_back,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A trouble, and whether it was mended."""

    trouble: Trouble
    mended: bool

    def as_json(self) -> dict[str, Any]:
        """The verdict as plain values."""
        told = self.trouble
        return {
            "fault": str(told.fault),
            "subject": told.subject,
            "sentence": told.sentence,
            "mended": self.mended,
        }


def verify(scene: Scene, *, mend: bool = False, tell: Tell = lambda *_: None) -> Iterator[Verdict]:
    """All that is wrong, in the order of the checks; with `mend`, fixed where possible."""
    for at, check in enumerate(CHECKS):
        tell("checks", at, len(CHECKS))
        # The whole check first: what it mends must not change what it still looks at.
        for trouble in list(check(scene)):
            yield Verdict(trouble, mended=mend and trouble.mend is not None and trouble.mend())
