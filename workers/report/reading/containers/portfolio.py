"""Files attached to a PDF whose own page says no more than that they should be opened."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pypdfium2 as pdfium

from workers.errors import DamagedFile
from workers.report.model import Unpacked
from workers.report.reading.containers.members import take_members
from workers.report.reading.decoded import Decoded

# The page that Acrobat lays over a portfolio (PDF 包) for programs that show none.
_COVER = re.compile(
    r"PDF\s*(?:Portfolio|包|文件包|作品集|公文包)|open this (?:PDF|document|file)"
    r"|打开(?:此|本|这个)\s*(?:PDF|文档|附件)|(?:请|双击|详?见)[^。\n]{0,12}附件",
    re.IGNORECASE,
)
_LONGEST_COVER = 400  # characters


def is_cover(decoded: Decoded) -> bool:
    """Whether the pages say nothing of their own."""
    text = decoded.text.strip()
    return not text or (len(text) <= _LONGEST_COVER and bool(_COVER.search(text)))


def unpack_attached(data: bytes) -> Unpacked:
    """The attached files. DamagedFile, TooLarge."""
    try:
        document = pdfium.PdfDocument(data[max(data.find(b"%PDF-", 0, 1024), 0) :])
    except pdfium.PdfiumError as error:
        raise DamagedFile from error
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
