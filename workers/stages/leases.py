"""One thread a process prolongs the leases of all that the process works on, so that a lease may
be short.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from workers.failing import SERVICE_ERRORS, told
from workers.ledger import Claim, Ledger

log = logging.getLogger("fazhi")


@contextmanager
def kept_alive(ledger: Ledger, *claims: Claim) -> Iterator[None]:
    """Prolong these leases for as long as the block runs."""
    keeper = _keeper(os.getpid())
    keeper.hold(ledger, claims)
    try:
        yield
    finally:
        keeper.let_go(claims)


class _Keeper:
    """The claims that are held; the thread begins with the first of them."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[Ledger, Claim]] = {}
        self._changed = threading.Condition()
        self._next = 0.0
        self._thread: threading.Thread | None = None

    def hold(self, ledger: Ledger, claims: tuple[Claim, ...]) -> None:
        with self._changed:
            # A third of the lease, so that two may fail.
            soon = time.monotonic() + ledger.lease / 3
            self._next = min(self._next, soon) if self._held else soon
            self._held |= {claim.token: (ledger, claim) for claim in claims}
            self._changed.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._go_on, name="leases", daemon=True)
            self._thread.start()

    def let_go(self, claims: tuple[Claim, ...]) -> None:
        with self._changed:
            for claim in claims:
                del self._held[claim.token]

    def _go_on(self) -> None:
        while True:
            held = self._await_next()
            ledger = held[0][0]
            try:
                ledger.extend(*(claim for _, claim in held))
            except SERVICE_ERRORS as error:
                log.warning(
                    "the leases of %d documents are not prolonged: %s", len(held), told(error)
                )

    def _await_next(self) -> list[tuple[Ledger, Claim]]:
        """What is held when the leases are to be prolonged."""
        with self._changed:
            while not self._held or (left := self._next - time.monotonic()) > 0:
                self._changed.wait(left if self._held else None)
            held = list(self._held.values())
            self._next = time.monotonic() + held[0][0].lease / 3
            return held


@cache
def _keeper(process: int) -> _Keeper:
    """A thread does not outlive a fork."""
    del process
    return _Keeper()
