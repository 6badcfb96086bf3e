"""PDF → the text of its pages, by PDFium: lines from the boxes of the characters,
in the order in which they are drawn.

What PDFium adds of its own (spaces, line ends) is left aside: between Chinese characters it adds
some that are none and leaves out others. A page that is a picture, or whose characters map to
nothing, cannot be read by its text.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from workers.errors import DamagedFile, ProtectedFile, TooLarge, UnknownFormat
from workers.report.lentfont import box_font
from workers.report.reading.decoded import Decoded
from workers.report.reading.layers import agrees_with
from workers.report.reading.layout import page_lines
from workers.report.reading.lines import Box, Glyph, quarter_of, turned_box
from workers.report.reading.pages import (
    LOST,
    MAX_PIXELS,
    PageText,
    Recogniser,
    bind_pages,
    is_unmapped,
)
from workers.report.reading.placing import PageBox, place_lines

# A report has some twenty pages; a yearbook a thousand.
MAX_PAGES = 3_000
_LAST = 0x10FFFF  # of Unicode
# More lines and shapes than a page has that is not drawn letter by letter.
_MANY_DRAWINGS = 100
# What is recognised is drawn so finely: more shows no more of its letters, and takes longer; but no
# page, however large it says to be, with a shorter side of more pixels than A4 at 300 dpi.
_DPI, _WIDEST = 200, 2480
# The page that programs show who cannot fill in a form: its text is no report.
_DYNAMIC_FORM = re.compile(
    r"\s*Please wait\.\.\..{0,200}viewer may not be able to display this type", re.DOTALL
)


def read_pdf(data: bytes, recogniser: Recogniser | None = None) -> Decoded:
    """The text of each page; of one that has none, what is recognised.

    ProtectedFile, DamagedFile, TooLarge; PagesWithoutText where nobody recognises them.
    """
    document = open_document(data)
    try:
        if len(document) > MAX_PAGES:
            raise TooLarge(f"({len(document):,} pages)", f"（{len(document):,} 页）")
        pages = [_read_page(document, at, recogniser) for at in range(len(document))]
    finally:
        document.close()
    if pages and _DYNAMIC_FORM.match(pages[0].text):
        raise UnknownFormat(
            "It is a dynamic form (XFA): open it in Acrobat and print it as a PDF.",
            "这是 XFA 动态表单：请用 Acrobat 打开，打印成 PDF，再放入一次。",
        )
    return bind_pages(pages)


def open_document(data: bytes) -> pdfium.PdfDocument:
    """The file behind what stands before its mark. ProtectedFile, DamagedFile."""
    box_font().lend()
    try:
        return pdfium.PdfDocument(data[max(data.find(b"%PDF-", 0, 1024), 0) :])
    except pdfium.PdfiumError as error:
        if error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
            raise ProtectedFile from error
        raise DamagedFile from error


def _read_page(document: pdfium.PdfDocument, at: int, recogniser: Recogniser | None) -> PageText:
    try:
        page = document[at]
        text_page = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise DamagedFile(f"(page {at + 1})", f"（第 {at + 1} 页）") from error
    try:
        turn, box = page.get_rotation(), page.get_bbox()
        upright, turned = page_lines(_glyphs(text_page, box), turn)
        shown = PageBox(*turned_box(box, turn))
        text = "\n".join(line.text for line in (*upright, *turned))
        read = PageText(
            text=text,
            lines=tuple(place_lines(upright, shown)),
            unmapped=sum(map(is_unmapped, text)) + _map_errors(text_page),
            pictured=_pictured(page),
            layered=_is_layered(page),
        )
        if recogniser is None or not (read.is_lost or read.layered):
            return read
        picture = _draw(page)
        if not read.is_lost and agrees_with(read, picture, recogniser):
            return replace(read, layered=False)
        return recogniser.read_page(picture, first=at == 0)
    finally:
        text_page.close()
        page.close()


def _map_errors(text_page: pdfium.PdfTextPage) -> int:
    return sum(
        raw.FPDFText_HasUnicodeMapError(text_page, at) == 1 for at in range(text_page.count_chars())
    )


def _character(code: int) -> str:
    """The character; broken maps also give halves of pairs and numbers beyond Unicode."""
    return chr(code) if code <= _LAST and not 0xD800 <= code < 0xE000 else LOST


def _glyphs(text_page: pdfium.PdfTextPage, page: Box) -> Iterator[Glyph]:
    """The characters that have ink and stand on the page."""
    box, spaced = raw.FS_RECTF(), False
    for at in range(text_page.count_chars()):
        text = _character(raw.FPDFText_GetUnicode(text_page, at))
        if raw.FPDFText_IsGenerated(text_page, at) == 1 or text == "\0":
            continue
        if text.isspace():
            spaced = True
        elif raw.FPDFText_GetLooseCharBox(text_page, at, ctypes.byref(box)):
            angle = math.degrees(raw.FPDFText_GetCharAngle(text_page, at))  # with the clock
            glyph = Glyph(
                text=text,
                left=box.left,
                bottom=box.bottom,
                right=box.right,
                top=box.top,
                spaced=spaced,
                turn=quarter_of(-angle),
            )
            if glyph.is_within(page):
                yield glyph
            spaced = False


def _pictured(page: pdfium.PdfPage) -> float:
    """The share of the page that pictures fill; a scan may be many strips, and letters that are
    drawn one by one are as good as a picture.
    """
    width, height = page.get_size()
    filled, drawings = 0.0, 0
    for found in page.get_objects(max_depth=4):
        if found.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = found.get_bounds()
            filled += (right - left) * (top - bottom) / max(width * height, 1.0)
        drawings += found.type == raw.FPDF_PAGEOBJ_PATH
    return 1.0 if drawings > _MANY_DRAWINGS else min(filled, 1.0)


def _is_layered(page: pdfium.PdfPage) -> bool:
    """Is all its text hidden, as the programs of scanners put it over the picture?"""
    modes = {
        raw.FPDFTextObj_GetTextRenderMode(found)
        for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=4)
    }
    return modes == {raw.FPDF_TEXTRENDERMODE_INVISIBLE}


def _draw(page: pdfium.PdfPage) -> Any:
    """The page as it is shown, in pixels. TooLarge where a picture on it is."""
    for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        columns, rows = found.get_px_size()
        if columns * rows > MAX_PIXELS:
            size = f"{columns} × {rows}"
            raise TooLarge(f"({size} pixels)", f"（{size} 像素）")
    scale = min(_DPI / 72, _WIDEST / min(page.get_size()))
    return page.render(scale=scale, rev_byteorder=True, may_draw_forms=False).to_numpy()[:, :, :3]
