"""Boxes of an OCR engine put in the order of reading:
lines of a page, and the lines of all pages.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

# A line of this many characters fills half of the column and is no title.
_LONG = 14


class Box(NamedTuple):
    """One stretch that the engine read; its upright box in pixels."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


class Row(NamedTuple):
    """One printed line as read. `middle` is its height on the page, 0 at the top and 1 at the foot;
    `left` where it begins and `size` the height of its print, as shares of the page's width.
    """

    text: str
    middle: float
    left: float
    size: float


def join_boxes(boxes: Iterable[Box]) -> list[Box]:
    """One box a line, by their height and in it from left to right;
    a gap wider than two characters parts the cells of a table.

    A box belongs to a line where its middle is within half a line of the last one's: skew of 0.8°
    over a page's width is a third of a line.

    >>> boxes = [Box("46件", 90, 120, 1, 11), Box("许可", 0, 20, 0, 10), Box("共7", 22, 40, 0, 10)]
    >>> [row.text for row in join_boxes([*boxes, Box("页", 0, 9, 20, 30)])]
    ['许可共7\\t46件', '页']
    """
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: box.middle):
        if rows and box.middle - rows[-1][-1].middle < (box.bottom - box.top) / 2:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [_join_row(sorted(row, key=lambda box: box.left)) for row in rows]


def join_pages(pages: Sequence[Sequence[Row]]) -> list[str]:
    """The lines of all pages, those that begin further in than the column with the
    spaces of their indent.

    >>> page = [
    ...     Row("一、概况", 0.1, 0.18, 0.03),
    ...     Row("全镇扎实推进依法行政，调解矛盾", 0.2, 0.13, 0.03),
    ... ]
    >>> join_pages([page])
    ['\\u3000\\u3000一、概况', '全镇扎实推进依法行政，调解矛盾']
    """
    # The column begins where most pages have their leftmost long line:
    # skew moves that by half a character.
    edges = [
        min(lefts)
        for page in pages
        if (lefts := [row.left for row in page if len(row.text) >= _LONG])
    ]
    edge = statistics.median(edges) if edges else 0.0
    return ["\u3000" * _indent(row, edge) + row.text for page in pages for row in page]


def _indent(row: Row, edge: float) -> int:
    """The indent in characters; the engine's boxes are a fifth higher than the print."""
    indent = round((row.left - edge) / row.size * 1.2)
    return indent if indent > 1 else 0


def _join_row(row: list[Box]) -> Box:
    text = row[0].text
    for before, after in pairwise(row):
        wide = after.left - before.right > 2 * (after.bottom - after.top)
        text += ("\t" if wide else "") + after.text
    top, bottom = (
        statistics.mean(side) for side in zip(*((box.top, box.bottom) for box in row), strict=True)
    )
    return Box(text, row[0].left, row[-1].right, top, bottom)
