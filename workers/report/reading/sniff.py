"""What a file really is shows in its bytes, never in its name: the ways to recognise a format."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from workers.errors import DamagedFile
from workers.report.reading.compound import BROKEN_COMPOUND, COMPOUND_MARK, open_compound
from workers.report.reading.package import BROKEN_ZIP, plain_name

_ZIP, _EMPTY_ZIP = b"PK\x03\x04", b"PK\x05\x06"
_STREAMS = ("EncryptedPackage", "__properties_version1.0", "WordDocument", "Workbook", "Book",
            "PowerPoint Document", "CONTENTS")  # fmt: skip
# Signatures of three bytes and less begin ordinary texts, too (BM…, MZ…):
# they count beside a NUL byte only.
_SHORT, _NUL_WITHIN = 3, 64
# So far a browser looks for what a page is written in;
# heads of mails and scripts before a page are as long.
_HEAD = 64 * 1024
# What begins a page or a piece of one, what only a page has, and the ends of blocks,
# of which a text has no three.
_BEGINS_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,4000}<(?:!--|!doctype html|html|head|body|meta|title|link|style|script"
    b"|base|div|p|table|tr|td|pre|dl|form|blockquote|header|nav|aside|figure|iframe|noscript|label"
    rb"|span|font|center|strong|img|hr|br|h[1-6]|ul|ol|li|article|section|main|input)[\s>/!-]",
    re.IGNORECASE,
)
# Any tag, or a line of a program that writes pages.
_BEGINS_TAG = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,4000}<[a-z?%!]", re.IGNORECASE)
_ONLY_PAGES = re.compile(rb"<!doctype\s+html|<html[\s>]|<body[\s>]", re.IGNORECASE)
_BLOCK_END = re.compile(rb"</(?:p|div|table|tr|td|li|h[1-6])\s*>|<br\s*/?>", re.IGNORECASE)
_INLINE_END = re.compile(rb"</(?:span|font|center|strong|b|i|u|em|a|pre)\s*>", re.IGNORECASE)
_MANY_BLOCKS = 3
# The first element of XML, behind declarations and comments.
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]{0,500}\?>\s*|<!--.{0,2000}?-->\s*|<!DOCTYPE[^>]{0,500}>\s*){0,9}<([\w:.-]{1,60})",
    re.DOTALL | re.IGNORECASE,
)
# The lines that only a mail begins with; two of them are no chance.
_MAIL_LINE = re.compile(
    rb"^(?:received|return-path|delivered-to|from|to|subject|date|message-id|mime-version|x-[a-z-]{1,40}"
    rb"|content-(?:type|transfer-encoding|location)):",
    re.IGNORECASE | re.MULTILINE,
)
_FEWEST_MAIL_LINES = 2
_CONTENT_TYPES = "[Content_Types].xml"
_MOST_TYPES = 1024 * 1024  # bytes of that part
# An OpenDocument file states its kind in the member `mimetype`, a flat one in its first element.
_OPEN_KIND = re.compile(rb"application/vnd\.oasis\.opendocument\.(?P<kind>[a-z]+)")
_FLAT_KIND = re.compile(rb"<office:document\b[^>]*office:mimetype=[\"']" + _OPEN_KIND.pattern)


@dataclass(frozen=True)
class Content:
    """A file's bytes, and what several formats are recognised by."""

    data: bytes

    @cached_property
    def head(self) -> bytes:
        """The first bytes, from the first that is no white space."""
        return self.data[:_HEAD].removeprefix(codecs.BOM_UTF8).lstrip()

    @cached_property
    def members(self) -> tuple[str, ...] | None:
        """The names in a zip archive; None where it is no archive.

        DamagedFile where they cannot be read.
        """
        if self.data.startswith(_EMPTY_ZIP):
            return ()
        if not self.head.startswith(_ZIP):
            return None
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                return tuple(map(plain_name, archive.namelist()))
        except BROKEN_ZIP as error:
            raise DamagedFile() from error

    @cached_property
    def streams(self) -> frozenset[str] | None:
        """The names at the top of a compound file, or those that are found anywhere in one whose
        list cannot be read; None where it is no such file. DamagedFile where there are none.
        """
        if not self.data.startswith(COMPOUND_MARK):
            return None
        try:
            with open_compound(self.data) as ole:
                return frozenset(path[0] for path in ole.listdir(streams=True, storages=True))
        except BROKEN_COMPOUND as error:
            found = (name for name in _STREAMS if name.encode("utf-16-le") in self.data)
            if names := frozenset(found):
                return names
            raise DamagedFile() from error

    @cached_property
    def part_types(self) -> bytes:
        """What an Office package says of its parts; empty where it is none."""
        return self._begin_of(_CONTENT_TYPES)

    @cached_property
    def open_kind(self) -> str:
        """What an OpenDocument file says that it is: text, spreadsheet, …;
        empty where it says nothing.
        """
        found = _OPEN_KIND.match(self._begin_of("mimetype").strip()) or _FLAT_KIND.search(self.head)
        return found["kind"].decode() if found else ""

    def _begin_of(self, member: str) -> bytes:
        """The first bytes of a member; none where the archive has no such member."""
        if member not in (self.members or ()):
            return b""
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive, archive.open(member) as part:
                return part.read(_MOST_TYPES)
        except BROKEN_ZIP as error:
            raise DamagedFile() from error

    @cached_property
    def root(self) -> str:
        """The name of the first element, without its case; empty where the file is no XML."""
        found = _ROOT.match(self.head)
        return found[1].decode("ascii", "replace").lower() if found else ""

    @cached_property
    def mail_head(self) -> bytes:
        """The lines before the first empty one, where they are a mail's; else nothing.

        A page that was saved with what its server sent before it begins with such lines, too.
        """
        if self.head.startswith(b"HTTP/"):
            return b""
        lines = re.split(rb"\r?\n\r?\n", self.head, maxsplit=1)[0]
        return lines if len(_MAIL_LINE.findall(lines)) >= _FEWEST_MAIL_LINES else b""


Fits = Callable[[Content], bool]


def has_early(mark: bytes, within: int) -> Fits:
    """By a mark that other bytes may precede: a blank line, a head of HTTP."""
    return lambda content: mark in content.data[:within]


def begins_with(*signatures: bytes, at: int = 0) -> Fits:
    """By a published signature of a format, at its place."""
    is_short = min(map(len, signatures)) <= _SHORT

    def fits(content: Content) -> bool:
        found = content.data.startswith(signatures, at)
        return found and (not is_short or b"\x00" in content.data[:_NUL_WITHIN])

    return fits


def is_media_of(*brands: str) -> Fits:
    """A file of ISO base media (ISO/IEC 14496-12) of one of these brands."""
    known = [brand.encode() for brand in brands]
    return lambda content: content.data[4:8] == b"ftyp" and content.data[8:12] in known


def is_zip_of(prefix: str = "") -> Fits:
    """A zip archive with a member of this name, or in this folder."""

    def fits(content: Content) -> bool:
        members = content.members
        if members is None:
            return False
        return not prefix or any(name.startswith(prefix) for name in members)

    return fits


def is_zip_with(member: str) -> Fits:
    """A zip archive with a member of this name, however its case is and
    whether a slash precedes it.
    """
    return lambda content: any(name.lstrip("/").lower() == member for name in content.members or ())


def is_open_document(*kinds: str) -> Fits:
    """An OpenDocument file of one of these kinds, zipped;
    an empty kind is one that does not say its own.
    """
    return lambda content: "content.xml" in (content.members or ()) and content.open_kind in kinds


def is_flat_document(*kinds: str) -> Fits:
    """The same as one XML file."""
    return lambda content: content.root == "office:document" and content.open_kind in kinds


def is_ole_of(*streams: str) -> Fits:
    """A compound file with one of these streams at its top, where what is embedded has none;
    without any named, every one.
    """

    def fits(content: Content) -> bool:
        found = content.streams
        return found is not None and (not streams or not found.isdisjoint(streams))

    return fits


def is_package_of(kind: bytes, main: str) -> Fits:
    """An Office package whose main part is of this kind;
    `main` is its usual name, where types are not stated.
    """

    def fits(content: Content) -> bool:
        members = content.members or ()
        return kind in content.part_types or (not content.part_types and main in members)

    return fits


def has_root(*names: str) -> Fits:
    """XML whose first element is one of these."""
    return lambda content: content.root in names


def begins_after_blanks(mark: bytes) -> Fits:
    return lambda content: content.head.startswith(mark)


def is_web_archive(content: Content) -> bool:
    """MHTML: a mail's head, over a page and its pictures."""
    return b"multipart/related" in content.mail_head.lower()


def is_mail(content: Content) -> bool:
    return bool(content.mail_head)


def is_html(content: Content) -> bool:
    """A web page or a piece of one; of UTF-16 every other byte is NUL."""
    head = content.data[:_HEAD]
    if b"\x00" not in head:
        return _is_page(head)
    narrow = head.replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return _is_page(head) or _is_page(narrow)


def _is_page(head: bytes) -> bool:
    if b"<" not in head:
        return False
    blocks = len(_BLOCK_END.findall(head))
    if blocks >= _MANY_BLOCKS or _ONLY_PAGES.search(head):
        return True
    if _BEGINS_PAGE.match(head):
        return True
    return bool(_BEGINS_TAG.match(head) and (blocks or _INLINE_END.search(head)))


def is_anything(content: Content) -> bool:  # noqa: ARG001
    """What nothing else recognises is text, or proves to be none when it is decoded."""
    return True
