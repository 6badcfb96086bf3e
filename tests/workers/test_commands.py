"""The `fazhi` command: exit status, sentences, CSV that no spreadsheet runs, help with an example."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import update

from schema.kinds import Stage
from schema.tables import Report
from tests.workers.test_ledger import new_document, nothing, taken
from tests.workers.test_results import save
from workers.cli import main
from workers.exports import write_metrics
from workers.ledger import Ledger
from workers.report.pipeline import read_report
from workers.trial import try_catalogue

SAMPLES = Path(__file__).parent.parent / "samples"


def commands(group: click.Group, path: str = "") -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name, command in group.commands.items():
        found += (
            commands(command, f"{path} {name}") if isinstance(command, click.Group) else [(f"{path} {name}", command)]
        )
    return found


@pytest.mark.parametrize(("path", "command"), commands(main))
def test_every_command_has_help_with_an_example(path: str, command: click.Command) -> None:
    shown = CliRunner().invoke(main, [*path.split(), "--help"])
    assert shown.exit_code == 0
    assert f"fazhi {path.split()[0]}" in shown.output.split("Example:")[1]


def test_reading_needs_no_service_and_keeps_the_files_order() -> None:
    files = sorted(map(str, SAMPLES.glob("*.txt")), reverse=True)
    done = CliRunner().invoke(main, ["read", "--json", *files])
    assert done.exit_code == 0
    assert [json.loads(line)["source"]["name"] for line in done.output.splitlines()] == [Path(f).name for f in files]


def test_refused_file_gives_its_line_and_exit_status_3(tmp_path: Path) -> None:
    empty = tmp_path / "空.txt"
    empty.touch()
    done = CliRunner().invoke(main, ["read", "--json", str(empty), str(SAMPLES / "松涧镇2024.txt")])
    assert done.exit_code == 3
    first, second = map(json.loads, done.output.splitlines())
    assert first["source"]["name"] == "空.txt"
    assert "0 bytes" in first["refused"]
    assert second["metrics"]


def test_report_is_shown_to_a_person() -> None:
    done = CliRunner().invoke(main, ["read", str(SAMPLES / "松涧镇2024.txt")])
    assert done.exit_code == 0
    assert "312.5万元" in done.output
    assert "disputes.amount" in done.output


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("FAZHI_SETTLE_SECONDS", "soon", "FAZHI_SETTLE_SECONDS='soon'"),
        ("FAZHI_NIGHTLY_AT", "26:00", "FAZHI_NIGHTLY_AT='26:00'"),
        ("FAZHI_STORE_URL", "s3://bucket", "only file:///path"),
    ],
)
def test_wrong_setting_is_named(name: str, value: str, told: str, tmp_path: Path) -> None:
    env = os.environ | {"FAZHI_HOME": str(tmp_path), name: value}
    done = subprocess.run([sys.executable, "-m", "workers.cli", "status"], env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_setting_is_read_from_the_env_file_of_the_home(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FAZHI_SETTLE_SECONDS=-1\n")
    env = os.environ | {"FAZHI_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "workers.cli", "status"], env=env, capture_output=True, text=True)
    assert "FAZHI_SETTLE_SECONDS" in done.stderr


def exported(ledger: Ledger) -> list[dict[str, str]]:
    out = io.StringIO()
    write_metrics(ledger, out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_exported_figures_stand_with_their_evidence(ledger: Ledger) -> None:
    sample = SAMPLES / "松涧镇2024.txt"
    document_id = new_document(ledger)
    save(ledger, document_id, read_report(sample.read_bytes(), sample.name))
    assert exported(ledger) == []  # not finished yet
    for stage in Stage:
        ledger.finish(taken(ledger, document_id, stage), nothing, "v1")
    rows = exported(ledger)
    row = next(row for row in rows if row["indicator"] == "disputes.amount")
    assert (row["value"], row["unit"], row["quote"]) == ("3125000", "元", "312.5万元")
    assert (row["issuer"], row["year"], row["county"]) == ("松涧镇人民政府", "2024", "洛峰县")
    raw_text = sample.read_text(encoding="utf-8")
    assert all(raw_text[int(r["raw_start"]) : int(r["raw_end"])] == r["quote"] for r in rows)


def test_cell_that_would_be_a_formula_is_text(ledger: Ledger) -> None:
    sample = SAMPLES / "松涧镇2024.txt"
    document_id = new_document(ledger)
    save(ledger, document_id, read_report(sample.read_bytes(), sample.name))
    for stage in Stage:
        ledger.finish(taken(ledger, document_id, stage), nothing, "v1")
    with ledger.transaction() as session:
        session.execute(update(Report).values(name='=cmd|"/c calc"!A1', title="＝1+1"))
    row = exported(ledger)[0]
    assert (row["file"], row["title"]) == ('\'=cmd|"/c calc"!A1', "'＝1+1")


OVERLAY = """
indicators.yaml:
  pillars: {local: 本地}
  indicators: [{code: local.books, zh: 意见书, unit: 份, dim: count, means: "written opinions"}]
triggers.local.yaml:
  local.books: {triggers: [{near: [出具法律意见书], units: [papers], weight: 5}]}
"""


def test_changed_catalogue_is_tried_on_the_stored_reports_and_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    sample = SAMPLES / "松涧镇2024.txt"
    document_id = new_document(ledger)
    save(ledger, document_id, read_report(sample.read_bytes(), sample.name))
    for stage in Stage:
        ledger.finish(taken(ledger, document_id, stage), nothing, "v1")
    before = exported(ledger)
    overlay = tmp_path / "本地.yaml"
    overlay.write_text(OVERLAY, encoding="utf-8")
    (difference,) = try_catalogue(ledger, overlay, limit=10)
    assert (difference.change, difference.before, difference.after) == ("renamed", "decisions.reviews", "local.books")
    assert difference.quote == "18份"
    assert exported(ledger) == before
    assert list(try_catalogue(ledger, empty_overlay(tmp_path), limit=10)) == []


def empty_overlay(folder: Path) -> Path:
    path = folder / "空.yaml"
    path.write_text("{}", encoding="utf-8")
    return path


def test_catalogue_check_runs_the_examples() -> None:
    done = CliRunner().invoke(main, ["catalogue", "check"])
    assert (done.exit_code, done.output.splitlines()[-1].endswith("0 wrong")) == (0, True)


def test_explained_report_says_why_of_every_number() -> None:
    done = CliRunner().invoke(main, ["read", "--explain", str(SAMPLES / "松涧镇2024.txt")])
    assert "罚款3.46万元  enforcement.fines" in done.output
    assert "date, age or period" in done.output
