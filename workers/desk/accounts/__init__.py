"""Accounts of the desk: who may come in, and what the audit log says of it.

Passwords are kept as Argon2id hashes, other secrets (cookies, links, tokens) are 256 random bits of
which only the SHA-256 is kept: whoever reads the database can sign in as nobody. An account begins
without a password; its owner chooses one through a link for one use, so that nobody ever knows
another's.

    people.py      the accounts, their roles and passwords
    keys.py        cookies, links, tokens
    passwords.py   hashing
    log.py         the audit log
"""

from workers.desk.accounts.keys import (
    Person,
    begin_visit,
    end_visit,
    find_bearer,
    find_visitor,
    owner_of_link,
)
from workers.desk.accounts.log import log_alone, log_deed
from workers.desk.accounts.passwords import LONGEST_NAME, BadAccountName, WeakPassword, fold_name
from workers.desk.accounts.people import (
    AccountExists,
    AccountLine,
    LastAdmin,
    NoSuchAccount,
    SpentLink,
    add_account,
    change_role,
    check_password,
    choose_password,
    end_tokens,
    first_link,
    is_account,
    link_address,
    list_accounts,
    make_link,
    make_token,
    remove_account,
)

__all__ = [
    "LONGEST_NAME",
    "AccountExists",
    "AccountLine",
    "BadAccountName",
    "LastAdmin",
    "NoSuchAccount",
    "Person",
    "SpentLink",
    "WeakPassword",
    "add_account",
    "begin_visit",
    "change_role",
    "check_password",
    "choose_password",
    "end_tokens",
    "end_visit",
    "find_bearer",
    "find_visitor",
    "first_link",
    "fold_name",
    "is_account",
    "link_address",
    "list_accounts",
    "log_alone",
    "log_deed",
    "make_link",
    "make_token",
    "owner_of_link",
    "remove_account",
]
