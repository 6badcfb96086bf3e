"""OFD files: the text of their pages as a reader sees it, and the ones that cannot be read so."""

from __future__ import annotations

import pytest

from tests.report.docx import package
from tests.report.ofds import OFD, ofd, page, text
from workers.errors import DamagedFile, PagesWithoutText
from workers.report.reading import read_source

REPORT = ("松溪镇2024年法治政府建设年度报告", "一、主要举措", "全年调解纠纷46件，成功45件。")


def lines(*written: str) -> str:
    return "".join(text(line, 20, 30 + 10 * at) for at, line in enumerate(written))


def read(data: bytes) -> list[str]:
    return read_source(data, "报告.ofd").raw_text.split("\n")


def test_pages_are_read_in_the_order_of_the_document() -> None:
    source = read_source(ofd(page(lines(*REPORT)), page(lines("二、存在的问题"))), "报告.ofd")
    assert source.raw_text.split("\n") == [*REPORT, "二、存在的问题"]
    assert source.media_type == "application/ofd"
    assert source.raw_text[source.page_starts[1] :] == "二、存在的问题"


@pytest.mark.parametrize("folder", ["Doc_0", "/Doc_0", "./Doc_0", "doc_0", "Doc_0/../Doc_0"])
def test_parts_are_found_however_their_names_are_written(folder: str) -> None:
    assert read(ofd(page(lines(*REPORT)), folder=folder)) == list(REPORT)


def test_namespace_of_any_spelling_is_read() -> None:
    plain = page(lines(*REPORT)).replace("ofd:", "").replace(OFD.replace("ofd:", ""), 'xmlns="x"')
    assert read(ofd(plain.replace(OFD, 'xmlns="http://www.ofdspec.org"'))) == list(REPORT)


def test_characters_of_objects_of_their_own_make_one_line() -> None:
    """A line whose characters stand a little higher and lower is read from left to right."""
    single = "".join(
        text(character, 20 + 5 * at, 30 + 0.4 * (at % 2))
        for at, character in enumerate("中华人民共和国")
    )
    assert read(ofd(page(single))) == ["中华人民共和国"]


def test_matrix_places_and_stretches_the_text() -> None:
    moved = text("全年办理案件", 20, 60, 'CTM="2 0 0 2 0 0"') + text("46件", 80, 64)
    assert read(ofd(page(moved))) == ["全年办理案件46件"]


def test_widths_that_are_stated_one_by_one_are_followed() -> None:
    assert read(ofd(page(text("案件46件", 20, 30, delta="5 g 2 2.5 2.5")))) == ["案件46件"]
    assert read(ofd(page(text("案件46件", 20, 30, delta="")))) == ["案件46件"]
    assert read(ofd(page(text("案件46件", 20, 30, delta="g 999999999 x")))) != []


def test_template_is_read_before_the_page_and_hidden_text_is_not() -> None:
    hidden = text("不显示", 20, 90, 'Visible="false"')
    used = page(lines("正文第一行") + hidden, '<ofd:Template TemplateID="0"/>')
    assert read(ofd(used, templates=(page(lines("红头文件")),))) == ["红头文件", "正文第一行"]


def test_blocks_within_blocks_are_read() -> None:
    nested = f"<ofd:PageBlock><ofd:PageBlock>{lines(*REPORT)}</ofd:PageBlock></ofd:PageBlock>"
    assert read(ofd(page(nested))) == list(REPORT)


@pytest.mark.parametrize(
    "content",
    [
        '<ofd:ImageObject Boundary="0 0 210 297"/>',
        '<ofd:CompositeObject Boundary="10 10 10 10"/>' * 400,
        text("\ue11e\ue236\ue28a\ue0c0浏览器", 20, 30),
    ],
)
def test_page_whose_text_only_shows_is_named(content: str) -> None:
    with pytest.raises(PagesWithoutText, match=r"\(2\)"):
        read(ofd(page(lines(*REPORT)), page(content)))


def test_missing_page_and_missing_document_are_damage() -> None:
    for parts in (
        {"OFD.xml": f"<ofd:OFD {OFD}/>"},
        {
            "OFD.xml": (
                f"<ofd:OFD {OFD}><ofd:DocBody><ofd:DocRoot>x</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
            )
        },
    ):
        with pytest.raises(DamagedFile):
            read(package(parts))
