"""`fazhi export`: what each file holds, for a spreadsheet, a script, a slow reader."""

import csv
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyarrow.parquet import read_table

from schema.kinds import TEXT_STAGES, Action
from tests.workers.test_ledger import new_document, nothing, taken
from tests.workers.test_results import save
from workers import database
from workers.commands import exporting
from workers.database import connect
from workers.desk.datasets import DATASETS
from workers.desk.exports import metric_rows
from workers.desk.queue import decide, list_findings
from workers.desk.queue.listing import Filters
from workers.desk.writing import Column, Format, make_harmless, write_rows
from workers.ledger import Ledger
from workers.report.pipeline import read_report
from workers.settings import Settings

SAMPLE = Path(__file__).parent.parent / "samples" / "松涧镇2024.txt"
DOUBTED = SAMPLE.read_bytes().replace(
    "312.5万元".encode(), "312.5万余元，成功率99.99%，共3件".encode()
)
DOUBTED += "\n— 1 —\n".encode()  # which cleaning drops
Export = Callable[..., Result]


@pytest.fixture
def full(ledger: Ledger) -> Ledger:
    """With one finished report, and a decision on one of its findings."""
    document_id = new_document(ledger)
    save(ledger, document_id, read_report(DOUBTED, SAMPLE.name))
    for stage in TEXT_STAGES:
        ledger.finish(taken(ledger, document_id, stage), nothing, "v1")
    decide(ledger, list_findings(ledger, Filters())[0].id, Action.DISMISS, "王")
    return ledger


@pytest.fixture
def export(full: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    @contextmanager
    def connected() -> Iterator[tuple[Settings, Ledger]]:
        yield Settings(home=tmp_path), full

    monkeypatch.setattr(exporting, "connected", connected)
    return lambda *asked: CliRunner().invoke(exporting.export, [*map(str, asked)])


def rows_of(done: Result, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout_bytes.decode(encoding), newline="")))


@pytest.mark.parametrize("name", [*DATASETS, "panel", "overdue"])
def test_each_export_has_its_rows_under_the_same_names_in_each_format(
    export: Export, tmp_path: Path, name: str
) -> None:
    rows = rows_of(export(name))
    assert rows or name == "overdue"
    output = tmp_path / f"{name}.parquet"
    done = export(name, "--output", output, "--json")
    assert json.loads(done.output)["rows"] == len(rows)
    table = read_table(output)
    assert table.num_rows == len(rows)
    if rows:
        assert table.column_names == [*rows[0]]
    assert rows_of(export(name, "--heads", "zh")) or name == "overdue"


def test_edits_and_decisions_say_what_was_done(export: Export, full: Ledger) -> None:
    text = DOUBTED.decode()
    for row in rows_of(export("edits", "--plain"), "utf-8"):
        assert text[int(row["raw_start"]) : int(row["raw_end"])] == row["before"]
    (decision,) = rows_of(export("decisions"))
    assert (decision["action"], decision["who"], decision["year"]) == ("dismiss", "王", "2024")
    assert decision["issuer"] == "松涧镇人民政府"
    (report,) = rows_of(export("reports"))
    assert int(report["figures"]) == len(rows_of(export("metrics")))


def test_format_is_told_by_the_name_and_must_not_disagree(export: Export, tmp_path: Path) -> None:
    sheet = tmp_path / "指标.xlsx"
    assert export("metrics", "--heads", "zh", "--output", sheet).exit_code == 0
    with zipfile.ZipFile(sheet) as book:
        assert 'sheet name="数字"' in book.read("xl/workbook.xml").decode()
    for asked in (["--format", "xlsx", "--output", "x.csv"], ["--output", "x.xls"]):
        done = export("metrics", *asked)
        assert (done.exit_code, "Traceback" in done.output) == (2, False)
    for kind in ("xlsx", "parquet"):
        done = export("metrics", "--format", kind)
        assert done.stdout_bytes.startswith({"xlsx": b"PK", "parquet": b"PAR1"}[kind])
    assert export("metrics").stdout_bytes.startswith(b"\xef\xbb\xbfissuer,")
    assert export("metrics", "--plain").stdout_bytes.startswith(b"issuer,")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "3-5", "1/2", "8:30", "2024-01-05", "2024年1月5日", "1月", "1E5", "007", "2.50",
     "110101000000", "MAR1", "'quoted", "3件", "98%", "-", "312.5万元", ""],
)  # fmt: skip
def test_text_comes_back_from_a_csv_without_its_apostrophe(text: str) -> None:
    cell = str(make_harmless(text))
    assert cell.removeprefix("'") == text
    assert (cell == text) == (text in {"3件", "98%", "312.5万元", ""})
    out = io.BytesIO()
    write_rows(out, Format.CSV, [Column("text")], [(text,)], plain=True)
    assert next(csv.reader(out.getvalue().decode().splitlines()[1:]), [""]) == [text]


def test_slow_reader_of_the_rows_is_not_cut_off(
    full: Ledger, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = database._ASKED_OF_SESSION.replace("60s", "200ms")
    monkeypatch.setattr(database, "_ASKED_OF_SESSION", hasty)
    ledger = Ledger(connect(database_url))
    rows = metric_rows(ledger)
    next(rows)
    time.sleep(1)
    assert len(list(rows)) > 30
    ledger.engine.dispose()
