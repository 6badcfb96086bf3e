"""Back-pressure: how many more files may be taken out of the inbox, where they wait in safety;
and why not more.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from schema.tables import Document
from workers.files.spare import SpareFolder
from workers.ledger import PENDING, Ledger
from workers.settings import Settings

# Some dozens of documents for some seconds.
CONVERSION_MEGABYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the watcher keeps to; `limits_of` reads it out of the settings.

    `spare` goes before a file has to wait for room on the disk.
    """

    free_megabytes: int = 0
    waiting_documents: int = sys.maxsize
    scan_files: int = sys.maxsize
    spare: tuple[SpareFolder, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """So many files may be taken now.

    `held_back`: for each limit that is reached, a sentence that says how to mend.
    """

    files: int
    held_back: tuple[str, ...] = ()


NO_LIMITS = Limits()


def limits_of(chosen: Settings) -> Limits:
    return Limits(
        free_megabytes=chosen.disk_free_megabytes,
        waiting_documents=chosen.waiting_documents,
        scan_files=chosen.scan_files,
        spare=(spare_pictures(chosen), spare_conversions(chosen)),
    )


def spare_pictures(chosen: Settings) -> SpareFolder:
    """Where the pictures of pages are kept."""
    return SpareFolder(chosen.var / "pictures", chosen.picture_megabytes << 20)


def spare_conversions(chosen: Settings) -> SpareFolder:
    """Where documents that were converted before their turn wait for it."""
    return SpareFolder(chosen.var / "conversions", CONVERSION_MEGABYTES << 20)


def measure_room(limits: Limits, ledger: Ledger, store: Path) -> Room:
    """How many files more the disk of the store and the queue of the workers can take."""
    due = _new_and_due(ledger)
    held_back = []
    if free_megabytes(store) < limits.free_megabytes:
        for spare in limits.spare:
            spare.clear()
    if free_megabytes(store) < limits.free_megabytes:
        held_back.append(
            f"Files wait in the inbox: less than {limits.free_megabytes} MB are free for {store}."
            " Make room, or lower FAZHI_DISK_FREE_MEGABYTES."
        )
    if due >= limits.waiting_documents:
        held_back.append(
            f"Files wait in the inbox: {limits.waiting_documents} documents are due already. It "
            "goes on by itself;"
            " more workers make it quicker, or raise FAZHI_WAITING_DOCUMENTS."
        )
    files = 0 if held_back else min(limits.waiting_documents - due, limits.scan_files)
    return Room(files=files, held_back=tuple(held_back))


def _new_and_due(ledger: Ledger) -> int:
    """Without those that are read anew: a night's worth of them must keep no new file waiting."""
    with ledger.transaction() as session:
        return session.scalars(
            select(func.count()).where(PENDING, Document.done_at.is_(None))
        ).one()


def free_megabytes(folder: Path) -> int:
    """What the disk of this folder has left, also before the folder is made."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free >> 20
