"""Characters on a page → lines of text, as a reader sees them.

For formats that say where each character stands, not which follow each other (PDF, OFD): x grows
to the right, y upwards. Lines are read in the order in which they are drawn, which keeps columns
whole; only where that order runs against the page are they put from top to bottom.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workers.report.chinese.clauses import is_han

# Gaps, in sizes of a character: between words of another script; between Chinese characters that
# are set apart (a name of two characters); between the cells of a table.
_WORD_GAP = 0.18
_HAN_GAP = 0.7
_CELL_GAP = 2.0
# So much of the lower one's height two characters share that stand in one line; notes are raised.
_SHARED = 0.3
# Vertical text steps down by about a character; a line that is set tightly by no less than this.
_STEP = (0.4, 2.5)
# A note mark is smaller than what it stands behind, and raised.
_RAISED_SIZE = 0.75
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# More lines than this share that stand above the one before them, and no column begins there: the
# order in which the page was drawn is not that in which it is read.
_DISORDER = 0.2


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


def read_lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """The lines of a page from its characters as they are drawn, blank ones left out.

    >>> def draw(text, x, y):
    ...     boxes = [(x + 10 * at, y, x + 10 * at + 10, y + 10) for at in range(len(text))]
    ...     return [Glyph(text=t, left=l, bottom=b, right=r, top=u)
    ...             for t, (l, b, r, u) in zip(text, boxes, strict=True)]
    >>> [line.text for line in read_lines(draw("一、概况", 0, 40) + draw("共46件", 0, 20))]
    ['一、概况', '共46件']
    >>> [line.text for line in read_lines(draw("案件", 0, 40) + draw("46", 80, 40))]
    ['案件\\t46']
    """
    lines = [_line(run) for run in _joined(list(_runs(glyphs)))]
    return _from_top(lines) if _is_disordered(lines) else lines


def _runs(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Stretches of characters that follow each other, to the right or, in vertical text, down."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _follows(run, glyph):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _follows(run: Sequence[Glyph], glyph: Glyph) -> bool:
    last = run[-1]
    if len(run) > 1 and _steps_down(run[-2], last):
        return _steps_down(last, glyph)
    if _share_a_line(last, glyph):
        return glyph.left >= last.left - last.height * _SHARED
    return len(run) == 1 and _steps_down(last, glyph)


def _share_a_line(one: Glyph, other: Glyph) -> bool:
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared > _SHARED * min(one.height, other.height)


def _steps_down(one: Glyph, other: Glyph) -> bool:
    """Do the two stand one above the other, as in a column of vertical text?"""
    size = max(one.height, 1e-6)
    middle = abs((one.left + one.right) - (other.left + other.right)) / 2
    step = (one.top - other.top) / size
    return middle < 0.2 * size and _STEP[0] < step < _STEP[1] and is_han(one.text + other.text[:0])


def _joined(runs: Sequence[list[Glyph]]) -> list[list[Glyph]]:
    """Runs of one line that were drawn apart (a cell, a note mark, a bold word) as one."""
    joined: list[list[Glyph]] = []
    for run in runs:
        before = joined[-1] if joined else None
        if before is not None and _is_same_line(before, run):
            before.extend(run)
            before.sort(key=lambda glyph: glyph.left)
        else:
            joined.append(list(run))
    return joined


def _is_same_line(before: Sequence[Glyph], run: Sequence[Glyph]) -> bool:
    """Beside each other without covering each other."""
    if _is_vertical(before) or _is_vertical(run) or not _share_a_line(before[-1], run[0]):
        return False
    apart = run[0].left >= before[-1].right - before[-1].height * _SHARED
    return apart or run[-1].right <= before[0].left + before[0].height * _SHARED


def _is_vertical(run: Sequence[Glyph]) -> bool:
    return len(run) > 1 and _steps_down(run[0], run[1])


def _line(run: Sequence[Glyph]) -> Line:
    words = [run[0].text]
    vertical = _is_vertical(run)
    for last, glyph in pairwise(run):
        words.append(("" if vertical else _between(last, glyph)) + _written(last, glyph))
    return Line(tuple(run), "".join(words), vertical)


def _written(last: Glyph, glyph: Glyph) -> str:
    """46 and a raised 1 are no 461: a note mark is written as one."""
    raised = glyph.bottom > last.bottom + last.height * (1 - _RAISED_SIZE)
    small = glyph.height < last.height * _RAISED_SIZE
    return glyph.text.translate(_SUPERSCRIPTS) if raised and small else glyph.text


def _between(last: Glyph, glyph: Glyph) -> str:
    """What stands between two characters of a line:
    nothing, a blank, or a tab between two cells.
    """
    gap = (glyph.left - last.right) / max(last.height, glyph.height, 1e-6)
    if gap > _CELL_GAP:
        return "\t"
    wide = _is_wide(last.text) or _is_wide(glyph.text)
    return " " if glyph.spaced or gap > (_HAN_GAP if wide else _WORD_GAP) else ""


def _is_wide(text: str) -> bool:
    """Chinese characters and their marks bring their own room."""
    return text >= "\u2e80"


def _is_disordered(lines: Sequence[Line]) -> bool:
    upward = sum(
        after.bottom > before.top and after.left < before.right for before, after in pairwise(lines)
    )
    return upward > max(_DISORDER * len(lines), 2)


def _from_top(lines: Sequence[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.top, line.left))
