"""The roster as people change it, on the page and by `fazhi roster`: at once also in what is
overdue, and in the audit log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from schema.kinds import Deed, Level
from schema.tables import Issuer, RosterEntry
from workers.across.overdue import save_overdue
from workers.across.roster import Entry, remove_from_roster, save_roster
from workers.database import has_words
from workers.desk.accounts import log_deed
from workers.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Who changes the roster, from where, and on which day."""

    who: str
    today: date
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """One issuer of the roster."""

    issuer_id: int
    name: str
    county: str | None
    province: str | None
    level: Level


def list_lines(
    ledger: Ledger, *, words: str = "", issuer: int | None = None, skip: int = 0, limit: int = 100
) -> list[RosterLine]:
    """Those of the roster whose name or county has these words, by province, county and name."""
    columns = (Issuer.name, Issuer.county, Issuer.province, RosterEntry.level)
    query = (
        select(Issuer.id.label("issuer_id"), *columns)
        .join(RosterEntry, RosterEntry.issuer_id == Issuer.id)
        .order_by(Issuer.province, Issuer.county, Issuer.name, Issuer.id)
    )
    for word in words.split():
        query = query.where(or_(has_words(Issuer.name, word), has_words(Issuer.county, word)))
    if issuer is not None:
        query = query.where(Issuer.id == issuer)
    with ledger.transaction() as session:
        rows = session.execute(query.offset(skip).limit(limit))
        return [RosterLine(**row) for row in rows.mappings()]


def try_import(ledger: Ledger, entries: list[Entry], *, replace: bool) -> dict[str, int]:
    """What an import would add, update and remove; nothing is changed."""
    with ledger.transaction() as session:
        attempt = session.begin_nested()
        counts = save_roster(session, entries, replace=replace)
        attempt.rollback()
    return counts


def import_entries(
    ledger: Ledger, entries: list[Entry], editor: Editor, *, replace: bool = False
) -> dict[str, int]:
    """Add new entries, update known ones; `replace` removes all others. How many of each."""
    with ledger.transaction() as session:
        counts = save_roster(session, entries, replace=replace)
        told = ", ".join(f"{count} {what}" for what, count in counts.items())
        _end(session, Deed.ROSTER_IMPORTED, editor, told)
    return counts


def save_entry(
    ledger: Ledger, entry: Entry, editor: Editor, *, instead_of: int | None = None
) -> None:
    """Add one entry, or put it in place of another issuer's."""
    with ledger.transaction() as session:
        if instead_of is not None:
            remove_from_roster(session, instead_of)
        save_roster(session, [entry])
        _end(session, Deed.ROSTER_SAVED, editor, _told(entry.province, entry.county, entry.name))


def remove_entry(ledger: Ledger, issuer_id: int, editor: Editor) -> bool:
    """Take an issuer off the roster; whether it was on it."""
    with ledger.transaction() as session:
        if not remove_from_roster(session, issuer_id):
            return False
        issuer = session.get_one(Issuer, issuer_id)
        told = _told(issuer.province, issuer.county, issuer.name)
        _end(session, Deed.ROSTER_REMOVED, editor, told)
        return True


def _end(session: Session, deed: Deed, editor: Editor, about: str) -> None:
    save_overdue(session, editor.today)
    log_deed(session, deed, who=editor.who, about=about, address=editor.address)


def _told(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)
