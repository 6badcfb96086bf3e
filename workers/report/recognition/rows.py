"""Boxes of lines → the lines of a page in the order in which they are read.

What the scanner slanted is levelled by turning the boxes. Then rows are made of boxes at one
height; of a page in two columns each is read by itself; columns of vertical text are read from
right to left. `layout` makes a row's text, with a tab between cells.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from statistics import median

from workers.report.reading.layout import read_lines
from workers.report.reading.lines import Glyph, Line

Point = tuple[float, float]
_Box = tuple[float, float, float, float]  # left, bottom, right, top

# A longer line is slanted as the page is; what slants more stands so on purpose.
_LONG, _MOST_SLANT = 5.0, math.radians(6)
# The engine's boxes are so much higher than the print.
_BOX = 1.2
# What parts two columns is as wide as this many characters, and on each side of it so many lines
# fill their column by this share.
_GUTTER, _FEWEST_LINES, _FILLED = 1.0, 4, 0.6
_LONG_LINE = 8
# A line of this many characters begins where the column does; one that begins further in by two
# characters or more is indented.
_FULL, _INDENT = 14, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What the engine read in one box; its corners go round from the upper left; y grows
    downwards. `places` is where each character that is no blank was seen in its length, 0 to 1.
    """

    text: str
    confidence: float
    corners: tuple[Point, Point, Point, Point]
    places: tuple[float, ...] = ()

    @property
    def left(self) -> float:
        return (self.corners[0][0] + self.corners[3][0]) / 2

    @property
    def right(self) -> float:
        return (self.corners[1][0] + self.corners[2][0]) / 2

    @property
    def top(self) -> float:
        return (self.corners[0][1] + self.corners[1][1]) / 2

    @property
    def bottom(self) -> float:
        return (self.corners[2][1] + self.corners[3][1]) / 2

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def size(self) -> float:
        """The height of its print, or in a vertical column the width."""
        return min(self.bottom - self.top, self.right - self.left) / _BOX


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark(Glyph):
    """A character in its row, levelled; `drawn` is where it stands on the page as it is."""

    drawn: Glyph
    confidence: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line that was read; `drawn` is the same line as it stands on the page, slant and all."""

    drawn: Line
    confidence: float
    indent: int = 0

    @property
    def sink(self) -> float:
        """By how much its end stands lower than its beginning."""
        first, last = self.drawn.glyphs[0], self.drawn.glyphs[-1]
        return (first.top + first.bottom - last.top - last.bottom) / 2


def order_rows(stretches: Sequence[Stretch], *, vertical: bool) -> list[Row]:
    """The lines of a page. y of their glyphs grows upwards from 0 at the page's top."""
    slant = _slant(stretches)
    levelled = [(one, _turned(one, -slant)) for one in stretches if one.text.strip()]
    if vertical:
        return [_read_column_down(pair[0]) for pair in sorted(levelled, key=_from_right)]
    return [row for column in _columns(levelled) for row in _read_column(column)]


_Pair = tuple[Stretch, Stretch]  # as it stands, and levelled


def _slant(stretches: Sequence[Stretch]) -> float:
    """The angle of the page's lines, clockwise in radians."""
    angles = [
        math.atan2(one.corners[1][1] - one.corners[0][1], one.corners[1][0] - one.corners[0][0])
        for one in stretches
        if one.right - one.left > _LONG * (one.bottom - one.top)
    ]
    found = median(angles) if angles else 0.0
    return found if abs(found) < _MOST_SLANT else 0.0


def _turned(one: Stretch, angle: float) -> Stretch:
    cos, sin = math.cos(angle), math.sin(angle)
    first, second, third, fourth = ((x * cos - y * sin, x * sin + y * cos) for x, y in one.corners)
    return replace(one, corners=(first, second, third, fourth))


def _columns(pairs: Sequence[_Pair]) -> Iterator[list[_Pair]]:
    """The page, or what stands left and right of its gutter, with what crosses that around it."""
    gutter = _find_gutter([pair[1] for pair in pairs])
    if gutter is None:
        yield list(pairs)
        return
    block: list[_Pair] = []
    for pair in sorted(pairs, key=lambda pair: pair[1].middle):
        if pair[1].left < gutter < pair[1].right:
            yield from _halves(block, gutter)
            yield [pair]
            block = []
        else:
            block.append(pair)
    yield from _halves(block, gutter)


def _halves(block: Sequence[_Pair], gutter: float) -> Iterator[list[_Pair]]:
    yield [pair for pair in block if pair[1].right <= gutter]
    yield [pair for pair in block if pair[1].left >= gutter]


def _find_gutter(stretches: Sequence[Stretch]) -> float | None:
    """Where the page is parted into two columns of prose. A table is none: its cells are short."""
    prose = [one for one in stretches if len(one.text) >= _LONG_LINE]
    for left in sorted(prose, key=lambda one: one.right):
        before = [one for one in prose if one.right <= left.right]
        after = [one for one in prose if one.left > left.right + _GUTTER * left.size]
        across = len(prose) - len(before) - len(after)
        if min(len(before), len(after)) < _FEWEST_LINES or across > len(prose) // 3:
            continue
        if _fill(before) and _fill(after) and _are_beside(before, after):
            return (left.right + min(one.left for one in after)) / 2
    return None


def _fill(column: Sequence[Stretch]) -> bool:
    """Do most of its lines fill it?"""
    width = max(one.right for one in column) - min(one.left for one in column)
    return median(one.right - one.left for one in column) >= _FILLED * width


def _are_beside(one: Sequence[Stretch], other: Sequence[Stretch]) -> bool:
    top = max(min(line.top for line in column) for column in (one, other))
    bottom = min(max(line.bottom for line in column) for column in (one, other))
    heights = [line.bottom - line.top for line in (*one, *other)]
    return bottom - top > _FEWEST_LINES * median(heights)


def _read_column(pairs: Sequence[_Pair]) -> Iterator[Row]:
    long = [one.left for _, one in pairs if len(one.text) >= _FULL]
    edge = min(long, default=None)
    for row in _rows(pairs):
        first = row[0][1]
        inside = (first.left - edge) / max(first.size, 1e-6) if edge is not None else 0.0
        indent = round(inside) if inside >= _INDENT else 0
        for read in _read_row(row):
            yield replace(read, indent=indent)


def _rows(pairs: Sequence[_Pair]) -> Iterator[list[_Pair]]:
    """Boxes whose middles are within half a line of each other, from left to right."""
    row: list[_Pair] = []
    for pair in sorted(pairs, key=lambda pair: pair[1].middle):
        one = pair[1]
        if row and one.middle - row[-1][1].middle >= (one.bottom - one.top) / 2:
            yield sorted(row, key=lambda pair: pair[1].left)
            row = []
        row.append(pair)
    if row:
        yield sorted(row, key=lambda pair: pair[1].left)


def _from_right(pair: _Pair) -> float:
    return -pair[1].right


def _read_column_down(one: Stretch) -> Row:
    """A column of vertical text, in which each character is as high as the others."""
    ends = [at / len(one.text) for at in range(len(one.text) + 1)]
    glyphs = tuple(
        _glyph(character, _box(one, (start, end), down=True))
        for character, (start, end) in zip(one.text, pairwise(ends), strict=True)
        if not character.isspace()
    )
    return Row(Line(glyphs, "".join(one.text.split()), vertical=True), one.confidence)


def _read_row(pairs: Sequence[_Pair]) -> Iterator[Row]:
    """One row; the boxes of one that overlap are told apart."""
    top = median(one.middle - one.size / 2 for _, one in pairs)
    bottom = median(one.middle + one.size / 2 for _, one in pairs)
    marks = [mark for pair in pairs for mark in _marks(*pair, band=(-bottom, -top))]
    for line in read_lines(marks):
        of_line = [glyph for glyph in line.glyphs if isinstance(glyph, _Mark)]
        drawn = Line(tuple(mark.drawn for mark in of_line), line.text)
        yield Row(drawn, min(mark.confidence for mark in of_line))


def _marks(drawn: Stretch, one: Stretch, *, band: tuple[float, float]) -> Iterator[_Mark]:
    """The characters, each with its share of the box. `band` is the bottom and the top of the row
    that they stand in.
    """
    widths = [_width(character) for character in one.text]
    ends = [end / sum(widths) for end in accumulate(widths, initial=0.0)]
    seen = iter(_seen_shares(one))
    spaced = False
    for character, share in zip(one.text, pairwise(ends), strict=True):
        if not character.isspace():
            left, _, right, _ = _box(one, share)
            yield _Mark(
                text=character,
                left=left,
                bottom=band[0],
                right=right,
                top=band[1],
                spaced=spaced,
                confidence=one.confidence,
                drawn=_glyph(character, _box(drawn, next(seen, share))),
            )
        spaced = character.isspace()


def _seen_shares(one: Stretch) -> Iterator[tuple[float, float]]:
    """How far each character reaches that is no blank: those with places end between them, nearer
    to the narrow one.
    """
    widths = [_width(character) for character in one.text if not character.isspace()]
    if len(widths) != len(one.places):
        return
    pairs = zip(pairwise(one.places), pairwise(widths), strict=True)
    inner = [
        left + (right - left) * wide / (wide + next_) for (left, right), (wide, next_) in pairs
    ]
    yield from pairwise([0.0, *inner, 1.0])


def _width(character: str) -> float:
    """Half as much for a digit or a Latin letter."""
    return 1.0 if character >= "\u2e80" else 0.5


def _glyph(character: str, box: _Box) -> Glyph:
    left, bottom, right, top = box
    return Glyph(text=character, left=left, bottom=bottom, right=right, top=top)


def _box(one: Stretch, share: tuple[float, float], *, down: bool = False) -> _Box:
    """What bounds this stretch of it, from 0 to 1; y grows upwards."""
    first, second, third, fourth = one.corners
    sides = ((first, fourth), (second, third)) if down else ((first, second), (fourth, third))
    points = [_between(*side, part) for side in sides for part in share]
    across, up = [x for x, _ in points], [-y for _, y in points]
    return min(across), min(up), max(across), max(up)


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share
