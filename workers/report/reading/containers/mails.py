"""E-mail, and web archives (MHTML), which have the same form: a text with files beside it."""

from __future__ import annotations

import binascii
import codecs
import email
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email._policybase import Compat32
from email.header import decode_header
from email.message import Message

from workers.errors import DamagedFile, UnusableFile
from workers.report.chinese.clauses import HAN, STOP_MARKS
from workers.report.model import Unpacked
from workers.report.reading.containers.members import decode_name, take_members
from workers.report.reading.decoded import Decoded
from workers.report.reading.plain import decode_declared, decode_text
from workers.report.reading.web import SUPERSETS, decode_page, read_html

# What only proves or locks a mail.
_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
# A body is a report by itself where a line of it is called one, and more follows than a letter has.
_CALLED = re.compile(
    rf"(?:法治|法制|依法行政|依法治)[^{STOP_MARKS}]{{0,40}}(?:报告|总结|情况|年报)\s*$", re.M
)
_FEWEST_CHARACTERS = 400
_IS_HAN = re.compile(f"[{HAN}]")


class _RawFields(Compat32):
    """Fields of the head as they stand: old programs write bytes of GBK there, unasked."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002
        return value


_RAW = _RawFields()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a mail or a web archive says itself; `why` where that cannot be read."""

    decoded: Decoded
    name: str
    content: bytes
    why: UnusableFile | None = None

    @property
    def is_report(self) -> bool:
        text = self.decoded.text
        return bool(_CALLED.search(text)) and len(_IS_HAN.findall(text)) >= _FEWEST_CHARACTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file of a mail; `inline` where it is a picture that its text shows."""

    name: str
    content: bytes
    inline: bool = False


def read_mail(data: bytes) -> Decoded | Unpacked:
    """The files of a mail; the text of one without files, of a web archive its page.

    DamagedFile, TooLarge.
    """
    try:
        message = email.message_from_bytes(data.lstrip(), policy=_RAW)
        if message.get_content_maintype() == "multipart" and not message.is_multipart():
            raise DamagedFile  # cut off within its head, or without the mark that parts it
        parts = [part for part in message.walk() if not part.is_multipart()]
        bodies = list(_bodies(parts, _header_text(message["subject"] or "")))
        files = list(_files(parts))
    except (RecursionError, binascii.Error) as error:
        raise DamagedFile from error
    return choose_content(bodies, files, packed=len(data))


def choose_content(
    bodies: Sequence[Body], files: Sequence[Attached], *, packed: int
) -> Decoded | Unpacked:
    """The attached files, with a body that is a report itself; of a mail without files the body;
    of one that says nothing the pictures that it shows.
    """
    attached = [file for file in files if not file.inline]
    reports = _distinct(body for body in bodies if body.is_report)
    if not attached and len(reports) < 2:
        longest = max(reports or bodies, key=lambda body: len(body.decoded.text), default=None)
        if longest and longest.decoded.text.strip():
            return longest.decoded
        if longest and longest.why and not files:
            raise longest.why
    found = [(body.name, body.content) for body in reports]
    found += [(file.name, file.content) for file in (attached if reports else attached or files)]
    if not found:
        return Decoded(("",))
    return take_members(((name, io.BytesIO(content)) for name, content in found), packed=packed)


def _distinct(bodies: Iterable[Body]) -> list[Body]:
    """A page may be archived twice: as itself and as a frame."""
    return list({body.decoded.text: body for body in bodies}.values())


def _bodies(parts: Sequence[Message], subject: str) -> Iterator[Body]:
    """The texts in HTML; those in plain text, which mostly say the same, where there are none."""
    own = [part for part in parts if not _is_attached(part)]
    pages = [part for part in own if part.get_content_type() == "text/html"]
    for part in pages or [part for part in own if part.get_content_type() == "text/plain"]:
        content = _content_of(part)
        charset = str(part.get_content_charset() or "")
        name = (_location_name(part) if len(pages) > 1 else "") or subject or "正文"
        if pages:
            yield page_body(content, f"{name}.html", charset=charset)
        else:
            yield text_body(content, f"{name}.txt", charset=charset)


def page_body(content: bytes, name: str, *, charset: str = "") -> Body:
    """A member of its own is UTF-8 by its mark, for the mail's word on it does not go with it."""
    try:
        markup, encoding = decode_page(content, charset)
        whole = content if encoding == "utf-8" else codecs.BOM_UTF8 + markup.encode()
        return Body(decoded=read_html(content, charset), name=name, content=whole)
    except UnusableFile as why:
        return Body(decoded=Decoded(("",)), name=name, content=content, why=why)


def text_body(content: bytes, name: str, *, charset: str = "") -> Body:
    try:
        text, encoding = _decode_text(content, charset)
    except UnusableFile as why:
        return Body(decoded=Decoded(("",)), name=name, content=content, why=why)
    return Body(decoded=Decoded((text,), encoding), name=name, content=text.encode())


def _decode_text(content: bytes, charset: str) -> tuple[str, str]:
    if not content:
        return "", "utf-8"
    encoding = SUPERSETS.get(charset.lower())
    return decode_declared(content, encoding) if encoding else decode_text(content)


def _files(parts: Sequence[Message]) -> Iterator[Attached]:
    for at, part in enumerate(parts):
        kind = part.get_content_type()
        is_picture = part.get_content_maintype() == "image"
        if not (_is_attached(part) or is_picture) or kind in _SIGNATURES:
            continue
        if part["content-location"] and not is_picture:  # what a page loads: styles, scripts
            continue
        name = _file_name(part) or f"{at}.{part.get_content_subtype()}"
        shown = is_picture and bool(part["content-id"] or part["content-location"])
        yield Attached(name=name, content=_content_of(part), inline=shown)


def _is_attached(part: Message) -> bool:
    """Whether the part is a file: it has a name, or is of no kind that a mail shows."""
    if part.get_content_disposition() == "attachment" or _file_name(part):
        return not (part["content-location"] and part.get_content_maintype() == "text")
    return part.get_content_maintype() not in {"text", "image", "multipart"}


def _content_of(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _file_name(part: Message) -> str:
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        found = part.get_param(parameter, header=header)
        if isinstance(found, tuple):  # RFC 2231: charset, language, bytes as Latin-1
            return _decode(str(found[2]).encode("latin-1", "replace"), found[0] or "")
        if found:
            return _header_text(str(found))
    return ""


def _location_name(part: Message) -> str:
    return str(part["content-location"] or "").rpartition("/")[2].partition("?")[0]


def _header_text(value: object) -> str:
    """A field of the head: encoded words (RFC 2047), or bare bytes of GBK or UTF-8.

    >>> _header_text("=?gb2312?B?xOqxqA==?=.docx")
    '年报.docx'
    """
    text = " ".join(str(value).split())
    try:
        pieces = decode_header(text)
    except (ValueError, binascii.Error, email.errors.HeaderParseError):
        return text
    return "".join(
        _decode(piece, charset or "") if isinstance(piece, bytes) else _bare(piece)
        for piece, charset in pieces
    ).strip()


def _bare(text: str) -> str:
    """Bytes beyond ASCII stand as surrogates."""
    return decode_name(text.encode("utf-8", "surrogateescape"))


def _decode(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(SUPERSETS.get(charset.lower(), charset or "ascii"))
    except (LookupError, ValueError):  # the charset may be rubbish, too
        return decode_name(raw)
