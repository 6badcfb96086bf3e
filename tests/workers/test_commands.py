"""The `fazhi` command: exit status, sentences, CSV that no spreadsheet runs,
help with an example.
"""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from schema.kinds import TEXT_STAGES
from schema.tables import Report
from tests.workers.test_ledger import new_document, nothing, taken
from tests.workers.test_results import save
from workers.cli import main
from workers.commands import review as reviewing
from workers.desk.exports import write_metrics
from workers.desk.status import read_overview
from workers.ledger import Ledger
from workers.report.pipeline import read_report
from workers.settings import Settings, settings
from workers.stages.trial import try_catalogue

SAMPLES = Path(__file__).parent.parent / "samples"


def commands(group: click.Group, path: str = "") -> list[str]:
    found: list[str] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found += (
            commands(command, f"{path} {name}")
            if isinstance(command, click.Group)
            else [f"{path} {name}"]
        )
    return found


@pytest.mark.parametrize("path", commands(main))
def test_every_command_has_help_with_an_example(path: str) -> None:
    shown = CliRunner().invoke(main, [*path.split(), "--help"])
    assert shown.exit_code == 0
    assert f"fazhi {path.split()[0]}" in shown.output.split("Example:")[1]


def test_reading_needs_no_service_and_keeps_the_files_order() -> None:
    files = sorted(map(str, SAMPLES.glob("*.txt")), reverse=True)
    done = CliRunner().invoke(main, ["read", "--json", *files])
    assert done.exit_code == 0
    assert [json.loads(line)["source"]["name"] for line in done.output.splitlines()] == [
        Path(f).name for f in files
    ]


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
    done = subprocess.run(
        [sys.executable, "-m", "workers.cli", "status"], env=env, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_setting_is_read_from_the_env_file_of_the_home(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FAZHI_SETTLE_SECONDS=-1\n")
    env = os.environ | {"FAZHI_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "workers.cli", "status"], env=env, capture_output=True, text=True
    )
    assert "FAZHI_SETTLE_SECONDS" in done.stderr


def exported(ledger: Ledger) -> list[dict[str, str]]:
    out = io.BytesIO()
    write_metrics(ledger, out)
    return list(csv.DictReader(io.StringIO(out.getvalue().decode())))


def test_exported_figures_stand_with_their_evidence(ledger: Ledger) -> None:
    sample = SAMPLES / "松涧镇2024.txt"
    document_id = new_document(ledger)
    save(ledger, document_id, read_report(sample.read_bytes(), sample.name))
    assert exported(ledger) == []  # not finished yet
    for stage in TEXT_STAGES:
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
    for stage in TEXT_STAGES:
        ledger.finish(taken(ledger, document_id, stage), nothing, "v1")
    with ledger.transaction() as session:
        session.execute(update(Report).values(name='=cmd|"/c calc"!A1', title="＝1+1"))
    row = exported(ledger)[0]
    assert (row["file"], row["title"]) == ('\'=cmd|"/c calc"!A1', "'＝1+1")


def test_empty_queue_is_told_in_a_sentence_and_a_home_without_an_inbox_holds_no_files(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def connected() -> Iterator[tuple[Settings, Ledger]]:
        yield Settings(home=tmp_path), ledger

    monkeypatch.setattr(reviewing, "connected", connected)
    told = CliRunner().invoke(main, ["review", "list"]).output
    assert told == "No finding waits: the queue is empty.\n"
    told = CliRunner().invoke(main, ["review", "list", "--issuer", "松涧镇"]).output
    assert told == "No finding of these waits.\n"
    folder = read_overview(ledger, Settings(home=tmp_path)).folder
    assert (folder.inbox, folder.inbox_error) == (0, None)


OVERLAY = """
indicators.yaml:
  pillars: {local: 本地}
  indicators: [{code: local.books, zh: 意见书, unit: 份, dim: count, means: "written opinions"}]
triggers.local.yaml:
  local.books: {triggers: [{near: [出具法律意见书], units: [papers], weight: 5}]}
"""


def test_changed_catalogue_is_tried_on_the_stored_reports_and_changes_nothing(
    ledger: Ledger, tmp_path: Path
) -> None:
    sample = SAMPLES / "松涧镇2024.txt"
    document_id = new_document(ledger)
    save(ledger, document_id, read_report(sample.read_bytes(), sample.name))
    for stage in TEXT_STAGES:
        ledger.finish(taken(ledger, document_id, stage), nothing, "v1")
    before = exported(ledger)
    overlay = tmp_path / "本地.yaml"
    overlay.write_text(OVERLAY, encoding="utf-8")
    (difference,) = try_catalogue(ledger, overlay, limit=10)
    assert (difference.change, difference.before, difference.after) == (
        "renamed",
        "decisions.reviews",
        "local.books",
    )
    assert difference.quote == "18份"
    assert exported(ledger) == before
    assert list(try_catalogue(ledger, empty_overlay(tmp_path), limit=10)) == []


def empty_overlay(folder: Path) -> Path:
    path = folder / "空.yaml"
    path.write_text("{}", encoding="utf-8")
    return path


def test_figures_without_a_sure_name_come_in_groups(tmp_path: Path) -> None:
    for place in ("松涧镇", "柘屏乡"):
        text = f"{place}2024年法治政府建设情况报告\n组织人员安装古井护栏12处，修缮石桥3座。\n"
        (tmp_path / f"{place}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "空.txt").write_bytes(b"")
    done = CliRunner().invoke(main, ["catalogue", "coverage", "--json", str(tmp_path)])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {
        "unit": "处",
        "noun": "护栏",
        "verb": "安装",
        "pages": 2,
        "figures": 2,
        "guess": None,
        "decision": None,
    } in rows
    assert "空.txt" in done.stderr
    table = CliRunner().invoke(main, ["catalogue", "coverage", str(tmp_path)]).stdout.splitlines()
    assert table[0].split("\t") == ["unit", "noun", "verb", "pages", "figures", "decision"]
    assert len(table) == len(rows) + 1
    assert "松涧" not in done.stdout


def test_catalogue_check_runs_the_examples() -> None:
    done = CliRunner().invoke(main, ["catalogue", "check"])
    assert (done.exit_code, done.output.splitlines()[-1].endswith("0 wrong")) == (0, True)


def test_explained_report_says_why_of_every_number() -> None:
    done = CliRunner().invoke(main, ["read", "--explain", str(SAMPLES / "松涧镇2024.txt")])
    assert "罚款3.46万元  enforcement.fines" in done.output
    assert "date, age or period" in done.output


Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """`fazhi …` in this process, over this test's database."""
    monkeypatch.setenv("FAZHI_HOME", str(tmp_path))
    monkeypatch.setenv("FAZHI_DATABASE_URL", database_url)
    monkeypatch.setenv("FAZHI_BROKER_URL", "redis://127.0.0.1:1/0")
    settings.cache_clear()
    yield lambda *argv, **more: CliRunner().invoke(main, argv, **more)
    settings.cache_clear()


def doubtful_report(ledger: Ledger) -> None:
    """A finished report with a rate that no whole number gives,
    and a phrase that lost a character.
    """
    document_id = new_document(ledger)
    save(ledger, document_id, read_report(DOUBTFUL.encode(), "报告.txt"))
    for stage in TEXT_STAGES:
        ledger.finish(taken(ledger, document_id, stage), nothing, "v1")


DOUBTFUL = """松涧镇人民政府2024年法治政府建设情况报告
一、主要工作
深入学习党的二十精神。全年受理矛盾纠纷47件，成功化解46件，化解率98.5%。
松涧镇人民政府
2025年1月15日
"""


def test_finding_is_taken_corrected_and_taken_back(ledger: Ledger, run: Run) -> None:
    doubtful_report(ledger)
    taken = json.loads(run("review", "next", "--who", "王", "--json").output)
    assert (taken["kind"], taken["claimed_by"]) == ("rate_impossible", "王")
    number = str(taken["id"])
    held = run("review", "accept", number, "--who", "李")
    assert (held.exit_code, "Somebody else is looking at this finding" in held.output) == (1, True)
    done = run("review", "correct", number, "--value", "97.9%", "--who", "王")
    assert done.output.splitlines() == [
        f"Finding {number}: corrected by 王.",
        "98.5% is now 97.9 % disputes.resolution_rate",
    ]
    assert "98.5% (corrected: 97.9%)" in run("review", "show", number).output
    assert (
        "taken back, and is open again, by 王"
        in run("review", "undo", number, "--who", "王").output
    )
    wrong = run("review", "correct", number, "--value", "46件")
    assert (wrong.exit_code, "is counted in %" in wrong.output) == (1, True)


def test_finding_that_is_skipped_waits_for_the_next_person(ledger: Ledger, run: Run) -> None:
    doubtful_report(ledger)
    kinds = [
        json.loads(run("review", "next", "--json", *argv).output)["kind"]
        for argv in (["--who", "王"], ["--who", "王", "--skip"], ["--who", "李"])
    ]
    assert kinds[0] == kinds[2] == "rate_impossible"
    assert kinds[1] != kinds[0]


def test_all_of_a_kind_are_dismissed_when_it_is_confirmed(ledger: Ledger, run: Run) -> None:
    doubtful_report(ledger)
    dismiss = ("review", "dismiss", "--kind", "lost_characters", "--who", "王")
    refused = run(*dismiss, input="n\n")
    assert (refused.exit_code, "Dismiss all 1 lost_characters?" in refused.output) == (1, True)
    assert "lost_characters" in run("review", "list").output
    assert run(*dismiss, "--yes").output == "1 lost_characters dismissed by 王.\n"
    assert "lost_characters" not in run("review", "list").output
    stats = json.loads(run("review", "stats", "--json").output)
    (kind,) = [kind for kind in stats["kinds"] if kind["kind"] == "lost_characters"]
    assert (kind["open"], kind["dismissed"], kind["precision"]) == (0, 1, 0)
    assert [(who["who"], who["dismissed"]) for who in stats["reviewers"]] == [("王", 1)]
    assert "lost_characters" in run("review", "stats").output


def test_list_goes_on_behind_the_last_key(ledger: Ledger, run: Run) -> None:
    doubtful_report(ledger)
    first = run("review", "list", "--limit", "1").output
    after = first.splitlines()[-1].rpartition(" ")[2]
    rest = [
        json.loads(line)
        for line in run("review", "list", "--json", "--after", after).output.splitlines()
    ]
    everything = [json.loads(line) for line in run("review", "list", "--json").output.splitlines()]
    assert rest == everything[1:]


def test_wrong_use_of_review_is_said_in_a_sentence(run: Run) -> None:
    for argv, told in (
        (("dismiss",), "number of a finding, or --kind"),
        (("dismiss", "1", "--issuer", "松涧镇人民政府"), "--issuer goes with --kind"),
        (("correct", "1"), "--value, --unit or --indicator"),
        (("list", "--after", "next"), "330-12"),
        (("list", "--kind", "odd"), "--kind"),
    ):
        done = run("review", *argv)
        assert (done.exit_code, told in done.output) == (2, True), argv
    none = run("review", "show", "7")
    assert (none.exit_code, "no finding of this number" in none.output) == (1, True)
