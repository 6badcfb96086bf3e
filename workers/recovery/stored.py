"""Is every byte where it should be: the store against the ledger,
the owners' files against the refusals.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from hashlib import file_digest
from os import stat_result
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import and_, select

from schema.kinds import DocumentState, Stage
from schema.tables import Document
from workers.files.handles import Folder
from workers.ledger import Drop, Ledger, Returnable
from workers.recovery.backup import copy_content, digest_of
from workers.recovery.trouble import AT_WORK_SECONDS, Fault, Scene, Trouble
from workers.store import PARTIAL, sweep_partial

HEX = "0123456789abcdef"


def check_store(scene: Scene) -> Iterator[Trouble]:
    """Does the store hold every content that the ledger names, whole;
    and nothing that the ledger does not know?

    One of its 256 folders at a time, so that a million documents fit in memory.
    """
    for prefix in (one + other for one in HEX for other in HEX):
        # The folder first: what is stored meanwhile is then in the ledger and not in the
        # listing, which a look tells.
        stored = _listing(scene.store.folder / prefix)
        for sha256, size in _named_contents(scene.ledger, prefix):
            status = stored.pop(sha256, None) or _status(scene.store.path(sha256))
            yield from _check_content(scene, sha256, size, status)
        for sha256, status in stored.items():
            yield from _check_unknown(scene, sha256, status)


def check_partial_files(scene: Scene) -> Iterator[Trouble]:
    """Are copies that were killed left over?"""
    for path in scene.store.folder.glob(f"{PARTIAL}*"):
        status = _status(path)
        if status and _is_old(status):

            def mend(path: Path = path) -> bool:
                with Folder.at(path.parent) as folder:
                    sweep_partial(folder)
                return not path.exists()

            sentence = "A copy into the store was killed and has left a part of itself."
            yield Trouble(fault=Fault.PARTIAL_LEFT, subject=path.name, sentence=sentence, mend=mend)


def check_given_back(scene: Scene) -> Iterator[Trouble]:
    """Has the owner of each refused file got it back, with the reason?"""
    for one in scene.ledger.unreturned(older_than=AT_WORK_SECONDS, limit=1_000_000, again=0):

        def mend(one: Returnable = one) -> bool:
            try:
                scene.inbox.give_back(one)
            except OSError:
                return False
            scene.ledger.mark_returned(one.arrival_id)
            return True

        sentence = (
            f"The file {one.name} was refused and is not in inbox/refused/ yet. Does "
            "`fazhi watch` run?"
        )
        yield Trouble(
            fault=Fault.NOT_GIVEN_BACK,
            subject=f"document {one.document_id}",
            sentence=sentence,
            mend=mend,
        )


def _check_content(
    scene: Scene, sha256: str, size: int, status: stat_result | None
) -> Iterator[Trouble]:
    if status is None:
        fault, sentence = Fault.BYTES_MISSING, "The store does not hold the file's bytes."
    elif status.st_size != size:
        fault, sentence = (
            Fault.BYTES_DAMAGED,
            f"The store holds {status.st_size} bytes of the file's {size}.",
        )
    elif scene.deep and digest_of(scene.store.path(sha256)) != sha256:
        fault, sentence = Fault.BYTES_DAMAGED, "The stored bytes are not those that were dropped."
    else:
        return
    told = f"{sentence} Fetch it back: `fazhi verify --mend --from BACKUP`; or drop the file again."
    yield Trouble(
        fault=fault, subject=sha256, sentence=told, mend=partial(_fetch_back, scene, sha256, size)
    )


def _check_unknown(scene: Scene, sha256: str, status: stat_result) -> Iterator[Trouble]:
    if len(sha256) != 64 or not _is_old(status):
        return
    path = scene.store.path(sha256)
    if digest_of(path) != sha256:
        sentence = (
            f"No document names {path}, and its bytes are not what its name says: move it away."
        )
        yield Trouble(fault=Fault.BYTES_UNKNOWN, subject=sha256, sentence=sentence)
        return

    def mend() -> bool:
        moment = datetime.fromtimestamp(status.st_mtime, UTC)
        # The same number each time, so that it is recorded once.
        claim = uuid5(NAMESPACE_OID, sha256)
        drop = Drop(
            claim=claim,
            name=sha256[:12],
            folder="",
            sha256=sha256,
            size=status.st_size,
            modified_at=moment,
        )
        document_id, new = scene.ledger.record(drop)
        if new:
            scene.ring([document_id], Stage.READ)
        return True

    sentence = "The store holds bytes that no document names: a database older than the store?"
    yield Trouble(fault=Fault.BYTES_UNKNOWN, subject=sha256, sentence=sentence, mend=mend)


def _fetch_back(scene: Scene, sha256: str, size: int) -> bool:
    """Restore the bytes from the backup or from a file given back to its owner; a document given
    up for lack of them is due again.
    """
    if not (scene.spare and copy_content(sha256, scene.spare, scene.store)) and not _from_owner(
        scene, sha256, size
    ):
        return False
    given_up = and_(
        Document.sha256 == sha256, Document.state == DocumentState.REFUSED, Document.retryable
    )
    with scene.ledger.transaction() as session:
        found = session.scalar(select(Document.id).where(given_up))
    return found is None or scene.read_anew(found)


def _from_owner(scene: Scene, sha256: str, size: int) -> bool:
    for file in scene.inbox.given_back(size):
        if file_digest(file, "sha256").hexdigest() == sha256:
            file.seek(0)
            return scene.store.put(file, most=size)[0] == sha256
    return False


def _named_contents(ledger: Ledger, prefix: str) -> list[tuple[str, int]]:
    """SHA-256 and size of the contents that the ledger names and that begin so."""
    among = Document.sha256.between(prefix.ljust(64, "0"), prefix.ljust(64, "f"))
    with ledger.transaction() as session:
        return [
            (sha256, size)
            for sha256, size in session.execute(select(Document.sha256, Document.size).where(among))
        ]


def _listing(folder: Path) -> dict[str, stat_result]:
    try:
        with os.scandir(folder) as listed:
            return {
                entry.name: entry.stat(follow_symlinks=False) for entry in listed if entry.is_file()
            }
    except FileNotFoundError:
        return {}


def _status(path: Path) -> stat_result | None:
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _is_old(status: stat_result) -> bool:
    return time.time() - status.st_mtime > AT_WORK_SECONDS
