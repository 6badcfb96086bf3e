"""Passwords are never shown: one function for logs, errors and whatever else prints an address."""

from __future__ import annotations

import re

# A password may hold any character but a space; the last @ of the word ends it.
_IN_ADDRESS = re.compile(r"://([^\s:/@]*):\S*@")
_NAMELESS = re.compile(r"://@")
_IN_QUERY = re.compile(r"(?<=[?&])password=[^&\s]*&?", re.IGNORECASE)
_AS_A_WORD = re.compile(r"\b(password|requirepass)(\s*=\s*)\S+", re.IGNORECASE)
_LEFT_OVER = re.compile(r"[?&](?=\s|$)")


def masked(text: str) -> str:
    """The text without the passwords of the addresses in it.

    >>> masked("postgresql+psycopg://fazhi:secret@db/fazhi"), masked("redis+socket:///a/b")
    ('postgresql+psycopg://fazhi@db/fazhi', 'redis+socket:///a/b')
    >>> masked("redis://:secret@queue:6379/0"), masked("postgresql://db/fazhi?password=a&host=b")
    ('redis://queue:6379/0', 'postgresql://db/fazhi?host=b')
    >>> masked("No Redis answers at rediss://:a:b@c@queue:6379/0: refused (password = x)")
    'No Redis answers at rediss://queue:6379/0: refused (password = …'
    """
    text = _NAMELESS.sub("://", _IN_ADDRESS.sub(r"://\1@", text))
    if "?password=" in text.lower() or "&password=" in text.lower():
        text = _LEFT_OVER.sub("", _IN_QUERY.sub("", text))
    return _AS_A_WORD.sub(r"\1\2…", text)
