"""Bytes → raw text. What a file is shows in its bytes; its name says nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from workers.errors import (
    EmptyFile,
    HoldsFiles,
    HoldsNothing,
    NeedsOffice,
    NoneReadable,
    TooLarge,
    UnusableFile,
)
from workers.report.model import Source, Unpacked
from workers.report.reading.decoded import Decoded, is_blank
from workers.report.reading.formats import Readable, find_format, no_text, words_of_holding
from workers.report.reading.pages import Recogniser

# A report has some 10,000 characters; with pictures a .docx of one stays far below this.
MAX_BYTES = 64 * 1024 * 1024
# The reports of a county in one archive, scans among them.
MAX_PACKED = 128 * 1024 * 1024
# A hundred times the longest report known; more is a data dump,
# and would hold up all that wait behind it.
MAX_CHARACTERS = 2_000_000
# Of the files in a container, a reason for them all names so many.
MOST_NAMED = 5


def read_source(
    data: bytes, name: str, office: bool = False, recogniser: Recogniser | None = None
) -> Source:
    """The file as text; UnusableFile (a subclass: EmptyFile, UnknownFormat, DamagedFile, …)
    where there is none; HoldsFiles where it holds other files.

    With `office`, which converts what it reads best, NeedsOffice for that. Without a `recogniser`,
    who reads pictures, PagesWithoutText for those.

    >>> read_source("清溪镇报告".encode("gb18030"), "报告.txt").encoding
    'gb18030'
    """
    return require_text(open_file(data, name, office, recogniser))


def require_text(opened: Source | Unpacked) -> Source:
    """The file as text. HoldsFiles where it holds other files, with what a person does then."""
    if isinstance(opened, Unpacked):
        raise HoldsFiles(*words_of_holding(opened.media_type))
    return opened


def open_file(
    data: bytes, name: str, office: bool = False, recogniser: Recogniser | None = None
) -> Source | Unpacked:
    """The file as text, or the files that it holds; the rest as in `read_source`.

    UnusableFile where there is no text, and no file in it that can be read.
    """
    if not data:
        raise EmptyFile()
    found = find_format(data)
    if len(data) > (MAX_PACKED if found.holds else MAX_BYTES):
        megabytes = len(data) // 1024**2
        raise TooLarge(f"({megabytes} MB)", f"（{megabytes} MB）")
    if found.by_office and office:
        raise NeedsOffice(media_type=found.media_type)
    recognise = found.recognise if recogniser else None
    read = recognise(data, recogniser) if recognise and recogniser else found.read(data)
    if isinstance(read, Unpacked):
        _check_members(read, found)
        return replace(read, media_type=found.media_type)
    if is_blank(read.text):
        raise no_text(found)
    if len(read.text) > MAX_CHARACTERS:
        raise TooLarge(f"({len(read.text):,} characters)", f"（{len(read.text):,} 个字符）")
    return _source_of(read, found, data, name)


def _source_of(decoded: Decoded, found: Readable, data: bytes, name: str) -> Source:
    return Source(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=found.media_type,
        encoding=decoded.encoding,
        raw_text=decoded.text,
        page_starts=decoded.page_starts,
        pictures=decoded.pictures,
        lines=decoded.lines,
        layered=decoded.layered,
    )


def _check_members(unpacked: Unpacked, found: Readable) -> None:
    """HoldsNothing, NoneReadable."""
    if not unpacked.members:
        raise HoldsNothing(*words_of_holding(found.media_type))
    why: list[tuple[str, UnusableFile]] = []
    for member in unpacked.members:
        if (refusal := why_unreadable(member.content)) is None:
            return
        why.append((member.path, refusal))
    told = [(path, *_details(refusal)) for path, refusal in why[:MOST_NAMED]]
    more, more_zh = (" …", " ……") if len(why) > MOST_NAMED else ("", "")
    raise NoneReadable(
        "; ".join(f"{path}: {en}" for path, en, _ in told) + more,
        "；".join(f"{path}：{zh}" for path, _, zh in told) + more_zh,
    )


def why_unreadable(data: bytes) -> UnusableFile | None:
    """Why a file is of no format that is read, as far as its first look tells."""
    if not data:
        return EmptyFile()
    try:
        find_format(data)
    except UnusableFile as refusal:
        return refusal
    return None


def _details(refusal: UnusableFile) -> tuple[str, str]:
    """What is told of one file, in a line about several."""
    return (
        (refusal.detail or str(refusal)).rstrip("."),
        (refusal.detail_zh or refusal.zh).rstrip("。"),
    )
