"""OFD files: the text of their pages as a reader sees it, and the ones that cannot be read so."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.report.docx import package
from tests.report.ofds import OFD, ofd, page, text
from workers.errors import DamagedFile, DrawnLetters, PagesWithoutText, UnusableFile
from workers.report.picturing.fonts import Fonts
from workers.report.picturing.ofd import draw_ofd
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
    ("content", "told"),
    [
        ('<ofd:ImageObject Boundary="0 0 210 297"/>', PagesWithoutText),
        ('<ofd:CompositeObject Boundary="10 10 10 10"/>' * 400, PagesWithoutText),
        (text("\ue11e\ue236\ue28a\ue0c0浏览器", 20, 30), DrawnLetters),
    ],
)
def test_page_whose_text_only_shows_is_named(content: str, told: type[UnusableFile]) -> None:
    with pytest.raises(told, match=r"\(2\)"):
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


def sideways(matrix: str, left: float, step: float) -> str:
    """The lines of the report, each turned by its matrix."""
    objects = (
        f'<ofd:TextObject Boundary="{left + step * at} 30 10 150" Size="5" CTM="{matrix}">'
        f'<ofd:TextCode X="0" Y="0" DeltaX="g {len(line) - 1} 5">{line}</ofd:TextCode>'
        "</ofd:TextObject>"
        for at, line in enumerate(REPORT)
    )
    return "".join(objects)


@pytest.mark.parametrize(
    "content",
    [
        sideways("0 1 -1 0 5 0", 60, -10),
        sideways("0 -1 1 0 0 140", 20, 10),
        lines(*REPORT) + "".join(text(line, 20.2, 30 + 10 * at) for at, line in enumerate(REPORT)),
        lines(*REPORT) + text("隐藏99件", 20, 90, 'Alpha="0"') + text("页外98件", 20, 900),
    ],
)
def test_lines_are_read_however_they_are_drawn(content: str) -> None:
    assert read(ofd(page(content))) == list(REPORT)


def test_glyphs_whose_characters_are_blank_are_named() -> None:
    glyphs = "<ofd:CGTransform><ofd:Glyphs>1 2 3 4 5 6</ofd:Glyphs></ofd:CGTransform>"
    blank = f'<ofd:TextObject Boundary="20 130 9 9" Size="5">{glyphs}<ofd:TextCode> </ofd:TextCode>'
    with pytest.raises(DrawnLetters, match=r"\(1\)"):
        read(ofd(page(lines(*REPORT) + blank + "</ofd:TextObject>")))


def with_drawing(put_in: str, drawing: str) -> bytes:
    """A file whose page puts in a drawing of the document's resources, number 7."""
    unit = f'<ofd:CompositeGraphicUnit ID="7"><ofd:Content>{drawing}</ofd:Content>'
    parts = unzipped(ofd(page(put_in)))
    named = "<ofd:PublicRes>Res.xml</ofd:PublicRes></ofd:CommonData>"
    document = parts["Doc_0/Document.xml"].replace("</ofd:CommonData>", named)
    resources = f"<ofd:Res {OFD}>{unit}</ofd:CompositeGraphicUnit></ofd:Res>"
    return package({**parts, "Doc_0/Document.xml": document, "Doc_0/Res.xml": resources})


def test_text_of_a_drawing_that_is_put_in_is_read() -> None:
    put_in = '<ofd:CompositeObject ResourceID="7" Boundary="0 0 210 297"/>'
    assert read(with_drawing(put_in, lines(*REPORT))) == list(REPORT)


def test_letter_that_is_drawn_has_ink_and_what_it_encloses_has_none() -> None:
    strokes = "M 0 0 L 10 0 L 10 10 L 0 10 C M 3 3 L 7 3 L 7 7 L 3 7 C"
    drawing = (
        '<ofd:PathObject Boundary="0 0 10 10" Fill="true" Stroke="false">'
        f"<ofd:AbbreviatedData>{strokes}</ofd:AbbreviatedData></ofd:PathObject>"
    )
    put_in = '<ofd:CompositeObject ResourceID="7" Boundary="100 50 20 20" CTM="2 0 0 2 0 0"/>'
    seen = draw_ofd(with_drawing(put_in, drawing), 0, (2100, 2970), Fonts())
    at = [
        seen.getpixel((round(x * 10), round(y * 10))) for x, y in ((102, 52), (110, 60), (130, 60))
    ]
    assert at == [(0, 0, 0), (255, 255, 255), (255, 255, 255)]


def unzipped(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}
