"""Lines as they were laid out → their places on the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from workers.report.places import PAGE, PlacedLine
from workers.report.reading.lines import Line


class PageBox(NamedTuple):
    """What is shown of a page, in the lengths of its glyphs."""

    left: float
    bottom: float
    right: float
    top: float

    def across(self, x: float) -> int:
        return _share(x - self.left, self.right - self.left)

    def down(self, y: float) -> int:
        return _share(self.top - y, self.top - self.bottom)


def place_lines(lines: Iterable[Line], page: PageBox) -> Iterator[PlacedLine]:
    """The places of a page's lines in its text, in which a line break parts them.

    >>> from workers.report.reading.lines import Glyph
    >>> four = Glyph(text="4", left=10, bottom=80, right=15, top=90)
    >>> six = Glyph(text="6", left=25, bottom=80, right=30, top=90)
    >>> [line] = place_lines([Line((four, six), "4\\t6")], PageBox(0, 0, 100, 100))
    >>> line.edges, line.top, line.bottom
    ((1000, 1500, 2500, 3000), 1000, 2000)
    """
    start = 0
    for line in lines:
        edges = _edges(line)
        vertical = line.vertical
        yield PlacedLine(
            page=0,
            start=start,
            end=start + len(line.text),
            edges=_ascending(map(page.down if vertical else page.across, edges)),
            top=page.across(line.left) if vertical else page.down(line.top),
            bottom=page.across(line.right) if vertical else page.down(line.bottom),
            vertical=vertical,
        )
        start += len(line.text) + 1


def _edges(line: Line) -> Iterator[float]:
    """Where each character of the line's text begins, and the last one ends; a blank, which is no
    glyph, begins where the glyph before it ends.
    """
    glyphs = iter(line.glyphs)
    ended = 0.0
    for character in line.text:
        if character.isspace():
            yield ended
            continue
        glyph = next(glyphs)
        yield glyph.top if line.vertical else glyph.left
        ended = glyph.bottom if line.vertical else glyph.right
    yield ended


def _ascending(values: Iterable[int]) -> tuple[int, ...]:
    """Tightly set characters reach over each other; their edges must not run backwards."""
    return tuple(accumulate(values, max))


def _share(part: float, whole: float) -> int:
    """What lies beside the page lies at its edge."""
    return round(min(max(part / max(whole, 1e-6), 0.0), 1.0) * PAGE)
