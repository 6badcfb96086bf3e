"""Whose trouble an error is: that of a service which is away, full, or not as this program knows
it, or that of the document which was worked on.
"""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from schema.columns import UnknownValue
from workers.errors import CatalogueError, ServiceMissing, SettingError

# What is caught wherever a service may be away for a while.
SERVICE_ERRORS = (DBAPIError, NoConnectionFree, OSError)
# What a person mends in the settings, the catalogue or the version of this machine.
_OF_THE_MACHINE = (SettingError, ServiceMissing, CatalogueError, UnknownValue)
# Where SQLSTATE begins so, what was sent is wrong: a value that is none, one that stands already or
# is not allowed, more than the server takes. All others are of the connection, the server, or a
# schema that is older or newer than this program (also 23502 and 23503: a column or an indicator
# that it does not know). https://www.postgresql.org/docs/current/errcodes-appendix.html
_OF_WHAT_WAS_SENT = ("21", "22", "23505", "23514", "23P01", "54", "P0")


def is_of_service(error: Exception) -> bool:
    """Whether a service failed, and not what was asked of it.

    The stored bytes of a document that are not there are the document's trouble.
    """
    if isinstance(error, FileNotFoundError):
        return False
    if not isinstance(error, DBAPIError):
        return isinstance(error, (*_OF_THE_MACHINE, *SERVICE_ERRORS))
    state = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated or state is None:
        return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return not state.startswith(_OF_WHAT_WAS_SENT)


def told(error: BaseException) -> str:
    """The error in one line, without the statement that led to it.

    >>> told(ValueError("no number\\nLINE 1: SELECT"))
    'ValueError: no number'
    """
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines()
    return f"{type(cause).__name__}: {lines[0]}" if lines else type(cause).__name__
