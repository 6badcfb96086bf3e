"""Files that hold other files: what is taken out of them, and what their senders are told."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from email.message import EmailMessage

import pypdfium2 as pdfium
import pytest

from tests.report.docx import document, docx, package, paragraph
from tests.report.oles import Tree, ole
from tests.report.pdfs import lines, pdf
from workers.errors import (
    DamagedFile,
    HoldsFiles,
    HoldsNothing,
    NoneReadable,
    ProtectedFile,
    TooLarge,
)
from workers.report.model import Source, Unpacked
from workers.report.reading import open_file, read_source

LINES = (
    "苇塘镇2024年度法治政府建设情况报告",
    "一、工作开展情况",
    *(
        f"全年第{at}季度办结行政处罚案件{at}件，排查调处各类矛盾纠纷，开展法治宣传。"
        for at in range(1, 16)
    ),
    "苇塘镇人民政府",
)
REPORT = "\n".join(LINES)
PAGE = f"<html><body>{''.join(f'<p>{line}</p>' for line in LINES)}</body></html>"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(90)


def members(data: bytes) -> dict[str, bytes]:
    opened = open_file(data, "")
    assert isinstance(opened, Unpacked)
    assert len({member.path for member in opened.members}) == len(opened.members)
    return {member.path: member.content for member in opened.members}


def text(data: bytes) -> str:
    opened = open_file(data, "")
    assert isinstance(opened, Source)
    return opened.raw_text


def gbk_zip(files: dict[str, bytes]) -> bytes:
    """Stored entries, written by hand: their names are GBK and no flag says so."""
    body, directory = b"", b""
    for name, content in files.items():
        raw, crc, size = name.encode("gbk"), zipfile.crc32(content), len(content)
        at = len(body)
        fields = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, crc, size, size, len(raw), 0)
        body += b"PK\x03\x04" + fields + raw + content
        directory += (
            b"PK\x01\x02" + b"\x14\x00" + fields + struct.pack("<HHHII", 0, 0, 0, 0, at) + raw
        )
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def test_archive_of_windows_has_its_chinese_names() -> None:
    found = members(gbk_zip({"青山镇/年报.txt": REPORT.encode(), "柳溪镇\\年报.txt": b"1"}))
    assert found == {"青山镇/年报.txt": REPORT.encode(), "柳溪镇/年报.txt": b"1"}


def test_archive_of_today_has_its_names_and_no_litter() -> None:
    litter = ("__MACOSX/._年报.txt", "青山镇/.DS_Store", "._a.txt", "Thumbs.db", "~$年报.docx")
    data = package({"青山镇/年报.txt": REPORT, "空夹/": "", **dict.fromkeys(litter, "x")})
    assert members(data) == {"青山镇/年报.txt": REPORT.encode()}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/cron.d/a", "etc/cron.d/a"),
        ("/abs/年报.txt", "abs/年报.txt"),
        ("a/./b//c.txt", "a/b/c.txt"),
        ("..\\上\\年报.txt", "上/年报.txt"),
    ],
)
def test_name_that_leads_out_of_the_archive_leads_into_it(name: str, path: str) -> None:
    assert [*members(package({name: REPORT}))] == [path]


def test_two_members_of_one_name_are_both_kept() -> None:
    data = gbk_zip({"年报.txt": "一".encode(), "年报二txt": "二".encode()})
    data = data.replace("年报二txt".encode("gbk"), "年报.txt".encode("gbk").ljust(9, b"\0"))
    found = members(data)
    assert found == {"年报.txt": "一".encode(), "年报 (2).txt": "二".encode()}


def test_links_in_an_archive_are_no_files() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(HoldsNothing):
        open_file(buffer.getvalue(), "")


def test_archive_with_a_password_is_refused_as_one() -> None:
    data = bytearray(package({"年报.txt": REPORT}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + at] |= 1
    with pytest.raises(ProtectedFile, match="zip"):
        open_file(bytes(data), "")


def test_bombs_and_lies_end_within_the_limits() -> None:
    with pytest.raises(TooLarge):
        open_file(package({"a.txt": "\0" * (9 << 20)}), "")
    with pytest.raises(TooLarge):
        open_file(package({f"{at}.txt": "x" for at in range(2001)}), "")
    overlapping = bytearray(gbk_zip({"a": b"x" * 400, "b": b"y" * 400}))
    second = overlapping.rfind(b"PK\x01\x02")
    overlapping[second + 42 : second + 46] = struct.pack("<I", 10)  # it begins within the first
    with pytest.raises(DamagedFile):
        open_file(bytes(overlapping), "")
    lying = bytearray(gbk_zip({"a": b"x" * 400}))
    at = lying.find(b"PK\x01\x02")
    lying[at + 24 : at + 28] = struct.pack("<I", 1 << 31)
    assert members(bytes(lying)) == {"a": b"x" * 400}


@pytest.mark.parametrize("mark", [b"PK\x01\x02", b"PK\x05\x06"])
def test_archive_cut_off_is_damaged(mark: bytes) -> None:
    data = package({"年报.txt": REPORT * 9})
    with pytest.raises(DamagedFile):
        open_file(data[: data.find(mark)], "")


def test_archive_of_nothing_that_is_read_says_of_each_what_it_is() -> None:
    with pytest.raises(NoneReadable) as refused:
        open_file(package({"甲.exe": "MZ\0" + "x" * 99, "乙.txt": ""}), "")
    zh, en = refused.value.notice.splitlines()
    assert "甲.exe：这是 Windows 程序：请放入报告本身" in zh
    assert "乙.txt：文件是空的" in zh
    assert "甲.exe: It is a Windows program" in en


def test_archive_is_refused_where_one_file_is_wanted() -> None:
    with pytest.raises(HoldsFiles, match="unpack it"):
        read_source(package({"a.txt": REPORT}), "")


def tar_of(files: dict[str, bytes], encoding: str = "utf-8") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(
        fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT, encoding=encoding
    ) as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_tar_archive_gives_its_files_however_it_is_packed(pack: object, encoding: str) -> None:
    files = {"青山镇/年报.txt": REPORT.encode(), "柳溪镇/年报.txt": b"1"}
    assert members(pack(tar_of(files, encoding))) == files  # type: ignore[operator]


def test_single_packed_file_has_the_name_that_was_kept() -> None:
    buffer = io.BytesIO()
    with gzip.GzipFile("年报.txt.gz".encode().decode("latin-1"), "wb", fileobj=buffer) as out:
        out.write(REPORT.encode())
    assert members(buffer.getvalue()) == {"年报.txt": REPORT.encode()}
    with pytest.raises(TooLarge):
        open_file(gzip.compress(bytes(9 << 20)), "")


def mail(*, body: str = "请查收。", kind: str = "plain", subject: str = "年报") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", subject
    message.set_content(body, subtype=kind)
    return message


def attach(message: EmailMessage, name: str, content: bytes, kind: str = "octet-stream") -> None:
    message.add_attachment(content, maintype="application", subtype=kind, filename=name)


def test_mail_gives_its_attachments_and_not_its_letter() -> None:
    message = mail()
    attach(message, "青山镇年报.txt", REPORT.encode())
    attach(message, "smime.p7s", b"1", "pkcs7-signature")
    assert members(message.as_bytes()) == {"青山镇年报.txt": REPORT.encode()}


def test_mail_whose_text_is_a_report_beside_an_attachment_gives_both() -> None:
    message = mail(body=REPORT)
    attach(message, "附表.txt", b"1")
    assert [*members(message.as_bytes())] == ["年报.txt", "附表.txt"]


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_mail_without_attachments_is_read_as_its_text(kind: str) -> None:
    source = text(mail(body=REPORT if kind == "plain" else PAGE, kind=kind).as_bytes())
    assert source.split() == REPORT.split()


def test_mail_of_an_old_program_has_its_names_in_gbk() -> None:
    head = (
        "From: a@example.org\r\nSubject: =?gb2312?B?xOqxqA==?=\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    )
    parts = [
        'Content-Type: text/plain; charset="gb2312"\r\n\r\n请查收',
        'Content-Type: text/plain; name="=?gb2312?B?xOqxqA==?=.txt"\r\n\r\n' + REPORT,
        'Content-Disposition: attachment; filename="总结.txt"\r\n\r\n1',
        "Content-Disposition: attachment; filename*=gb2312''%D7%DC.txt\r\n\r\n2",
    ]
    data = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    assert [*members((head + data).encode("gbk"))] == ["年报.txt", "总结.txt", "总.txt"]


def test_pictures_that_a_mail_shows_are_no_files_of_it() -> None:
    message = mail(body=PAGE, kind="html")
    message.add_related(PICTURE, maintype="image", subtype="png", cid="<logo>")
    assert text(message.as_bytes()).split() == REPORT.split()
    empty = mail(body="<p></p>", kind="html")
    empty.add_related(PICTURE, maintype="image", subtype="png", cid="<scan>", filename="扫描.png")
    attach(empty, "说明.txt", b"1")
    assert [*members(empty.as_bytes())] == ["说明.txt"]


def web_archive(*pages: str, charset: str = "gb2312") -> bytes:
    head = (
        'From: <WPS>\r\nMIME-Version: 1.0\r\nContent-Type: Multipart/Related; boundary="b"\r\n\r\n'
    )
    written = [
        f"Content-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n"
        f"Content-Location: file:///c/{at}.htm\r\n\r\n{page}"
        for at, page in enumerate(pages)
    ]
    picture = "Content-Type: image/png\r\nContent-Location: a.png\r\n\r\nx"
    style = "Content-Type: text/css\r\nContent-Location: a.css\r\n\r\np{}"
    parts = "".join(f"--b\r\n{part}\r\n" for part in (*written, picture, style))
    return f"{head}{parts}--b--\r\n".encode("gbk")


def test_web_archive_of_one_page_is_read_as_that_page() -> None:
    assert text(web_archive(PAGE)).split() == REPORT.split()
    frame = "<html><frameset><frame src='0.htm'></frameset></html>"
    assert text(web_archive(frame, PAGE, PAGE)).split() == REPORT.split()


def test_web_archive_of_several_reports_gives_each() -> None:
    found = members(web_archive(PAGE, PAGE.replace("苇塘镇", "松岗镇")))
    assert [*found] == ["0.htm.html", "1.htm.html"]
    assert [text(page).split("2024")[0] for page in found.values()] == ["苇塘镇", "松岗镇"]


def outlook(*files: tuple[str, bytes], body: str = "请查收。", html: str = "") -> bytes:
    tree: Tree = {
        "__properties_version1.0": bytes(32),
        "__substg1.0_0037001F": "年报".encode("utf-16-le"),
        "__substg1.0_1000001F": body.encode("utf-16-le"),
    }
    if html:
        tree["__substg1.0_10130102"] = html.encode("gb18030")
    for at, (name, content) in enumerate(files):
        tree[f"__attach_version1.0_#{at:08X}"] = {
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            "__substg1.0_37010102": content,
        }
    return ole(tree)


def test_outlook_mail_gives_its_attachments_or_its_text() -> None:
    files = (("青山镇年报.txt", REPORT.encode()), ("大.bin", bytes(70_000)))
    assert members(outlook(*files)) == dict(files)
    assert text(outlook(body=REPORT)).split() == REPORT.split()
    assert text(outlook(html=PAGE)).split() == REPORT.split()


def test_stream_that_runs_in_a_circle_is_no_larger_than_the_file() -> None:
    data = bytearray(outlook(("大.bin", bytes(70_000))))
    entry = data.find("__substg1.0_37010102".encode("utf-16-le"))
    (first,), (table,) = (struct.unpack_from("<I", data, at) for at in (entry + 116, 0x4C))
    struct.pack_into("<I", data, entry + 120, 0xFFFFFFFF)
    struct.pack_into("<I", data, 512 * (table + 1) + 4 * first, first)
    assert len(members(bytes(data))["大.bin"]) <= len(data)


def test_name_in_no_charset_is_read_all_the_same() -> None:
    message = mail()
    attach(message, "a.txt", REPORT.encode())
    data = message.as_bytes().replace(b'filename="a.txt"', b"filename*=gb\xad'zh'a.txt")
    assert [*members(data)] == ["a.txt"]


def test_document_that_is_empty_but_for_embedded_files_gives_these() -> None:
    inner = docx(paragraph(REPORT))
    name = "年报.txt".encode("gbk") + b"\0"
    native = bytes(2) + name + name + bytes(4) + struct.pack("<I", 3) + b"c:\0"
    native += struct.pack("<I", len(REPORT.encode())) + REPORT.encode()
    objects = {
        "a.docx": inner,
        "b.bin": ole({"\x01Ole10Native": struct.pack("<I", len(native)) + native}),
        "c.bin": ole({"Package": inner}),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", document(""))
        for each, content in objects.items():
            archive.writestr(f"word/embeddings/{each}", content)
    found = members(buffer.getvalue())
    assert found == {"a.docx": inner, "年报.txt": REPORT.encode(), "c.bin": inner}


def test_document_with_a_text_of_its_own_is_read_whatever_is_embedded() -> None:
    parts = {"word/document.xml": document(paragraph(REPORT)), "word/embeddings/a.txt": "x"}
    assert "苇塘镇" in text(package(parts))


def portfolio(said: str) -> bytes:
    """A PDF of this one line, with a file attached."""
    document = pdfium.PdfDocument(pdf(lines(*said.split("\n"))))
    document.new_attachment("青山镇年报.txt").set_data(REPORT.encode())
    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    return buffer.getvalue()


def test_pdf_that_says_no_more_than_to_open_it_gives_its_attachments() -> None:
    for said in ("请打开此 PDF 包", "For the best experience, open this PDF portfolio in Acrobat."):
        assert members(portfolio(said)) == {"青山镇年报.txt": REPORT.encode()}
    assert "办结案件46件" in text(
        portfolio("办结案件46件，详见附件。" + "\n法治工作有序推进，各项任务完成。" * 45)
    )


def test_member_without_a_name_is_no_file() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(""), "无名")
    with pytest.raises(HoldsNothing):
        open_file(buffer.getvalue(), "报告.zip")
