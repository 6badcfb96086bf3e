"""A Word 97 to 2003 file as its parts: text in pieces, and the properties of its stretches.

[MS-DOC] names them; numbers in brackets are its sections.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from workers.errors import DamagedFile, NeedsOffice, ProtectedFile
from workers.report.reading.compound import BROKEN_COMPOUND, open_compound

# Word 97; before it the parts stand elsewhere [2.5.1].
_FIRST_VERSION = 0xC1
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_PAGE = 512
_CHINESE = frozenset({0x804, 0x404, 0xC04, 0x1004})
# Chinese characters in the code that Word wrote before it had Unicode, and little else.
_GBK = re.compile(rb"(?:[\x00-\x7f]|[\xb0-\xf7][\xa1-\xfe]|[\xa1-\xa9][\xa1-\xfe])*")
# How many bytes an operand takes, by the kind of its property [2.6.1]; 6 says so itself.
_OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_LONG_OPERANDS = frozenset({0xD606, 0xD608})

# The style of a paragraph, which stands before its properties; properties that stand elsewhere.
STYLE, HUGE = 0x4600, 0x6646

# Properties by their codes, each with the bytes of its operand.
Properties = Mapping[int, bytes]
# A page of properties, how many runs it has, and which of them is asked for.
ReadEntry = Callable[[bytes, int, int], Properties]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters from one place in the file on, with the properties that they share."""

    at: int
    text: str
    width: int  # bytes of a character
    properties: Properties


class WordFile:
    """DamagedFile, ProtectedFile; NeedsOffice where it is older than Word 97."""

    def __init__(self, data: bytes) -> None:
        try:
            with open_compound(data) as ole:
                self.main = ole.openstream("WordDocument").read()
                flags = _head(self.main)
                self.table = ole.openstream(f"{int(bool(flags & _TABLE_1))}Table").read()
                self.data = ole.openstream("Data").read() if ole.exists("Data") else b""
            self._language = int.from_bytes(self.main[6:8], "little")
            words = struct.unpack_from("<H", self.main, 32)[0]
            longs = 34 + 2 * words
            self._pairs = longs + 2 + 4 * struct.unpack_from("<H", self.main, longs)[0] + 2
            #: How many characters each part of the text has: the document, its notes, …
            self.counts = struct.unpack_from("<8I", self.main, longs + 2 + 12)
            self._pieces = list(self._read_pieces())
            self._looks = self._read_pages(12, _look_of)
            self._paragraphs = self._read_pages(13, self._paragraph_of)
        except BROKEN_COMPOUND as error:
            raise DamagedFile() from error

    def part(self, number: int) -> bytes:
        """A part of the table stream, by its place in the list of them [2.5.6]; empty if none."""
        start, length = self.place(number)
        return bytes(self.table[start : start + length])

    def place(self, number: int) -> tuple[int, int]:
        found = struct.unpack_from("<II", self.main, self._pairs + 8 * number)
        return int(found[0]), int(found[1])

    def stretches(self, first: int, last: int) -> Iterator[Stretch]:
        """The characters from one position up to another."""
        for begin, end, at, width, more in self._pieces:
            start, stop = max(begin, first), min(end, last)
            if start < stop:
                place = at + (start - begin) * width
                yield from self._cut(place, (stop - start) * width, width, more)

    def paragraph(self, at: int) -> Properties:
        """The properties of the paragraph whose mark stands there."""
        return _lookup(self._paragraphs, at)[0]

    def _cut(self, at: int, length: int, width: int, more: Properties) -> Iterator[Stretch]:
        end = min(at + length, len(self.main))
        while at < end:
            found, until = _lookup(self._looks, at)
            stop = min(end, until) if until > at else end
            # A character is never cut in two.
            stop = min(end, at + max(width, (stop - at) // width * width))
            text = self._decode(self.main[at:stop], width)
            yield Stretch(at, text, width, {**found, **more})
            at = stop

    def _decode(self, raw: bytes, width: int) -> str:
        if width == 2:
            return raw.decode("utf-16-le", "replace")
        is_gbk = self._language in _CHINESE and not raw.isascii() and _GBK.fullmatch(raw)
        return raw.decode("gb18030" if is_gbk else "cp1252", "replace")

    def _read_pieces(self) -> Iterator[tuple[int, int, int, int, Properties]]:
        """From and to which position each goes, where it stands, and how wide it is [2.8.35]."""
        table, changes, at = self.part(33), [], 0
        while table[at] == 1:
            length = struct.unpack_from("<H", table, at + 1)[0]
            changes.append(table[at + 3 : at + 3 + length])
            at += 3 + length
        length = struct.unpack_from("<I", table, at + 1)[0]
        plan, count = table[at + 5 : at + 5 + length], (length - 4) // 12
        ends = struct.unpack_from(f"<{count + 1}I", plan)
        # Each character takes a byte at least.
        if ends[-1] > len(self.main):
            raise DamagedFile()
        for number in range(count):
            place, change = struct.unpack_from("<IH", plan, 4 * (count + 1) + 8 * number + 2)
            narrow = bool(place & 0x40000000)
            more = read_properties(changes[change >> 1]) if change & 1 else {}
            start = (place & 0x3FFFFFFF) // 2 if narrow else place
            yield ends[number], ends[number + 1], start, 1 if narrow else 2, more

    def _read_pages(self, number: int, read: ReadEntry) -> list[tuple[int, int, Properties]]:
        """Which stretch of the file has which properties, out of pages of them [2.8.5, 2.8.6]."""
        plan = self.part(number)
        count = (len(plan) - 4) // 8
        found = []
        for page in struct.unpack_from(f"<{max(count, 0)}I", plan, 4 * (count + 1)):
            start = (page & 0x3FFFFF) * _PAGE
            content = self.main[start : start + _PAGE]
            if len(content) < _PAGE:
                continue
            runs = content[-1]
            limits = struct.unpack_from(f"<{runs + 1}I", content)
            for at in range(runs):
                found.append((limits[at], limits[at + 1], read(content, runs, at)))
        return sorted(found, key=lambda one: one[0])

    def _paragraph_of(self, page: bytes, runs: int, at: int) -> Properties:
        place = 2 * page[4 * (runs + 1) + 13 * at]
        if not place:
            return {}
        size = page[place]
        start, length = (place + 1, 2 * size - 1) if size else (place + 2, 2 * page[place + 1])
        held = page[start : start + length]
        return {STYLE: held[:2], **self._with_huge(read_properties(held[2:]))}

    def _with_huge(self, found: dict[int, bytes]) -> dict[int, bytes]:
        """Those that a page has no room for stand in the data stream."""
        if HUGE not in found:
            return found
        at = int.from_bytes(found[HUGE], "little")
        length = int.from_bytes(self.data[at : at + 2], "little")
        return found | read_properties(self.data[at + 2 : at + 2 + length])


def _head(main: bytes) -> int:
    """The flags of the file [2.5.2]; what cannot be read is told."""
    version, flags = struct.unpack_from("<2xH6xH", main)
    if version < _FIRST_VERSION:
        raise NeedsOffice(
            "(Word 6 or 95)", "（Word 6 或 95 的文件）", media_type="application/msword"
        )
    if flags & _ENCRYPTED:
        raise ProtectedFile
    return int(flags)


def _look_of(page: bytes, runs: int, at: int) -> Properties:
    place = 2 * page[4 * (runs + 1) + at]
    return read_properties(page[place + 1 : place + 1 + page[place]]) if place else {}


def _lookup(stretches: list[tuple[int, int, Properties]], at: int) -> tuple[Properties, int]:
    """The properties at a place, and up to where they hold."""
    index = bisect_right(stretches, at, key=lambda one: one[0]) - 1
    if index >= 0 and at < stretches[index][1]:
        return stretches[index][2], stretches[index][1]
    after = stretches[index + 1][0] if index + 1 < len(stretches) else at
    return {}, after


def read_properties(packed: bytes) -> dict[int, bytes]:
    """Properties by their codes [2.2.5.1]; of one that is set twice, the last."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 2 < len(packed):
        code = int.from_bytes(packed[at : at + 2], "little")
        at += 2
        kind = code >> 13
        if kind in _OPERANDS:
            length = _OPERANDS[kind]
        elif code in _LONG_OPERANDS:
            length = int.from_bytes(packed[at : at + 2], "little") + 1
        else:
            length = packed[at] + 1
        found[code] = packed[at : at + length]
        at += length
    return found


def number_of(properties: Properties, code: int, default: int = 0) -> int:
    held = properties.get(code)
    return default if held is None else int.from_bytes(held[:4], "little")
