"""The box of a figure on its page: in the page's picture the figure is drawn in red, and the box
holds all that is red and nothing that is black."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops
from reportlab.lib.colors import black, red
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.report.ofds import ofd, page, text
from tests.report.pdfs import LEFT, SIZE, SONG, TOP, lines, pdf, together, upright_column
from workers.report.contract import as_json
from workers.report.model import Source
from workers.report.picturing.ofd import draw_ofd
from workers.report.pipeline import read_report
from workers.report.places import PAGE, Box, find_boxes
from workers.report.reading import read_source
from workers.report.text import Span
from workers.stages.confinement.system_fonts import find_fonts

FIGURE = "46件"
# How far ink may reach beyond its character, in pixels: it is drawn smooth.
SOFT = 2


def marked(before: str, after: str, left: float = LEFT, top: float = TOP) -> Callable[..., None]:
    """A line of a page with the figure in red."""

    def draw(canvas: Canvas) -> None:
        x = left
        for words, colour in ((before, black), (FIGURE, red), (after, black)):
            canvas.setFillColor(colour)
            canvas.drawString(x, top, words)
            x += stringWidth(words, SONG, SIZE)
        canvas.setFillColor(black)

    return draw


LINE = marked("全年办结行政处罚案件", "，罚款8万元。")


def turned(turn: int) -> Callable[[Canvas], None]:
    """A page that lies on its side in the file and is shown upright."""

    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        canvas.translate(297, 421)
        canvas.rotate(turn)
        canvas.setFont(SONG, SIZE)
        marked("全年办结行政处罚案件", "，罚款8万元。", left=-200, top=100)(canvas)

    return draw


def cropped(canvas: Canvas) -> None:
    canvas.setCropBox((40, 500, 500, 800))
    LINE(canvas)


def boxes_of(source: Source, figure: str) -> list[Box]:
    start = source.raw_text.index(figure)
    return list(find_boxes(source.lines, Span(start, start + len(figure))))


def picture_of(data: bytes, page: int = 0) -> Image.Image:
    return pdfium.PdfDocument(data)[page].render(scale=2).to_pil().convert("RGB")


def ink(picture: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Where it is red, and where it is black."""
    reds, greens, _ = picture.split()
    dark = greens.point(lambda value: 255 * (value < 160))
    red_ink = ImageChops.multiply(dark, reds.point(lambda value: 255 * (value > 200)))
    black_ink = reds.point(lambda value: 255 * (value < 100))
    return red_ink, black_ink


def covers_the_red(box: Box, picture: Image.Image) -> bool:
    red_ink, black_ink = ink(picture)
    area = (
        box.left * picture.width // PAGE - SOFT,
        box.top * picture.height // PAGE - SOFT,
        box.right * picture.width // PAGE + SOFT,
        box.bottom * picture.height // PAGE + SOFT,
    )
    found = red_ink.getbbox()
    assert found is not None, "nothing is red"
    inside = area[0] <= found[0] and area[1] <= found[1] and found[2] <= area[2]
    within = Image.new("L", picture.size)
    within.paste(255, (area[0] + 2 * SOFT, area[1], area[2] - 2 * SOFT, area[3]))
    alone = ImageChops.multiply(within, black_ink).getbbox() is None
    return inside and found[3] <= area[3] and alone


@pytest.mark.parametrize(
    "draw",
    [
        together(LINE, lines("第二行", "第三行", top=TOP - 30)),
        turned(90),
        turned(180),
        turned(270),
        cropped,
        together(
            lines("左栏第一行文字较多", "左栏的第二行"),
            lines("右栏第一行", left=330),
            marked("右栏办结", "等", left=330, top=TOP - 1.5 * SIZE),
        ),
        together(lines("单位\t件数"), marked("", "", left=300, top=TOP)),
    ],
    ids=["upright", "turned 90", "turned 180", "turned 270", "cropped", "columns", "table"],
)
def test_box_of_a_figure_covers_it_in_the_picture_of_the_page(
    draw: Callable[[Canvas], None],
) -> None:
    data = pdf(draw)
    [box] = boxes_of(read_source(data, ""), FIGURE)
    assert covers_the_red(box, picture_of(data))


def test_box_of_a_figure_in_vertical_text_is_a_piece_of_its_column() -> None:
    columns = (("全年办结案件四十六件整", 400), ("调解纠纷五十七件整", 370))
    data = pdf(together(*(upright_column(text, left) for text, left in columns)))
    [box] = boxes_of(read_source(data, ""), "五十七件")
    _, black_ink = ink(picture := picture_of(data))
    assert box.bottom - box.top > 3 * (box.right - box.left)
    sides = [box.left * picture.width // PAGE, box.right * picture.width // PAGE]
    assert sides[0] - SOFT <= 370 * 2 <= sides[0] + SOFT
    column = black_ink.crop((sides[0], 0, sides[1], picture.height))
    # Four characters of the nine, and four before them.
    reach = column.getbbox()
    assert reach is not None
    pitch = 1.2 * SIZE * 2
    assert box.top * picture.height / PAGE == pytest.approx(reach[1] + 4 * pitch, abs=6)


LARGE, MOVED = 'CTM="2 0 0 2 0 0"', 'CTM="1 0 0 1 9 7"'
RED = '<ofd:FillColor Value="255 0 0"/>'


def red_text(written: str, x: float, y: float, more: str = "") -> str:
    return text(written, x, y, more).replace("<ofd:TextCode", f"{RED}<ofd:TextCode")


@pytest.mark.parametrize(
    "drawn",
    [
        text("全年办结案件", 20, 60) + red_text(FIGURE, 50, 60) + text("等", 65, 60),
        text("全年办理", 20, 60, 'CTM="2 0 0 2 0 0"')
        + red_text(FIGURE, 60, 60, 'CTM="2 0 0 2 0 0"'),
        text("全年办理", 20, 60, 'CTM="1 0 0 1 9 7"')
        + red_text(FIGURE, 40, 60, 'CTM="1 0 0 1 9 7"'),
    ],
    ids=["plain", "stretched", "moved"],
)
def test_box_of_a_figure_in_an_ofd_covers_it_in_the_picture_of_the_page(drawn: str) -> None:
    data = ofd(page(drawn))
    [box] = boxes_of(read_source(data, ""), FIGURE)
    assert covers_the_red(box, draw_ofd(data, 0, (1200, 2400), find_fonts()))


def test_figure_over_a_line_break_has_a_box_in_each_line() -> None:
    source = read_source(pdf(lines("全年办结案件4", "6件，罚款8万元。")), "")
    upper, lower = boxes_of(source, "4\n6件")
    assert upper.bottom <= lower.top
    assert upper.left > lower.right


def test_second_page_has_places_of_its_own() -> None:
    source = read_source(pdf(lines("一、概况"), LINE), "")
    [box] = boxes_of(source, FIGURE)
    assert box.page == 1


def test_text_that_was_never_drawn_has_no_places() -> None:
    assert read_source("松涧镇办结案件46件。".encode(), "").lines == ()


def test_read_tells_the_boxes_of_figures_and_findings() -> None:
    long = "我镇深入推进严格规范公正文明执法，全年共办结行政处罚案件4"
    data = pdf(lines("一、行政执法情况", long, "6件，办结率101%，法治建设取得新的成效，群众满意。"))
    told = as_json(read_report(data, "报告.pdf"))
    first, second = told["metrics"]
    assert [box[0] for box in first["boxes"]] == [1, 1]
    [[page, left, top, right, bottom]] = second["boxes"]
    assert page == second["page"] == 1
    assert 0 < left < right < 1
    assert 0 < top < bottom < 1
    assert any(finding["boxes"] for finding in told["findings"])


def test_read_tells_no_boxes_of_a_text_that_was_never_drawn() -> None:
    told = as_json(read_report("全年办结案件46件，办结率101%。".encode(), "报告.txt"))
    assert all("boxes" not in one for one in [*told["metrics"], *told["findings"]])
