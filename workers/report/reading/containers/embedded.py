"""Files that stand as objects in an otherwise empty Word document."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile

from workers.errors import DamagedFile
from workers.report.model import Unpacked
from workers.report.reading.compound import BROKEN_COMPOUND, open_compound
from workers.report.reading.containers.members import decode_name, take_members
from workers.report.reading.package import Package

_FOLDER = "embeddings/"
# An object holds its file under one of these names; others are files themselves.
_NATIVE, _WHOLE = "\x01Ole10Native", ("Package", "CONTENTS")


def unpack_embedded(data: bytes) -> Unpacked:
    """The embedded files; of pictures and formulas there are none."""
    package = Package(data)
    found = (
        _file_in(name.rpartition("/")[2], package.content(name) or b"")
        for name in package.names()
        if _FOLDER in name and not name.endswith("/")
    )
    return take_members(((name, io.BytesIO(content)) for name, content in found), packed=len(data))


def _file_in(name: str, content: bytes) -> tuple[str, bytes]:
    """The file in an object and its own name, where the object is a wrapping."""
    if not olefile.isOleFile(data=content):
        return name, content
    try:
        with open_compound(content) as wrapping:
            return next(_unwrapped(wrapping, name), (name, content))
    except BROKEN_COMPOUND as error:
        raise DamagedFile from error


def _unwrapped(wrapping: olefile.OleFileIO, name: str) -> Iterator[tuple[str, bytes]]:
    if wrapping.exists(_NATIVE):
        yield _native(wrapping.openstream(_NATIVE).read())
    for stream in _WHOLE:
        if wrapping.exists(stream):
            yield name, wrapping.openstream(stream).read()


def _native(data: bytes) -> tuple[str, bytes]:
    """[MS-OLEDS] 2.3.6, as packagers fill it: size, 2 bytes, label, path, 4 bytes, the length and
    the path of a passing copy, the length and the bytes of the file.
    """
    stream = io.BytesIO(data[6:])
    label, _ = _until_nought(stream), _until_nought(stream)
    stream.read(4)
    stream.read(_number(stream))
    return decode_name(label), stream.read(_number(stream))


def _number(stream: io.BytesIO) -> int:
    return int(struct.unpack("<I", stream.read(4))[0])


def _until_nought(stream: io.BytesIO) -> bytes:
    return b"".join(iter(lambda: stream.read(1).replace(b"\0", b""), b""))
