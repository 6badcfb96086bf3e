"""What a file is shows in its bytes: pages, mails, archives, and what their senders are told."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.report.docx import document, package, paragraph
from tests.report.odts import odt
from tests.report.odts import paragraph as open_paragraph
from tests.report.oles import ole
from workers.errors import (
    DamagedFile,
    HoldsFiles,
    HoldsNothing,
    NeedsOffice,
    NoText,
    UndecodableText,
    UnknownFormat,
    UnusableFile,
)
from workers.report.reading import read_source

TEXT = "柳溪镇2024年法治政府建设年度报告\n全年办结行政处罚案件46件，调解纠纷88件。\n"
LETTER = "From: a@example.org\r\nSubject: report\r\nContent-Type: {}\r\n\r\nPGh0bWw+\r\n"


@pytest.mark.parametrize(
    "start",
    [
        "<script>var a = 1;</script>",
        "<style>p{color:red}</style>",
        "<link rel='stylesheet' href='a.css'>",
        "<strong>通知</strong><br/>",
        "<!-- " + "x" * 9000 + " --><html>",
        "<!doctype html><center>",
        "说明文字 <html><body>",
        " \n" * 700 + "<div>",
        "<h2>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_page_is_a_page_whatever_it_begins_with(start: str, encoding: str) -> None:
    body = "".join(f"<p>{line}</p>" for line in TEXT.split("\n"))
    source = read_source((start + body).encode(encoding), "报告.doc")
    assert source.media_type == "text/html"
    assert "办结行政处罚案件46件" in source.raw_text
    assert "<" not in source.raw_text


def test_text_that_speaks_of_tags_is_a_text() -> None:
    assert read_source(("网页用<br>换行。" + TEXT).encode(), "a.html").media_type == "text/plain"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (package({"[Content_Types].xml": "x", "xl/workbook.bin": "x"}), "Excel"),
        (ole({"PowerPoint Document": b""}), "PDF"),
        (b"%!PS-Adobe-3.0\n", "PostScript"),
        (b'<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"></svg>', "图片"),
    ],
)
def test_sender_is_told_what_it_is_and_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(UnknownFormat) as refused:
        read_source(data, "报告.docx")
    assert says in refused.value.notice.split("\n")[0]


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (ole({"WordDocument": b"", "Workbook": b""}), "application/msword"),
        (ole({"CONTENTS": b""}), "application/vnd.ms-works"),
        (ole({"MM": b""}), "application/vnd.ms-works"),
        (b'<?xml version="1.0"?>\n<uof:UOF xmlns:uof="x"/>', "application/vnd.uof"),
    ],
)
def test_file_of_an_office_program_is_left_to_it(data: bytes, media_type: str) -> None:
    with pytest.raises(NeedsOffice) as wanted:
        read_source(data, "报告.docx", office=True)
    assert wanted.value.media_type == media_type


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (b"PK\x05\x06" + bytes(18), HoldsNothing, "ZIP 压缩包：请解压"),
        (package({"word/readme.txt": "x"}), HoldsFiles, "ZIP 压缩包：请解压"),
        (("Received: x\n" + LETTER.format("multipart/mixed")).encode(), DamagedFile, "重新保存"),
        (LETTER.format("Multipart/Related").lower().encode(), DamagedFile, "重新保存"),
    ],
)
def test_sender_of_what_holds_files_is_told_to_take_them_out(
    data: bytes, error: type[UnusableFile], says: str
) -> None:
    with pytest.raises(error) as refused:
        read_source(data, "报告.docx")
    assert says in refused.value.notice.split("\n")[0]


def test_document_whose_main_part_stands_anywhere_is_read() -> None:
    kind = "application/vnd.x.wordprocessingml.document.main+xml"
    types = f'<Types><Override PartName="/d.xml" ContentType="{kind}"/></Types>'
    first = (
        '<Relationships><Relationship Id="r" Type="x/officeDocument" Target="d.xml"/>'
        "</Relationships>"
    )
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": first,
        "d.xml": document(paragraph("办结46件")),
    }
    assert read_source(package(parts), "报告.doc").raw_text == "办结46件"


def test_empty_document_around_a_file_and_empty_pdf_are_told_apart() -> None:
    with pytest.raises(HoldsFiles, match="embedded"):
        read_source(
            package({"word/document.xml": document(""), "word/embeddings/a.docx": "x"}), "报告.docx"
        )
    with pytest.raises(NoText):
        read_source(package({"word/document.xml": document("")}), "报告.docx")


@pytest.mark.parametrize("encoding", ["hz", "utf-7"])
def test_seven_bit_text_is_decoded(encoding: str) -> None:
    source = read_source(TEXT.encode(encoding), "报告.txt")
    assert (source.raw_text, source.encoding) == (TEXT, encoding)


@pytest.mark.parametrize(("wrong", "right"), [("latin-1", "gb18030"), ("latin-1", "utf-8")])
def test_text_that_was_read_in_another_encoding_is_mended(wrong: str, right: str) -> None:
    assert read_source(TEXT.encode(right).decode(wrong).encode(), "报告.txt").raw_text == TEXT


def test_text_that_cannot_be_mended_is_refused() -> None:
    lost = TEXT.encode().decode("gb18030", errors="replace").encode()
    for data in (lost, b"\x1b$)A\x0e;B=:\x0f2024" * 9):
        with pytest.raises(UndecodableText):
            read_source(data, "报告.txt")


@pytest.mark.parametrize("padding", [b"\x00", b"\x00" * 511])
def test_nought_bytes_that_fill_a_block_are_no_text(padding: bytes) -> None:
    assert read_source(TEXT.encode() + padding, "报告.txt").raw_text == TEXT


def test_zip_whose_packed_bytes_are_broken_is_damaged() -> None:
    whole = odt(open_paragraph("46件" * 400))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        info = archive.getinfo("mimetype")
    start = info.header_offset + 30 + len("mimetype")
    broken = whole[:start] + b"\xff" * info.compress_size + whole[start + info.compress_size :]
    with pytest.raises(DamagedFile):
        read_source(broken, "报告.odt")


def test_compound_file_whose_folders_go_round_in_a_circle_is_damaged() -> None:
    data = bytearray(ole({"Contents": b""}))
    root = data.index("Root Entry".encode("utf-16-le"))
    data[root + 66] = 1  # a folder, whose first entry is itself
    data[root + 76 : root + 80] = bytes(4)
    with pytest.raises(DamagedFile):
        read_source(bytes(data), "报告.doc")
