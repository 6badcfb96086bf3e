"""The watcher process: wakes on events, believes its scans;
takes what rests and gives back what was refused.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from schema.kinds import Stage
from workers import failpoints, heartbeat
from workers.errors import UnusableFile, WasForgotten
from workers.failing import told
from workers.failpoints import Point
from workers.files.filenames import readable
from workers.intake.claims import Claimed
from workers.intake.inbox import Inbox
from workers.intake.pressure import NO_LIMITS, Limits, measure_room
from workers.intake.scanning import RECEIPTS, Scan, Settling
from workers.ledger import Ledger, Returnable, Ring
from workers.report.version import rules_version
from workers.telling.logbook import about

log = logging.getLogger("fazhi")

# Between two looks at files that are still coming to rest; short, because a person waits for it.
GLANCE_SECONDS = 0.2
# So many files are claimed before the first of them is stored, recorded and rung for.
BATCH = 50
# Where nobody can say whether a writer holds a file (network shares, files of other users), it is
# laid by after it was taken, until it has rested for so long.
LAID_BY_SECONDS = 86400.0
# What a slow writer adds to it meanwhile is taken too, once it has rested for so long.
CHANGED_SECONDS = 10.0
# An empty folder goes after so long; not at once, for somebody may be about to fill it.
EMPTY_SECONDS = 3600.0


class Watcher:
    """One inbox, watched. After each look `keep_receipts` may tell what came of the files.

    `ring` tells the workers of a new document; a bell that is not heard is rung by the sweep.
    """

    def __init__(
        self,
        inbox: Inbox,
        ledger: Ledger,
        ring: Ring,
        *,
        settle: float,
        pause: float,
        events: bool = True,
        limits: Limits = NO_LIMITS,
        keep_receipts: Callable[[], object] = lambda: None,
    ) -> None:
        self.keep_receipts = keep_receipts
        self.limits, self._held_back = limits, False
        self.inbox, self.ledger, self.ring, self.pause, self.events = (
            inbox,
            ledger,
            ring,
            pause,
            events,
        )
        self.settling = Settling(settle)
        self.laid_by, self.changed = Settling(LAID_BY_SECONDS), Settling(CHANGED_SECONDS)
        self.empty = Settling(EMPTY_SECONDS)
        self._stop = threading.Event()
        self._hint = threading.Event()
        self._tidied = -math.inf
        self._aside: set[str] = set()
        self._told: set[str] = set()
        self._telling_now: set[str] = set()

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set: scan, take, give back; a service that is away is waited for."""
        self._stop = stop
        ears = _Ears(self.inbox.folder, self._hint)
        if removed := self.inbox.sweep():
            log.info("partial files of a run that was killed: %d removed", removed)
        while not stop.is_set():
            if self.events:
                ears.listen()
            try:
                self.step()
            except FileNotFoundError:
                self._tell_once(
                    f"The inbox {self.inbox.folder} is not there: make the folder, "
                    "or set FAZHI_INBOX."
                )
            except (DBAPIError, NoConnectionFree) as error:
                self._tell_once(f"the database fails, files wait in the inbox: {told(error)}")
                heartbeat.wait(stop, self.pause)
            except OSError as error:
                self._tell_once(f"the inbox cannot be scanned, it will be tried again: {error}")
            self._told, self._telling_now = self._telling_now, set()
            self._wait(stop)
        ears.close()

    def step(self) -> Scan:
        """One scan, and what follows from it."""
        heartbeat.beat()
        self._finish_claims()
        scan = self.inbox.scan()
        now = time.monotonic()
        rested = self._in_turn(self.settling.observe(scan.files | scan.odd, now))
        for first in range(0, len(rested), BATCH):
            wanted = rested[first : first + BATCH]
            batch = wanted[: self._allowed_files()]
            for path in batch:
                self._take(path)
            self._finish_claims()
            if self._stop.is_set() or (len(batch) < len(wanted) and not self._allowed_files()):
                break
        self._give_back()
        self._tidy_up(scan, now)
        try:
            self.keep_receipts()
        except OSError as error:
            self._tell_once(f"no receipts can be written to {RECEIPTS}/: {error.strerror or error}")
        return scan

    def _in_turn(self, rested: list[str]) -> list[str]:
        """What could not be taken before comes after all others,
        so that it keeps none of them waiting.
        """
        self._aside &= set(rested)
        return sorted(rested, key=self._aside.__contains__)[: self.limits.scan_files]

    def _allowed_files(self) -> int:
        """How many files may be taken now; log what holds the others back."""
        found = measure_room(self.limits, self.ledger, self.inbox.store.folder)
        self._held_back = bool(found.held_back)
        for reason in found.held_back:
            self._tell_once(reason)
        return found.files

    def _take(self, path: str) -> None:
        self._aside.add(path)
        with self._telling_trouble(path):
            if self.inbox.claim(path):
                self._aside.discard(path)

    def _finish_claims(self) -> None:
        for claimed in self.inbox.claims():
            with self._telling_trouble(claimed.path):
                self._finish_claim(claimed)

    def _finish_claim(self, claimed: Claimed) -> None:
        try:
            kept = self.inbox.keep(claimed)
        except UnusableFile as why:
            self.inbox.turn_away(claimed, why)
            return
        if kept is None:  # still written to: the next scan looks again
            return
        failpoints.reached(Point.KEPT)
        if self.ledger.forgotten([kept.drop.sha256]):
            self.inbox.store.remove(kept.drop.sha256)
            self.inbox.turn_away(claimed, WasForgotten())
            return
        document_id, due = self.ledger.record(kept.drop, rules_version())
        failpoints.reached(Point.RECORDED)
        self.inbox.let_go(kept)
        failpoints.reached(Point.LET_GO)
        with about(document=document_id, file=kept.drop.name):
            log.info("arrived" if due else "arrived again")
        if due:
            self.ring([document_id], Stage.READ)
            failpoints.reached(Point.RUNG)

    @contextmanager
    def _telling_trouble(self, name: str) -> Iterator[None]:
        """One file that cannot be moved or copied keeps no other waiting;
        it is tried again in every scan.
        """
        heartbeat.beat()
        try:
            yield
        except FileNotFoundError:  # another watcher, or its owner, took it meanwhile
            return
        except OSError as error:
            self._tell_once(
                f"file={readable(name)} cannot be taken, it will be tried again: "
                f"{error.strerror or error}"
            )

    def _give_back(self) -> None:
        for returned in self.ledger.unreturned():
            try:
                name = self.inbox.give_back(returned)
            except OSError as error:
                self._set_aside(returned, error)
                continue
            self.ledger.mark_returned(returned.arrival_id)
            why = returned.reason.splitlines()[-1]
            with about(document=returned.document_id, file=name):
                log.info("given back: %s", why)

    def _set_aside(self, returned: Returnable, error: OSError) -> None:
        """One file that cannot be given back keeps no other waiting; it is named once."""
        self.ledger.set_aside(returned.arrival_id)
        if not returned.tried:
            told = "document=%s file=%s cannot be given back, it will be tried again: %s"
            log.warning(told, returned.document_id, returned.name, error.strerror or error)

    def _tidy_up(self, scan: Scan, now: float) -> None:
        """What was laid by and has changed, or has rested;
        and folders that have been empty for long.
        """
        for path in self.empty.observe(scan.empty, now):
            self.inbox.remove_folder(path)
        if now - self._tidied < self.changed.seconds / 2:  # there may be thousands
            return
        self._tidied = now
        laid_by = {"/".join(one.claimed.names): one for one in self.inbox.laid_by()}
        for settling, act in (
            (self.changed, self.inbox.take_up),
            (self.laid_by, self.inbox.part_with),
        ):
            changed = settling is self.changed
            looks = {path: one.look for path, one in laid_by.items() if one.is_as_taken != changed}
            for path in settling.observe(looks, now):
                with self._telling_trouble(laid_by[path].claimed.path):
                    act(laid_by[path])

    def _wait(self, stop: threading.Event) -> None:
        """Until an event hints at something new, or the pause is over;
        shorter while files are coming to rest.
        """
        if self._held_back:  # no hint changes that
            heartbeat.wait(stop, self.pause)
        else:
            heartbeat.wait(self._hint, GLANCE_SECONDS if self.settling.waiting else self.pause)
        self._hint.clear()
        stop.wait(GLANCE_SECONDS / 4)  # a burst of events is one hint

    def _tell_once(self, trouble: str) -> None:
        """Log a lasting trouble once, not in every scan; again if it had passed."""
        if trouble not in self._told | self._telling_now:
            log.warning("%s", trouble)
        self._telling_now.add(trouble)


class _Ears(FileSystemEventHandler):
    """watchdog's observer, kept alive: it dies or goes deaf without a sound when
    its folder is replaced.
    """

    def __init__(self, folder: Path, hint: threading.Event) -> None:
        self.folder, self.hint = folder, hint
        self._observer: BaseObserver | None = None
        self._inode: int | None = None
        self._deaf_inode: int | None = None

    def on_any_event(self, event: Any) -> None:
        del event
        self.hint.set()

    def listen(self) -> None:
        """Begin to listen, or begin anew where the observer died or the folder is
        another one than before.
        """
        try:
            inode = self.folder.stat().st_ino
        except OSError:  # not there, or not to be entered: the scan says so
            self.close()
            return
        if inode == self._deaf_inode or (
            self._observer and self._observer.is_alive() and inode == self._inode
        ):
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
