"""Compound files of Microsoft for tests: a few streams in folders, no more than a reader asks."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from itertools import pairwise

SECTOR, SMALL_SECTOR, SMALL = 512, 64, 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
Tree = dict[str, "bytes | Tree"]


@dataclass
class Sectors:
    """Contents one behind the other, in sectors of one size, and which sector follows which."""

    size: int
    data: bytes = b""
    table: list[int] = field(default_factory=list)

    def lay(self, content: bytes) -> int:
        """Where the content begins."""
        if not content:
            return END
        first, count = len(self.table), -(-len(content) // self.size)
        self.data += content.ljust(count * self.size, b"\0")
        self.table.extend([*range(first + 1, first + count), END])
        return first


def ole(tree: Tree) -> bytes:
    """A file of these streams; a name that has streams of its own is a folder."""
    large, small = Sectors(SECTOR), Sectors(SMALL_SECTOR)
    entries: list[list[object]] = []

    def add(name: str, content: bytes | Tree, kind: int) -> int:
        at = len(entries)
        entries.append([name, kind, FREE, FREE, END, 0])
        if isinstance(content, bytes):
            sectors = small if len(content) < SMALL else large
            entries[at][4:] = [sectors.lay(content), len(content)]
            return at
        below = [
            add(one, other, STREAM if isinstance(other, bytes) else STORAGE)
            for one, other in content.items()
        ]
        for one, other in pairwise(below):  # each is the right of the one before
            entries[one][2] = other
        entries[at][3] = below[0] if below else FREE
        return at

    add("Root Entry", tree, ROOT)
    small_table_at = large.lay(_numbers(small.table))
    small_count = len(large.table) - small_table_at if small.table else 0
    entries[0][4:] = [large.lay(small.data), len(small.data)]
    directory_at = large.lay(b"".join(_entry(*entry) for entry in entries))  # type: ignore[arg-type]
    fat_at, count = len(large.table), 1
    while len(large.table) + count > count * SECTOR // 4:
        count += 1
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
        0, count, directory_at, 0, SMALL, small_table_at, small_count, END, 0, fat_at,
    )  # fmt: skip
    head += _numbers([*range(fat_at + 1, fat_at + count)]).ljust(4 * 108, b"\xff")
    return head + large.data + _numbers(large.table + [FAT] * count).ljust(count * SECTOR, b"\xff")


def _numbers(numbers: list[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _entry(name: str, kind: int, right: int, child: int, first: int, size: int) -> bytes:
    wide = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        wide, len(wide), kind, 1, FREE, right, child, b"", 0, 0, 0, first, size,
    )  # fmt: skip
