"""PDF → the text of its pages, by PDFium: lines from the boxes of the characters,
in the order in which they are drawn.

What PDFium adds of its own (spaces, line ends) is left aside: between Chinese characters it adds
some that are none and leaves out others. A page that is a picture, or whose characters map to
nothing, cannot be read by its text.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from workers.errors import DamagedFile, ProtectedFile, TooLarge, UnknownFormat
from workers.report.reading.decoded import Decoded
from workers.report.reading.layout import Glyph, read_lines
from workers.report.reading.pages import LOST, PageText, bind_pages, is_unmapped
from workers.report.reading.placing import Sheet, place_lines

# A report has some twenty pages; a yearbook a thousand.
MAX_PAGES = 3_000
_LAST = 0x10FFFF  # of Unicode
# The page that programs show who cannot fill in a form: its text is no report.
_DYNAMIC_FORM = re.compile(
    r"\s*Please wait\.\.\..{0,200}viewer may not be able to display this type", re.DOTALL
)


def read_pdf(data: bytes) -> Decoded:
    """The text of each page. ProtectedFile, DamagedFile, TooLarge; PagesWithoutText."""
    document = open_document(data)
    try:
        if len(document) > MAX_PAGES:
            raise TooLarge(f"({len(document):,} pages)", f"（{len(document):,} 页）")
        pages = [_read_page(document, at) for at in range(len(document))]
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
    try:
        return pdfium.PdfDocument(data[max(data.find(b"%PDF-", 0, 1024), 0) :])
    except pdfium.PdfiumError as error:
        if error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
            raise ProtectedFile from error
        raise DamagedFile from error


def _read_page(document: pdfium.PdfDocument, at: int) -> PageText:
    try:
        page = document[at]
        text_page = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise DamagedFile(f"(page {at + 1})", f"（第 {at + 1} 页）") from error
    try:
        glyphs = list(_glyphs(page, text_page))
        lines = read_lines(glyphs)
        sheet = Sheet(*_turned(page.get_bbox(), page.get_rotation()))
        return PageText(
            text="\n".join(line.text for line in lines),
            lines=tuple(place_lines(lines, sheet)),
            unmapped=sum(is_unmapped(glyph.text) for glyph in glyphs) + _map_errors(text_page),
            pictured=_pictured(page),
        )
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


def _glyphs(page: pdfium.PdfPage, text_page: pdfium.PdfTextPage) -> Iterator[Glyph]:
    """The characters that have ink, upright whatever the page's rotation."""
    turn, box, spaced = page.get_rotation(), raw.FS_RECTF(), False
    for at in range(text_page.count_chars()):
        text = _character(raw.FPDFText_GetUnicode(text_page, at))
        if raw.FPDFText_IsGenerated(text_page, at) == 1 or text == "\0":
            continue
        if text.isspace():
            spaced = True
        elif raw.FPDFText_GetLooseCharBox(text_page, at, ctypes.byref(box)):
            left, bottom, right, top = _turned((box.left, box.bottom, box.right, box.top), turn)
            yield Glyph(text=text, left=left, bottom=bottom, right=right, top=top, spaced=spaced)
            spaced = False


def _turned(box: tuple[float, float, float, float], turn: int) -> tuple[float, float, float, float]:
    left, bottom, right, top = box
    match turn:
        case 90:
            return bottom, -right, top, -left
        case 180:
            return -right, -top, -left, -bottom
        case 270:
            return -top, left, -bottom, right
    return box


def _pictured(page: pdfium.PdfPage) -> float:
    """The largest share of the page that one picture fills."""
    width, height = page.get_size()
    shares = [0.0]
    for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = found.get_bounds()
        shares.append((right - left) * (top - bottom) / max(width * height, 1.0))
    return max(shares)
