"""OFD (GB/T 33190-2016) → the text of its pages.

The page says where each text begins and how far each character goes; `layout` makes lines of that.
What a template draws (the head of a form) comes before the page's own lines. Annotations,
watermarks and stamps are no text of the document and are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat

from lxml import etree

from workers.errors import DamagedFile, DrawnLetters
from workers.report.reading.decoded import Decoded
from workers.report.reading.layout import read_sheet
from workers.report.reading.lines import Glyph, quarter_of
from workers.report.reading.ofd_pages import (
    OfdPage,
    Parts,
    list_pages,
    number_of,
    numbers_of,
    objects_of,
)
from workers.report.reading.package import Package
from workers.report.reading.pages import (
    FILLS,
    PageText,
    Recogniser,
    bind_pages,
    is_unmapped,
    name_pages,
)
from workers.report.reading.placing import Sheet, place_lines
from workers.report.reading.xmlnodes import children, local_name

# Digits and Latin letters are about half as wide as they are high; what the font says is not asked.
_NARROW = 0.5
# So far above and below its base line a character reaches.
ASCENT, DESCENT = 0.88, 0.12
# So many drawings are the letters of a page, or a pattern over it.
_MANY_DRAWINGS = 20

Matrix = tuple[float, float, float, float, float, float]


def read_ofd(data: bytes, recogniser: Recogniser | None = None) -> Decoded:
    """The text of each page, in the order of the document; of a scanned one, what is recognised.

    DamagedFile, TooLarge, ProtectedFile, DrawnLetters; PagesWithoutText where nobody recognises.
    """
    pages = list(list_pages(Parts(Package(data))))
    if not pages:
        raise DamagedFile("(no page)", "（没有页面）")
    read = [_read_page(page) for page in pages]
    lost = [at for at, one in enumerate(read) if one.is_lost]
    if drawn := [at + 1 for at in lost if not _is_drawing(pages[at])]:
        raise DrawnLetters(*name_pages(drawn))
    if recogniser:
        for at in lost:
            read[at] = recogniser.read_page(recogniser.draw_ofd(data, at), first=at == 0)
    return bind_pages(read)


def _is_drawing(page: OfdPage) -> bool:
    """Does one picture fill it, or are its letters drawn one by one? What has glyphs without
    characters shows nothing that could be drawn.
    """
    if any(map(_wordless, page.layers)):
        return False
    filled = max(map(_pictured, page.layers)) > FILLS * page.width * page.height
    return filled or any(map(_has_many_drawings, page.layers))


def _has_many_drawings(layer: etree._Element) -> bool:
    return len(_areas(layer, "CompositeObject")) > _MANY_DRAWINGS


def _areas(layer: etree._Element, *kinds: str) -> list[float]:
    found = [node for node in layer.iter() if local_name(node) in kinds]
    boxes = [numbers_of(node.get("Boundary")) for node in found]
    return [box[2] * box[3] for box in boxes if len(box) == 4]


def _read_page(page: OfdPage) -> PageText:
    width, height = page.width, page.height
    drawn = [
        [glyph for glyph in glyphs_of(layer, page.units) if glyph.is_within((0, -height, width, 0))]
        for layer in page.layers
    ]
    read = [read_sheet(glyphs) for glyphs in drawn]
    upright = [line for lines, _ in read for line in lines]
    text = "\n".join(
        line.text for line in (*upright, *(line for _, lines in read for line in lines))
    )
    return PageText(
        text=text,
        lines=tuple(place_lines(upright, Sheet(0.0, -height, width, 0.0))),
        unmapped=sum(map(is_unmapped, text)) + sum(map(_wordless, page.layers)),
        pictured=max(_pictured(layer) for layer in page.layers) / (width * height),
    )


def _wordless(page: etree._Element) -> int:
    """How many glyphs are drawn whose characters are blank; one over and over is a blank's own."""
    shown = 0
    for text in page.iter("{*}TextObject"):
        glyphs = [glyph for one in text.iter("{*}Glyphs") for glyph in (one.text or "").split()]
        said = "".join(code.text or "" for code in children(text, "TextCode"))
        shown += len(glyphs) if len(set(glyphs)) > 1 and not said.strip() else 0
    return shown


def _pictured(page: etree._Element) -> float:
    """The largest picture of the page; drawings of letters one by one are as good as one."""
    areas = _areas(page, "ImageObject", "CompositeObject")
    return sum(areas) if len(areas) > _MANY_DRAWINGS else max(areas, default=0.0)


def glyphs_of(page: etree._Element, units: Mapping[str, etree._Element]) -> Iterator[Glyph]:
    """The characters on a page; `units` are the drawings that it uses by their ids."""
    for node in objects_of(page):
        if local_name(node) == "TextObject":
            yield from text_glyphs(node)
        elif local_name(node) == "CompositeObject":
            yield from _unit_glyphs(node, units)


def _unit_glyphs(drawing: etree._Element, units: Mapping[str, etree._Element]) -> Iterator[Glyph]:
    """The characters of a drawing that is put in; those are placed within its own box."""
    unit = units.get(drawing.get("ResourceID", ""))
    left, top = _pair(drawing.get("Boundary"))
    matrix = matrix_of(drawing.get("CTM"))
    for text in [] if unit is None else unit.iter("{*}TextObject"):
        for glyph in text_glyphs(text):
            one = placed(glyph.left, -glyph.top, matrix)
            other = placed(glyph.right, -glyph.bottom, matrix)
            across, down = sorted((one[0], other[0])), sorted((one[1], other[1]))
            yield glyph.at((left + across[0], -top - down[1], left + across[1], -top - down[0]))


def text_glyphs(text: etree._Element) -> Iterator[Glyph]:
    """The characters of one text object, placed on the page; y is turned to grow upwards."""
    pen = _Pen(
        origin=_pair(text.get("Boundary")),
        size=number_of(text.get("Size"), 1.0),
        stretch=number_of(text.get("HScale"), 1.0),
        matrix=matrix_of(text.get("CTM")),
    )
    if text.get("Alpha") != "0":
        for code in children(text, "TextCode"):
            yield from _written(code, pen)


def _written(code: etree._Element, pen: _Pen) -> Iterator[Glyph]:
    x, y = number_of(code.get("X"), 0.0), number_of(code.get("Y"), 0.0)
    written = code.text or ""
    across, down = (_steps(code.get(name), len(written)) for name in ("DeltaX", "DeltaY"))
    upright = code.get("DeltaX") is None and code.get("DeltaY") is not None
    spaced = False
    for character in written:
        # Where no width is stated, the font's own holds.
        width = next(across, 0.0 if upright else pen.width(character))
        if not character.isspace():
            yield pen.draw(character, x, y, room=width, spaced=spaced)
        spaced = character.isspace()
        x += width
        y += next(down, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pen:
    """How the characters of one text object are drawn: where its box is, how large, turned how."""

    origin: tuple[float, float]
    size: float
    stretch: float
    matrix: Matrix

    def width(self, character: str) -> float:
        return self.size * self.stretch * (1.0 if character >= "\u2e80" else _NARROW)

    def draw(self, character: str, x: float, y: float, *, room: float, spaced: bool) -> Glyph:
        """Digits that are given the `room` of a Chinese character each
        stand as closely as those.
        """
        width = max(self.width(character), min(room, self.size * self.stretch))
        one = placed(x, y - ASCENT * self.size, self.matrix)
        other = placed(x + width, y + DESCENT * self.size, self.matrix)
        left, right = sorted((one[0], other[0]))
        high, low = sorted((one[1], other[1]))
        return Glyph(
            text=character,
            left=self.origin[0] + left,
            right=self.origin[0] + right,
            bottom=-(self.origin[1] + low),
            top=-(self.origin[1] + high),
            spaced=spaced,
            turn=quarter_of(-math.degrees(math.atan2(self.matrix[1], self.matrix[0]))),
        )


def placed(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _steps(written: str | None, most: int) -> Iterator[float]:
    """The widths that are stated: `g 3 5.5 6` is 5.5 three times, then 6."""
    words = iter((written or "").split())
    for word in words:
        if word == "g":
            count, value = next(words, "0"), next(words, None)
            yield from repeat(number_of(value, 0.0), min(int(number_of(count, 0.0)), most))
        else:
            yield number_of(word, 0.0)


def _pair(written: str | None) -> tuple[float, float]:
    first, second, *_ = (*numbers_of(written), 0.0, 0.0)
    return first, second


def matrix_of(written: str | None) -> Matrix:
    values = numbers_of(written)
    if len(values) != 6:
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    a, b, c, d, e, f = values
    return (a, b, c, d, e, f)
