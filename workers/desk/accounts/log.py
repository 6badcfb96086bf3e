"""The audit log."""

from __future__ import annotations

from sqlalchemy.orm import Session

from schema.accounts import Audit
from schema.kinds import Deed
from workers.ledger import Ledger


def log_deed(
    session: Session,
    deed: Deed,
    *,
    who: str | None,
    about: str | None = None,
    address: str | None = None,
) -> None:
    """One line of the audit log, in the transaction of what it tells of."""
    session.add(Audit(deed=deed, who=who, about=about, address=address))


def log_alone(
    ledger: Ledger, deed: Deed, *, who: str | None, about: str | None = None, address: str | None
) -> None:
    """One line of the audit log about something that wrote nothing else."""
    with ledger.transaction() as session:
        log_deed(session, deed, who=who, about=about, address=address)
