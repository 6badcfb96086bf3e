"""Bombs and lies in each format: the confined reader ends each as a refusal, before its time."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pytest

from tests.report.docx import W, docx, package
from tests.report.odts import NS, odt
from tests.report.ofds import ofd, page
from tests.report.test_pdf_variants import CATALOG, PAGES, raw_pdf, stream
from tests.report.test_pdf_variants import page as pdf_page
from workers.errors import TookTooLong, UnusableFile
from workers.stages.confinement.client import ForkServer

LIMITS = {"seconds": 60, "megabytes": 1024}
DEEP = 100_000


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer() as begun:
        yield begun


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The package with this part in the place of its own."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for one in before.namelist():
            after.writestr(one, content if one == name else before.read(one))
    return buffer.getvalue()


def with_lie(data: bytes, name: str) -> bytes:
    """The package whose directory says of a part that it is one byte long."""
    lying = bytearray(data)
    at = lying.rfind(name.encode())
    struct.pack_into("<I", lying, at - 46 + 24, 1)
    return bytes(lying)


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def nested(root: str, inner: str) -> bytes:
    return root.replace("|", f"<{inner}>" * DEEP + f"</{inner}>" * DEEP).encode()


MANY_PIXELS = (
    b"/Type/XObject/Subtype/Image/Width 50000/Height 50000/BitsPerComponent 8/ColorSpace/DeviceRGB"
)
FILLS = b"2000 0 0 842 0 0 cm /X Do"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</XObject<</X 5 0 R>>>>"
PACKED = b"/Filter/FlateDecode"
USES = b"/XObject<</X 5 0 R>>"
WORD, TEXT, OPEN = docx(""), odt(""), f"<office:document-content {NS}>|</office:document-content>"
DRAWN = ofd(page(""))
PAGE_NAME = "Doc_0/Pages/Page_0/Content.xml"
CASES: dict[str, Callable[[], bytes]] = {
    "docx that unpacks to much": lambda: with_part(WORD, "word/document.xml", b" " * (80 << 20)),
    "odt that unpacks to much": lambda: with_part(TEXT, "content.xml", b" " * (80 << 20)),
    "ofd that unpacks to much": lambda: with_part(DRAWN, PAGE_NAME, b" " * (80 << 20)),
    "docx that lies about a size": lambda: with_lie(WORD, "word/document.xml"),
    "odt that lies about a size": lambda: with_lie(TEXT, "content.xml"),
    "ofd that lies about a size": lambda: with_lie(DRAWN, PAGE_NAME),
    "docx nested deeply": lambda: package({
        "word/document.xml": nested(f"<w:document {W}>|</w:document>", "w:sdt").decode()
    }),
    "odt nested deeply": lambda: with_part(TEXT, "content.xml", nested(OPEN, "x")),
    "ofd nested deeply": lambda: with_part(DRAWN, PAGE_NAME, nested("<Page>|</Page>", "PageBlock")),
    "rtf nested deeply": lambda: b"{\\rtf1 " + b"{" * DEEP + b"}" * DEEP + b"}",
    "rtf that lies about bytes": lambda: b"{\\rtf1 {\\pict\\bin2147483647 x}}",
    "rtf that never ends": lambda: b"{\\rtf1 " + b"{\\field{\\fldinst " * DEEP,
    "pdf whose drawing draws itself": lambda: raw_pdf(
        CATALOG, PAGES, pdf_page(USES), stream(b"/X Do"), stream(b"/X Do /X Do", FORM)
    ),
    "pdf that unpacks to much": lambda: raw_pdf(
        CATALOG, PAGES, pdf_page(b""), stream(zlib.compress(b" " * (200 << 20)), PACKED)
    ),
    "pdf with a picture of many pixels": lambda: raw_pdf(
        CATALOG, PAGES, pdf_page(USES), stream(FILLS), stream(b"x", MANY_PIXELS)
    ),
    "picture of many pixels": lambda: png(50_000, 50_000),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bomb_ends_as_a_refusal(case: str, server: ForkServer) -> None:
    with pytest.raises(UnusableFile) as refused:
        server.read(CASES[case](), "报告", **LIMITS)
    assert not isinstance(refused.value, TookTooLong)


@pytest.mark.parametrize(
    "page",
    [
        b"<html><body>" + b"<div>" * DEEP + "<p>全年办结46件。</p>".encode(),
        b"<table><tr><td>" * DEEP + "全年办结46件。".encode(),
        b"<html><style>" + b".x{display:none}" * DEEP + "</style><p>全年办结46件。</p>".encode(),
        b"<div style='visibility:hidden'>" * 4_000 + "<p>全年办结46件。</p>".encode(),
        b"<sup>" * DEEP + "全年办结46件。".encode(),
    ],
)
def test_page_nested_deeply_is_read_or_refused_in_time(page: bytes, server: ForkServer) -> None:
    refused = None
    try:
        assert "46件" in server.read(page, "报告", **LIMITS).raw_text
    except UnusableFile as refusal:
        refused = refusal
    assert not isinstance(refused, TookTooLong)
