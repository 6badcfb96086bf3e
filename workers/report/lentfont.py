"""Fonts that PDFium is lent as bytes, for what is parsed or drawn has no files.

Without a font PDFium knows no sizes of characters whose font is not in the file, and passes over
each that was drawn by itself (a figure in a cell) without a word.
"""

from __future__ import annotations

import ctypes
import struct
from functools import cache, cached_property

import pypdfium2.raw as raw

# The charsets of a Windows font whose characters are Chinese, Japanese or Korean.
_EASTERN = {128, 129, 134, 136}
_TTC = int.from_bytes(b"ttcf")
_HANDLE = 1


class LentFont:
    """A font for Chinese characters; none where it has no bytes."""

    def __init__(self, data: bytes) -> None:
        self._bytes = data

    def lend(self) -> None:
        """From here on PDFium asks for this font and opens no file."""
        raw.FPDF_SetSystemFontInfo(self._info)

    @cached_property
    def _info(self) -> raw.FPDF_SYSFONTINFO:
        kind = dict(raw.FPDF_SYSFONTINFO._fields_)
        return raw.FPDF_SYSFONTINFO(
            version=1,
            MapFont=kind["MapFont"](self._map),
            GetFontData=kind["GetFontData"](self._data),
            GetFontCharset=kind["GetFontCharset"](lambda *_: 134),
        )

    def _map(self, _: object, weight: int, italic: int, charset: int, *__: object) -> int | None:
        """The handle of the font that serves; none for scripts that PDFium brings itself."""
        del weight, italic
        return _HANDLE if self._bytes and charset in _EASTERN else None

    def _data(self, _: object, font: int, table: int, buffer: int | None, size: int) -> int:
        """The whole font into the buffer; how long it is. Of single tables there are none."""
        del font
        collection = self._bytes.startswith(b"ttcf")
        if table not in {0, _TTC} or (table == _TTC and not collection):
            return 0
        if buffer:
            ctypes.memmove(buffer, self._bytes, min(size, len(self._bytes)))
        return len(self._bytes)


@cache
def box_font() -> LentFont:
    """A font in which every character is a box: enough to know where each stands."""
    return LentFont(_write_font())


def _write_font() -> bytes:
    """A TrueType font of one glyph beside the one for what a font lacks: a square of 1 em."""
    em, top, bottom = 1000, 880, -120
    corners = struct.pack(">4h4h", 0, 0, em, 0, bottom, top - bottom, 0, bottom - top)
    outline = struct.pack(">5h", 1, 0, bottom, em, top) + struct.pack(">2H", 3, 0) + b"\x01" * 4
    tables = {
        # Format 13: one glyph for all characters of a range.
        b"cmap": struct.pack(">4HI", 0, 1, 3, 10, 12)
        + struct.pack(">2H6I", 13, 0, 28, 0, 1, 0x20, 0x10FFFF, 1),
        b"glyf": outline + corners,
        b"head": struct.pack(
            ">4I2H2Q4h2H3h", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, em, 0, 0, 0, bottom, em, top,
            0, 8, 2, 1, 0,
        ),
        b"hhea": struct.pack(">I3hH11hH", 0x10000, top, bottom, 0, em, *([0] * 11), 1),
        b"hmtx": struct.pack(">Hhh", em, 0, 0),
        b"loca": struct.pack(">3I", 0, 0, len(outline + corners)),
        b"maxp": struct.pack(">I14H", 0x10000, 2, 4, 1, *([0] * 11)),
    }  # fmt: skip
    head = struct.pack(">I4H", 0x10000, len(tables), 64, 2, len(tables) * 16 - 64)
    at, listed, content = len(head) + 16 * len(tables), b"", b""
    for name, table in tables.items():
        listed += struct.pack(">4s3I", name, 0, at + len(content), len(table))
        content += table + b"\0" * (-len(table) % 4)
    return head + listed + content
