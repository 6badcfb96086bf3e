"""The font for Chinese characters whose own font is not in the file.

PDFium and Pillow would look for one in the system's folders; what draws pages has no files. So the
font is handed in as bytes.
"""

from __future__ import annotations

import ctypes
import io
from functools import cache, cached_property

import pypdfium2.raw as raw
from PIL import ImageFont

# The charsets of a Windows font whose characters are Chinese, Japanese or Korean.
_EASTERN = {128, 129, 134, 136}
_TTC = int.from_bytes(b"ttcf")
_HANDLE = 1


class Fonts:
    """A font with Chinese characters, or none."""

    def __init__(self, chinese: bytes | None = None, face: int = 0) -> None:
        """`face` is which one of a collection."""
        self.chinese, self.face = chinese, face

    @cache  # noqa: B019 - there is one for the whole life of a process
    def of_size(self, pixels: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        """The font for drawing by Pillow."""
        if self.chinese is None:
            return ImageFont.load_default(pixels)
        return ImageFont.truetype(io.BytesIO(self.chinese), pixels, self.face)

    def lend_to_pdfium(self) -> None:
        """From here on PDFium asks for this font and opens no file."""
        _ = self._lent

    @cached_property
    def _lent(self) -> raw.FPDF_SYSFONTINFO:
        kind = dict(raw.FPDF_SYSFONTINFO._fields_)
        info = raw.FPDF_SYSFONTINFO(
            version=1,
            MapFont=kind["MapFont"](self._map),
            GetFontData=kind["GetFontData"](self._data),
            GetFontCharset=kind["GetFontCharset"](lambda *_: 134),
        )
        raw.FPDF_SetSystemFontInfo(info)
        return info

    def _map(self, _: object, weight: int, italic: int, charset: int, *__: object) -> int | None:
        """The handle of the font that serves; none for scripts that PDFium brings itself."""
        del weight, italic
        return _HANDLE if self.chinese and charset in _EASTERN else None

    def _data(self, _: object, font: int, table: int, buffer: int | None, size: int) -> int:
        """The whole font into the buffer; how long it is. Of single tables there are none."""
        del font
        found = self.chinese or b""
        collection = found.startswith(b"ttcf")
        if table not in {0, _TTC} or (table == _TTC and not collection):
            return 0
        if buffer:
            ctypes.memmove(buffer, found, min(size, len(found)))
        return len(found)
