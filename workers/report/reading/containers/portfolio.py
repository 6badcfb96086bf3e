"""Files attached to a PDF whose own page says no more than that they should be opened."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pypdfium2 as pdfium

from workers.errors import DamagedFile, UnknownFormat
from workers.report.model import Unpacked
from workers.report.reading.containers.members import take_members
from workers.report.reading.decoded import Decoded
from workers.report.reading.pdf import open_document

# The page that Acrobat lays over a portfolio (PDF 包) for programs that show none.
_PORTFOLIO = re.compile(r"PDF\s*(?:portfolio|package|包|文件包|作品集|公文包)", re.IGNORECASE)
_COVER = re.compile(
    rf"{_PORTFOLIO.pattern}|open this (?:PDF|document|file)"
    r"|打开(?:此|本|这个)\s*(?:PDF|文档|附件)|(?:请|双击|详?见)[^。\n]{0,12}附件",
    re.IGNORECASE,
)
_LONGEST_COVER = 400  # characters


def unpack_cover(decoded: Decoded, data: bytes) -> Unpacked | None:
    """The attached files where the pages say nothing of their own; None of any other PDF.

    DamagedFile, TooLarge; UnknownFormat of a portfolio whose files are not to be had.
    """
    text = decoded.text.strip()
    if text and (len(text) > _LONGEST_COVER or not _COVER.search(text)):
        return None
    unpacked = _unpack(data)
    if not unpacked.members and _PORTFOLIO.search(text):
        raise UnknownFormat(
            "It is a PDF portfolio: save the report that is in it, then drop that.",
            "这是 PDF 包（作品集）：请把里面的报告另存出来，再放入一次。",
        )
    return unpacked if unpacked.members else None


def _unpack(data: bytes) -> Unpacked:
    document = open_document(data)
    try:
        return take_members(_files(document), packed=len(data))
    except pdfium.PdfiumError as error:
        raise DamagedFile from error
    finally:
        document.close()


def _files(document: pdfium.PdfDocument) -> Iterator[tuple[str, io.BytesIO]]:
    for at in range(document.count_attachments()):
        attachment = document.get_attachment(at)
        yield attachment.get_name(), io.BytesIO(bytes(attachment.get_data()))
