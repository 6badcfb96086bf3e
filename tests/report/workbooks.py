"""Workbooks for tests, each written part by part: .xlsx by a library, .xls and .fods by hand."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Mapping, Sequence

import xlsxwriter

from tests.report.oles import ole

# A text, or a number and the code of its format.
Cell = str | tuple[float, str]
_SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
_FLAT = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
)


def xlsx(rows: Iterable[Sequence[Cell]], *, hidden: Mapping[str, str] = {}) -> bytes:
    """A workbook with one sheet that is shown, and hidden ones by their names and only texts."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                else:
                    sheet.write_number(
                        at, column, cell[0], book.add_format({"num_format": cell[1]})
                    )
        for name, text in hidden.items():
            other = book.add_worksheet(name)
            other.write_string(0, 0, text)
            other.hide()
    return written.getvalue()


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def xls(rows: Iterable[Sequence[Cell]], *, encrypted: bool = False) -> bytes:
    """A workbook of Excel 97 with one sheet ([MS-XLS]): what its readers ask for, no more."""
    formats: list[str] = []
    cells = []
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                place = struct.pack("<HHH", at, column, 0)
                cells.append(_record(0x0204, place + _text(cell)))
                continue
            formats.append(cell[1])
            place = struct.pack("<HHH", at, column, len(formats))
            cells.append(_record(0x0203, place + struct.pack("<d", cell[0])))
    font = struct.pack("<5H6B", 200, 0, 0x7FFF, 400, 0, 0, 0, 134, 0, 2, 1)
    font += "宋体".encode("utf-16-le")
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 6))
    begin += _record(0x002F, struct.pack("<HHHH", 0, 1, 2, 3)) if encrypted else b""
    begin += _record(0x0042, struct.pack("<H", 1200)) + _record(0x0031, font) * 4
    for number, code in enumerate(formats):
        begin += _record(0x041E, struct.pack("<H", 164 + number) + _text(code))
    for number in (0, *(164 + at for at in range(len(formats)))):
        begin += _record(0x00E0, struct.pack("<HHHBBBBIIH", 0, number, 0, 0, 0, 0, 0, 0, 0, 0))
    name = struct.pack("<BB", 1, 1) + "表".encode("utf-16-le")
    start = len(begin) + 4 + 6 + len(name) + 4
    begin += _record(0x0085, struct.pack("<IH", start, 0) + name) + _record(0x000A, b"")
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 6))
    return ole({"Workbook": begin + sheet + b"".join(cells) + _record(0x000A, b"")})


def fods(rows: Iterable[str], *, more: str = "") -> bytes:
    """A flat spreadsheet of these rows; `more` are further sheets."""
    styles = (
        '<style:style style:name="off" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    body = f"<table:table>{''.join(rows)}</table:table>{more}"
    return (
        f'<office:document {_FLAT} office:mimetype="{_SPREADSHEET}">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document>"
    ).encode()


def open_row(*cells: str, more: str = "") -> str:
    """A row of cells; an empty text is a cell that another covers."""
    shown = "".join(
        f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>"
        if cell
        else "<table:covered-table-cell/>"
        for cell in cells
    )
    return f"<table:table-row {more}>{shown}</table:table-row>"
