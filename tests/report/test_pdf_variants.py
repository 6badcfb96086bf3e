"""What programs draw in many ways: each is read as it is seen."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.report.pdfs import SIZE, lines, pdf, picture, together
from workers.errors import PagesWithoutText, TooLarge, UnknownFormat, UnusableFile
from workers.report.reading import read_source

REPORT = ("松溪镇2024年法治政府建设年度报告", "一、主要举措", "全年调解纠纷46件，成功45件。")
Draw = Callable[[Canvas], None]


def read(data: bytes) -> str:
    return read_source(data, "报告.pdf").raw_text


def write(canvas: Canvas, left: float = 80, top: float = 700, step: float = 25) -> None:
    for at, text in enumerate(REPORT):
        canvas.drawString(left, top - step * at, text)


def turned(degrees: int, left: float, top: float) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.translate(left, top)
        canvas.rotate(degrees)
        write(canvas, 0, 0)

    return draw


def letter_by_letter(
    *, order: Callable[[list[tuple[float, float, str]]], None], twice: bool
) -> Draw:
    """Each character by itself, at the pace of the Chinese ones."""

    def draw(canvas: Canvas) -> None:
        letters = [
            (80 + SIZE * x, 700 - 30 * y, letter)
            for y, text in enumerate(REPORT)
            for x, letter in enumerate(text)
        ]
        order(letters)
        for x, y, letter in letters:
            canvas.drawString(x, y, letter)
            if twice:
                canvas.drawString(x + 0.3, y, letter)

    return draw


def widely(canvas: Canvas) -> None:
    for at, text in enumerate(REPORT):
        words = canvas.beginText(40, 700 - 30 * at)
        words.setCharSpace(8)
        words.textOut(text)
        canvas.drawText(words)


@pytest.mark.parametrize(
    "draw",
    [
        turned(90, 300, 100),
        turned(270, 300, 700),
        turned(180, 500, 300),
        turned(2, 60, 700),
        letter_by_letter(order=random.Random(1).shuffle, twice=False),
        letter_by_letter(order=list.reverse, twice=False),
        letter_by_letter(order=list.sort, twice=True),
        widely,
        together(lines(*REPORT), turned(45, 300, 300)),
    ],
)
def test_lines_are_read_however_they_are_drawn(draw: Draw) -> None:
    assert read(pdf(draw)).split("\n") == list(REPORT)


def test_columns_that_are_drawn_row_by_row_are_read_one_after_the_other() -> None:
    def draw(canvas: Canvas) -> None:
        for at in range(6):
            canvas.drawString(60, 700 - 20 * at, f"左栏第{at}行的文字在这里")
            canvas.drawString(320, 700 - 20 * at, f"右栏第{at}行的文字在这里")

    wanted = [f"{side}栏第{at}行的文字在这里" for side in "左右" for at in range(6)]
    assert read(pdf(draw)).split("\n") == wanted


def test_vertical_columns_with_marks_are_read_from_the_right() -> None:
    columns = ["（一）组织领导。", "全年办理案件四十六件。", "调解成功四十五件。"]

    def draw(canvas: Canvas) -> None:
        for at, text in reversed(list(enumerate(columns))):
            for down, letter in enumerate(text):
                canvas.drawString(500 - 30 * at, 700 - 17 * down, letter)

    assert read(pdf(draw)).split("\n") == columns


def test_raised_note_marks_are_no_digits_of_the_figure() -> None:
    def draw(canvas: Canvas) -> None:
        words = canvas.beginText(40, 700)
        words.textOut("办结46")
        words.setRise(6)
        words.setFont(canvas._fontname, 7)
        words.textOut("12")
        words.setRise(0)
        words.setFont(canvas._fontname, SIZE)
        words.textOut("件")
        canvas.drawText(words)

    assert read(pdf(draw)) == "办结46¹²件"


def test_what_lies_off_the_page_is_left_out() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setCropBox((0, 400, A4[0], A4[1]))
        write(canvas)
        canvas.drawString(80, 100, "裁掉99件")
        canvas.drawString(-900, 500, "页外98件")

    assert read(pdf(draw)).split("\n") == list(REPORT)


def strips(canvas: Canvas) -> None:
    for at in range(20):
        strip = ImageReader(Image.new("L", (40, 3), 200 + at))
        canvas.drawImage(strip, 0, at * A4[1] / 20, A4[0], A4[1] / 20)


@pytest.mark.parametrize("scan", [picture, strips])
def test_scan_among_pages_of_text_is_named(scan: Draw) -> None:
    with pytest.raises(PagesWithoutText, match=r"\(2\)"):
        read(pdf(lines(*REPORT), scan))


def raw_pdf(*objects: bytes) -> bytes:
    """A file of these objects; the first is its catalog."""
    written = b"%PDF-1.5\n" + b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, 1)
    )
    return written + b"trailer<</Size %d/Root 1 0 R>>\n%%%%EOF" % (len(objects) + 1)


def stream(content: bytes, says: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (says, len(content), content)


CATALOG, PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def page(resources: bytes) -> bytes:
    return (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 2000 842]/Contents 4 0 R/Resources<<%s>>>>"
        % resources
    )


def mapped(*characters: str) -> bytes:
    """A line in a font whose map says of each character that it is this one."""
    rows = b"".join(
        b"<%04X><%s>\n" % (code, text.encode("utf-16-be").hex().encode())
        for code, text in enumerate(characters, 1)
    )
    space = b"1 begincodespacerange <0000><FFFF> endcodespacerange"
    table = b"begincmap %s %d beginbfchar\n%sendbfchar endcmap" % (space, len(characters), rows)
    codes = b"".join(b"%04X" % code for code in range(1, len(characters) + 1))
    return raw_pdf(
        CATALOG,
        PAGES,
        page(b"/Font<</F 5 0 R>>"),
        stream(b"BT /F 12 Tf 50 700 Td <%s> Tj ET" % codes),
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]"
        b"/ToUnicode 7 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/DW 1000/CIDSystemInfo<</Registry(Adobe)"
        b"/Ordering(Identity)/Supplement 0>>/FontDescriptor<</Type/FontDescriptor/FontName/X"
        b"/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 900/Descent -200/CapHeight 700"
        b"/StemV 80>>>>",
        stream(table),
    )


SAID = "全年调解纠纷46件，成功45件，群众满意度不断提升。"


@pytest.mark.parametrize(
    "characters",
    [
        [chr(ord(one) + 37) if one > "\u2e80" else one for one in SAID],
        ["口"] * len(SAID),
        [chr(0xA1 + at) for at in range(len(SAID))],
        [chr(0xE000 + at) for at in range(len(SAID))],
    ],
)
def test_page_in_a_font_with_a_wrong_map_is_named(characters: list[str]) -> None:
    assert read(mapped(*SAID)) == SAID
    with pytest.raises(PagesWithoutText):
        read(mapped(*characters))


def test_cover_of_a_portfolio_is_told() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 12)
        canvas.drawString(50, 700, "For the best experience, open this PDF portfolio in Acrobat X")

    with pytest.raises(UnknownFormat, match="portfolio"):
        read_source(pdf(draw), "")


KIDS = b"<</Type/Pages/Kids[%s]/Count 1000000>>"
SMALL = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"


@pytest.mark.parametrize("kids", [b"2 0 R 2 0 R", b"3 0 R", b"3 0 R " * 1_000_000])
def test_million_pages_are_refused(kids: bytes) -> None:
    with pytest.raises(TooLarge):
        read(raw_pdf(CATALOG, KIDS % kids, SMALL))


def test_length_of_a_stream_that_is_itself_ends_as_a_refusal() -> None:
    with pytest.raises(UnusableFile):
        read(raw_pdf(CATALOG, PAGES, page(b""), b"<</Length 4 0 R>>stream\nBT ET\nendstream"))


@pytest.mark.parametrize(
    "text",
    [
        "目录" + "." * 60 + "3",
        "“Rule of Law” — annual report ’24 ® ™",
        "отчёт о верховенстве права за год",
    ],
)
def test_page_of_leaders_or_of_another_script_is_no_wrong_map(text: str) -> None:
    assert read(mapped(*text)).replace(" ", "") == text.replace(" ", "")
