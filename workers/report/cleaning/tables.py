"""Tables whose cells became lines of their own: rows again, their cells parted by tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.report.chinese.clauses import POINTS
from workers.report.cleaning.lines import HEADING, Line, split_lines
from workers.report.text import Change

# A cell is short and holds no sentence; a figure may carry its per cent sign.
_LONGEST_CELL, _MOST_COLUMNS, _FEWEST_ROWS = 20, 8, 3
_NO_CELL = re.compile(rf"(?!、)[{POINTS}:\t]|\d年\d{{1,2}}月|.*表$")
_FIGURE = re.compile(r"-?[0-9][0-9,.]{0,12}[%％‰]?")


def rebuild_rows(text: str) -> Iterator[Change]:
    """Put cells that stand one a line back into rows,
    where words and figures alternate alike row after row.

    >>> text = "工作数据表\\n项目\\n数量\\n许可\\n46\\n处罚\\n7\\n检查\\n120\\n清溪镇人民政府"
    >>> [text[change.start - 1] + text[change.end] for change in rebuild_rows(text)]
    ['目数', '可4', '罚7', '查1']
    """
    for cells in _cell_runs(split_lines(text)):
        columns = _count_columns(["1" if _FIGURE.fullmatch(cell.text) else "a" for cell in cells])
        rows = _count_rows(cells, columns) if columns else 0
        for at in range(columns * rows):
            if (at + 1) % columns:
                end = cells[at].start + text[cells[at].start : cells[at].end].rstrip().__len__()
                yield Change(end, cells[at + 1].start, "\t")


def _cell_runs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The cells that follow one another; empty lines between them do not matter."""
    run: list[Line] = []
    for line in (*lines, Line(0, 0, "。")):
        if not line.text:
            continue
        if (
            len(line.text) <= _LONGEST_CELL
            and not _NO_CELL.search(line.text)
            and not HEADING.match(line.text)
        ):
            run.append(line)
        else:
            if len(run) > _FEWEST_ROWS * 2:
                yield run
            run = []


def _count_columns(kinds: Sequence[str]) -> int:
    """How many columns: the words of the head, then rows of one pattern that holds words and
    figures; 0 if none fits or more than one does.
    """
    fitting = [count for count in range(2, _MOST_COLUMNS + 1) if _fits_columns(kinds, count)]
    return fitting[0] if len(fitting) == 1 else 0


def _fits_columns(kinds: Sequence[str], count: int) -> bool:
    rows = ["".join(kinds[at : at + count]) for at in range(0, count * (_FEWEST_ROWS + 1), count)]
    return (
        rows[0] == "a" * count
        and "1" in rows[1]
        and "a" in rows[1]
        and len({*rows[1:]}) == 1
        and len(rows[1]) == count
    )


def _count_rows(cells: Sequence[Line], columns: int) -> int:
    pattern = [bool(_FIGURE.fullmatch(cell.text)) for cell in cells[columns : 2 * columns]]
    rows = 1
    while [
        bool(_FIGURE.fullmatch(cell.text)) for cell in cells[rows * columns : (rows + 1) * columns]
    ] == pattern:
        rows += 1
    return rows
