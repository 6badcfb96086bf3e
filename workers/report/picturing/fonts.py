"""The font for Chinese characters whose own font is not in the file.

PDFium and Pillow would look for one in the system's folders; what draws pages has no files. So the
font is handed in as bytes.
"""

from __future__ import annotations

import io
from functools import cache, cached_property

from PIL import ImageFont

from workers.report.lentfont import LentFont


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
        self._lent.lend()

    @cached_property
    def _lent(self) -> LentFont:
        return LentFont(self.chinese or b"")
