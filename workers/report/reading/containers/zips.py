"""ZIP archives."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import IO

from workers.errors import DamagedFile, ProtectedFile, UnknownFormat
from workers.report.model import Unpacked
from workers.report.reading.containers.members import decode_name, take_members
from workers.report.reading.package import BROKEN_ZIP

_UTF8, _ENCRYPTED = 0x800, 0x1  # of an entry's flags (APPNOTE.TXT 4.4.4)
_LOCAL_HEAD = 30  # bytes before the name of an entry (APPNOTE.TXT 4.3.7)


def unpack_zip(data: bytes) -> Unpacked:
    """The files in the archive. ProtectedFile, DamagedFile, TooLarge; UnknownFormat where it is
    packed by a method that only its own program knows.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive.infolist())
            return take_members(_files(archive), packed=len(data))
    except NotImplementedError as error:
        raise UnknownFormat(
            "It is a zip archive packed by a method of its own: unpack it and drop the files.",
            "这个 ZIP 压缩包的压缩方法特殊：请解压后放入里面的文件。",
        ) from error
    except BROKEN_ZIP as error:
        raise DamagedFile from error


def _check_entries(entries: Sequence[zipfile.ZipInfo]) -> None:
    """What only a password opens cannot be given back alone.

    Entries that share their bytes are no archive that a program has written.
    """
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise ProtectedFile(
            "It is a zip archive: unpack it and drop the files.", "这是 ZIP 压缩包：请解压后放入。"
        )
    placed = sorted(entries, key=lambda entry: entry.header_offset)
    for one, other in pairwise(placed):
        if one.header_offset + _LOCAL_HEAD + one.compress_size > other.header_offset:
            raise DamagedFile


def _files(archive: zipfile.ZipFile) -> Iterator[tuple[str, IO[bytes]]]:
    for entry in archive.infolist():
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if entry.filename and not entry.is_dir() and kind in {0, stat.S_IFREG}:
            with archive.open(entry) as stream:
                yield _name_of(entry), stream


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Where the entry does not say that its name is UTF-8, Python has taken it for code page 437;
    a name of Unicode in an extra field stands as it is.
    """
    if entry.flag_bits & _UTF8 or not entry.orig_filename.startswith(entry.filename):
        return entry.filename
    try:
        return decode_name(entry.orig_filename.encode("cp437"))
    except UnicodeEncodeError:
        return entry.filename
