"""Pictures of pages become their text: turned, slanted, of many pages, in columns and tables."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.scans import REPORT, saved, scan
from workers.report.model import Source
from workers.report.recognition.pages import recognise_source
from workers.report.recognition.rows import Stretch, order_rows

TEXT = "\n".join(REPORT)


def page(slant: float = 0.0) -> Image.Image:
    """The upper half of a page, which is quicker to look through."""
    whole = scan(slant=slant)
    return whole.crop((0, 0, whole.width, whole.height // 2))


def read(*pages: Image.Image, kind: str = "PNG") -> Source:
    return recognise_source(saved(*pages, kind=kind), "")


def test_page_on_its_side_or_its_head_is_turned() -> None:
    for turn in (90, 180):
        source = read(page().rotate(turn, expand=True))
        assert source.raw_text == TEXT
        assert {line.turn for line in source.lines} == {turn}


def test_slanted_page_is_levelled_and_its_lines_stand_where_they_are_drawn() -> None:
    source = read(page(slant=4))
    assert source.raw_text == TEXT
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
