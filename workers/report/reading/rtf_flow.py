"""The lines of an RTF document, as they come about: paragraphs, cells and rows, boxes."""

from __future__ import annotations

from dataclasses import dataclass, field

from workers.report.chinese.clauses import is_han
from workers.report.reading.numbering import put_label


@dataclass(slots=True)
class Row:
    """The lines of the cells that ended, and those of the one that is open."""

    cells: list[list[str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def end_cell(self) -> None:
        self.cells.append(self.lines)
        self.lines = []

    def shown(self) -> list[str]:
        """A line of all cells; a single one is but a frame around text."""
        if len(self.cells) < 2:
            return [line for cell in self.cells for line in cell]
        return [
            "\t".join(
                " ".join(line.strip() for line in cell if line.strip()) for cell in self.cells
            )
        ]


@dataclass(slots=True)
class Flow:
    """A text that runs by itself: the document, a note, a box.

    `rows` are those of tables in tables.
    """

    lines: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    label: str = ""
    boxes: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def end_paragraph(self, depth: int) -> None:
        """`depth` is that of the table in which the paragraph stands; 0 where in none."""
        text, self.pieces = "".join(self.pieces), []
        label, self.label = _shown_label(self.label), ""
        lines = (put_label(label, text) if text.strip() else text).split("\n") + self.boxes
        self.boxes = []
        (self.row(depth).lines if depth else self.lines).extend(lines)

    def end_cell(self, depth: int) -> None:
        self.end_paragraph(depth)
        self.row(depth).end_cell()

    def end_row(self, depth: int) -> None:
        """The row is a line of the text, or of the cell around its table."""
        row = self.row(depth)
        around = self.lines if depth == 1 else self.row(depth - 1).lines
        around.extend(row.shown())
        self.rows[depth - 1] = Row()

    def row(self, depth: int) -> Row:
        while len(self.rows) < depth:
            self.rows.append(Row())
        return self.rows[depth - 1]

    def end(self) -> list[str]:
        """All lines, those too of a table that has no end."""
        if self.pieces or self.boxes:
            self.end_paragraph(0)
        for depth in range(len(self.rows), 0, -1):
            if self.row(depth).lines:
                self.row(depth).end_cell()
            self.end_row(depth)
        return self.lines


def _shown_label(written: str) -> str:
    """The number of a paragraph; a bullet, which is a mark or a letter of a symbol font, is none.

    >>> [_shown_label(label) for label in ("一、  ", "1", "•", " o ")]
    ['一、', '1 ', '', '']
    """
    label = written.strip()
    is_bullet = len(label) == 1 and label.isalpha() and not is_han(label)
    if is_bullet or not any(map(str.isalnum, label)):
        return ""
    return label + " " if label[-1].isascii() and label[-1].isalnum() else label
