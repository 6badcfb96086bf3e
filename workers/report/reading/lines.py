"""A page's characters and lines: x grows to the right, y upwards, in any unit of length."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """A character and the box that its font gives it, in any unit of length.

    `spaced` where a blank was drawn before it.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    spaced: bool = False

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
