"""Forgets a document that should never have been dropped: its bytes, its texts, all rows that tell
of it. What stays is its digest, so that it is not taken again, and who wanted it when and why.

The rows go first, in one transaction with the digest; the files after it, and whoever is killed
meanwhile leaves them to the next nightly run (`purge`).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Select, any_, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from schema.accounts import Audit
from schema.kinds import Deed, DocumentState
from schema.tables import (
    Arrival,
    Band,
    Decision,
    Document,
    Finding,
    Fingerprint,
    Lesson,
    NightlyRun,
    Report,
    StageRun,
)
from schema.upkeep import Change, Forgotten
from workers.errors import FazhiError
from workers.ledger import Ledger
from workers.recovery.backup import CONTENTS, backups
from workers.recovery.forgotten import Listed, list_forgotten
from workers.settings import Settings
from workers.store import Store


class NoSuchDocument(FazhiError):
    """There is no such document."""


class HeldByAnother(FazhiError):
    """It came out of another file, which holds its bytes too: forget that one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgot:
    """The digests of what was forgotten: the document, and what came out of it alone."""

    contents: tuple[str, ...]
    documents: tuple[int, ...]


def forget(ledger: Ledger, chosen: Settings, document: int, *, who: str, why: str) -> Forgot:
    """Forget a document, with what came out of it and was never dropped by itself.

    NoSuchDocument; HeldByAnother where it lies in an archive.
    """
    with ledger.transaction() as session:
        ids = _of_it_alone(session, document)
        gone = select(Document).where(Document.id.in_(ids)).order_by(Document.id)
        rows = session.scalars(gone.with_for_update()).all()
        contents, since = [row.sha256 for row in rows], min(row.created_at for row in rows)
        for sha256 in contents:
            digest = insert(Forgotten).values(sha256=sha256, who=who, why=why)
            session.execute(digest.on_conflict_do_nothing())
            session.add(Audit(deed=Deed.FORGOTTEN, who=who, about=f"{sha256} {why}"))
        _remove_rows(session, ids)
    _remove_files(chosen, contents)
    _remove_tables(chosen, since.date())
    return Forgot(contents=tuple(contents), documents=tuple(ids))


def allow_again(ledger: Ledger, sha256: str, *, who: str) -> bool:
    """From now on this content may be dropped again; False where it was not forgotten."""
    with ledger.transaction() as session:
        known = delete(Forgotten).where(Forgotten.sha256 == sha256).returning(Forgotten.sha256)
        if session.scalar(known) is None:
            return False
        session.add(Audit(deed=Deed.ALLOWED_AGAIN, who=who, about=sha256))
        return True


def forget_again(ledger: Ledger, store: Store, listed: Listed) -> int:
    """Forget what a restored backup brought back; how many documents."""
    with ledger.transaction() as session:
        for sha256, (who, why) in listed.items():
            digest = insert(Forgotten).values(sha256=sha256, who=who, why=why)
            session.execute(digest.on_conflict_do_nothing())
            store.remove(sha256)
        known = select(Document.id).join(Forgotten, Forgotten.sha256 == Document.sha256)
        ids = session.scalars(known).all()
        _remove_rows(session, ids)
    return len(ids)


def purge(ledger: Ledger, chosen: Settings) -> int:
    """Remove the files of what is forgotten, where a process was killed before it did; how many."""
    return _remove_files(chosen, sorted(list_forgotten(ledger)))


def backups_with(folder: Path, contents: Sequence[str]) -> list[Path]:
    """The backups of a folder whose database still tells of these."""
    wanted = set(contents)

    def names(backup: Path) -> Iterator[str]:
        for line in (backup / CONTENTS).read_text(encoding="ascii").splitlines():
            yield line.split()[0]

    return [backup for backup in backups(folder) if wanted.intersection(names(backup))]


def _of_it_alone(session: Session, document: int) -> list[int]:
    if session.get(Document, document) is None:
        raise NoSuchDocument(f"({document})")
    inside = session.scalars(
        select(Arrival.container_id).filter_by(document_id=document).distinct()
    ).all()
    if holders := sorted(one for one in inside if one is not None):
        raise HeldByAnother(f"(document {', '.join(map(str, holders))})")
    found, last = [document], [document]
    while last:
        members = select(Arrival.document_id).where(Arrival.container_id.in_(last)).distinct()
        elsewhere = select(Arrival.document_id).where(
            or_(Arrival.container_id.is_(None), Arrival.container_id.not_in(found))
        )
        alone = members.where(Arrival.document_id.not_in(elsewhere))
        last = [one for one in session.scalars(alone) if one not in found]
        found += last
    return found


def _remove_rows(session: Session, ids: Sequence[int]) -> None:
    """All that tells of these documents, also beside others."""
    if not ids:
        return
    names = set(session.scalars(select(Arrival.name).where(Arrival.document_id.in_(ids))))
    # First out of the panel: a trigger makes that year's figures anew.
    out = {"state": DocumentState.WITHDRAWN, "stage": None, "done_at": None}
    free = {"token": None, "lease_until": None}
    session.execute(update(Document).where(Document.id.in_(ids)).values(out | free))
    told = select(Finding.id).where(
        or_(
            Finding.document_id.in_(ids),
            Finding.across & Finding.about.in_([str(one) for one in ids]),
        )
    )
    _remove_findings(session, told)
    prints = session.scalars(select(Fingerprint.id).where(Fingerprint.document_id.in_(ids))).all()
    for one in prints:
        without = func.array_remove(Band.holders, one)
        session.execute(
            update(Band).where(literal(one) == any_(Band.holders)).values(holders=without)
        )
    session.execute(delete(Band).where(func.cardinality(Band.holders) == 0))
    # What came out of it and was dropped by itself too stays, without that it came out of it.
    session.execute(delete(Arrival).where(Arrival.container_id.in_(ids)))
    for table in (Fingerprint, Change, Report, Arrival, StageRun):
        session.execute(delete(table).where(table.document_id.in_(ids)))
    session.execute(delete(Document).where(Document.id.in_(ids)))
    _clean_lessons(session, ids)
    _clean_nights(session, ids, names)


def _remove_findings(session: Session, which: Select[int]) -> None:
    ids = session.scalars(which).all()
    decided = session.scalars(select(Decision.id).where(Decision.finding_id.in_(ids))).all()
    carried = update(Decision).where(Decision.carried_from.in_(decided))
    session.execute(carried.values(carried_from=None))
    session.execute(delete(Decision).where(Decision.id.in_(decided)))
    session.execute(delete(Finding).where(Finding.id.in_(ids)))


def _clean_lessons(session: Session, ids: Sequence[int]) -> None:
    """What the trial of an entry showed of them; its examples are clauses that a person took."""
    for lesson in session.scalars(select(Lesson).where(Lesson.effect.is_not(None))):
        lines = (lesson.effect or {}).get("lines", [])
        kept = [line for line in lines if line.get("document") not in ids]
        if len(kept) != len(lines):
            lesson.effect = {**(lesson.effect or {}), "lines": kept}


def _clean_nights(session: Session, ids: Sequence[int], names: set[str]) -> None:
    """What the summaries name of them."""
    for night in session.scalars(select(NightlyRun).where(NightlyRun.summary.is_not(None))):
        summary: dict[str, Any] = json.loads(json.dumps(night.summary))
        told = summary.get("happened") or {}
        for reason in (told.get("refused") or {}).get("reasons", []):
            reason["file"] = None if reason["file"] in names else reason["file"]
        if changes := told.get("changes"):
            changes["first"] = [one for one in changes["first"] if one["document"] not in ids]
        night.summary = summary


def _remove_files(chosen: Settings, contents: Sequence[str]) -> int:
    """The bytes, and what was made of them: how many files."""
    store, count = Store(chosen.store_dir), 0
    for sha256 in contents:
        count += store.remove(sha256)
        for folder in ("pictures", "conversions"):
            for path in (chosen.var / folder).glob(f"{sha256}*"):
                path.unlink(missing_ok=True)
                count += 1
    return count


def _remove_tables(chosen: Settings, since: date) -> None:
    """The snapshots and summaries in files from its first day on, which may tell of it."""
    for folder in (chosen.var / "snapshots", chosen.var / "nightly"):
        for path in folder.glob("????-??-??*"):
            with suppress(ValueError):
                # A day earlier: the day of a file is that of the office's time zone.
                if date.fromisoformat(path.name[:10]).toordinal() >= since.toordinal() - 1:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
