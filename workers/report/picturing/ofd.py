"""A page of an OFD file: its characters where the reader places them, or the glyphs of its own
fonts that it names for them; its pictures, its lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree
from PIL import Image, ImageChops, ImageDraw

from workers.errors import DrawnLetters, UnusableFile
from workers.report.picturing.fonts import Fonts
from workers.report.picturing.images import draw_image
from workers.report.picturing.letters import Letters
from workers.report.reading.lines import Glyph
from workers.report.reading.ofd_pages import (
    OfdPage,
    Parts,
    list_pages,
    numbers_of,
    objects_of,
    said,
)
from workers.report.reading.ofd_text import (
    ASCENT,
    glyph_numbers,
    matrix_of,
    needs_its_font,
    placed,
    text_glyphs,
    text_letters,
)
from workers.report.reading.package import Package
from workers.report.reading.pages import name_pages
from workers.report.reading.xmlnodes import child, local_name

# Points of a path that one page may have: a drawing, not a report, has more.
MOST_POINTS = 200_000
_PIECES = 8  # straight ones that stand for a curve
_POINTS = {"S": 1, "M": 1, "L": 1, "Q": 2, "B": 3}  # of each command of a path

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Canvas:
    """What is drawn on, with so many pixels a millimetre."""

    picture: Image.Image
    scale: float
    fonts: Fonts
    letters: Letters

    @property
    def pen(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.picture)


def draw_ofd(
    data: bytes, at: int, size: tuple[int, int], fonts: Fonts, *, whole: bool = False
) -> Image.Image:
    """The page, no larger than `size`. IndexError where there is no such page; DamagedFile; of one
    that is to be drawn `whole`, DrawnLetters where letters lack the font that alone shows them.
    """
    parts = Parts(Package(data))
    page = list(list_pages(parts))[at]
    scale = min(size[0] / page.width, size[1] / page.height)
    sides = (max(1, round(page.width * scale)), max(1, round(page.height * scale)))
    canvas = _Canvas(
        picture=Image.new("RGB", sides, "white"),
        scale=scale,
        fonts=fonts,
        letters=Letters(page, parts),
    )
    if whole and _lacks_fonts(page, canvas.letters):
        raise DrawnLetters(*name_pages([at + 1]))
    for layer in page.layers:
        for node in objects_of(layer):
            if local_name(node) == "CompositeObject":
                _draw_unit(canvas, node, page.units)
            else:
                _draw(canvas, node, page, parts)
    canvas.letters.draw_over(canvas.picture, scale)
    return canvas.picture


def _lacks_fonts(page: OfdPage, letters: Letters) -> bool:
    texts = (text for layer in page.layers for text in layer.iter("{*}TextObject"))
    return any(needs_its_font(text) and not letters.font(text.get("Font", "")) for text in texts)


def _draw_unit(canvas: _Canvas, node: etree._Element, units: Mapping[str, etree._Element]) -> None:
    """A drawing that is put in, as some programs do with each letter: its lines."""
    unit = units.get(node.get("ResourceID", ""))
    for inner in () if unit is None else unit.iter("{*}PathObject"):
        _draw_path(canvas, inner, within=node)


def _draw(canvas: _Canvas, node: etree._Element, page: OfdPage, parts: Parts) -> None:
    match local_name(node):
        case "TextObject":
            _draw_text(canvas, node)
        case "ImageObject":
            name = page.files.get(node.get("ResourceID", ""))
            content = parts.content(*name) if name else None
            if content:
                _draw_picture(canvas, node, content)
        case "PathObject":
            _draw_path(canvas, node)


def _draw_text(canvas: _Canvas, node: etree._Element) -> None:
    colour = _colour(node, "FillColor")
    font = canvas.letters.font(node.get("Font", "")) if glyph_numbers(node) else None
    if font is None:
        for glyph in text_glyphs(node):
            _draw_glyph(canvas, glyph, colour)
        return
    for letter in text_letters(node):
        if letter.number is None:
            _draw_glyph(canvas, letter.glyph, colour)
        else:
            canvas.letters.add(font, letter, colour)


def _draw_glyph(canvas: _Canvas, glyph: Glyph, colour: Colour) -> None:
    size = round(glyph.height * canvas.scale)
    font = canvas.fonts.of_size(min(max(size, 4), canvas.picture.height))
    base = ASCENT * glyph.height - glyph.top
    at = (glyph.left * canvas.scale, base * canvas.scale)
    canvas.pen.text(at, glyph.text, fill=colour, font=font, anchor="ls")


def _draw_picture(canvas: _Canvas, node: etree._Element, content: bytes) -> None:
    """A picture that cannot be opened leaves its place empty."""
    box = [round(side * canvas.scale) for side in numbers_of(node.get("Boundary"))]
    if len(box) != 4 or min(box[2:]) < 1:
        return
    size = (min(box[2], canvas.picture.width), min(box[3], canvas.picture.height))
    try:
        picture = draw_image(content, 0, size).resize(size)
    except UnusableFile:
        return
    canvas.picture.paste(picture, (box[0], box[1]))


def _place(node: etree._Element, x: float, y: float) -> tuple[float, float]:
    """A point of an object in what the object stands in."""
    left, top, *_ = (*numbers_of(node.get("Boundary")), 0.0, 0.0)
    x, y = placed(x, y, matrix_of(node.get("CTM")))
    return left + x, top + y


def _draw_path(
    canvas: _Canvas, node: etree._Element, *, within: etree._Element | None = None
) -> None:
    width = max(1, round((numbers_of(node.get("LineWidth")) or [0.35])[0] * canvas.scale))
    filled = node.get("Fill", "false").lower() == "true"
    areas = []
    for line in _lines(said(data) if (data := child(node, "AbbreviatedData")) is not None else ""):
        drawn = [_place(node, x, y) for x, y in line]
        if within is not None:
            drawn = [_place(within, x, y) for x, y in drawn]
        points = [(x * canvas.scale, y * canvas.scale) for x, y in drawn]
        if filled and len(points) > 2:
            areas.append(points)
        elif node.get("Stroke", "true").lower() != "false" and len(points) > 1:
            canvas.pen.line(points, fill=_colour(node, "StrokeColor"), width=width)
    if areas:
        _fill(canvas, areas, _colour(node, "FillColor"))


def _fill(canvas: _Canvas, areas: Sequence[Sequence[tuple[float, float]]], colour: Colour) -> None:
    """What lies within an odd number of the areas: the inside of 口 is none of its ink."""
    flat = [point for area in areas for point in area]
    left, top = (max(0, int(min(point[at] for point in flat))) for at in (0, 1))
    right = min(canvas.picture.width, int(max(x for x, _ in flat)) + 2)
    bottom = min(canvas.picture.height, int(max(y for _, y in flat)) + 2)
    if right <= left or bottom <= top:
        return
    mask = Image.new("1", (right - left, bottom - top))
    for area in areas:
        one = Image.new("1", mask.size)
        ImageDraw.Draw(one).polygon([(x - left, y - top) for x, y in area], fill=1)
        mask = ImageChops.logical_xor(mask, one)
    canvas.picture.paste(colour, (left, top), mask)


def _colour(node: etree._Element, name: str) -> Colour:
    """What the object states, as red, green and blue; else black."""
    stated = child(node, name)
    values = numbers_of(stated.get("Value")) if stated is not None else ()
    if len(values) != 3:
        return (0, 0, 0)
    red, green, blue = (round(min(max(value, 0.0), 255.0)) for value in values)
    return (red, green, blue)


def _lines(written: str) -> Iterator[list[tuple[float, float]]]:
    """The lines of a path, curves in straight pieces.

    >>> list(_lines("M 0 0 L 5 0 L 5 5 C M 9 9 B 9 9 9 9 9 9"))[0]
    [(0.0, 0.0), (5.0, 0.0), (5.0, 5.0), (0.0, 0.0)]
    """
    words = written.split()[:MOST_POINTS]
    line: list[tuple[float, float]] = []
    at = 0
    while at < len(words):
        command = words[at]
        count = _POINTS.get(command, 0)
        numbers = numbers_of(" ".join(words[at + 1 : at + 1 + 2 * count]))
        at += 1 + 2 * count
        points = list(zip(numbers[::2], numbers[1::2], strict=False))
        if command in "SM":
            if line:
                yield line
            line = points
        elif command == "C" and line:
            line.append(line[0])
        elif line and points:
            line.extend(_bent([line[-1], *points]))
    if line:
        yield line


def _bent(points: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """A Bézier curve from its first point, which is there already, to its last."""
    if len(points) == 2:
        yield points[1]
        return
    for step in range(1, _PIECES + 1):
        share, left = step / _PIECES, points
        while len(left) > 1:
            left = [
                (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
                for a, b in pairwise(left)
            ]
        yield left[0]
