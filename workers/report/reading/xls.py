"""Old Excel workbooks (.xls): what the cells of the sheets show."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence

import xlrd

from workers.errors import DamagedFile, ProtectedFile
from workers.report.reading.compound import open_compound
from workers.report.reading.decoded import Decoded
from workers.report.reading.formulas import raised
from workers.report.reading.number_formats import show_number
from workers.report.reading.sheets import Row, sheet_lines

# Where a run of a text begins, and the number of its font.
Runs = Sequence[tuple[int, int]]
_RAISED = 1
# What the library lets fall on a file that is no whole workbook.
_DAMAGED = (
    xlrd.XLRDError,
    xlrd.compdoc.CompDocError,
    xlrd.formula.FormulaError,
    AssertionError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    OSError,
    NameError,
    struct.error,
)


def read_xls(data: bytes) -> Decoded:
    """The lines of the sheets that are shown, a page each. DamagedFile, ProtectedFile."""
    try:
        book = xlrd.open_workbook(
            file_contents=_book_stream(data),
            formatting_info=True,
            ragged_rows=True,
            logfile=io.StringIO(),
        )
        shown = [sheet for sheet in book.sheets() if not sheet.visibility]
        pages = ["\n".join(sheet_lines(_rows(book, sheet))) for sheet in shown]
    except _DAMAGED as error:
        if "encrypted" in str(error):
            raise ProtectedFile from error
        raise DamagedFile("(an old Excel workbook)", "（旧版 Excel 工作簿）") from error
    return Decoded(tuple(pages) or ("",))


def _book_stream(data: bytes) -> bytes:
    """The workbook out of its compound file; the library would follow a circle in that for ever."""
    with open_compound(data) as ole:
        return bytes(ole.openstream("Workbook" if ole.exists("Workbook") else "Book").read())


def _rows(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Iterator[Row]:
    hidden = {at for at, column in sheet.colinfo_map.items() if column.hidden}
    for at in range(sheet.nrows):
        row = sheet.rowinfo_map.get(at)
        # A cell in the last row makes all rows before it, most of them empty.
        if sheet.row_len(at) and (row is None or not row.hidden):
            cells = enumerate(sheet.row(at))
            yield {
                column: _show(book, cell, sheet.rich_text_runlist_map.get((at, column), ()))
                for column, cell in cells
                if column not in hidden
            }


def _show(book: xlrd.Book, cell: xlrd.sheet.Cell, runs: Runs) -> str:
    match cell.ctype:
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
            return show_number(cell.value, code, since_1904=bool(book.datemode))
        case xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, ""))
    return _read_runs(book, str(cell.value), runs).replace("\r", "")


def _read_runs(book: xlrd.Book, text: str, runs: Runs) -> str:
    """The text by its runs: a raised note mark is no digit of the figure before it, and what is
    struck out is left out.
    """
    if not runs:
        return text
    pieces = [text[: runs[0][0]]]
    ends = [start for start, _ in runs[1:]] + [len(text)]
    for (start, font), end in zip(runs, ends, strict=True):
        look, piece = book.font_list[font], text[start:end]
        if look.escapement == _RAISED and piece.isdecimal():
            piece = raised(piece)
        pieces.append("" if look.struck_out else piece)
    return "".join(pieces)
