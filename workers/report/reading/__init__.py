"""Bytes → raw text. What a file is shows in its bytes; its name says nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import accumulate

from workers.errors import EmptyFile, NoText, TooLarge
from workers.report.model import Source
from workers.report.reading.docx import read_docx
from workers.report.reading.ofd import read_ofd
from workers.report.reading.pdf import read_pdf
from workers.report.reading.plain import decode_text
from workers.report.reading.sniff import HTML, OFD, PDF, WORD, sniff_type
from workers.report.reading.web import read_html

# A report has some 10,000 characters; with pictures a .docx of one stays far below this.
MAX_BYTES = 64 * 1024 * 1024
# A hundred times the longest report known; more is a data dump, and would hold up all that wait behind it.
MAX_CHARACTERS = 2_000_000


def read_source(data: bytes, name: str) -> Source:
    """The file as text; UnusableFile (a subclass: EmptyFile, UnknownFormat, DamagedFile, …) where there is none.

    >>> read_source("清溪镇报告".encode("gb18030"), "报告.txt").encoding
    'gb18030'
    """
    if not data:
        raise EmptyFile()
    if len(data) > MAX_BYTES:
        raise TooLarge(f"({len(data) // 1024**2} MB)")
    media_type = sniff_type(data)
    pages, encoding = _read(data, media_type)
    text = "\n".join(pages)
    if not text.strip("\ufeff \t\r\n\u3000\xa0"):
        raise NoText()
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(f"({len(text):,} characters)")
    return Source(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        encoding=encoding,
        raw_text=text,
        page_starts=_page_starts(pages),
    )


def _read(data: bytes, media_type: str) -> tuple[Sequence[str], str | None]:
    """The text of each page, and the encoding where the format has one."""
    if media_type == PDF:
        return read_pdf(data), None
    if media_type == OFD:
        return read_ofd(data), None
    if media_type == WORD:
        return [read_docx(data, _read_part)], None
    text, encoding = read_html(data) if media_type == HTML else decode_text(data)
    return [text], encoding


def _read_part(data: bytes) -> str:
    """A file within a file: a page or a document that was put into another. EmptyFile, UnknownFormat …"""
    return "\n".join(_read(data, sniff_type(data))[0]) if data else ""


def _page_starts(pages: Sequence[str]) -> tuple[int, ...]:
    """Where each page begins in the pages joined by line breaks."""
    return tuple(accumulate((len(page) + 1 for page in pages[:-1]), initial=0))
