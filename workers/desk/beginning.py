"""The first steps in an empty system: how far it is, and reports of our own to try it with.

The sample reports are written by hand, of places that do not exist. They go the way of every file,
through a folder of the inbox, and are known again by their content.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import ColumnElement, exists, func, select

from schema.kinds import Action, Deed, DocumentState
from schema.tables import Arrival, Decision, Document
from workers.desk.accounts import log_alone
from workers.desk.arrivals import UNFINISHED
from workers.errors import FazhiError
from workers.files.handles import Folder
from workers.ledger import PENDING, Ledger
from workers.store import partial_file

SAMPLE_FOLDER = "示例"
_SAMPLES = Path(__file__).with_name("sample_reports")


class FolderInTheWay(FazhiError):
    """Something of the name 示例 lies in the inbox and is no folder: take it away, try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """Whether a file ever came, a report was read, a finding decided; how many documents are still
    to be read for the first time, and how many samples count among the reports.
    """

    arrived: bool
    read: bool
    decided: bool
    unread: int
    samples: int


def look_at_beginning(ledger: Ledger) -> Beginning:
    """How far this system is."""
    unread = select(func.count()).where(PENDING, Document.done_at.is_(None))
    samples = select(func.count()).where(*_sample_documents())
    query = select(
        exists(select(Arrival.id)).label("arrived"),
        exists().where(Document.done_at.is_not(None)).label("read"),
        exists().where(Decision.action != Action.UNDO).label("decided"),
        unread.scalar_subquery().label("unread"),
        samples.scalar_subquery().label("samples"),
    )
    with ledger.transaction() as session:
        return Beginning(**session.execute(query).mappings().one())


def lay_samples(ledger: Ledger, inbox: Path, *, who: str, address: str | None = None) -> int:
    """Put the sample reports into the inbox, whole or not at all; how many were not there yet."""
    with Folder.at(inbox) as top:
        top.make(SAMPLE_FOLDER)
        try:
            with top.enter(SAMPLE_FOLDER) as folder:
                laid = sum(_lay(folder, path) for path in _files())
        except OSError as why:
            raise FolderInTheWay from why
    log_alone(ledger, Deed.UPLOADED, who=who, about=f"{SAMPLE_FOLDER}/", address=address)
    return laid


def withdraw_samples(ledger: Ledger, *, who: str, address: str | None = None) -> int:
    """Take the sample reports out of panel, exports and queue; how many."""
    with ledger.transaction() as session:
        found = session.scalars(select(Document.id).where(*_sample_documents())).all()
    count = sum(ledger.withdraw(document_id) for document_id in found)
    if count:
        log_alone(ledger, Deed.WITHDRAWN, who=who, about=f"{SAMPLE_FOLDER}/", address=address)
    return count


def _lay(folder: Folder, path: Path) -> bool:
    with partial_file(folder, UNFINISHED) as (target, partial):
        target.write(path.read_bytes())
        target.flush()
        os.fchmod(target.fileno(), 0o644)
        with suppress(FileExistsError):
            folder.move(partial, folder, path.name)
            return True
    return False


@cache
def _files() -> tuple[Path, ...]:
    return tuple(sorted(_SAMPLES.iterdir()))


@cache
def _hashes() -> tuple[str, ...]:
    return tuple(hashlib.sha256(path.read_bytes()).hexdigest() for path in _files())


def _sample_documents() -> tuple[ColumnElement[bool], ...]:
    return Document.sha256.in_(_hashes()), Document.state != DocumentState.WITHDRAWN
