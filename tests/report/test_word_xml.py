"""Word documents that are one XML file."""

from __future__ import annotations

import pytest

from tests.report.docx import document, level, numbered, numbering, paragraph
from workers.errors import DamagedFile, NoText
from workers.report.reading import read_source

OLD = (
    'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"'
    ' xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"'
    ' xmlns:aml="http://schemas.microsoft.com/aml/2001/core"'
)
FLAT = 'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"'


def listed(label: str, text: str) -> str:
    hint = f'<w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/><wx:t wx:val="{label}"/></w:listPr>'
    return f"<w:p><w:pPr>{hint}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_2003(body: str) -> bytes:
    section = f"<wx:sect>{body}<w:sectPr/></wx:sect>"
    return (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
        f"<w:wordDocument {OLD}><w:body>{section}</w:body></w:wordDocument>"
    ).encode()


def flat(parts: dict[str, str]) -> bytes:
    held = "".join(
        f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{xml}</pkg:xmlData></pkg:part>'
        for name, xml in parts.items()
    )
    picture = '<pkg:part pkg:name="/a.png"><pkg:binaryData>iVBORw0KGgo=</pkg:binaryData></pkg:part>'
    return f'<?xml version="1.0"?><pkg:package {FLAT}>{held}{picture}</pkg:package>'.encode()


def test_word_2003_shows_its_numbers_notes_and_no_deletions() -> None:
    note = "<w:r><w:footnote><w:p><w:r><w:t>数据来自年报。</w:t></w:r></w:p></w:footnote></w:r>"
    deleted = (
        '<aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>旧</w:delText></w:r>'
        "</aml:content></aml:annotation>"
    )
    comment = (
        '<aml:annotation w:type="Word.Comment"><aml:content><w:p><w:r><w:t>核对</w:t></w:r></w:p>'
        "</aml:content></aml:annotation>"
    )
    row = f"<w:tr><w:tc>{paragraph('案件')}</w:tc><w:tc>{paragraph('46')}</w:tc></w:tr>"
    body = (
        paragraph("柳溪镇2024年法治政府建设年度报告")
        + listed("一、", "工作情况")
        + listed("1.", "46件案件办结")
        + f"<w:p><w:r><w:t>全年</w:t></w:r>{deleted}<w:r><w:t>调解88件。</w:t></w:r>"
        + f"{comment}{note}</w:p>"
        + f"<w:tbl>{row}</w:tbl>"
    )
    found = read_source(word_2003(body), "报告.doc")
    assert found.media_type == "application/vnd.ms-word2003-xml"
    assert found.raw_text == (
        "柳溪镇2024年法治政府建设年度报告\n一、工作情况\n1. 46件案件办结\n"
        "全年调解88件。\n案件\t46\n数据来自年报。"
    )


def test_numbers_that_no_program_wrote_out_are_counted() -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/>{form}<w:lvlText w:val="{pattern}"/>'
        '<w:suff w:val="Nothing"/></w:lvl>'
        for depth, (form, pattern) in enumerate(
            (('<w:nfc w:val="37"/>', "%1、"), ('<w:nfc w:val="37"/>', "（%2）"), ("", "%3."))
        )
    )
    lists = (
        f'<w:lists><w:listDef w:listDefId="4">{levels}</w:listDef>'
        '<w:list w:ilfo="2"><w:ilst w:val="4"/></w:list></w:lists>'
    )
    body = "".join(
        f'<w:p><w:pPr><w:listPr><w:ilvl w:val="{depth}"/><w:ilfo w:val="2"/></w:listPr></w:pPr>'
        f"<w:r><w:t>{text}</w:t></w:r></w:p>"
        for depth, text in ((0, "工作情况"), (1, "执法"), (2, "46件案件办结"), (0, "存在问题"))
    )
    document_of_2003 = word_2003(body).replace(b"<w:body>", f"{lists}<w:body>".encode())
    assert read_source(document_of_2003, "报告.xml").raw_text == (
        "一、工作情况\n（一）执法\n1. 46件案件办结\n二、存在问题"
    )


def test_package_laid_flat_is_read_as_one_that_is_zipped() -> None:
    found = read_source(
        flat(
            {
                "word/document.xml": document(paragraph("柳溪镇") + numbered("46件")),
                "word/numbering.xml": numbering(level(0, "decimal", "%1.")),
            }
        ),
        "报告.xml",
    )
    assert found.raw_text == "柳溪镇\n1. 46件"


@pytest.mark.parametrize("data", [word_2003("x")[:-30], flat({"word/document.xml": "<a/>"})])
def test_damaged_one_is_told(data: bytes) -> None:
    with pytest.raises(DamagedFile):
        read_source(data, "报告.doc")


def test_empty_one_has_no_text() -> None:
    with pytest.raises(NoText):
        read_source(word_2003(""), "报告.doc")
