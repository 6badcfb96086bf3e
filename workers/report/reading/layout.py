"""Characters on a page → lines of text, as a reader sees them.

For formats that say where each character stands, not which follow each other (PDF, OFD): x grows
to the right, y upwards. Lines are read in the order in which they are drawn, which keeps columns
whole; only where that order runs against the page are they put together by where they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from statistics import median

from workers.report.chinese.clauses import is_han
from workers.report.reading.lines import Glyph, Line
from workers.report.reading.order import in_order, is_disordered

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
# A line is set at a pace that shows in so many pairs of its characters; a step is the same that
# differs by less than this, in sizes of a character.
_FEWEST_PAIRS, _SAME_STEP = 3, 0.12
_ROWS_NEAR = 4
# The same character within less than this, in heights of it, is the same one.
_TWICE = 0.1


def page_lines(glyphs: Iterable[Glyph], upright: int = 0) -> tuple[list[Line], list[Line]]:
    """The lines that stand upright on a page that is turned so, and those that lie on their side,
    each in the lengths of its own turn. Words that lie slanted (a watermark) are no text of it.
    """
    turns: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        if glyph.turn is not None:
            turns.setdefault(glyph.turn, []).append(glyph.upright())
    standing = read_lines(turns.pop(upright, []))
    return standing, [line for turn in sorted(turns) for line in read_lines(turns[turn])]


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
    runs = list(_runs(_once(glyphs)))
    lines = [_line(run) for run in _joined(runs)]
    if is_disordered(lines):
        lines = [_line(run) for run in _regrouped(runs)]
    return in_order(lines)


def _once(glyphs: Iterable[Glyph]) -> Iterator[Glyph]:
    """Each character once: bold ones are drawn twice at nearly the same place."""
    seen: set[tuple[str, int, int]] = set()
    for glyph in glyphs:
        cell = max(glyph.height, 1e-6) * _TWICE
        across, up = (int(value // cell) for value in (glyph.left, glyph.bottom))
        around = [(glyph.text, across + x, up + y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
        if not any(place in seen for place in around):
            yield glyph
        seen.add((glyph.text, across, up))


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
    return middle < 0.2 * size and _STEP[0] < step < _STEP[1] and _is_wide(one.text)


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


def _regrouped(runs: Sequence[list[Glyph]]) -> list[list[Glyph]]:
    """Runs that were drawn in no order, put together by where they stand."""
    rows: list[list[Glyph]] = []
    # Two characters may stand one above the other by chance.
    by_chance = (_is_vertical(run) and len(run) < _FEWEST_PAIRS for run in runs)
    pieces = (
        [[glyph] for glyph in run] if chance else [run]
        for run, chance in zip(runs, by_chance, strict=True)
    )
    for run in sorted(chain.from_iterable(pieces), key=lambda run: (-run[0].top, run[0].left)):
        # Further up than the last few rows none is as low as this one.
        near = (row for row in rows[-_ROWS_NEAR:] if _share_a_line(row[0], run[0]))
        beside = None if _is_vertical(run) else next(near, None)
        if beside is None:
            rows.append(list(run))
        else:
            beside.extend(run)
    return [row if _is_vertical(row) else sorted(row, key=lambda one: one.left) for row in rows]


def _is_vertical(run: Sequence[Glyph]) -> bool:
    return len(run) > 1 and _steps_down(run[0], run[1])


def _line(run: Sequence[Glyph]) -> Line:
    if _is_vertical(run):
        return Line(tuple(run), "".join(glyph.text for glyph in run), vertical=True)
    words, base, pace = [run[0].text], run[0], _pace(run)
    for last, glyph in pairwise(run):
        raised = _is_raised(base, glyph)
        words.append(_between(last, glyph, pace))
        words.append(glyph.text.translate(_SUPERSCRIPTS) if raised else glyph.text)
        base = base if raised else glyph
    return Line(tuple(run), "".join(words))


def _pace(run: Sequence[Glyph]) -> tuple[float, float]:
    """How far the Chinese characters of a line stand apart, from one to the next and between:
    what is set as widely as they are is not parted from its neighbour.
    """
    pairs = [
        (one, other) for one, other in pairwise(run) if is_han(one.text) and is_han(other.text)
    ]
    if len(pairs) < _FEWEST_PAIRS:
        return 0.0, 0.0
    steps = median(other.left - one.left for one, other in pairs)
    return steps, max(median(other.left - one.right for one, other in pairs), 0.0)


def _is_raised(base: Glyph, glyph: Glyph) -> bool:
    """46 and a raised 1 are no 461: a note mark is written as one."""
    raised = glyph.bottom > base.bottom + base.height * (1 - _RAISED_SIZE)
    return raised and glyph.height < base.height * _RAISED_SIZE


def _between(last: Glyph, glyph: Glyph, pace: tuple[float, float]) -> str:
    """What stands between two characters of a line:
    nothing, a blank, or a tab between two cells.
    """
    size = max(last.height, glyph.height, 1e-6)
    steps, room = pace
    gap = (glyph.left - last.right) / size
    if gap > _CELL_GAP:
        return "\t"
    if abs(glyph.left - last.left - steps) < _SAME_STEP * size and not glyph.spaced:
        return ""
    wide = _is_wide(last.text) or _is_wide(glyph.text)
    far = gap - room / size > (_HAN_GAP if wide else _WORD_GAP)
    return " " if glyph.spaced or far else ""


def _is_wide(text: str) -> bool:
    """Chinese characters and their marks bring their own room."""
    return text >= "\u2e80"
