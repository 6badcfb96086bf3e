"""File names out of a shared folder, as Postgres, a page and a file system can take them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path


def readable(name: str) -> str:
    """A file name as text that Postgres and a page can take:
    undecodable bytes and control characters are spelt out.

    >>> readable(os.fsdecode(b"\\xb1\\xa8.txt")), readable("年\\n报.txt")
    ('\\\\xb1\\\\xa8.txt', '年\\\\n报.txt')
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )


def shortened(name: str, most: int = 200) -> str:
    """The name within what a file system takes (255 bytes, with room for an ending),
    its own ending kept.

    >>> shortened("年" * 100 + ".txt", most=20)
    '年年年年年.txt'
    """
    if len(os.fsencode(name)) <= most:
        return name
    ending = Path(name).suffix if len(Path(name).suffix) <= 8 else ""
    kept = os.fsencode(name.removesuffix(ending))[: most - len(os.fsencode(ending))]
    return kept.decode("utf-8", "ignore") + ending


def numbered(name: str) -> Iterator[str]:
    """The name, and what it is called where that is taken.

    >>> names = numbered("年报.docx")
    >>> next(names), next(names)
    ('年报.docx', '年报 (2).docx')
    """
    yield name
    short = Path(shortened(name, most=190))
    yield from (f"{short.stem} ({number}){short.suffix}" for number in count(2))
