"""Rows as a file: CSV, XLSX or Parquet.

Whatever a cell's text is, no program that opens the file computes it, or takes it for a date.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, BinaryIO

from workers.errors import FazhiError

Row = Sequence[object]

# What a spreadsheet takes for a formula, in half and in full width,
# also behind what it trims (CWE-1236).
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_TRIMMED = " \v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u200b\u3000\ufeff"
_MONTH = r"(?i:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
# What a spreadsheet takes for a date, a time, a fraction or another number, and saves otherwise:
# 3-5, 1/2, 8:30, 2024年1月, 1E5, 007, 110101000000, 2.50, Mar 1.
_TAKEN_FOR_A_NUMBER = re.compile(
    r"\d+\s?[-/:]\s?\d+(?:\s?[-/:]\s?\d+)?|\d+\.\d+\.\d+|(?:\d{2,4}年)?\d{1,2}月(?:\d{1,2}日?)?"
    r"|[+-]?\d+(?:\.\d+)?[eE][+-]?\d+|0\d+|\d{12,}|\d+\.\d*0"
    rf"|{_MONTH}[-/ .]?\d+|\d+[-/ ]?{_MONTH}"
)
# Of Excel's own: the rows of a sheet, the characters of a cell.
MOST_ROWS, LONGEST_CELL = 1_048_576, 32_767
# How wide a sheet's columns are, in characters: as the first rows ask for.
_WIDEST, _MEASURED = 60, 200
# The rows of one group of a Parquet file: what a reader can pass over at once.
_GROUP = 50_000


class Format(StrEnum):
    """The kinds of files."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PARQUET: "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name, what its cells are where they are not None (str, int, float or bool),
    and what they mean.
    """

    name: str
    type: type = str
    meaning: str = ""


class TooManyRows(FazhiError):
    """An Excel sheet holds 1,048,575 rows, and these are more: choose fewer, or another format."""


class ParquetMissing(FazhiError):
    """Parquet needs a package that is not installed here: pip install 'fazhi[parquet]'."""


def list_formats() -> list[Format]:
    """The kinds of files that can be written here: Parquet's package is large, and an extra."""
    return [
        one for one in Format if one is not Format.PARQUET or importlib.util.find_spec("pyarrow")
    ]


def write_rows(
    out: BinaryIO,
    file_format: Format,
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    sheet: str = "Sheet1",
    plain: bool = False,
) -> int:
    """The rows under the names of the columns; how many. A CSV is UTF-8 without a mark; `plain`
    leaves its cells as they are, for scripts. `sheet` names that of an XLSX.

    TooManyRows where a sheet does not hold them, ParquetMissing without its package.

    >>> out = io.BytesIO()
    >>> write_rows(
    ...     out, Format.CSV, [Column("name"), Column("value", float)], [("=1+1", 3.0), ("镇", None)]
    ... )
    2
    >>> out.getvalue().decode()
    "name,value\\n'=1+1,3\\n镇,\\n"
    """
    if file_format is Format.CSV:
        return _write_csv(out, columns, rows, plain=plain)
    if file_format is Format.XLSX:
        return _write_xlsx(out, columns, rows, sheet)
    return _write_parquet(out, columns, rows)


def make_harmless(cell: object) -> object:
    """The cell of a CSV as a spreadsheet may show it: text that would be a formula, a date or a
    number gets an apostrophe, and so does text that begins with one. So whoever takes one
    apostrophe off the front of a text has it as it was.

    A lone CR is a line break: within a cell some programs would begin a row after it.

    >>> (
    ...     make_harmless("=1+1"),
    ...     make_harmless(-3.5),
    ...     make_harmless(None),
    ...     make_harmless(98.0),
    ...     make_harmless("a\\r=1"),
    ... )
    ("'=1+1", -3.5, '', 98, 'a\\n=1')
    >>> make_harmless("3-5"), make_harmless("3件"), make_harmless("'a"), make_harmless("007")
    ("'3-5", '3件', "''a", "'007")
    """
    if not isinstance(cell, str):
        return _as_it_is(cell)
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    bare = text.lstrip(_TRIMMED)
    taken = bare.startswith(FORMULA_STARTS) or _TAKEN_FOR_A_NUMBER.fullmatch(bare.rstrip())
    return f"'{text}" if taken or text.startswith("'") else text


def _as_it_is(cell: object) -> object:
    if cell is None:
        return ""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _write_csv(
    out: BinaryIO, columns: Sequence[Column], rows: Iterable[Row], *, plain: bool
) -> int:
    make = _as_it_is if plain else make_harmless
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    count = 0
    for row in rows:
        writer.writerow([make(cell) for cell in row])
        count += 1
    text.detach()  # flushed; the file is the caller's
    return count


def _write_xlsx(out: BinaryIO, columns: Sequence[Column], rows: Iterable[Row], named: str) -> int:
    """Text is written as text, never as what it looks like;
    so there is nothing to put an apostrophe before.
    """
    import xlsxwriter  # not before it is needed: it takes longer to load than most commands to run

    count = 0
    # Beside a heading stands the button of its filter.
    widths = [_width(column.name) + 3 for column in columns]
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(named)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [column.name for column in columns], book.add_format({"bold": True}))
        for count, row in enumerate(rows, start=1):
            if count == MOST_ROWS:
                raise TooManyRows
            if count <= _MEASURED:
                widths = [max(width, _width(cell)) for width, cell in zip(widths, row, strict=True)]
            for at, cell in enumerate(row):
                _write_cell(sheet, count, at, cell)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, min(width + 1, _WIDEST))
        sheet.autofilter(0, 0, count, len(columns) - 1)
        _explain_columns(book, columns)
    return count


def _explain_columns(book: Any, columns: Sequence[Column]) -> None:
    """A second sheet that says what the columns mean."""
    meanings = [(column.name, column.meaning) for column in columns if column.meaning]
    if not meanings:
        return
    sheet = book.add_worksheet("columns")
    for row, cells in enumerate(meanings):
        for at, cell in enumerate(cells):
            _write_cell(sheet, row, at, cell)
    for at, cells in enumerate(zip(*meanings, strict=True)):
        sheet.set_column(at, at, max(map(_width, cells)) + 1)


def _width(cell: object) -> int:
    """In characters as wide as a letter; a Chinese one counts twice.

    >>> _width("法治a"), _width(None), _width(98.0)
    (5, 0, 2)
    """
    return len(str(make_harmless(cell)).encode("gbk", "replace"))


def _write_cell(sheet: Any, row: int, column: int, cell: object) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif cell is not None:
        sheet.write_string(row, column, str(cell)[:LONGEST_CELL])


def _write_parquet(out: BinaryIO, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    try:
        import pyarrow  # 170 MB, for those who ask for it
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise ParquetMissing from error
    types = {
        str: pyarrow.string(),
        int: pyarrow.int64(),
        float: pyarrow.float64(),
        bool: pyarrow.bool_(),
    }
    schema = pyarrow.schema(
        [
            pyarrow.field(column.name, types[column.type], metadata={"description": column.meaning})
            for column in columns
        ]
    )
    count = 0
    with ParquetWriter(out, schema) as writer:
        for group in _groups(rows):
            cells = [
                pyarrow.array(
                    [None if cell is None else column.type(cell) for cell in cells],
                    types[column.type],
                )
                for column, cells in zip(columns, zip(*group, strict=True), strict=True)
            ]
            writer.write_table(pyarrow.Table.from_arrays(cells, schema=schema))
            count += len(group)
    return count


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while group := list(islice(left, _GROUP)):
        yield group
