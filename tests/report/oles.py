"""Compound files (OLE2) for tests: the container of old Office files and of Outlook's mails."""

from __future__ import annotations

import struct
from collections.abc import Mapping

_SECTOR, _SHORTEST = 512, 4096
_NONE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(streams: Mapping[str, bytes]) -> bytes:
    """A file of these streams, all at the top; each is filled up to the length from which on it
    stands in sectors of its own.
    """
    # In the order of the tree that they are kept in, each the right one of the one before.
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    sectors: list[bytes] = []
    table: list[int] = []
    entries = [_entry("Root Entry", 5, child=1 if names else _NONE)]
    for at, name in enumerate(names, 1):
        start, data = len(sectors), streams[name].ljust(_SHORTEST, b"\0")
        _append(sectors, table, data)
        after = at + 1 if at < len(names) else _NONE
        entries.append(_entry(name, 2, right=after, start=start, size=len(data)))
    directory = len(sectors)
    _append(sectors, table, b"".join(entries))
    tables = 1
    while tables * _SECTOR // 4 < len(table) + tables:
        tables += 1
    first = len(sectors)
    table += [_FAT] * tables
    table += [_NONE] * (tables * _SECTOR // 4 - len(table))
    packed = struct.pack(f"<{len(table)}I", *table)
    head = struct.pack(
        "<8s16s5H6x3I4xI5I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E, 3, 0xFFFE, 9, 6,
        0, tables, directory, _SHORTEST, _END, 0, _END, 0, first,
    )  # fmt: skip
    more = struct.pack(f"<{tables - 1}I", *range(first + 1, first + tables))
    return (head + more).ljust(_SECTOR, b"\xff") + b"".join(sectors) + packed


def _append(sectors: list[bytes], table: list[int], data: bytes) -> None:
    count = -(-len(data) // _SECTOR)
    table += [len(table) + at + 1 for at in range(count - 1)] + [_END]
    sectors += [
        data[at * _SECTOR : (at + 1) * _SECTOR].ljust(_SECTOR, b"\0") for at in range(count)
    ]


def _entry(
    name: str,
    kind: int,
    *,
    right: int = _NONE,
    child: int = _NONE,
    start: int = _END,
    size: int = 0,
) -> bytes:
    written = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII36xIQ",
        written, len(written) + 2, kind, 1, _NONE, right, child, start, size,
    )  # fmt: skip
