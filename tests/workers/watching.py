"""An inbox with its watcher, for the tests that drop files into it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from schema.kinds import Stage
from schema.tables import Arrival, Document
from workers.intake.inbox import Inbox
from workers.intake.watcher import Watcher
from workers.ledger import Ledger
from workers.store import Store

SETTLE = 0.3


class Bench:
    """An inbox with its watcher; `rung` are the ids that were rung for."""

    def __init__(self, folder: Path, ledger: Ledger, store: Store) -> None:
        self.folder, self.ledger, self.store = folder, ledger, store
        self.rung: list[int] = []
        inbox = Inbox(folder, store, largest_megabytes=1)
        self.watcher = Watcher(inbox, ledger, self._ring, settle=SETTLE, pause=1)

    def _ring(self, document_ids: Sequence[int], stage: Stage) -> None:
        assert stage == Stage.READ
        self.rung += document_ids

    def drop(self, path: str, content: bytes = b"report") -> Path:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return target

    def settle(self) -> None:
        """Look, let the files rest, look again."""
        self.watcher.step()
        time.sleep(SETTLE + 0.05)
        self.watcher.step()

    def arrivals(self) -> list[tuple[str, str]]:
        with self.ledger.transaction() as session:
            return [
                (a.folder, a.name) for a in session.scalars(select(Arrival).order_by(Arrival.id))
            ]

    def documents(self) -> list[Document]:
        with self.ledger.transaction() as session:
            return list(session.scalars(select(Document).order_by(Document.id)))

    def left(self) -> list[str]:
        """Every file under the inbox, as the file system has it."""
        return sorted(
            str(p.relative_to(self.folder)) for p in self.folder.rglob("*") if not p.is_dir()
        )
