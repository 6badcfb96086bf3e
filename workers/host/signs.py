"""Each long-running process says in the database that it is at work, what it does and by which
rules it reads, for as long as its main loop gives signs of life; what ends in peace says so too.
So `fazhi status` names what is missing, and what was left behind.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from workers import heartbeat
from workers.errors import FazhiError
from workers.ledger import Ledger
from workers.results.in_force import note_end, note_process
from workers.services import open_ledger
from workers.settings import Settings
from workers.telling.naming import own_name

# Of so many signs in the time after which a service counts as silent, all but one may be late.
SIGNS = 4


def show_signs(chosen: Settings, does: Sequence[str]) -> None:
    """From now on, until the process ends: `does` names its queues, or its service."""
    with suppress(FazhiError):  # no database is named, which its work says too
        _Signs(open_ledger(chosen), does).begin(chosen.silent_seconds / SIGNS)


class _Signs:
    def __init__(self, ledger: Ledger, does: Sequence[str]) -> None:
        self.ledger, self.name, self.does = ledger, own_name(), does
        self.began, self.process = time.monotonic(), os.getpid()
        self.stop = threading.Event()

    def begin(self, every: float) -> None:
        self.thread = threading.Thread(target=self._go_on, args=(every,), name="signs", daemon=True)
        self.thread.start()
        atexit.register(self._end)

    def _go_on(self, every: float) -> None:
        while True:
            if heartbeat.is_alive():
                self._write()
            if self.stop.wait(every):
                return

    def _write(self) -> None:
        # A database that is away is the matter of those who work with it.
        with suppress(SQLAlchemyError, FazhiError), self.ledger.transaction() as session:
            note_process(session, self.name, self.does, time.monotonic() - self.began)
        # No connection is kept, which a child that is forked meanwhile would share.
        self.ledger.engine.dispose()

    def _end(self) -> None:
        if os.getpid() != self.process:  # a child that was forked
            return
        self.stop.set()
        self.thread.join(10)
        with suppress(SQLAlchemyError), self.ledger.transaction() as session:
            note_end(session, self.name)
