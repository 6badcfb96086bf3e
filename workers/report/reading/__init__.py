"""Bytes → raw text. What a file is shows in its bytes; its name says nothing."""

from __future__ import annotations

import hashlib

from workers.errors import EmptyFile, NeedsOffice, TooLarge
from workers.report.model import Source
from workers.report.reading.formats import find_format, no_text

# A report has some 10,000 characters; with pictures a .docx of one stays far below this.
MAX_BYTES = 64 * 1024 * 1024
# A hundred times the longest report known; more is a data dump,
# and would hold up all that wait behind it.
MAX_CHARACTERS = 2_000_000


def read_source(data: bytes, name: str, office: bool = False) -> Source:
    """The file as text; UnusableFile (a subclass: EmptyFile, UnknownFormat, DamagedFile, …)
    where there is none.

    With `office`, which converts what it reads best, NeedsOffice for that.

    >>> read_source("清溪镇报告".encode("gb18030"), "报告.txt").encoding
    'gb18030'
    """
    if not data:
        raise EmptyFile()
    if len(data) > MAX_BYTES:
        megabytes = len(data) // 1024**2
        raise TooLarge(f"({megabytes} MB)", f"（{megabytes} MB）")
    found = find_format(data)
    if found.by_office and office:
        raise NeedsOffice(media_type=found.media_type)
    decoded = found.read(data)
    text = decoded.text
    if not text.strip("\ufeff \t\r\n\u3000\xa0"):
        raise no_text(found, data)
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(f"({len(text):,} characters)", f"（{len(text):,} 个字符）")
    return Source(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=found.media_type,
        encoding=decoded.encoding,
        raw_text=text,
        page_starts=decoded.page_starts,
        pictures=decoded.pictures,
        lines=decoded.lines,
    )
