"""What people taught ↔ rows of `lesson`; and each process's catalogue follows it.

The rows are the truth, so that every machine has them and a backup too. A process that reads
reports looks before it does whether they changed, and lays them over its catalogue.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import reduce
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from schema.tables import Lesson
from workers.files.private import write_secret
from workers.ledger import Ledger
from workers.report.catalogue import as_yaml, join_entries, lay_over, overlay_path, taught_text
from workers.settings import Settings

_HEAD = "# Written out of the database by `fazhi teach`: what is changed here is lost.\n"

Stamp = tuple[int, str]
_followed: Final[list[Stamp]] = []


def is_standing() -> ColumnElement[bool]:
    return Lesson.taken_at.is_not(None) & Lesson.undone_at.is_(None)


def stamp_of(session: Session) -> Stamp:
    """What changes whenever a lesson is taken or taken back."""
    last = func.max(func.greatest(Lesson.taken_at, Lesson.undone_at))
    changes, at = session.execute(
        select(func.count(Lesson.taken_at) + func.count(Lesson.undone_at), last)
    ).one()
    return changes, str(at)


def standing_entries(session: Session) -> Mapping[str, Any]:
    """The entries in force, joined in the order in which they were proposed."""
    entries = session.scalars(select(Lesson.entry).where(is_standing()).order_by(Lesson.id))
    joined: Mapping[str, Any] = reduce(join_entries, entries, {})
    return joined


def follow_lessons(ledger: Ledger, chosen: Settings) -> None:
    """Lay what is taught over this process's catalogue, where that changed since it last looked.

    It stands in a file too, for `fazhi read`, which asks no database.
    """
    with ledger.transaction() as session:
        stamp = stamp_of(session)
        if _followed == [stamp]:
            return
        entries = standing_entries(session)
    text = _HEAD + as_yaml(entries) if entries else ""
    if text != taught_text():
        lay_over(overlay_path(), text)
    # A reader that may write nowhere follows all the same: the copy is for others.
    with suppress(OSError):
        _keep_copy(chosen, text)
    _followed[:] = [stamp]


def _keep_copy(chosen: Settings, text: str) -> None:
    if text != chosen.taught_text():
        partial = chosen.taught_file.with_suffix(f".{os.getpid()}")
        write_secret(partial, text)
        partial.replace(chosen.taught_file)
