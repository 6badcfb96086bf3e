"""A role that may read what was understood, and nothing else: for statistics, spreadsheets, BI."""

from __future__ import annotations

import re
import secrets

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from schema.dictionary import list_described
from workers.errors import FazhiError

# Secrets, though hashed, and who did what: no statistics need them.
PRIVATE = frozenset({"account", "session", "token", "audit"})


class BadRoleName(FazhiError):
    """The name of a role has small letters, digits and _ only, and begins with a letter."""


class MayNotMakeRoles(FazhiError):
    """This user of the database may make no others: have its administrator run
    CREATE ROLE NAME LOGIN PASSWORD '…', then run this again.
    """


def grant_reading(engine: Engine, name: str) -> str | None:
    """The role may read; its new password, or None where there was the role already.

    BadRoleName, MayNotMakeRoles.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise BadRoleName(f"({name})")
    with engine.begin() as connection:
        known = text("SELECT count(*) FROM pg_roles WHERE rolname = :name")
        made = None if connection.scalar(known, {"name": name}) else _make(connection, name)
        database = connection.scalar(text("SELECT quote_ident(current_database())"))
        readable = sorted({f'"{one.table}"' for one in list_described()} - _quoted(PRIVATE))
        for right in (
            f"CONNECT ON DATABASE {database}",
            "USAGE ON SCHEMA public",
            f"SELECT ON {', '.join(readable)}",
        ):
            connection.exec_driver_sql(f'GRANT {right} TO "{name}"')
    return made


def _quoted(names: frozenset[str]) -> set[str]:
    return {f'"{name}"' for name in names}


def _make(connection: Connection, name: str) -> str:
    password = secrets.token_urlsafe(24)
    server = connection.connection.dbapi_connection
    assert server
    # Hashed here, so that no log of the server has it.
    hashed = server.pgconn.encrypt_password(
        password.encode(), name.encode(), b"scram-sha-256"
    ).decode()
    try:
        connection.exec_driver_sql(f"CREATE ROLE \"{name}\" LOGIN PASSWORD '{hashed}'")
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        raise MayNotMakeRoles from error
    return password
