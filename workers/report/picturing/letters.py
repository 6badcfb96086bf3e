"""Letters that are drawn by the numbers of their glyphs, in fonts that are in the file.

PDFium draws them, which takes fonts from anybody: TrueType, OpenType and CFF, whole or in part,
with or without a map of characters.
"""

from __future__ import annotations

import ctypes
from typing import TypeAlias

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from workers.errors import TooLarge
from workers.report.reading.ofd_pages import OfdPage, Parts
from workers.report.reading.ofd_text import Letter

# A page of the smallest print has fewer.
_MOST_LETTERS = 20_000
# Fonts have no glyphs beyond.
_LAST_GLYPH = 0xFFFF

Font: TypeAlias = "ctypes._Pointer[raw.fpdf_font_t__]"


class Letters:
    """The letters of one page."""

    def __init__(self, page: OfdPage, parts: Parts) -> None:
        self._files, self._parts, self._height = page.files, parts, page.height
        self._document = pdfium.PdfDocument.new()
        self._page = self._document.new_page(page.width, page.height)
        self._fonts: dict[str, Font | None] = {}
        self._count = 0

    def font(self, name: str) -> Font | None:
        """The font of this id; None where the file has none, or one that is damaged."""
        if name not in self._fonts:
            file = self._files.get(name)
            self._fonts[name] = self._load(self._parts.content(*file) if file else None)
        return self._fonts[name]

    def _load(self, data: bytes | None) -> Font | None:
        if not data:
            return None
        content = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
        kind, by_number = raw.FPDF_FONT_TRUETYPE, True
        return raw.FPDFText_LoadFont(self._document, content, len(data), kind, by_number) or None

    def add(self, font: Font, letter: Letter, colour: tuple[int, int, int]) -> None:
        """The letter's glyph, which has a number. TooLarge for more than a page can have."""
        self._count += 1
        if self._count > _MOST_LETTERS:
            raise TooLarge(f"(more than {_MOST_LETTERS} letters)", f"（超过 {_MOST_LETTERS} 个字）")
        number = letter.number or 0
        if not 0 < number <= _LAST_GLYPH:
            return
        drawn = raw.FPDFPageObj_CreateTextObj(self._document, font, 1.0)
        raw.FPDFText_SetCharcodes(drawn, (ctypes.c_uint32 * 1)(number), 1)
        a, b, c, d, e, f = letter.matrix
        # PDF counts y upwards.
        raw.FPDFPageObj_SetMatrix(drawn, raw.FS_MATRIX(a, -b, c, -d, e, self._height - f))
        raw.FPDFPageObj_SetFillColor(drawn, *colour, 255)
        raw.FPDFPage_InsertObject(self._page, drawn)

    def draw_over(self, picture: Image.Image, scale: float) -> None:
        """What was added, over the picture of the page with so many pixels a millimetre."""
        if self._count:
            seen = self._page.render(scale=scale, fill_color=(0, 0, 0, 0)).to_pil()
            picture.paste(seen, (0, 0), seen)
