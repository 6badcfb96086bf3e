"""Where the characters of a text stand on its pages, for formats whose pages are drawn.

All lengths are in ten-thousandths of the page's width or height, from its top left corner, as the
page is shown (turned as the file says).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from workers.report.text import Span

PAGE = 10_000


class Box(NamedTuple):
    """A rectangle on a page; `page` counts from 0."""

    page: int
    left: int
    top: int
    right: int
    bottom: int

    def as_shares(self) -> list[float]:
        """The page, counted from 1 as people do, and the box in shares of its width and height.

        >>> Box(0, 1250, 5000, 2500, 5100).as_shares()
        [1, 0.125, 0.5, 0.25, 0.51]
        """
        return [self.page + 1, *(edge / PAGE for edge in self[1:])]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLine:
    """One line of the text and where it is drawn; `page` counts from 0.

    `start`, `end` are its characters in the text, without the line break. `edges` are the left
    edges of these characters, blanks among them, and behind them the right edge of the last; they
    never run backwards. `top` and `bottom` hold for the whole line. In a `vertical` line, which
    runs down, `edges` are the upper edges and the lowest, and `top` and `bottom` the left and the
    right one. `confidence`, 0 to 1, is how sure the recognition of a picture is. `turn` is by how
    many degrees clockwise the page was turned to be read; the lengths are those of the page so
    turned, and `box` turns them back. `sink` is by how much the end of a line that lies askew
    stands lower than its beginning.
    """

    page: int
    start: int
    end: int
    edges: tuple[int, ...]
    top: int
    bottom: int
    vertical: bool = False
    confidence: float = 1.0
    turn: int = 0
    sink: int = 0

    def box(self, start: int, end: int) -> Box:
        """The box of the stretch `[start, end)`, which the line contains."""
        first, last = self.edges[start - self.start], self.edges[end - self.start]
        if self.vertical:
            return _turned_back(Box(self.page, self.top, first, self.bottom, last), self.turn)
        top, bottom = self._band(first, last)
        return _turned_back(Box(self.page, first, top, last, bottom), self.turn)

    def _band(self, left: int, right: int) -> tuple[int, int]:
        """Between which heights the line runs from one place of its length to another."""
        begin, end = self.edges[0], self.edges[-1]
        sunk = [round(self.sink * (at - begin) / max(end - begin, 1)) for at in (left, right)]
        highest, lowest = min(0, self.sink), max(0, self.sink)
        return self.top - highest + min(sunk), self.bottom - lowest + max(sunk)

    def sinking(self, by: int) -> PlacedLine:
        """The same line askew, within the same height."""
        most = 0 if self.vertical else self.bottom - self.top
        return replace(self, sink=max(-most, min(by, most)))

    def moved(self, *, page: int, by: int) -> PlacedLine:
        """The same line on another page, of a text in which it stands `by` characters later."""
        return replace(self, page=page, start=self.start + by, end=self.end + by)

    def is_possible(self, *, pages: int, characters: int) -> bool:
        """Does it lie in a text of so many pages and characters, and on its page?"""
        return (
            0 <= self.page < pages
            and 0 <= self.start < self.end <= characters
            and len(self.edges) == self.end - self.start + 1
            and 0 <= self.edges[0] <= self.edges[-1] <= PAGE
            and list(self.edges) == sorted(self.edges)
            and 0 <= self.top <= self.bottom <= PAGE
            and 0.0 <= self.confidence <= 1.0
            and self.turn in {0, 90, 180, 270}
            and abs(self.sink) <= self.bottom - self.top
        )


def _turned_back(box: Box, turn: int) -> Box:
    """The box of a page that was turned clockwise, on the page as it is shown.

    >>> [tuple(_turned_back(Box(0, 8000, 1000, 9000, 1500), turn))[1:] for turn in (90, 180, 270)]
    [(1000, 1000, 1500, 2000), (1000, 8500, 2000, 9000), (8500, 8000, 9000, 9000)]
    """
    page, left, top, right, bottom = box
    match turn:
        case 90:
            return Box(page, top, PAGE - right, bottom, PAGE - left)
        case 180:
            return Box(page, PAGE - right, PAGE - bottom, PAGE - left, PAGE - top)
        case 270:
            return Box(page, PAGE - bottom, left, PAGE - top, right)
    return box


def find_boxes(lines: Sequence[PlacedLine], span: Span) -> Iterator[Box]:
    """The box of each piece of the span, one a line; `lines` in the order of the text.

    >>> line = PlacedLine(page=0, start=0, end=3, edges=(0, 10, 20, 30), top=5, bottom=15)
    >>> [tuple(box) for box in find_boxes([line, line.moved(page=1, by=4)], Span(2, 5))]
    [(0, 20, 5, 30, 15), (1, 0, 5, 10, 15)]
    """
    at = bisect_right(lines, span.start, key=lambda line: line.end)
    while at < len(lines) and lines[at].start < span.end:
        line = lines[at]
        yield line.box(max(span.start, line.start), min(span.end, line.end))
        at += 1
