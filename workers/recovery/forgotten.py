"""The list of what is forgotten: in the database, and in each folder of backups."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from schema.upkeep import Forgotten
from workers.ledger import Ledger
from workers.store import Store

# Of a backup's folder: the contents that are not to come back out of it.
LIST = "forgotten.json"

# Digest → who wanted it forgotten, and why.
Listed = Mapping[str, tuple[str, str]]


def list_forgotten(ledger: Ledger) -> Listed:
    """Digest → who wanted it forgotten, and why."""
    columns = (Forgotten.sha256, Forgotten.who, Forgotten.why)
    with ledger.transaction() as session:
        return {sha256: (who, why) for sha256, who, why in session.execute(select(*columns))}


def write_list(folder: Path, listed: Listed) -> None:
    """Add to a backup folder's list, and remove the contents from its store."""
    known = {**read_list(folder), **listed}
    if known:
        path, partial = folder / LIST, folder / f".partial-{LIST}"
        partial.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        partial.replace(path)
    for sha256 in known:
        Store(folder / "store").remove(sha256)


def read_list(folder: Path) -> Listed:
    """What the folder says is not to come back out of its backups."""
    with suppress(FileNotFoundError):
        found = json.loads((folder / LIST).read_text(encoding="utf-8"))
        return {sha256: (who, why) for sha256, (who, why) in found.items()}
    return {}
