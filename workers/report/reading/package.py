"""The parts of a zipped office document, opened with care:
sizes counted, entities never expanded.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable

from lxml import etree

from workers.errors import DamagedFile, ProtectedFile, TooLarge

# The text of a long report is some 2 MB of XML; these bounds are far above any
# and far below a zip bomb.
MAX_PART = 64 * 1024 * 1024
MAX_ENTRIES = 10_000
# Deflate packs real WordprocessingML 10 to 60 times; a bomb packs 1000 times.
# Small parts may repeat more.
MAX_RATIO, RATIO_FROM = 250, 4 * 1024 * 1024
_CHUNK = 1024 * 1024
# What the library raises at a broken zip: its own errors, and those of what unpacks.
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    IndexError,
    NotImplementedError,
    RuntimeError,
)


class Package:
    """A zip file of XML parts. DamagedFile, TooLarge, ProtectedFile where it cannot be trusted."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN_ZIP as error:
            raise DamagedFile() from error
        if len(self._zip.filelist) > MAX_ENTRIES:
            parts = len(self._zip.filelist)
            raise TooLarge(f"({parts} parts)", f"（{parts} 个部分）")
        self._infos = {plain_name(info.filename): info for info in self._zip.filelist}
        # No two names differ by their case alone (ISO 29500-2, 6.2.2).
        self._any_case = {name.lower(): info for name, info in self._infos.items()}

    def names(self) -> Iterable[str]:
        """The names of the parts, as they are written."""
        return self._infos

    def part(self, name: str) -> etree._Element | None:
        """The part's root; None where the package has no such part."""
        content = self.content(name)
        return None if content is None else parse_xml(content)

    def content(self, name: str) -> bytes | None:
        """The part's bytes; None where the package has no such part."""
        info = self._infos.get(name) or self._any_case.get(name.lower())
        if info is None:
            return None
        if info.flag_bits & 1:
            raise ProtectedFile
        return self._read(info)

    def _read(self, info: zipfile.ZipInfo) -> bytes:
        """The part's bytes.

        What is declared is checked first, what is there is counted all the same.
        """
        _check_size(info.file_size, info.compress_size)
        chunks: list[bytes] = []
        size = 0
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    _check_size(size, info.compress_size)
                    chunks.append(chunk)
        except BROKEN_ZIP as error:
            raise DamagedFile() from error
        return b"".join(chunks)


def plain_name(written: str) -> str:
    """The name of a part; some programs of Windows write it with backslashes.

    >>> plain_name("word\\\\document.xml"), plain_name("/word/document.xml")
    ('word/document.xml', 'word/document.xml')
    """
    return written.replace("\\", "/").removeprefix("./").lstrip("/")


def _check_size(size: int, packed: int) -> None:
    if size > MAX_PART or (size > RATIO_FROM and size > MAX_RATIO * max(packed, 1)):
        megabytes = size // 1024**2
        raise TooLarge(f"({megabytes} MB unpacked)", f"（解压后 {megabytes} MB）")


def parse_xml(data: bytes) -> etree._Element:
    """The root of a part, or of a file that is one part. DamagedFile."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFile() from error
    # No office program writes a DTD; entities are what one would be there for.
    if root.getroottree().docinfo.internalDTD is not None:
        raise DamagedFile("(it declares a DTD)", "（含有 DTD 声明）")
    return root
