"""Outlook's own form of a mail (.msg): a compound file with a folder for each attached file.

Names of streams: [MS-OXMSG] 2.4, their numbers: [MS-OXPROPS].
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import olefile

from workers.errors import DamagedFile
from workers.report.model import Unpacked
from workers.report.reading.compound import BROKEN_COMPOUND, open_compound
from workers.report.reading.containers.mails import (
    Attached,
    Body,
    choose_content,
    page_body,
    text_body,
)
from workers.report.reading.containers.members import decode_name
from workers.report.reading.decoded import Decoded

_STREAM = "__substg1.0_"
# The bytes of an attached file, and the folder of a mail that is attached itself.
_CONTENT, _MAIL = "37010102", "3701000D"
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME = "3707", "3704", "3001"
_KIND, _CONTENT_ID, _SUBJECT = "370E", "3712", "0037"
_PAGE, _TEXT = "1013", "1000"
_WIDE, _NARROW, _BYTES = "001F", "001E", "0102"

Path = Sequence[str]


def read_outlook(data: bytes) -> Decoded | Unpacked:
    """As `mails.read_mail`."""
    try:
        with open_compound(data) as mail:
            files = [_file(mail, path[:-1]) for path in _contents(mail)]
            bodies = list(_bodies(mail))
    except BROKEN_COMPOUND as error:
        raise DamagedFile from error
    return choose_content(bodies, files, packed=len(data))


def _contents(mail: olefile.OleFileIO) -> Iterator[Path]:
    """Where the attached files lie; those of a mail that is attached itself among them."""
    return (path for path in mail.listdir() if path[-1] == _STREAM + _CONTENT)


def _file(mail: olefile.OleFileIO, folder: Path) -> Attached:
    names = (_said(mail, folder, one) for one in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))
    is_picture = _said(mail, folder, _KIND).startswith("image/")
    return Attached(
        name=next(filter(None, names), folder[-1]),
        content=_stream(mail, [*folder, _STREAM + _CONTENT]),
        inline=is_picture and bool(_said(mail, folder, _CONTENT_ID)),
    )


def _bodies(mail: olefile.OleFileIO) -> Iterator[Body]:
    """Of the mail, and of those that are attached to it."""
    attached = {tuple(path[:-1]) for path in mail.listdir() if path[-2:-1] == [_STREAM + _MAIL]}
    for folder in ([], *map(list, sorted(attached))):
        name = _said(mail, folder, _SUBJECT) or "正文"
        if page := _stream(mail, [*folder, _STREAM + _PAGE + _BYTES]):
            yield page_body(page, f"{name}.html")
        elif markup := _bytes_said(mail, folder, _PAGE):
            yield page_body(markup, f"{name}.html")
        elif text := _bytes_said(mail, folder, _TEXT):
            yield text_body(text, f"{name}.txt")


def _said(mail: olefile.OleFileIO, folder: Path, number: str) -> str:
    """A property that is text."""
    return decode_name(_bytes_said(mail, folder, number))


def _bytes_said(mail: olefile.OleFileIO, folder: Path, number: str) -> bytes:
    """The same as bytes: UTF-8, or the code page of the sender."""
    if wide := _stream(mail, [*folder, _STREAM + number + _WIDE]):
        return wide.decode("utf-16-le", "replace").rstrip("\0").encode("utf-8", "replace")
    return _stream(mail, [*folder, _STREAM + number + _NARROW]).rstrip(b"\0")


def _stream(mail: olefile.OleFileIO, path: Path) -> bytes:
    if not mail.exists(list(path)):
        return b""
    with mail.openstream(list(path)) as stream:
        return bytes(stream.read())
