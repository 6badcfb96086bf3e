"""Pictures of pages become their text: turned, slanted, of many pages, in columns and tables."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops
from reportlab.pdfgen.canvas import Canvas

from tests.report.pdfs import pdf
from tests.scans import REPORT, saved, scan
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity, Source
from workers.report.picturing.images import draw_image
from workers.report.pipeline import understand_source
from workers.report.places import PAGE, PlacedLine, find_boxes
from workers.report.reading import read_source
from workers.report.recognition.pages import recognise_source
from workers.report.recognition.rows import Stretch, order_rows
from workers.report.text import Span

TEXT = "\n".join(REPORT)
MILLIMETRE = 72 / 25.4


FIGURE = "98.4%"  # low on the page, behind another figure


def page(slant: float = 0.0) -> Image.Image:
    """The upper half of a page, which is quicker to look through; its figure is blue."""
    whole = scan(slant=slant, blue=FIGURE)
    return whole.crop((0, 0, whole.width, whole.height // 2))


def blue_ink(shown: Image.Image) -> tuple[int, ...]:
    """Left, top, right and bottom of what is blue."""
    reds, _, blues = shown.split()
    dark, strong = (
        reds.point(lambda one: 255 * (one < 130)),
        blues.point(lambda one: 255 * (one > 150)),
    )
    return ImageChops.multiply(dark, strong).getbbox() or ()


def covers_figure(source: Source, scanned: Image.Image) -> bool:
    """Does the figure's box lie on its digits in the picture of the page that people are shown?"""
    start = source.raw_text.index(FIGURE)
    [box] = find_boxes(source.lines, Span(start, start + len(FIGURE)))
    shown = draw_image(saved(scanned), 0, (1200, 2400))
    sides = (shown.width, shown.height) * 2
    drawn = [edge * side / PAGE for edge, side in zip(box[1:], sides, strict=True)]
    return drawn == pytest.approx(blue_ink(shown), abs=12)  # a third of a character


def read(*pages: Image.Image, kind: str = "PNG") -> Source:
    return recognise_source(saved(*pages, kind=kind), "")


def test_page_on_its_side_or_its_head_is_turned() -> None:
    for turn in (90, 180):
        scanned = page().rotate(turn, expand=True)
        source = read(scanned)
        assert source.raw_text == TEXT
        assert {line.turn for line in source.lines} == {turn}
        assert covers_figure(source, scanned)


def test_slanted_page_is_levelled_and_its_lines_stand_where_they_are_drawn() -> None:
    source = read(page(slant=4))
    assert source.raw_text == TEXT
    assert covers_figure(source, page(slant=4))
    figure = source.raw_text.index("46件")
    line = next(line for line in source.lines if line.start <= figure < line.end)
    box = line.box(figure, figure + 2)
    # 13 characters of 16 points from the margin, which the slant moves 8 mm to the left.
    assert (box.left + box.right) / 2 == pytest.approx(4400, abs=100)
    assert line.confidence > 0.9


def test_every_page_of_a_tiff_is_read() -> None:
    source = read(page(), page().convert("L"), kind="TIFF")
    assert source.raw_text == f"{TEXT}\n{TEXT}"
    assert source.page_starts == (0, len(TEXT) + 1)
    assert {line.page for line in source.lines} == {0, 1}


# The order of reading


def stretch(text: str, left: float, top: float, *, size: float = 10) -> Stretch:
    """A stretch of print whose characters are as wide as high, upright."""
    right, bottom = left + size * len(text), top + size * 1.2
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Stretch(text=text, confidence=0.9, corners=corners)


def texts(*stretches: Stretch) -> list[str]:
    return [row.drawn.text for row in order_rows(stretches, vertical=False)]


def test_cells_of_a_table_are_parted_in_their_row() -> None:
    rows = [("行政处罚", "46", "3.5"), ("行政强制", "12", "0")]
    cells = [
        stretch(text, 100 * column, 20 * row)
        for row, cells in enumerate(rows)
        for column, text in enumerate(cells)
    ]
    assert texts(*cells) == ["行政处罚\t46\t3.5", "行政强制\t12\t0"]


def test_columns_of_prose_are_read_one_after_the_other_under_their_head() -> None:
    prose = [f"第{row}行写满了一栏的字句" for row in range(12)]
    left = [stretch(text, 0, 40 + 20 * row) for row, text in enumerate(prose[:6])]
    right = [stretch(text, 140, 40 + 20 * row) for row, text in enumerate(prose[6:])]
    both = [one for pair in zip(left, right, strict=True) for one in pair]
    assert texts(stretch("两栏之上的标题", 90, 0), *both) == ["两栏之上的标题", *prose]


# What recognition was not sure of


def unsure(text: str, *lines: tuple[str, float]) -> Source:
    """A scan with this text, of which these lines are as sure as that."""
    placed = [
        PlacedLine(
            page=0,
            start=text.index(line),
            end=text.index(line) + len(line),
            edges=(0,) * (len(line) + 1),
            top=0,
            bottom=0,
            confidence=confidence,
        )
        for line, confidence in lines
    ]
    return Source(
        name="", sha256="", media_type="", encoding=None, raw_text=text, lines=tuple(placed)
    )


def doubts(source: Source) -> list[Finding]:
    findings = understand_source(source).findings
    return [one for one in findings if one.kind is FindingKind.LOW_OCR_CONFIDENCE]


def test_figure_in_a_line_that_was_read_with_doubt_is_a_finding() -> None:
    line = "全年办结行政处罚案件46件。"
    others = ("一、依法行政情况", "调解纠纷128起。")
    text = "\n".join((others[0], line, others[1]))
    source = unsure(text, (others[0], 0.5), (line, 0.7), (others[1], 0.99))
    [finding] = doubts(source)
    assert [text[span.start : span.end] for span in finding.spans] == [line]
    assert finding.severity is Severity.CHECK
    assert finding.metrics
    assert line in finding.message
    assert line in finding.message_en


def test_page_of_many_doubtful_lines_is_one_finding() -> None:
    lines = [f"本镇第{number}项工作扎实推进" for number in "一二三四五六"]
    [finding] = doubts(unsure("\n".join(lines), *((line, 0.6) for line in lines)))
    assert len(finding.spans) == len(lines)
    assert finding.severity is Severity.NOTE


def test_scan_that_was_read_surely_has_no_such_finding() -> None:
    lines = [f"办结案件{number}件。" for number in range(11, 19)]
    assert doubts(unsure("\n".join(lines), *((line, 0.97) for line in lines))) == []


# A hidden text over a scan


def layered(hidden: tuple[str, ...]) -> bytes:
    """A scan and, line on line, a text over it that is not seen."""

    def draw(canvas: Canvas) -> None:
        width, height = canvas._pagesize
        canvas.drawInlineImage(scan(), 0, 0, width, height)
        for row, line in enumerate(hidden):
            text = canvas.beginText(28 * MILLIMETRE, height - (41.5 + 10.2 * row) * MILLIMETRE)
            text.setTextRenderMode(3)
            text.textLine(line.strip())
            canvas.drawText(text)

    return pdf(draw)


def test_hidden_text_is_kept_where_it_says_what_is_seen_and_replaced_where_not() -> None:
    right = layered(REPORT)
    assert read_source(right, "").layered == 1
    assert recognise_source(right, "").raw_text == read_source(right, "").raw_text
    wrong = tuple(line.replace("4", "1").replace("执法", "热法") for line in REPORT)
    assert recognise_source(layered(wrong), "").raw_text == TEXT
