"""Bytes → raw text. What a file is shows in its bytes; its name says nothing."""

from __future__ import annotations

import hashlib

from workers.errors import EmptyFile, NoText, TooLarge
from workers.report.model import Source
from workers.report.reading.docx import read_docx
from workers.report.reading.plain import decode_text
from workers.report.reading.sniff import HTML, TEXT, WORD, sniff_type
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
    text, encoding = _read(data, media_type)
    if not text.strip("\ufeff \t\r\n\u3000\xa0"):
        raise NoText()
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(f"({len(text):,} characters)")
    return Source(
        name=name, sha256=hashlib.sha256(data).hexdigest(), media_type=media_type, encoding=encoding, raw_text=text
    )


def _read(data: bytes, media_type: str) -> tuple[str, str | None]:
    if media_type == WORD:
        return read_docx(data), None
    if media_type == HTML:
        return read_html(data)
    assert media_type == TEXT
    return decode_text(data)
