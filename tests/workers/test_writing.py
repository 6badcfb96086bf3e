"""Rows as files: the same in every format, and nothing in a cell is
computed by whoever opens it.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from lxml import etree
from pyarrow.parquet import read_table

from schema.columns import OneOf
from workers.desk import writing
from workers.desk.columns import METRICS, MISSING, PANEL, Exported
from workers.desk.writing import Column, Format, TooManyRows, write_rows

COLUMNS = [Column("text"), Column("value", float), Column("count", int), Column("sure", bool)]
HOSTILE = [
    '=cmd|"/c calc"!A1', "+1+1", "-2+3", "@SUM(A1)", "＝1+1", "\t=1", "{=1}", "http://evil.example/",
    "mailto:a@b.example", "internal:Sheet1!A1", "<f>1+1</f>", "]]>", "\x01\x0b", "a\nb", "'quoted",
    "😀",
    "x" * 40_000, "001", "1E9",
]  # fmt: skip
ROWS = [(cell, 1.5, 2, True) for cell in HOSTILE] + [(None, None, None, None)]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def written(file_format: Format) -> bytes:
    out = io.BytesIO()
    assert write_rows(out, file_format, COLUMNS, ROWS) == len(ROWS)
    return out.getvalue()


def test_no_cell_of_a_csv_begins_as_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(written(Format.CSV).decode(), newline="")))[1:]
    assert not [row[0] for row in rows if row[0].startswith(writing.FORMULA_STARTS)]
    assert [row[0].removeprefix("'") for row in rows[:6]] == HOSTILE[:6]
    assert rows[-1] == ["", "", "", ""]


def test_sheet_holds_text_and_numbers_and_nothing_else() -> None:
    with zipfile.ZipFile(io.BytesIO(written(Format.XLSX))) as book:
        assert not [
            name
            for name in book.namelist()
            if "external" in name or "_rels/sheet" in name or "vba" in name
        ]
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert sheet.findall(f".//{SHEET}f") == []
    assert sheet.findall(f".//{SHEET}hyperlink") == []
    cells = [cell for cell in sheet.iter(f"{SHEET}c") if cell.get("r", "").startswith("A")][1:]
    assert {cell.get("t") for cell in cells} == {"inlineStr"}
    texts = ["".join(cell.itertext()) for cell in cells]
    assert texts[:6] == HOSTILE[:6]
    assert len(max(texts, key=len)) == writing.LONGEST_CELL
    numbers = [
        cell.get("t") for cell in sheet.iter(f"{SHEET}c") if cell.get("r", "").startswith("B")
    ][1:]
    assert set(numbers) == {None}


def test_parquet_has_types_and_the_text_as_it_is() -> None:
    table = read_table(io.BytesIO(written(Format.PARQUET)))
    assert [str(field.type) for field in table.schema] == ["string", "double", "int64", "bool"]
    assert table.column("text").to_pylist() == [*HOSTILE, None]
    assert table.column("sure").to_pylist()[-1] is None


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS", 3)
    with pytest.raises(TooManyRows):
        write_rows(io.BytesIO(), Format.XLSX, COLUMNS, ROWS)


def test_sheet_is_ready_to_be_read_and_filtered() -> None:
    with zipfile.ZipFile(io.BytesIO(written(Format.XLSX))) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert [found.get("ref") for found in sheet.iter(f"{SHEET}autoFilter")] == [
        f"A1:D{len(ROWS) + 1}"
    ]
    assert [found.get("state") for found in sheet.iter(f"{SHEET}pane")] == ["frozen"]
    widths = [float(found.get("width", "0")) for found in sheet.iter(f"{SHEET}col")]
    assert max(widths) == pytest.approx(60, abs=1)  # not as wide as the longest cell
    assert min(widths) > 5


def test_sheet_and_parquet_say_what_the_columns_mean() -> None:
    columns, out, parquet = [Column("value", float, "数值: as read")], io.BytesIO(), io.BytesIO()
    write_rows(out, Format.XLSX, columns, [(1.5,)])
    with zipfile.ZipFile(out) as book:
        told = etree.fromstring(book.read("xl/worksheets/sheet2.xml"))
    assert ["".join(cell.itertext()) for cell in told.iter(f"{SHEET}c")] == [
        "value",
        "数值: as read",
    ]
    write_rows(parquet, Format.PARQUET, columns, [(1.5,)])
    assert read_table(parquet).schema.field("value").metadata == {
        b"description": "数值: as read".encode()
    }


@pytest.mark.parametrize("exported", [METRICS, PANEL, MISSING])
def test_columns_of_an_export_have_names_headings_and_meanings_of_their_own(
    exported: Sequence[Exported[Any]],
) -> None:
    for column in exported:
        assert column.name.isidentifier()
        assert re.search("[\u4e00-\u9fff]", column.zh), column.name
        assert column.meaning
    assert (
        len({column.name for column in exported})
        == len({column.zh for column in exported})
        == len(exported)
    )


def test_names_that_scripts_rely_on_stay_in_their_order() -> None:
    assert [column.name for column in PANEL] == [
        "issuer", "county", "province", "year", "indicator", "indicator_zh", "value", "unit",
        "bound", "corrected",
        "stated", "quote", "document", "figure", "high", "rule", "why", "terms", "unsure",
        "folder", "link", "issuer_id",
    ]  # fmt: skip
    assert [column.name for column in MISSING] == [
        "issuer",
        "county",
        "province",
        "year",
        "due",
        "expected_by",
    ]


def test_metrics_are_selected_under_the_type_that_their_column_states() -> None:
    for column in METRICS:
        stored = column.expression.type
        stated = str if isinstance(stored, OneOf) else stored.python_type
        assert stated is column.type, column.name


def test_parquet_without_its_package_says_what_to_install() -> None:
    without = (
        "import sys, io; sys.modules['pyarrow'] = None\n"
        "from workers.desk.writing import Format, list_formats, write_rows\n"
        "assert Format.PARQUET not in list_formats()\n"
        "write_rows(io.BytesIO(), Format.PARQUET, [], [])"
    )
    done = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True)
    assert "pip install 'fazhi[parquet]'" in done.stderr


@pytest.mark.parametrize(
    "begin", ["\n", "\r", "\r\n", "\t", " ", "\u3000", "\ufeff", "\xa0", "\v", "\n\t ", "x\r"]
)
@pytest.mark.parametrize("formula", ["=1+1", "+1", "-2+3", "@SUM(A1)", "＝1+1"])
def test_cell_led_by_a_break_or_a_blank_is_no_formula(begin: str, formula: str) -> None:
    out = io.BytesIO()
    write_rows(out, Format.CSV, COLUMNS, [(begin + formula, 1.5, 2, True)])
    text = out.getvalue().decode()
    assert "\r" not in text  # some programs begin a row there, whatever the quotes say
    (row,) = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert len(row) == 4
    assert row[0][0] in "'x"
