"""The order in which the lines of a page are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from workers.report.reading.lines import Line

# More lines than this share that stand above the one before them, and no column begins there: the
# order in which the page was drawn is not that in which it is read.
_DISORDER = 0.2
# Two columns of prose that were drawn row by row: so many rows, each side so long, and the right
# one begins at one place (in heights of a line). A table has shorter cells, and of figures.
_FEWEST_ROWS, _PROSE, _ALIGNED = 4, 9, 1.0
_FIGURES = re.compile(r"[\d.,%％\s-]*")


def is_disordered(lines: Sequence[Line]) -> bool:
    """Were the lines drawn in another order than from top to bottom?"""
    upward = sum(
        after.bottom > before.top and after.left < before.right for before, after in pairwise(lines)
    )
    return upward > max(_DISORDER * len(lines), 2) or 1 < upward == len(lines) - 1


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Vertical columns from the right, columns of prose one after the other,
    other lines as they are drawn, or from the top where that runs against the page.
    """
    if lines and all(line.vertical for line in lines) and _stand_side_by_side(lines):
        return sorted(lines, key=lambda line: -line.right)
    if is_disordered(lines):
        lines = sorted(lines, key=lambda line: (-line.top, line.left))
    return list(_columns_apart(lines))


def _stand_side_by_side(columns: Sequence[Line]) -> bool:
    return max(line.bottom for line in columns) < min(line.top for line in columns)


def _columns_apart(lines: Sequence[Line]) -> Iterator[Line]:
    """Stretches of rows that are two columns of prose as the left one and the right one."""
    stretch: list[tuple[Line, Line]] = []
    for line in lines:
        halves = _halves(line)
        if halves is None or (stretch and not _is_aligned(stretch[-1][1], halves[1])):
            yield from _read_apart(stretch)
            stretch = []
        if halves is None:
            yield line
        else:
            stretch.append(halves)
    yield from _read_apart(stretch)


def _halves(line: Line) -> tuple[Line, Line] | None:
    """The two parts of a line that one wide gap divides."""
    parts = line.text.split("\t")
    if len(parts) != 2 or any(_FIGURES.fullmatch(part) for part in parts):
        return None
    at = sum(not character.isspace() for character in parts[0])
    return Line(line.glyphs[:at], parts[0]), Line(line.glyphs[at:], parts[1])


def _is_aligned(one: Line, other: Line) -> bool:
    return abs(one.left - other.left) < _ALIGNED * (one.top - one.bottom)


def _read_apart(rows: Sequence[tuple[Line, Line]]) -> Iterator[Line]:
    is_prose = len(rows) >= _FEWEST_ROWS and all(
        median(len(row[side].text) for row in rows) >= _PROSE for side in (0, 1)
    )
    if is_prose:
        yield from (left for left, _ in rows)
        yield from (right for _, right in rows)
    else:
        yield from (_joined(left, right) for left, right in rows)


def _joined(left: Line, right: Line) -> Line:
    return Line((*left.glyphs, *right.glyphs), f"{left.text}\t{right.text}")
