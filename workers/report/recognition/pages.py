"""A page's picture → its text and the places of its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from workers.report.model import Source
from workers.report.picturing.fonts import Fonts
from workers.report.picturing.ofd import draw_ofd
from workers.report.places import PAGE
from workers.report.reading import read_source
from workers.report.reading.pages import PageText
from workers.report.reading.placing import PageBox, place_lines
from workers.report.recognition.engine import Corners, Engine, Pixels, load_engine
from workers.report.recognition.pictures import open_pictures
from workers.report.recognition.rows import Point, Row, Stretch, order_rows
from workers.report.recognition.turning import (
    are_mostly_tall,
    find_turn,
    is_doubtful,
    turn_page,
)

# Above this share of a first page stands its head, in red as the seal below is.
_HEAD = 0.4
_PAGE = (1654, 2339)
# Specks and strokes that look like a character or two.
_SPECK, _SURE = 2, 0.5


def recognise_source(
    data: bytes, name: str, office: bool = False, fonts: Fonts | None = None
) -> Source:
    """As `read_source`, with the pages that are pictures. Characters whose font is not in the file
    are drawn in `fonts`.
    """
    return read_source(data, name, office, Recogniser(load_engine(), fonts))


class Recogniser:
    """What `reading` asks for the pages that it cannot read itself."""

    def __init__(self, engine: Engine, fonts: Fonts | None = None) -> None:
        self._engine, self._fonts = engine, fonts or Fonts()

    def open_pictures(self, data: bytes) -> Iterator[Pixels]:
        """The pages of a picture file. DamagedFile, TooLarge."""
        return open_pictures(data)

    def draw_ofd(self, data: bytes, at: int) -> Pixels:
        """The picture of a page of an OFD file, counted from 0, as finely as an A4 page at 200 dpi
        is seen. DrawnLetters where a font is missing.
        """
        return np.asarray(draw_ofd(data, at, _PAGE, self._fonts, whole=True))

    def read_page(self, page: Pixels, *, first: bool) -> PageText:
        """The text of a page, whichever way it stands; `first` of its document or not."""
        turn, ink = 0, _leave_seal_out(page, first=first)
        boxes = self._engine.find_lines(ink)
        stretches = self._read_boxes(ink, boxes)
        tall = are_mostly_tall(boxes)
        if tall or is_doubtful([one.confidence for one in stretches]):
            turn = find_turn(self._engine, ink, boxes)
        if turn:
            ink = turn_page(_leave_seal_out(page, first=False), turn)
            boxes, tall = self._engine.find_lines(ink), False
            stretches = self._read_boxes(ink, boxes)
        height, width = ink.shape[:2]
        return write_page(
            order_rows(stretches, vertical=tall), width=width, height=height, turn=turn
        )

    def _read_boxes(self, page: Pixels, boxes: Sequence[Corners]) -> list[Stretch]:
        readings = self._engine.read_lines(self._engine.cut_lines(page, boxes))
        return [
            Stretch(
                text=one.text.strip(),
                confidence=one.confidence,
                corners=_points(box),
                places=one.places,
            )
            for one, box in zip(readings, boxes, strict=True)
            if len(one.text.strip()) > _SPECK or one.confidence > _SURE
        ]


def write_page(rows: Sequence[Row], *, width: float, height: float, turn: int = 0) -> PageText:
    """The text of a page of this size, an indent written in blanks, and the places of its lines."""
    page = PageBox(0.0, -height, width, 0.0)
    placed = place_lines((row.drawn for row in rows), page)
    lines, texts, moved = [], [], 0
    for row, line in zip(rows, placed, strict=True):
        moved += row.indent
        texts.append("\u3000" * row.indent + row.drawn.text)
        sink = round(row.sink / height * PAGE)
        line = line.moved(page=0, by=moved).sinking(sink)
        lines.append(replace(line, confidence=row.confidence, turn=turn))
    return PageText(text="\n".join(texts), lines=tuple(lines))


def _points(box: Corners) -> tuple[Point, Point, Point, Point]:
    first, second, third, fourth = ((float(x), float(y)) for x, y in box)
    return first, second, third, fourth


def _leave_seal_out(page: Pixels, *, first: bool) -> Pixels:
    """The page in red light, in which a red seal is nearly as light as paper: on five last pages
    the name under it was read 10 of 10 times so, and never whole in colour. The red head of a first
    page is to be read.
    """
    seen = page[:, :, 0].copy()
    if first:
        head = round(len(page) * _HEAD)
        seen[:head] = page[:head].min(axis=2)
    return np.repeat(seen[:, :, None], 3, axis=2)
