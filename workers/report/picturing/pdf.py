"""A page of a PDF, drawn by PDFium."""

from __future__ import annotations

import pypdfium2 as pdfium
from PIL import Image

from workers.errors import DamagedFile
from workers.report.picturing.fonts import Fonts
from workers.report.reading.pdf import open_document


def draw_pdf(data: bytes, page: int, size: tuple[int, int], fonts: Fonts) -> Image.Image:
    """The page, no larger than `size`. IndexError where there is no such page; DamagedFile."""
    document = open_document(data)
    fonts.lend_to_pdfium()  # in place of the boxes that are enough for reading
    if not 0 <= page < len(document):
        raise IndexError(page)
    try:
        drawn = document[page]
        width, height = drawn.get_size()
        scale = min(size[0] / max(width, 1.0), size[1] / max(height, 1.0))
        picture: Image.Image = drawn.render(scale=scale).to_pil()
    except pdfium.PdfiumError as error:
        raise DamagedFile(f"(page {page + 1})", f"（第 {page + 1} 页）") from error
    return picture.convert("RGB")
