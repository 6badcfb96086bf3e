"""Passwords, as Argon2id hashes; and the one form of a name."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workers.errors import FazhiError

SHORTEST_PASSWORD, LONGEST_PASSWORD, LONGEST_NAME = 10, 200, 64

# A password has so many different characters; none is a stretch of these.
_FEWEST = 5
_ROWS = (
    "1234567890",
    "0987654321",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
)

# RFC 9106's second choice, the library's default: 64 MiB a hash, so only so many at once.
_hasher = PasswordHasher()
_hashing = threading.BoundedSemaphore(2)


class BadAccountName(FazhiError):
    """A name has 1 to 64 visible characters and no spaces."""


class WeakPassword(FazhiError):
    """A password has 10 to 200 characters, and is neither the account's name nor
    one key after the other.
    """


def normal_name(name: str) -> str:
    """The one form of a name, in which it is stored.

    >>> normal_name(" Ｗang ")
    'wang'
    """
    one = fold_name(name)
    if not 1 <= len(one) <= LONGEST_NAME or not one.isprintable() or " " in one:
        raise BadAccountName
    return one


def fold_name(name: str) -> str:
    """A name however it is typed; it may be none."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def hash_password(password: str, name: str) -> str:
    """What is stored of a password of this account. WeakPassword where it is none."""
    if (
        not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD
        or fold_name(password) == name
        or _is_easy(password)
    ):
        raise WeakPassword
    with _hashing:
        return _hasher.hash(_normalise_password(password))


def verify_password(hashed: str, password: str) -> bool:
    """Whether this is the password of this hash."""
    try:
        with _hashing:
            return _hasher.verify(hashed, _normalise_password(password[: LONGEST_PASSWORD + 1]))
    except (VerificationError, InvalidHashError):
        return False


@cache
def nobodys_hash() -> str:
    """What a password is held against where there is no account,
    so that the answer takes as long.
    """
    return _hasher.hash(secrets.token_urlsafe(32))


def _is_easy(password: str) -> bool:
    """What everybody tries first.

    >>> [
    ...     _is_easy(one)
    ...     for one in (
    ...         "1234567890",
    ...         "aaaaaaaaaaaa",
    ...         "1212121212",
    ...         "qwertyuiop",
    ...         "correct horse battery",
    ...     )
    ... ]
    [True, True, True, True, False]
    """
    keys = fold_name(password)
    return len(set(keys)) < _FEWEST or any(keys in row * 2 for row in _ROWS)


def _normalise_password(password: str) -> str:
    """The same password however a keyboard composes it (NIST SP 800-63B: normalise, then hash)."""
    return unicodedata.normalize("NFKC", password)
