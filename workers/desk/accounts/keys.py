"""Secrets that stand for a person: cookies, links for one use, tokens for scripts.

Only their SHA-256 is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from schema.accounts import Account, Token, Visit
from schema.kinds import Deed, Role, TokenUse
from workers.desk.accounts.log import log_deed
from workers.ledger import Ledger

# Signed out after so long without a page, and after so long in any case (a working day).
IDLE, LONGEST = timedelta(hours=1), timedelta(hours=12)
# Writing down each request that somebody was seen would make every page a write.
SEEN_EVERY = timedelta(minutes=1)
LINK_LIFE, TOKEN_LIFE = timedelta(hours=24), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: an account that may come in."""

    id: int
    name: str
    role: Role


def begin_visit(ledger: Ledger, person: Person, *, address: str | None) -> str:
    """The secret for the browser's cookie; expired sessions are cleared on the way."""
    secret = _secret()
    with ledger.transaction() as session:
        session.execute(delete(Visit).where(~_is_current()))
        session.add(Visit(sha256=_digest(secret), account_id=person.id))
        log_deed(session, Deed.SIGNED_IN, who=person.name, address=address)
    return secret


def find_visitor(ledger: Ledger, secret: str, *, counts: bool = True) -> Person | None:
    """Whose cookie this is, while it is good; a request that `counts` puts off the idle end."""
    with ledger.transaction() as session:
        of_cookie = Visit.sha256 == _digest(secret)
        found = session.execute(
            select(Account, Visit.seen_at < func.clock_timestamp() - SEEN_EVERY)
            .join(Visit, Visit.account_id == Account.id)
            .where(of_cookie, _is_current())
        ).one_or_none()
        if found is None:
            return None
        account, long_ago = found
        if counts and long_ago:
            session.execute(update(Visit).where(of_cookie).values(seen_at=func.clock_timestamp()))
        return Person(account.id, account.name, account.role)


def end_visit(ledger: Ledger, secret: str, person: Person, *, address: str | None) -> None:
    """The cookie is worth nothing from now on."""
    with ledger.transaction() as session:
        session.execute(delete(Visit).filter_by(sha256=_digest(secret)))
        log_deed(session, Deed.SIGNED_OUT, who=person.name, address=address)


def owner_of_link(ledger: Ledger, secret: str) -> Person | None:
    """Whose link this is, while it can be used; looking does not use it up."""
    with ledger.transaction() as session:
        return _find_person(session, good_token(secret, TokenUse.LINK))


def find_bearer(ledger: Ledger, secret: str) -> Person | None:
    """Whose API token this is."""
    with ledger.transaction() as session:
        return _find_person(session, good_token(secret, TokenUse.API))


def _find_person(session: Session, conditions: tuple[ColumnElement[bool], ...]) -> Person | None:
    found = session.scalar(
        select(Account).join(Token, Token.account_id == Account.id).where(*conditions)
    )
    return Person(found.id, found.name, found.role) if found else None


def good_token(secret: str, use: TokenUse) -> tuple[ColumnElement[bool], ...]:
    """The row of `token` that this is the secret of, while it is good."""
    return (
        Token.sha256 == _digest(secret),
        Token.use == use,
        Token.expires_at > func.clock_timestamp(),
    )


def _is_current() -> ColumnElement[bool]:
    now = func.clock_timestamp()
    return (Visit.seen_at > now - IDLE) & (Visit.begun_at > now - LONGEST)


def new_token(session: Session, account_id: int, use: TokenUse, life: timedelta) -> str:
    """The secret of a new row of `token`."""
    secret = _secret()
    expires_at = func.clock_timestamp() + life
    session.add(
        Token(sha256=_digest(secret), account_id=account_id, use=use, expires_at=expires_at)
    )
    return secret


def forget_secrets(session: Session, account_id: int) -> None:
    """Every cookie, link and token of the account is worth nothing from now on."""
    for table in (Visit, Token):
        session.execute(delete(table).filter_by(account_id=account_id))


def _secret() -> str:
    return secrets.token_urlsafe(32)


def _digest(secret: str) -> str:
    """Enough for 256 random bits, which cannot be guessed; passwords need `_hash`."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
