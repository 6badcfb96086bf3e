"""A page's characters and lines: x grows to the right, y upwards, in any unit of length."""

from __future__ import annotations

from dataclasses import dataclass, replace

Box = tuple[float, float, float, float]  # left, bottom, right, top
# A scan lies askew by a few degrees, a watermark by many.
_ASKEW = 15


def turned_box(box: Box, turn: int) -> Box:
    """A box of a page when the page is turned, with the clock, by 0, 90, 180 or 270 degrees."""
    left, bottom, right, top = box
    match turn:
        case 90:
            return bottom, -right, top, -left
        case 180:
            return -right, -top, -left, -bottom
        case 270:
            return -top, left, -bottom, right
    return box


def quarter_of(degrees: float) -> int | None:
    """The quarter turn that an angle comes to; None where it is slanted.

    >>> [quarter_of(degrees) for degrees in (0, 2, 91, -1, -90, 45)]
    [0, 0, 90, 0, 270, None]
    """
    quarter = round(degrees / 90) * 90
    return quarter % 360 if abs(degrees - quarter) < _ASKEW else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """A character and the box that its font gives it, in any unit of length.

    `spaced` where a blank was drawn before it; `turn` by how many degrees, in quarters and against
    the clock, it is turned on the page; None where it lies slanted.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    spaced: bool = False
    turn: int | None = 0

    def upright(self) -> Glyph:
        """As it stands on a page that is turned by as much as itself."""
        return self.at(turned_box((self.left, self.bottom, self.right, self.top), self.turn or 0))

    def at(self, box: Box) -> Glyph:
        left, bottom, right, top = box
        return replace(self, left=left, bottom=bottom, right=right, top=top)

    def is_within(self, page: Box) -> bool:
        """Does its middle lie in the box of the page?"""
        across, up = (self.left + self.right) / 2, (self.bottom + self.top) / 2
        return page[0] <= across <= page[2] and page[1] <= up <= page[3]

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Line:
    """Characters of one line in the order in which they are read; its text has blanks besides."""

    glyphs: tuple[Glyph, ...]
    text: str
    vertical: bool = False

    @property
    def left(self) -> float:
        return min(glyph.left for glyph in self.glyphs)

    @property
    def top(self) -> float:
        return max(glyph.top for glyph in self.glyphs)

    @property
    def bottom(self) -> float:
        return min(glyph.bottom for glyph in self.glyphs)

    @property
    def right(self) -> float:
        return max(glyph.right for glyph in self.glyphs)
