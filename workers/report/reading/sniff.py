"""What a file really is, by its bytes."""

from __future__ import annotations

import io
import re
import zipfile

from workers.errors import DamagedFile, ProtectedFile, UnknownFormat

TEXT = "text/plain"
HTML = "text/html"
PDF = "application/pdf"
OFD = "application/ofd"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

# How files of other formats begin (their published signatures), what they are, and what the user can do.
_PICTURE = "if it is a scan, drop a version with text (.docx, .html, .txt)"
_SAVE = "open it and save it as .docx, then drop that"
_UNPACK = "unpack it and drop the report inside"
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG picture", _PICTURE),
    (b"\xff\xd8\xff", "JPEG picture", _PICTURE),
    (b"GIF8", "GIF picture", _PICTURE),
    (b"II*\x00", "TIFF picture", _PICTURE),
    (b"MM\x00*", "TIFF picture", _PICTURE),
    (b"BM", "BMP picture", _PICTURE),
    (b"RIFF", "WebP picture or a sound", _PICTURE),
    (b"{\\rtf", "RTF document", _SAVE),
    (b"Rar!\x1a\x07", "RAR archive", _UNPACK),
    (b"7z\xbc\xaf'\x1c", "7z archive", _UNPACK),
    (b"\x1f\x8b", "gzip archive", _UNPACK),
    (b"BZh", "bzip2 archive", _UNPACK),
    (b"\xfd7zXZ\x00", "xz archive", _UNPACK),
    (b"MZ", "Windows program", "drop the report itself"),
    (b"\x7fELF", "program", "drop the report itself"),
    (b"SQLite format 3\x00", "database", "drop the report itself"),
)
# Two-letter signatures begin ordinary texts, too (BM…, MZ…): they count beside a NUL byte only.
_SHORT = 3
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIPPED = (
    ("xl/", "Excel workbook", _SAVE),
    ("ppt/", "PowerPoint presentation", _SAVE),
    ("content.xml", "OpenDocument text", _SAVE),
    ("META-INF/container.xml", "e-book", _SAVE),
)
# A page says so in its first tags; comments and a long XML head may stand before them.
_HTML = re.compile(
    rb"\s{0,200}(?:\xef\xbb\xbf)?\s{0,200}"
    rb"(?:<!--|<\?xml|<!doctype html|<html|<head|<body|<meta|<title|<div|<p[ >]|<table|<span)",
    re.IGNORECASE,
)
_HTML_TAG = re.compile(rb"<(?:html|body|div|p|table|span|br|meta)\b", re.IGNORECASE)
_HEAD = 4096


def sniff_type(data: bytes) -> str:
    """The media type of a file that can be read. UnknownFormat says what another one is and what to do with it.

    >>> sniff_type("<html><body>清溪镇</body></html>".encode())
    'text/html'
    >>> sniff_type(b"Rar!\\x1a\\x07 ...")
    Traceback (most recent call last):
    workers.errors.UnknownFormat: This is no format that can be read: ... It is a RAR archive: ...
    """
    if data.startswith(b"PK\x03\x04"):
        return _zip_type(data)
    # Programs look for the mark in the first 1,024 bytes: a blank line or a head of HTTP may stand before it.
    if b"%PDF-" in data[:1024]:
        return PDF
    _refuse_known(data)
    if _is_html(data[:_HEAD]) or _is_html(data[:_HEAD].replace(b"\x00", b"")):
        return HTML
    return TEXT


def _refuse_known(data: bytes) -> None:
    if data.startswith(_OLE):
        _refuse_office(data)
    for signature, what, remedy in _SIGNATURES:
        if data.startswith(signature) and (len(signature) > _SHORT or b"\x00" in data[:64]):
            raise UnknownFormat(f"It is a {what}: {remedy}.")
    if data[4:8] == b"ftyp":
        raise UnknownFormat(f"It is a HEIC picture or a video: {_PICTURE}.")
    head = data[:_HEAD].lstrip()
    if head[:13].lower() == b"mime-version:" or (b"\nMIME-Version:" in head and b"multipart/related" in head):
        raise UnknownFormat("It is a web archive (.mht): open it in the browser and save it as .html, then drop that.")
    if b"<w:wordDocument" in head or b"<?mso-application" in head:
        raise UnknownFormat(f"It is an old Word XML document: {_SAVE}.")


def _refuse_office(data: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise ProtectedFile
    raise UnknownFormat(f"It is an old Office document (.doc, .wps, .xls): {_SAVE}.")


def _zip_type(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DamagedFile() from error
    if any(name.startswith("word/") for name in names):
        return WORD
    if any(name.lstrip("/").lower() == "ofd.xml" for name in names):
        return OFD
    for mark, what, remedy in _ZIPPED:
        if any(name.startswith(mark) for name in names):
            raise UnknownFormat(f"It is an {what}: {remedy}." if what[0] in "EO" else f"It is a {what}: {remedy}.")
    raise UnknownFormat(f"It is a zip archive: {_UNPACK}.")


def _is_html(head: bytes) -> bool:
    return bool(_HTML.match(head) and _HTML_TAG.search(head))
