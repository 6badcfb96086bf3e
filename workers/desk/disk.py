"""How much of the disk each part takes, in bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from sqlalchemy import func, select

from schema.tables import Document
from workers.intake.pressure import free_megabytes
from workers.ledger import Ledger
from workers.settings import Settings

# Under `var/`, beside the store and the database.
PARTS = ("pictures", "conversions", "nightly", "snapshots", "log")


def measure_disk(ledger: Ledger, chosen: Settings) -> Mapping[str, int]:
    """The store (what its documents have), the database, the parts of `var/` that are there, and
    what is free for the store.
    """
    with ledger.transaction() as session:
        store = session.scalar(select(func.coalesce(func.sum(Document.size), 0)))
        database = session.scalar(select(func.pg_database_size(func.current_database())))
    parts = {name: sum(_sizes(chosen.var / name)) for name in PARTS}
    found = {name: size for name, size in parts.items() if size}
    free = free_megabytes(chosen.store_dir) << 20
    return {"store": int(store or 0), "database": int(database or 0), **found, "free": free}


def write_size(count: int) -> str:
    """Bytes as people read them.

    >>> write_size(512), write_size(3 << 20), write_size(5 << 30)
    ('512 B', '3.0 MB', '5.0 GB')
    """
    amount, units = float(count), ["B", "KB", "MB", "GB", "TB"]
    while amount >= 1024 and len(units) > 1:
        amount, units = amount / 1024, units[1:]
    return f"{amount:.0f} {units[0]}" if units[0] == "B" else f"{amount:.1f} {units[0]}"


def _sizes(folder: Path) -> Iterator[int]:
    """Of the files below; what goes meanwhile, or may not be read, is none."""
    for at, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                yield (Path(at) / name).lstat().st_size
