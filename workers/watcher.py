"""The watcher process: wakes on events, believes its scans; takes what rests and gives back what was refused."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import InterfaceError, OperationalError
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from schema.kinds import Stage
from workers.errors import NotAFile, TooLarge
from workers.inbox import Inbox, Scan, Settling
from workers.ledger import Ledger

log = logging.getLogger("fazhi")

# Between two looks at files that are still coming to rest; short, because a person waits for it.
GLANCE_SECONDS = 0.2
# So many files are claimed before the first of them is stored, recorded and rung for.
BATCH = 50


class Watcher:
    """One inbox, watched. `ring` tells the workers of a new document; a bell that is not heard is rung by the sweep."""

    def __init__(
        self, inbox: Inbox, ledger: Ledger, ring: Callable[[int, Stage], object], *, settle: float, pause: float
    ) -> None:
        self.inbox, self.ledger, self.ring, self.pause = inbox, ledger, ring, pause
        self.settling = Settling(settle)
        self._hint = threading.Event()
        self._told: set[str] = set()

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set: scan, take, give back; a service that is away is waited for."""
        ears = _Ears(self.inbox.folder, self._hint)
        while not stop.is_set():
            ears.listen()
            try:
                self.step()
            except FileNotFoundError:
                self._tell(f"The inbox {self.inbox.folder} is not there: make the folder, or set FAZHI_INBOX.")
            except (OperationalError, InterfaceError) as error:
                log.warning("the database is away, files wait in the inbox: %s", error)
                stop.wait(self.pause)
            except OSError as error:
                self._tell(f"the inbox cannot be scanned, it will be tried again: {error}")
            self._wait(stop)
        ears.close()

    def step(self) -> Scan:
        """One scan, and what follows from it."""
        self._finish_claims()
        scan = self.inbox.scan()
        rested = self.settling.observe(scan.files | scan.odd, time.monotonic())
        for first in range(0, len(rested), BATCH):
            for path in rested[first : first + BATCH]:
                with self._telling():
                    self._take(path, scan)
            self._finish_claims()
        self._give_back()
        return scan

    def _take(self, path: str, scan: Scan) -> None:
        if path in scan.odd:
            self.inbox.turn_away(path, NotAFile())
        elif self.inbox.is_too_large(scan.files[path]):
            self.inbox.turn_away(path, TooLarge(f"(The limit is {self.inbox.largest} MB.)"))
        else:
            self.inbox.claim(path)

    def _finish_claims(self) -> None:
        for number, path in self.inbox.claims():
            with self._telling():
                self._finish_claim(number, path)

    def _finish_claim(self, number: UUID, path: Path) -> None:
        drop = self.inbox.keep(number, path)
        if drop is None:  # still written to: the next scan looks again
            return
        document_id, new = self.ledger.record(drop)
        self.inbox.let_go(number, path)
        log.info("document=%s file=%s %s", document_id, drop.name, "arrived" if new else "arrived again")
        if new:
            self.ring(document_id, Stage.READ)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """One file that cannot be moved or copied keeps no other waiting; it is tried again in every scan."""
        try:
            yield
        except FileNotFoundError:  # another watcher, or its owner, took it meanwhile
            return
        except OSError as error:
            self._tell(f"a file cannot be taken, it will be tried again: {error}")

    def _give_back(self) -> None:
        for returned in self.ledger.unreturned():
            with self._telling():
                path = self.inbox.give_back(returned.folder, returned.name, returned.sha256, returned.reason)
                self.ledger.mark_returned(returned.arrival_id)
                why = returned.reason.splitlines()[-1]
                log.info("document=%s file=%s given back: %s", returned.document_id, path.name, why)

    def _wait(self, stop: threading.Event) -> None:
        """Until an event hints at something new, or the pause is over; shorter while files are coming to rest."""
        self._hint.wait(GLANCE_SECONDS if self.settling.waiting else self.pause)
        self._hint.clear()
        stop.wait(GLANCE_SECONDS / 4)  # a burst of events is one hint

    def _tell(self, trouble: str) -> None:
        """Say a standing trouble once, not in every scan."""
        if trouble not in self._told:
            self._told.add(trouble)
            log.warning("%s", trouble)


class _Ears(FileSystemEventHandler):
    """watchdog's observer, kept alive: it dies or goes deaf without a sound when its folder is replaced."""

    def __init__(self, folder: Path, hint: threading.Event) -> None:
        self.folder, self.hint = folder, hint
        self._observer: BaseObserver | None = None
        self._inode: int | None = None
        self._deaf_inode: int | None = None

    def on_any_event(self, event: Any) -> None:
        del event
        self.hint.set()

    def listen(self) -> None:
        """Begin to listen, or begin anew where the observer died or the folder is another one than before."""
        try:
            inode = self.folder.stat().st_ino
        except FileNotFoundError:
            self.close()
            return
        if inode == self._deaf_inode or (self._observer and self._observer.is_alive() and inode == self._inode):
            return
        self.close()
        observer = Observer()
        observer.schedule(self, str(self.folder), recursive=True)
        try:
            observer.start()
        except OSError as error:  # too many watches, or none on this file system: the scans must do
            log.warning("no events from %s, it is scanned only: %s", self.folder, error)
            self._deaf_inode = inode
            return
        self._observer, self._inode = observer, inode

    def close(self) -> None:
        if self._observer:
            self._observer.stop()
            self._observer.join(timeout=5)
            self._observer = None
