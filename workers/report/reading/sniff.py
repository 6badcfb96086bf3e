"""What a file really is shows in its bytes, never in its name: the ways to recognise a format."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from workers.errors import DamagedFile

_ZIP = b"PK\x03\x04"
# A compound file of Microsoft Office, as programs up to 2003 and WPS write it.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Signatures of three bytes and less begin ordinary texts, too (BM…, MZ…): they count beside a NUL byte only.
_SHORT, _NUL_WITHIN = 3, 64
# A page says so in its first tags; comments and a long XML head may stand before them.
_HTML = re.compile(
    rb"\s{0,200}(?:\xef\xbb\xbf)?\s{0,200}"
    rb"(?:<!--|<\?xml|<!doctype html|<html|<head|<body|<meta|<title|<div|<p[ >]|<table|<span)",
    re.IGNORECASE,
)
_HTML_TAG = re.compile(rb"<(?:html|body|div|p|table|span|br|meta)\b", re.IGNORECASE)
_HEAD = 4096


@dataclass(frozen=True)
class Content:
    """A file's bytes, and what several formats are recognised by."""

    data: bytes

    @cached_property
    def head(self) -> bytes:
        """The first bytes, from the first that is no white space."""
        return self.data[:_HEAD].lstrip()

    @cached_property
    def members(self) -> tuple[str, ...] | None:
        """The names in a zip archive; None where it is no archive. DamagedFile where they cannot be read."""
        if not self.data.startswith(_ZIP):
            return None
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                return tuple(archive.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise DamagedFile() from error


Recognise = Callable[[Content], bool]


def has_early(mark: bytes, within: int) -> Recognise:
    """By a mark that other bytes may precede: a blank line, a head of HTTP."""
    return lambda content: mark in content.data[:within]


def begins_with(signature: bytes, *, at: int = 0) -> Recognise:
    """By the published signature of a format, at its place."""
    is_short = len(signature) <= _SHORT

    def recognise(content: Content) -> bool:
        found = content.data.startswith(signature, at)
        return found and (not is_short or b"\x00" in content.data[:_NUL_WITHIN])

    return recognise


def is_zip_of(prefix: str = "") -> Recognise:
    """A zip archive with a member of this name, or in this folder."""

    def recognise(content: Content) -> bool:
        members = content.members
        if members is None:
            return False
        return not prefix or any(name.startswith(prefix) for name in members)

    return recognise


def is_zip_with(member: str) -> Recognise:
    """A zip archive with a member of this name, however its case is and whether a slash precedes it."""
    return lambda content: any(name.lstrip("/").lower() == member for name in content.members or ())


def is_ole_of(stream: str = "") -> Recognise:
    """A compound file with a stream of this name."""
    name = stream.encode("utf-16-le")
    return lambda content: content.data.startswith(_OLE) and name in content.data


def names_early(*marks: bytes) -> Recognise:
    """One of these marks stands in the head: the root element of XML and its like."""
    return lambda content: any(mark in content.head for mark in marks)


def is_web_archive(content: Content) -> bool:
    """MHTML: an e-mail's head, over a page and its pictures."""
    return content.head[:13].lower() == b"mime-version:" or (
        b"\nMIME-Version:" in content.head and b"multipart/related" in content.head
    )


def is_html(content: Content) -> bool:
    """A web page; of UTF-16 every other byte is NUL."""
    head = content.data[:_HEAD]
    return any(_HTML.match(one) and _HTML_TAG.search(one) for one in (head, head.replace(b"\x00", b"")))


def is_anything(content: Content) -> bool:  # noqa: ARG001
    """What nothing else recognises is text, or proves to be none when it is decoded."""
    return True
