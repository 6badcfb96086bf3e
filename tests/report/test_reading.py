"""The read stage: what a file is shows in its bytes,
and its text comes out as its reader would see it.
"""

from __future__ import annotations

import base64
import io
import quopri
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.report.docx import W, document, docx, level, numbered, numbering, package, paragraph
from tests.report.oles import ole
from workers.errors import (
    DamagedFile,
    DrawnByScript,
    EmptyFile,
    HoldsFiles,
    NoText,
    PagesWithoutText,
    ProtectedFile,
    TooLarge,
    UndecodableText,
    UnknownFormat,
    UnusableFile,
)
from workers.report.reading import read_source
from workers.report.reading.formats import FORMATS, Protected, Readable, Refused, known_extensions
from workers.report.reading.package import MAX_PART

REPORT = (
    "柳溪镇2023年度法治政府建设情况报告\r\n一、工作开展情况\r\n全年调解矛盾纠纷46件，"
    "成功率100%。\r\n"
)
TRADITIONAL = "柳溪街道2023年度法治政府建設情況報告\n全年調解矛盾糾紛46件，開展法治宣傳12場。\n"


def read(data: bytes, name: str = "报告.txt") -> str:
    return read_source(data, name).raw_text


# Which files can be read.


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (b"", EmptyFile, "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", PagesWithoutText, "make ocr"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", PagesWithoutText, "make ocr"),
        (b"%PDF-1.7\n", DamagedFile, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, DamagedFile, "damaged"),
        (ole({"x": b""}), UnknownFormat, "old Office"),
        (ole({"EncryptedPackage": b""}), ProtectedFile, "password"),
        (b"{\\rtf1\\ansi ", DamagedFile, "cut off"),
        (b"Rar!\x1a\x07\x01\x00", UnknownFormat, "RAR"),
        (package({"a.txt": "1"}), HoldsFiles, "zip"),
        (package({"xl/workbook.xml": "<a/>"}), NoText, "no text"),
        (ole({"Workbook": b""}), DamagedFile, "Excel"),
        (ole({"WordDocument": b"\xec\xa5\xc1\x00"}), DamagedFile, "damaged"),
        (package({"OFD.xml": "<a/>"}), DamagedFile, "no page"),
        (b"\x00\x01\x02\x03" * 100, UnknownFormat, "binary"),
        (bytes(range(128, 256)) * 8, UndecodableText, "UTF-8"),
        (b" \r\n\t", NoText, "no text"),
        ("\ufeff\n".encode(), NoText, "no text"),
        (b"<html><body><script>1</script></body></html>", DrawnByScript, "script"),
        (docx(""), NoText, "no text"),
    ],
)
def test_unusable_file_is_refused_with_a_sentence(
    data: bytes, error: type[UnusableFile], says: str
) -> None:
    with pytest.raises(error, match=says):
        read_source(data, "报告.docx")


def in_table(known: type[Readable | Refused | Protected]) -> list[Any]:
    return [one for one in FORMATS if isinstance(one, known)]


def test_format_that_is_not_read_is_told_with_what_to_do_in_both_languages() -> None:
    for one in in_table(Refused):
        zh, en = one.refusal().notice.splitlines()
        assert re.search(rf"这是 ?{re.escape(one.name.zh)}：.*请.*。$", zh), zh
        assert en.endswith(f"It is {one.name.en}: {one.remedy.en}.")


def test_no_remedy_names_a_format_that_is_not_read() -> None:
    for one in in_table(Refused):
        told = re.findall(r"\.[a-z]+\b", one.remedy.en + one.remedy.zh)
        assert {*told} <= {*known_extensions()}, one.name.en


def test_formats_that_are_read_have_media_types_and_names_of_their_own() -> None:
    media_types = [one.media_type for one in in_table(Readable)]
    assert len({*media_types}) == len(media_types)
    assert len({*known_extensions()}) == len(known_extensions())


def test_readme_names_only_formats_that_are_read() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    dropped = [
        line
        for line in readme.splitlines()
        if "may be dropped" in line or line.startswith("- 支持")
    ]
    assert len(dropped) == 2
    for line in dropped:
        assert {*re.findall(r"`(\.[a-z]+)`", line)} <= {*known_extensions()}


def test_docx_cut_in_half_is_damaged() -> None:
    data = docx(paragraph("柳溪镇" * 500))
    for share in (0.1, 0.5, 0.9):
        with pytest.raises(DamagedFile):
            read_source(data[: int(len(data) * share)], "报告.docx")


def test_docx_with_a_broken_byte_is_damaged_or_whole() -> None:
    data = bytearray(docx(paragraph("柳溪镇依法行政")))
    data[60] ^= 0xFF
    with pytest.raises(DamagedFile):
        read_source(bytes(data), "报告.docx")


def test_name_says_nothing_about_the_format() -> None:
    assert read_source(REPORT.encode(), "报告.docx").media_type == "text/plain"
    assert read_source(docx(paragraph("柳溪镇")), "报告.txt").raw_text == "柳溪镇"


# Plain text.


def test_raw_text_of_utf8_is_exactly_the_file() -> None:
    source = read_source(("\ufeff" + REPORT).encode(), "报告.txt")
    assert (source.raw_text, source.encoding) == ("\ufeff" + REPORT, "utf-8")


@pytest.mark.parametrize(
    "encoding",
    ["gb18030", "gbk", "gb2312", "utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "utf-32"],
)
@pytest.mark.parametrize("length", [10, 30, len(REPORT)])
def test_text_of_any_chinese_encoding_is_read(encoding: str, length: int) -> None:
    assert read(REPORT[:length].encode(encoding)).lstrip("\ufeff") == REPORT[:length]


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "gb18030", "utf-16-le"])
def test_traditional_text_is_read(encoding: str) -> None:
    assert read(TRADITIONAL.encode(encoding)) == TRADITIONAL


@pytest.mark.parametrize("text", ["Rule of law report, 46 cases.", "46,47\n48,49\n", "é à ü"])
def test_other_text_is_read_as_utf8(text: str) -> None:
    assert read(text.encode()) == text


@pytest.mark.parametrize(
    "text", ["これは日本語の文章です。法律とは関係がありません。", "Это не китайский текст"]
)
def test_other_encodings_are_not_guessed(text: str) -> None:
    with pytest.raises(UndecodableText):
        read(text.encode("shift_jis" if "こ" in text else "cp1251"))


def test_few_broken_bytes_do_not_lose_the_file() -> None:
    data = bytearray((REPORT * 20).encode())
    data[100] = data[700] = 0xFF
    text = read(bytes(data))
    assert "�" in text
    assert text.count("调解矛盾纠纷") == 19


def test_text_cut_in_the_middle_of_a_character_is_read() -> None:
    assert read((REPORT * 3).encode()[:-20]).startswith(REPORT)
    assert read((REPORT * 3).encode("gb18030")[:-5]).startswith(REPORT)


# Web pages.

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}">
<title>柳溪镇2023年度法治政府建设情况报告-柳溪县人民政府</title>
<meta name="ArticleTitle" content="柳溪镇2023年度法治政府建设情况报告">
<style>p {{color: red}}</style></head><body>
<div class="top"><a href="/">首页</a> <a href="/zw">政务公开</a></div>
<table><tr><td>索引号</td><td>0118/2024-00013</td></tr><tr><td>发布机构</td><td>柳溪镇人民政府</td></tr></table>
<h1>柳溪镇2023年度法治政府建设情况报告</h1>
<div class="info">发布时间：2024-03-06 <script>count()</script></div>
<div class="{content}">
<p>　　全年调解矛盾纠纷46件，成功率100%，现将有关情况报告如下：</p>
<p><b>一、</b>工作开展<br>情况</p>
<table><tr><th>项目</th><th>数量</th></tr><tr><td><p>行政许可</p></td><td>46</td></tr></table>
<p style="display: none">看不见的文字，不应出现在正文里面。</p>
<p>柳溪<ruby>镇<rt>zhèn</rt></ruby>&nbsp;人民政府</p></div>
<div class="foot">版权所有：柳溪县人民政府 <a>网站地图</a></div></body></html>"""
PAGE_LINES = [
    "索引号\t0118/2024-00013",
    "发布机构\t柳溪镇人民政府",
    "柳溪镇2023年度法治政府建设情况报告",
    "发布时间：2024-03-06",
    "全年调解矛盾纠纷46件，成功率100%，现将有关情况报告如下：",
    "一、工作开展",
    "情况",
    "项目\t数量",
    "行政许可\t46",
    "柳溪镇\xa0人民政府",
]


@pytest.mark.parametrize("content", ["TRS_Editor", "box17"])
@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "big5"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_page_is_read_from_title_to_end_of_article_whatever_it_declares(
    content: str, charset: str, encoding: str
) -> None:
    source = read_source(
        PAGE.format(charset=charset, content=content).encode(encoding), "报告.html"
    )
    assert source.media_type == "text/html"
    assert source.encoding == encoding
    assert [line.strip("\u3000") for line in source.raw_text.split("\n")] == PAGE_LINES


def test_layout_table_does_not_become_one_line() -> None:
    cell = "".join(
        f"<p>第{number}项工作，已全部完成，成效明显，群众满意。</p>" for number in range(30)
    )
    text = read(
        f"<html><body><table><tr><td>菜单</td><td>{cell}</td></tr></table></body></html>".encode()
    )
    assert text.count("\n") >= 29


def test_page_with_deep_nesting_is_read() -> None:
    page = "<html><body>" + "<div>" * 5000 + "柳溪镇扎实推进依法行政，成效明显。" + "</div>" * 5000
    assert "柳溪镇" in read(page.encode())


# Word.

LEVELS = (
    level(0, "chineseCounting", "%1、")
    + level(1, "chineseCountingThousand", "（%2）")
    + level(2, "decimal", "%1.%3.", "<w:isLgl/>")
    + level(3, "decimalEnclosedCircle", "%4")
    + level(4, "ideographTraditional", "%5.")
)


def test_numbers_that_word_generates_are_read() -> None:
    body = (
        numbered("总体情况")
        + numbered("学习", 1)
        + numbered("宣传", 1)
        + numbered("培训", 2)
        + numbered("细则", 3)
    )
    body += numbered("下一步打算") + numbered("计划", 1) + numbered("甲项", 4)
    lines = read(docx(body, numbering=numbering(LEVELS))).split("\n")
    assert lines == [
        "一、总体情况",
        "（一）学习",
        "（二）宣传",
        "1.1.培训",
        "①细则",
        "二、下一步打算",
        "（一）计划",
        "甲.甲项",
    ]


@pytest.mark.parametrize("stated", ["²", "①", "-", "--1", "٣", "一", "", "9" * 30, "1.5", "0x1"])
def test_number_that_is_none_in_a_list_is_read_over(stated: str) -> None:
    odd = paragraph("甲", f'<w:numPr><w:ilvl w:val="{stated}"/><w:numId w:val="1"/></w:numPr>')
    levels = (
        f'<w:lvl w:ilvl="{stated}"><w:start w:val="{stated}"/><w:lvlText w:val="%1、"/></w:lvl>'
    )
    assert read(docx(odd, numbering=numbering(levels))).endswith("甲")


def test_list_that_starts_anew_counts_anew() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    body = numbered("甲") + numbered("乙") + numbered("丙", number=2)
    assert read(docx(body, numbering=numbering(LEVELS, override))).split("\n") == [
        "一、甲",
        "二、乙",
        "一、丙",
    ]
    assert read(docx(body, numbering=numbering(LEVELS))).split("\n") == [
        "一、甲",
        "二、乙",
        "三、丙",
    ]


def test_number_can_come_from_a_style() -> None:
    styles = (
        f'<w:styles {W}><w:style w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/>'
        "</w:numPr></w:pPr></w:style>"
        '<w:style w:styleId="H2"><w:basedOn w:val="H1"/><w:pPr><w:numPr><w:ilvl w:val="1"/>'
        "</w:numPr></w:pPr></w:style>"
        "</w:styles>"
    )
    body = paragraph("总体", '<w:pStyle w:val="H1"/>') + paragraph("学习", '<w:pStyle w:val="H2"/>')
    body += paragraph(
        "无号", '<w:pStyle w:val="H1"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    ) + paragraph("打算", '<w:pStyle w:val="H1"/>')
    text = read(docx(body, styles=styles, numbering=numbering(LEVELS)))
    assert text.split("\n") == ["一、总体", "（一）学习", "无号", "二、打算"]


def test_tracked_changes_read_as_accepted() -> None:
    body = "<w:p><w:r><w:t>调解</w:t></w:r><w:del><w:r><w:delText>64</w:delText></w:r></w:del>"
    body += (
        "<w:ins><w:r><w:t>46</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>"
    )
    body += "<w:r><w:t>件</w:t></w:r></w:p>"
    assert read(docx(body)) == "调解46件"


def test_paragraph_whose_end_was_deleted_goes_on() -> None:
    assert (
        read(docx(paragraph("调解", "<w:rPr><w:del/></w:rPr>") + paragraph("46件"))) == "调解46件"
    )


def test_hidden_text_and_field_codes_are_left_out() -> None:
    body = (
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>批注</w:t></w:r><w:r><w:instrText>"
        "PAGE</w:instrText></w:r>"
    )
    body += '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>2024年</w:t>'
    body += "<w:tab/><w:t>报告</w:t><w:br/><w:t>正文</w:t></w:r></w:p>"
    assert read(docx(body)) == "2024年  报告\n正文"


def test_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{paragraph('框内')}</w:txbxContent>"
    both = (
        f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent>"
    )
    assert read(docx(f"<w:p><w:r><w:t>正文</w:t>{both}</w:r></w:p>")) == "正文\n框内"


def test_table_is_rows_and_footnotes_stand_at_the_end() -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in cells) + "</w:tr>"

    notes = f'<w:footnotes {W}><w:footnote w:type="separator">{paragraph("—")}</w:footnote>'
    notes += f"<w:footnote>{paragraph('注')}</w:footnote></w:footnotes>"
    body = (
        paragraph("前") + f"<w:tbl>{row('许可', '46')}{row('处罚', '3')}</w:tbl>" + paragraph("后")
    )
    header = f"<w:hdr {W}>{paragraph('页眉')}</w:hdr>"
    assert read(docx(body, footnotes=notes, header1=header)).split("\n") == [
        "前",
        "许可\t46",
        "处罚\t3",
        "后",
        "注",
    ]


def test_zip_bomb_is_too_large() -> None:
    with pytest.raises(TooLarge):
        read_source(docx(paragraph("0" * (MAX_PART + 1))), "报告.docx")
    with pytest.raises(TooLarge):
        read_source(docx(paragraph("0" * (MAX_PART // 4))), "报告.docx")


def test_zip_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(docx(paragraph("0" * (MAX_PART // 2))))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.infolist()[0].file_size
    data = bytearray(bytes(data).replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    with pytest.raises((DamagedFile, TooLarge)):
        read_source(bytes(data), "报告.docx")


@pytest.mark.parametrize(
    "entity", ['<!ENTITY a "柳溪镇">', '<!ENTITY a SYSTEM "file:///etc/hostname">']
)
def test_document_with_entities_is_refused(entity: str) -> None:
    xml = f"<!DOCTYPE x [{entity}]>" + document("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>")
    with pytest.raises(DamagedFile):
        read_source(package({"word/document.xml": xml}), "报告.docx")


def test_document_nested_beyond_reason_is_refused() -> None:
    body = "<w:sdt>" * 2000 + paragraph("柳溪镇") + "</w:sdt>" * 2000
    with pytest.raises(DamagedFile):
        read_source(docx(body), "报告.docx")


def test_text_of_millions_of_characters_is_no_report() -> None:
    with pytest.raises(TooLarge, match=r"2,000,001 characters"):
        read(("法" * 2_000_001).encode())


@pytest.mark.parametrize("error", UnusableFile.__subclasses__(), ids=lambda error: error.__name__)
def test_sender_reads_a_line_in_chinese_and_a_line_in_english(error: type[UnusableFile]) -> None:
    chinese, english = error("(2 pages)", "（2 页）").notice.split("\n")
    assert chinese.endswith("（2 页）")
    assert english.endswith("(2 pages)")


TEXT = "松溪镇人民政府2024年法治政府建设年度报告\n全年办结行政处罚案件46件，群众满意。\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-32-le"),
        TEXT.encode("utf-32-be"),
        TEXT.encode().replace(b"\n", b"\0\n"),
        TEXT.encode("gb18030").replace(b"\n", b"\r\n\0"),
    ],
)
def test_text_is_decoded_without_its_mark_and_between_nul_bytes(data: bytes) -> None:
    assert "全年办结行政处罚案件46件" in read_source(data, "报告.txt").raw_text


@pytest.mark.parametrize(
    "data",
    [
        quopri.encodestring(TEXT.encode()),
        base64.encodebytes(TEXT.encode() * 4),
        TEXT.encode("unicode_escape"),
        quote(TEXT).encode(),
    ],
)
def test_text_that_is_spelt_in_ascii_is_refused(data: bytes) -> None:
    with pytest.raises(UndecodableText):
        read_source(data, "报告.txt")


def test_long_line_of_letters_is_looked_at_once() -> None:
    """What is nearly base64 was tried in every way to cut it into lines."""
    text = f"{'A' * 5_000}, 46"
    assert read_source(text.encode(), "报告.txt").raw_text == text
