"""Workbooks: the lines of sheets, whoever reads their cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

# What a cell shows, by its column.
Row = Mapping[int, str]


def sheet_lines(rows: Iterable[Row]) -> Iterator[str]:
    """A line for each row, its cells parted by tabs; empty rows and columns are left out.

    A row with one cell is text, as titles and notes are: its own lines stand.

    >>> list(sheet_lines([{2: "案件表"}, {1: "种类", 4: "件数"}, {}, {1: "调解", 4: "46"}]))
    ['案件表', '种类\\t件数', '调解\\t46']
    """
    kept = [{at: text for at, text in row.items() if text.strip()} for row in rows]
    wide = [row for row in kept if len(row) > 1]
    columns = sorted({at for row in wide for at in row})
    for row in kept:
        if len(row) == 1:
            yield from next(iter(row.values())).split("\n")
        elif row:
            yield "\t".join(_in_a_line(row.get(at, "")) for at in columns).rstrip("\t")


def _in_a_line(text: str) -> str:
    return " ".join(line.strip() for line in text.split("\n") if line.strip())
