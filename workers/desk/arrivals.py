"""What arrives, as the desk shows it: a line a file; uploads;
a document read anew, withdrawn, put back.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from schema.kinds import Deed, DocumentState, FindingState, Stage
from schema.tables import Arrival, Document, Finding, Issuer, Report
from workers.database import has_words
from workers.desk.accounts import log_alone
from workers.desk.batches import of_batch
from workers.errors import UnusableFile
from workers.files.filenames import numbered, readable, shortened
from workers.files.handles import Folder
from workers.intake.scanning import CLAIMED, RECEIPTS, REFUSED
from workers.intake.unfinished import is_temporary
from workers.ledger import PENDING, Ledger
from workers.report.reading.formats import refused_by_head
from workers.store import partial_file

# A name that sync tools and the inbox's scan leave alone, until the file is whole.
UNFINISHED = ".upload-"
# So many files of one name may lie in the inbox at once.
MOST_OF_A_NAME = 10_000


# What a format shows itself by, where its first bytes do.
FIRST_BYTES = 64 * 1024


class BadFileName(UnusableFile):
    """This is no name for a report: give the file a plain name and upload it again."""

    zh = "文件名不合适：请换一个普通的文件名，再上传一次。"


class Show(StrEnum):
    """Which lines of the intake are asked for."""

    ALL = "all"
    WORKING = "working"
    DONE = "done"
    UNPACKED = "unpacked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STATES: dict[Show, Sequence[DocumentState]] = {
    Show.ALL: (),
    Show.WORKING: (DocumentState.WAITING, DocumentState.RUNNING),
    Show.DONE: (DocumentState.DONE,),
    Show.UNPACKED: (DocumentState.UNPACKED,),
    Show.REFUSED: (DocumentState.REFUSED,),
    Show.WITHDRAWN: (DocumentState.WITHDRAWN,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalLine:
    """One file that was dropped, and how its document stands.

    `id` is the arrival's; a greater one came later.

    `again`: its content had arrived before, so that it added no document. `container` is the
    document that it came out of, `members` how many files came out of it.
    """

    id: int
    document: int
    name: str
    folder: str
    size: int
    arrived_at: datetime
    state: DocumentState
    stage: Stage | None
    reason: str | None
    title: str | None
    issuer: str | None
    year: int | None
    findings: int
    again: bool
    container: int | None
    members: int


def list_arrivals(
    ledger: Ledger,
    *,
    words: str = "",
    show: Show = Show.ALL,
    within: int | None = None,
    batch: tuple[int, int] | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[ArrivalLine]:
    """The files that arrived, newest first; `before` a line's id gives the page after it,
    `within` a document those that came out of it, `batch` those of a batch, by its first and last.

    `words` have to stand in the file's name or in the issuer's, whatever their case.
    """
    query = _select_lines().order_by(Arrival.id.desc()).limit(limit)
    if batch:
        query = query.where(*of_batch(*batch))
    if before is not None:
        query = query.where(Arrival.id < before)
    if within is not None:
        query = query.where(Arrival.container_id == within)
    if states := STATES[show]:
        query = query.where(Document.state.in_(states))
    for word in words.split():
        query = query.where(_matches_name(word))
    with ledger.transaction() as session:
        return [ArrivalLine(**row) for row in session.execute(query).mappings()]


def list_running(ledger: Ledger, *, limit: int = 20) -> list[ArrivalLine]:
    """The files that workers are at now, whenever they came."""
    running = select(Document.id).where(PENDING, Document.state == DocumentState.RUNNING)
    chosen = running.order_by(Document.changed_at.desc(), Document.id).limit(limit).cte()
    last = select(func.max(Arrival.id)).where(Arrival.document_id.in_(select(chosen.c.id)))
    query = _select_lines().where(Arrival.id.in_(last.group_by(Arrival.document_id)))
    with ledger.transaction() as session:
        lines = [ArrivalLine(**row) for row in session.execute(query).mappings()]
    order = list(Stage)
    return sorted(lines, key=lambda line: (-order.index(line.stage or Stage.READ), line.id))


def _matches_name(word: str) -> ColumnElement[bool]:
    """Whether a line's file or issuer is named so.

    The few issuers are looked up first, then their reports' index.
    """
    issuers = select(Issuer.id).where(has_words(Issuer.name, word))
    reports = select(Report.document_id).where(Report.issuer_id.in_(issuers))
    return or_(has_words(Arrival.name, word), Arrival.document_id.in_(reports))


def _select_lines() -> Select[*tuple[object, ...]]:
    findings = select(func.count()).where(
        Finding.document_id == Document.id, Finding.state != FindingState.SETTLED, Finding.present
    )
    earlier, inner = aliased(Arrival), aliased(Arrival)
    members = select(func.count()).where(inner.container_id == Arrival.document_id)
    before = select(earlier.id).where(
        earlier.document_id == Arrival.document_id, earlier.id < Arrival.id
    )
    return (
        select(
            Arrival.id,
            Arrival.document_id.label("document"),
            Arrival.name,
            Arrival.folder,
            Arrival.size,
            Arrival.arrived_at,
            Document.state,
            Document.stage,
            Document.reason,
            Report.title,
            Issuer.name.label("issuer"),
            Report.year,
            findings.scalar_subquery().label("findings"),
            before.exists().label("again"),
            Arrival.container_id.label("container"),
            members.scalar_subquery().label("members"),
        )
        .join(Document, Document.id == Arrival.document_id)
        .outerjoin(Report, Report.document_id == Document.id)
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
    )


def find_original(ledger: Ledger, document_id: int) -> tuple[str, str] | None:
    """The SHA-256 of a document and the name under which it last arrived;
    None where there is no such document.
    """
    of_it = select(Document.sha256, Arrival.name).join(Arrival, Arrival.document_id == Document.id)
    last = of_it.where(Document.id == document_id).order_by(Arrival.id.desc()).limit(1)
    with ledger.transaction() as session:
        found = session.execute(last).one_or_none()
        return (found.sha256, found.name) if found else None


def upload_file(
    ledger: Ledger, folder: Path, source: BinaryIO, name: str, *, who: str, address: str | None
) -> str:
    """Put a file into the inbox as if somebody had copied it there; the name that it has there.

    It appears under that name whole or not at all, and never in place of another file. BadFileName
    for a name that the inbox would leave alone; UnusableFile where the first bytes prove that the
    file is not read: it would only come back.
    """
    wanted = file_name(name)
    if why := refused_by_head(source.read(FIRST_BYTES)):
        raise why
    source.seek(0)
    with Folder.at(folder) as inbox, partial_file(inbox, UNFINISHED) as (target, partial):
        shutil.copyfileobj(source, target)
        target.flush()
        os.fchmod(target.fileno(), 0o644)
        placed = _take_name(inbox, partial, wanted)
    log_alone(ledger, Deed.UPLOADED, who=who, about=placed, address=address)
    return placed


def file_name(name: str) -> str:
    """What a browser calls the file, as a name in the inbox; BadFileName where it is none.

    >>> file_name("C:\\\\年报\\\\松涧镇.docx"), file_name("../../etc/passwd"), file_name("<b>.txt")
    ('松涧镇.docx', 'passwd', '<b>.txt')
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    safe = shortened(readable(last.encode("utf-8", "backslashreplace").decode()))
    if not safe or is_temporary(safe) or safe in {CLAIMED, RECEIPTS, REFUSED}:
        raise BadFileName(f"({safe})")
    return safe


def _take_name(inbox: Folder, partial: str, wanted: str) -> str:
    """Give the whole file the first free name of `wanted`, `wanted (2)` …"""
    for name in islice(numbered(wanted), MOST_OF_A_NAME):
        with suppress(FileExistsError):
            inbox.move(partial, inbox, name)
            return name
    raise BadFileName(f"({wanted})")


def read_anew(ledger: Ledger, document_id: int, *, who: str, address: str | None) -> bool:
    """Make a finished or refused document due from its first stage. False where it is neither."""
    done = ledger.rerun(select(Document.id).filter_by(id=document_id)) > 0
    return done and _log_deed(ledger, Deed.RERUN, document_id, who, address)


def withdraw(ledger: Ledger, document_id: int, *, who: str, address: str | None) -> bool:
    """Take a document out of panel, exports and queue; see `Ledger.withdraw`."""
    return ledger.withdraw(document_id) and _log_deed(
        ledger, Deed.WITHDRAWN, document_id, who, address
    )


def restore(ledger: Ledger, document_id: int, *, who: str, address: str | None) -> bool:
    """Put a withdrawn document back; see `Ledger.restore`."""
    return ledger.restore(document_id) and _log_deed(
        ledger, Deed.RESTORED, document_id, who, address
    )


def _log_deed(ledger: Ledger, deed: Deed, document_id: int, who: str, address: str | None) -> bool:
    log_alone(ledger, deed, who=who, about=str(document_id), address=address)
    return True


class DocumentChange(StrEnum):
    """What a reviewer may do with a document as a whole."""

    RERUN = "rerun"
    WITHDRAW = "withdraw"
    RESTORE = "restore"


CHANGES = {
    DocumentChange.RERUN: read_anew,
    DocumentChange.WITHDRAW: withdraw,
    DocumentChange.RESTORE: restore,
}
