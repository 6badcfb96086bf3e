"""Tape archives (tar); and what packs one file, often such an archive: gzip, bzip2, xz."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO, cast

from workers.errors import DamagedFile
from workers.report.model import Unpacked
from workers.report.reading.containers.members import decode_name, take_members

TAR_MARK, TAR_MARK_AT = b"ustar", 257
# Of what is packed without a name.
_NAMELESS = "文件"
_HAS_EXTRA, _HAS_NAME = 4, 8  # of a gzip head's flags (RFC 1952)
_DAMAGED = (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError, ValueError)


def unpack_tar(data: bytes) -> Unpacked:
    """The files in the archive; links and devices in it are none. DamagedFile, TooLarge."""
    return _unpack_tar(data, packed=len(data))


def unpack_gzip(data: bytes) -> Unpacked:
    return _unpack_packed(data, lambda packed: cast(BinaryIO, gzip.open(packed)), _gzip_name(data))


def unpack_bzip2(data: bytes) -> Unpacked:
    return _unpack_packed(data, lambda packed: cast(BinaryIO, bz2.open(packed)))


def unpack_xz(data: bytes) -> Unpacked:
    return _unpack_packed(data, lambda packed: cast(BinaryIO, lzma.open(packed)))


def _unpack_packed(
    data: bytes, unpack: Callable[[io.BytesIO], BinaryIO], name: str = _NAMELESS
) -> Unpacked:
    """The one file that is packed, or, where it is a tar archive, the files in that."""
    try:
        with unpack(io.BytesIO(data)) as stream:
            unpacked = take_members([(name, stream)], packed=len(data))
    except _DAMAGED as error:
        raise DamagedFile from error
    for member in unpacked.members:
        if member.content.startswith(TAR_MARK, TAR_MARK_AT):
            return _unpack_tar(member.content, packed=len(data))
    return unpacked


def _unpack_tar(data: bytes, *, packed: int) -> Unpacked:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:", encoding="utf-8") as archive:
            return take_members(_files(archive), packed=packed)
    except _DAMAGED as error:
        raise DamagedFile from error


def _files(archive: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for entry in archive:
        stream = archive.extractfile(entry) if entry.isreg() else None
        if stream is not None:
            yield decode_name(entry.name.encode("utf-8", "surrogateescape")), stream


def _gzip_name(data: bytes) -> str:
    """The name that gzip keeps of the file that it packed."""
    flags, at = data[3] if len(data) > 3 else 0, 10
    if flags & _HAS_EXTRA:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    return decode_name(data[at:].split(b"\0", 1)[0]) if flags & _HAS_NAME else _NAMELESS
