"""Each long-running process says in the database that it lives, and by which rules it reads, so
that `fazhi status` names one that was left behind.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from workers.errors import FazhiError
from workers.results.in_force import note_process
from workers.services import open_ledger
from workers.settings import Settings

log = logging.getLogger("fazhi")

EVERY = 30.0


def say_present(chosen: Settings, service: str) -> None:
    """Begin to say so, in a thread, under a name like `work 4711@machine`."""
    name = f"{service} {os.getpid()}@{os.uname().nodename}"
    arguments = (chosen, name, time.monotonic())
    threading.Thread(target=_go_on, args=arguments, name="presence", daemon=True).start()


def _go_on(chosen: Settings, name: str, began: float) -> None:
    ledger = open_ledger(chosen)
    while True:
        # A database that is away is the matter of those who work with it.
        with suppress(SQLAlchemyError, FazhiError), ledger.transaction() as session:
            note_process(session, name, time.monotonic() - began)
        # No connection is kept, which a child that is forked meanwhile would share.
        ledger.engine.dispose()
        time.sleep(EVERY)
