"""The accounts themselves: made, changed and removed by `fazhi user`,
and what their owners do with a password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from schema.accounts import Account, Token, Visit
from schema.kinds import Deed, Role, TokenUse
from workers.desk.accounts.keys import (
    LINK_LIFE,
    TOKEN_LIFE,
    Person,
    forget_secrets,
    good_token,
    new_token,
    owner_of_link,
)
from workers.desk.accounts.log import log_deed
from workers.desk.accounts.passwords import (
    fold_name,
    hash_password,
    nobodys_hash,
    normal_name,
    verify_password,
)
from workers.errors import FazhiError
from workers.ledger import Ledger


class NoSuchAccount(FazhiError):
    """There is no account of this name: `fazhi user list` shows them."""


class AccountExists(FazhiError):
    """There is an account of this name already: `fazhi user link` lets its owner
    choose a new password.
    """


class LastAdmin(FazhiError):
    """Nobody else could manage the desk: make another account an admin first."""


class SpentLink(FazhiError):
    """This link was used already, or is too old: ask for a new one (`fazhi user link NAME`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One account as an admin sees it; `ready` once its owner has chosen a password. `tokens` of
    scripts act for it.
    """

    name: str
    role: Role
    ready: bool
    tokens: int
    created_at: datetime
    seen_at: datetime | None


def add_account(
    ledger: Ledger, name: str, role: Role, *, by: str, address: str | None = None
) -> str:
    """A new account, or one that was removed made anew;
    the secret of the link through which its owner comes in.
    """
    name = normal_name(name)
    with ledger.transaction() as session:
        account = session.scalar(select(Account).filter_by(name=name).with_for_update())
        if account and account.removed_at is None:
            raise AccountExists(f"({name})")
        if account is None:
            account = Account(name=name, role=role)
            session.add(account)
        account.role, account.removed_at = role, None
        session.flush()
        log_deed(session, Deed.ACCOUNT_ADDED, who=by, about=f"{name} {role}", address=address)
        return new_token(session, account.id, TokenUse.LINK, LINK_LIFE)


def list_accounts(ledger: Ledger) -> list[AccountLine]:
    """The accounts that are not removed, by name."""
    seen = select(func.max(Visit.seen_at)).where(Visit.account_id == Account.id).scalar_subquery()
    good = (Token.use == TokenUse.API, Token.expires_at > func.clock_timestamp())
    tokens = select(func.count()).where(Token.account_id == Account.id, *good).scalar_subquery()
    lines = select(Account, seen, tokens).where(Account.removed_at.is_(None)).order_by(Account.name)
    with ledger.transaction() as session:
        return [
            AccountLine(
                name=a.name,
                role=a.role,
                ready=bool(a.password),
                tokens=count,
                created_at=a.created_at,
                seen_at=seen_at,
            )
            for a, seen_at, count in session.execute(lines)
        ]


def change_role(
    ledger: Ledger, name: str, role: Role, *, by: str, address: str | None = None
) -> None:
    """From the next request on."""
    with ledger.transaction() as session:
        if role != Role.ADMIN:
            _keep_an_admin(session, name)
        account = _get_account(session, name)
        account.role = role
        log_deed(
            session, Deed.ROLE_CHANGED, who=by, about=f"{account.name} {role}", address=address
        )


def remove_account(ledger: Ledger, name: str, *, by: str, address: str | None = None) -> None:
    """Close the account and end its sessions; what it did stays in the history."""
    with ledger.transaction() as session:
        _keep_an_admin(session, name)
        account = _get_account(session, name)
        forget_secrets(session, account.id)
        account.password, account.removed_at = None, func.clock_timestamp()
        log_deed(session, Deed.ACCOUNT_REMOVED, who=by, about=account.name, address=address)


def make_link(ledger: Ledger, name: str, *, by: str, address: str | None = None) -> str:
    """A new link for one use through which the owner chooses a new password; earlier links end."""
    with ledger.transaction() as session:
        account = _get_account(session, name)
        session.execute(delete(Token).filter_by(account_id=account.id, use=TokenUse.LINK))
        log_deed(session, Deed.LINK_MADE, who=by, about=account.name, address=address)
        return new_token(session, account.id, TokenUse.LINK, LINK_LIFE)


def make_token(ledger: Ledger, name: str, *, by: str, address: str | None = None) -> str:
    """A bearer token for scripts, with the account's rights;
    good for a year, or until its password is changed.
    """
    with ledger.transaction() as session:
        account = _get_account(session, name)
        log_deed(session, Deed.TOKEN_MADE, who=by, about=account.name, address=address)
        return new_token(session, account.id, TokenUse.API, TOKEN_LIFE)


def end_tokens(ledger: Ledger, name: str, *, by: str, address: str | None = None) -> None:
    """No script acts for the account any more; its owner's sessions go on."""
    with ledger.transaction() as session:
        account = _get_account(session, name)
        session.execute(delete(Token).filter_by(account_id=account.id, use=TokenUse.API))
        log_deed(session, Deed.TOKENS_ENDED, who=by, about=account.name, address=address)


def first_link(ledger: Ledger, *, by: str) -> str | None:
    """While no admin can come in: the link for the account `admin`, made where there is none;
    else None.
    """
    lines = list_accounts(ledger)
    if any(line.ready for line in lines if line.role == Role.ADMIN):
        return None
    waiting = next((line.name for line in lines if line.role == Role.ADMIN), None)
    return (
        make_link(ledger, waiting, by=by)
        if waiting
        else add_account(ledger, "admin", Role.ADMIN, by=by)
    )


def link_address(desk: str, secret: str) -> str:
    """What to open to use a link, at the address of the desk; the secret needs no quoting."""
    return f"{desk}/join?link={secret}"


def choose_password(ledger: Ledger, secret: str, password: str, *, address: str | None) -> Person:
    """Use up the link: its owner has this password from now on;
    every session, link and token of before ends.
    """
    owner = owner_of_link(ledger, secret)
    if owner is None:
        raise SpentLink
    hashed = hash_password(password, owner.name)  # before the transaction: it takes long
    with ledger.transaction() as session:
        spent = delete(Token).where(*good_token(secret, TokenUse.LINK)).returning(Token.account_id)
        account_id = session.scalar(spent)
        if account_id is None:
            raise SpentLink
        forget_secrets(session, account_id)
        session.execute(update(Account).filter_by(id=account_id).values(password=hashed))
        log_deed(session, Deed.PASSWORD_SET, who=owner.name, address=address)
    return owner


def is_account(ledger: Ledger, name: str) -> bool:
    """Whether there is an account of this name; removed ones count."""
    with ledger.transaction() as session:
        return session.scalar(select(Account.id).where(Account.name == fold_name(name))) is not None


def check_password(ledger: Ledger, name: str, password: str) -> Person | None:
    """Who this is; None, after the same time, for a wrong password, an unknown name,
    an account with none.
    """
    with ledger.transaction() as session:
        usable = select(Account).where(
            Account.name == fold_name(name), Account.password.is_not(None)
        )
        account = session.scalar(usable)
    right = verify_password(
        account.password if account and account.password else nobodys_hash(), password
    )
    return Person(account.id, account.name, account.role) if account and right else None


def _get_account(session: Session, name: str) -> Account:
    named = select(Account).filter_by(name=fold_name(name), removed_at=None).with_for_update()
    account = session.scalar(named)
    if account is None:
        raise NoSuchAccount(f"({name})")
    return account


def _keep_an_admin(session: Session, name: str) -> None:
    """Locks all admins first, in one order: two who remove each other at once
    must not both succeed.
    """
    admins = (
        select(Account.name)
        .filter_by(role=Role.ADMIN, removed_at=None)
        .order_by(Account.id)
        .with_for_update()
    )
    if session.scalars(admins).all() == [fold_name(name)]:
        raise LastAdmin
