"""Excel workbooks (.xlsx): what the cells of the sheets show."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from workers.errors import DamagedFile
from workers.report.reading.decoded import Decoded
from workers.report.reading.docx import main_part
from workers.report.reading.formulas import lowered, raised
from workers.report.reading.number_formats import BUILT_IN, show_number, show_plain
from workers.report.reading.package import Package
from workers.report.reading.sheets import Row, sheet_lines
from workers.report.reading.xmlnodes import as_int, attribute, child, children, local_name, value_of

_MAIN = "xl/workbook.xml"
_CELL = re.compile(r"(?P<column>[A-Z]{1,3})[0-9]+")
_ON = {"1", "true", "on"}


def read_xlsx(data: bytes) -> Decoded:
    """The lines of the sheets that are shown, a page each. DamagedFile, TooLarge."""
    package = Package(data)
    main = main_part(package) or _MAIN
    root = package.part(main)
    if root is None:
        raise DamagedFile("(it lacks its main part)", "（缺少正文部分）")
    book = _Book(package, main)
    listed = child(root, "sheets")
    shown = [
        sheet
        for sheet in ([] if listed is None else listed)
        if attribute(sheet, "state") not in {"hidden", "veryHidden"}
    ]
    properties = child(root, "workbookPr")
    since_1904 = properties is not None and attribute(properties, "date1904") in _ON
    cells = _Cells(book.strings(), book.formats(), since_1904)
    sheets = (book.by_id(attribute(sheet, "id")) for sheet in shown)
    return Decoded(
        tuple("\n".join(sheet_lines(cells.rows(sheet))) for sheet in sheets if sheet is not None)
        or ("",)
    )


class _Book:
    """The parts of the workbook, by their relationships."""

    def __init__(self, package: Package, main: str) -> None:
        self._package = package
        self._folder, name = posixpath.split(main)
        relations = package.part(posixpath.join(self._folder, "_rels", f"{name}.rels"))
        self._relations = [] if relations is None else list(relations)

    def by_id(self, name: str) -> etree._Element | None:
        return next(
            (self._part(one) for one in self._relations if attribute(one, "Id") == name), None
        )

    def _of_type(self, kind: str) -> etree._Element | None:
        ending = f"/{kind}"
        return next(
            (self._part(one) for one in self._relations if attribute(one, "Type").endswith(ending)),
            None,
        )

    def _part(self, relation: etree._Element) -> etree._Element | None:
        target = posixpath.join("/" + self._folder, attribute(relation, "Target"))
        return self._package.part(posixpath.normpath(target).lstrip("/"))

    def strings(self) -> list[str]:
        """The texts that cells share."""
        root = self._of_type("sharedStrings")
        return [] if root is None else [_text(node) for node in children(root, "si")]

    def formats(self) -> list[str]:
        """The code of numbers of each style of cells."""
        root = self._of_type("styles")
        if root is None:
            return []
        own, used = child(root, "numFmts"), child(root, "cellXfs")
        codes = {
            attribute(node, "numFmtId"): attribute(node, "formatCode")
            for node in ([] if own is None else own)
        }
        numbers = [attribute(node, "numFmtId") for node in ([] if used is None else used)]
        return [codes.get(number) or BUILT_IN.get(as_int(number, 0), "") for number in numbers]


@dataclass(frozen=True, slots=True)
class _Cells:
    strings: Sequence[str]
    formats: Sequence[str]
    since_1904: bool

    def rows(self, sheet: etree._Element) -> Iterator[Row]:
        """The rows and columns that are not hidden."""
        hidden = {
            at
            for columns in children(sheet, "cols")
            for column in columns
            if attribute(column, "hidden") in _ON
            for at in range(
                as_int(attribute(column, "min"), 1), as_int(attribute(column, "max"), 1) + 1
            )
            if at <= _MOST_COLUMNS
        }
        for row in (row for data in children(sheet, "sheetData") for row in data):
            if attribute(row, "hidden") in _ON:
                continue
            shown: dict[int, str] = {}
            column = 0
            for cell in row:
                found = _CELL.fullmatch(attribute(cell, "r"))
                column = _column(found["column"]) if found else column + 1
                if column not in hidden:
                    shown[column] = self._show(cell)
            yield shown

    def _show(self, cell: etree._Element) -> str:
        kind = attribute(cell, "t")
        if kind == "inlineStr":
            stated = child(cell, "is")
            return "" if stated is None else _text(stated)
        node = child(cell, "v")
        value = "" if node is None else node.text or ""
        if kind == "s":
            at = as_int(value, -1)
            return self.strings[at] if 0 <= at < len(self.strings) else ""
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        return value if kind in {"str", "e", "d"} else self._show_number(value, cell)

    def _show_number(self, value: str, cell: etree._Element) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        style = as_int(attribute(cell, "s"), 0)
        code = self.formats[style] if 0 <= style < len(self.formats) else ""
        return show_number(number, code, since_1904=self.since_1904) if code else show_plain(number)


_MOST_COLUMNS = 16_384


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _text(node: etree._Element) -> str:
    """The runs of a text; readings of characters and what is struck out are left out."""
    pieces = [inner.text or "" for inner in children(node, "t")]
    for run in children(node, "r"):
        properties, text = child(run, "rPr"), "".join(t.text or "" for t in children(run, "t"))
        if properties is None:
            pieces.append(text)
        elif not any(
            local_name(one) == "strike" and attribute(one, "val") not in {"0", "false"}
            for one in properties
        ):
            place = value_of(properties, "vertAlign")
            pieces.append(_aligned(place, text))
    return "".join(pieces).replace("_x000D_", "").replace("\r", "")


def _aligned(place: str, text: str) -> str:
    """A raised note mark is no digit of the figure before it."""
    if place == "superscript":
        return raised(text) if text.isdecimal() else text
    return lowered(text) if place == "subscript" else text
