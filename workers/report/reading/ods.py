"""OpenDocument spreadsheets (.ods, .fods): what the cells of the sheets show."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from workers.errors import DamagedFile
from workers.report.reading.decoded import Decoded
from workers.report.reading.odt import open_content, open_flat
from workers.report.reading.odt_runs import Runs
from workers.report.reading.odt_styles import read_styles
from workers.report.reading.sheets import Row, sheet_lines
from workers.report.reading.xmlnodes import as_int, attribute, child, children, local_name

# One cell, one row may stand for many; a report has none that says the same so often.
_MOST_REPEATED = 100
_GROUPS = frozenset({"table-header-rows", "table-rows", "table-row-group"})


def read_ods(data: bytes) -> Decoded:
    """The lines of the sheets that are shown, a page each. DamagedFile, TooLarge, ProtectedFile."""
    content, styles = open_content(data)
    return _read(content, styles)


def read_flat_ods(data: bytes) -> Decoded:
    """The lines of a spreadsheet that is one XML file. DamagedFile."""
    return _read(open_flat(data), None)


def _read(content: etree._Element, styles: etree._Element | None) -> Decoded:
    body = child(content, "body")
    book = None if body is None else child(body, "spreadsheet")
    if book is None:
        raise DamagedFile("(it lacks its main part)", "（缺少正文部分）")
    roots = [root for root in (styles, content) if root is not None]
    runs, hidden = Runs(read_styles(roots)), _hidden_sheets(roots)
    tables = (
        table for table in children(book, "table") if attribute(table, "style-name") not in hidden
    )
    return Decoded(
        tuple(
            "\n".join(sheet_lines(_rows(table, runs, _hidden_columns(table)))) for table in tables
        )
        or ("",)
    )


def _hidden_sheets(roots: list[etree._Element]) -> set[str]:
    """The styles of sheets that are not shown."""
    return {
        attribute(style, "name")
        for root in roots
        for style in root.iter("{*}style")
        if attribute(style, "family") == "table"
        and any(attribute(one, "display") == "false" for one in children(style, "table-properties"))
    }


def _rows(table: etree._Element, runs: Runs, hidden: set[int]) -> Iterator[Row]:
    """The rows that are shown, those of heads and groups too."""
    for node in table:
        if local_name(node) in _GROUPS:
            yield from _rows(node, runs, hidden)
        elif local_name(node) == "table-row" and not _is_hidden(node):
            cells = _cells(node, runs, hidden)
            for _ in range(_repeated(node, "rows") if cells else 0):
                yield cells


def _hidden_columns(table: etree._Element) -> set[int]:
    hidden: set[int] = set()
    column = 0
    for node in table.iter("{*}table-column"):
        repeated = _repeated(node, "columns")
        if _is_hidden(node):
            hidden.update(range(column, column + repeated))
        column += repeated
    return hidden


def _cells(row: etree._Element, runs: Runs, hidden: set[int]) -> dict[int, str]:
    cells: dict[int, str] = {}
    column = 0
    for node in row:
        if local_name(node) not in {"table-cell", "covered-table-cell"}:
            continue
        text = "\n".join(runs.read(line) for line in children(node, "p"))
        repeated = as_int(attribute(node, "number-columns-repeated"), 1)
        if text.strip():
            places = range(column, column + min(repeated, _MOST_REPEATED))
            cells |= {at: text for at in places if at not in hidden}
        column += repeated
    return cells


def _repeated(node: etree._Element, what: str) -> int:
    return min(as_int(attribute(node, f"number-{what}-repeated"), 1), _MOST_REPEATED)


def _is_hidden(node: etree._Element) -> bool:
    return attribute(node, "visibility") in {"collapse", "filter"}
