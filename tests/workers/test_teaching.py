"""Teach it: groups of the stored figures; an entry is tried, taken, taken back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from schema.kinds import TEXT_STAGES, Stage
from schema.tables import Document, Lesson, Metric
from tests.workers.test_ledger import new_document, nothing, taken
from tests.workers.test_results import save
from workers.cli import main
from workers.desk import teaching
from workers.errors import CannotTeach, NoSuchGroup, NoSuchLesson, TaughtBefore, TriedBefore
from workers.ledger import Ledger
from workers.report.catalogue import lay_over, taught_text
from workers.report.model import Report
from workers.report.pipeline import read_report
from workers.report.version import rules_version
from workers.results.lessons import follow_lessons
from workers.settings import Settings, settings
from workers.stages.teaching import try_lesson

BODY = (
    "{place}2024年法治政府建设情况报告\n"
    "全年修整山塘{count}处，添置石凳{more}条，调解矛盾纠纷{more}件。\n"
)
PONDS, BENCHES = "处/山塘/修整", "条/石凳/添置"


@pytest.fixture(autouse=True)
def nothing_taught() -> Iterator[None]:
    yield
    if taught_text():
        lay_over(None)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    """Three towns with the same wording; a fourth without."""
    texts = [
        BODY.format(place=f"{place}镇", count=count, more=count + 30)
        for count, place in enumerate("松竹梅", start=12)
    ]
    texts.append("兰镇2024年法治政府建设情况报告\n调解矛盾纠纷81件。\n")
    return [read_report(text.encode(), "报告.txt") for text in texts]


@pytest.fixture
def documents(ledger: Ledger, reports: list[Report]) -> list[int]:
    return [store_report(ledger, *pair) for pair in zip("abcd", reports, strict=True)]


def store_report(ledger: Ledger, letter: str, report: Report) -> int:
    document_id = new_document(ledger, letter)
    save(ledger, document_id, report)
    for stage in TEXT_STAGES:
        ledger.finish(taken(ledger, document_id, stage), nothing, rules_version())
    return document_id


def propose(ledger: Ledger, name: str, code: str | None, who: str = "wang") -> int:
    found = teaching.find_group(ledger, teaching.read_group(name))
    number = teaching.propose_lesson(ledger, found, code, who=who)
    try_lesson(ledger, number)
    return number


def listed(ledger: Ledger) -> list[str]:
    return [group.name for group in teaching.list_groups(ledger)]


def due(ledger: Ledger) -> list[int]:
    waiting = select(Document.id).where(Document.stage == Stage.READ).order_by(Document.id)
    with ledger.transaction() as session:
        return list(session.scalars(waiting))


def test_group_is_tried_taken_and_taken_back(
    ledger: Ledger, home: Settings, documents: list[int]
) -> None:
    assert set(listed(ledger)) == {PONDS, BENCHES}
    before = rules_version()
    number = propose(ledger, PONDS, "leadership.tasks")
    effect = teaching.find_lesson(ledger, number).effect or {}
    told = [effect[name] for name in ("reports", "group", "reached", "named", "renamed", "unnamed")]
    assert (told, effect["unchanged"], effect["taken"]) == ([3, 3, 3, 3, 0, 0], 6, {})
    assert {line["quote"] for line in effect["lines"]} == {"12处", "13处", "14处"}
    assert all(line["key"] for line in effect["lines"])
    assert (rules_version(), due(ledger)) == (before, [])

    assert teaching.take_lesson(ledger, number, who="li") == 3
    follow_lessons(ledger, home)
    assert (rules_version() != before, due(ledger)) == (True, documents[:3])
    assert home.taught_text() == taught_text()
    assert listed(ledger) == [BENCHES]
    with pytest.raises(TaughtBefore, match=f"--undo {number}"):
        propose(ledger, PONDS, None)

    assert teaching.undo_lesson(ledger, number, who="zhao") == 0  # they wait to be read as it is
    follow_lessons(ledger, home)
    assert (rules_version(), home.taught_text(), set(listed(ledger))) == (
        before,
        "",
        {PONDS, BENCHES},
    )
    (line,) = teaching.list_lessons(ledger)
    assert (line.proposed_by, line.taken_by, line.undone_by) == ("wang", "li", "zhao")
    with pytest.raises(NoSuchLesson):
        teaching.undo_lesson(ledger, number, who="zhao")


def test_trial_is_made_again_once_another_entry_was_taken(
    ledger: Ledger, documents: list[int]
) -> None:
    ponds, benches = propose(ledger, PONDS, "leadership.tasks"), propose(ledger, BENCHES, None)
    teaching.take_lesson(ledger, ponds, who="li")
    with pytest.raises(TriedBefore):
        teaching.take_lesson(ledger, benches, who="li")
    try_lesson(ledger, benches)
    teaching.take_lesson(ledger, benches, who="li")
    assert listed(ledger) == []


def test_correction_made_while_reviewing_is_proposed_with_its_code(
    ledger: Ledger, documents: list[int]
) -> None:
    with ledger.transaction() as session:
        corrected = (Metric.document_id == documents[0], Metric.unit == "件")
        (sure,) = session.scalars(select(Metric.confidence).where(*corrected))
        session.execute(update(Metric).where(*corrected).values(human_indicator="disputes.found"))
    assert sure > 0.75
    (group,) = (one for one in teaching.list_groups(ledger) if one.said)
    assert (group.name, group.said, group.gap.figures) == (
        "件/矛盾纠纷/调解",
        ("disputes.found",),
        1,
    )
    first, *_ = teaching.list_candidates(ledger, group)
    assert (first.code, first.source) == ("disputes.found", "people")
    effect = teaching.find_lesson(ledger, propose(ledger, group.name, "disputes.found")).effect
    assert effect
    # The other three are sure to be something else: whoever takes the entry is told.
    assert (effect["renamed"], effect["taken"]) == (4, {"disputes.resolved": 3})


def test_what_cannot_be_taught_is_told(ledger: Ledger, documents: list[int]) -> None:
    for name, code, trouble in (
        ("山塘", "leadership.tasks", NoSuchGroup),
        ("处/水库/修整", "leadership.tasks", NoSuchGroup),
        (PONDS, "capacity.trainees", CannotTeach),
    ):
        with pytest.raises(trouble):
            propose(ledger, name, code)
    with ledger.transaction() as session:
        assert session.scalars(select(Lesson)).all() == []


@pytest.fixture
def at_home(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The commands of a home with this database."""
    monkeypatch.setenv("FAZHI_DATABASE_URL", database_url)
    monkeypatch.setenv("FAZHI_BROKER_URL", "redis+socket:///nowhere")
    monkeypatch.setenv("FAZHI_HOME", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings.cache_clear()


def run(*words: str) -> Result:
    return CliRunner().invoke(main, [*words])


def test_command_lists_tries_takes_and_takes_back(documents: list[int], at_home: Path) -> None:
    groups = [json.loads(line) for line in run("teach", "--json").output.splitlines()]
    assert {row["group"]: row["figures"] for row in groups} == {PONDS: 3, BENCHES: 3}
    tried = run("teach", PONDS, "leadership.tasks").output
    assert "counted: [修整…山塘]" in tried
    assert "3 reports: 3 newly named, 0 renamed, 0 no longer named, 6 unchanged" in tried
    assert run("teach", "--history").output == ""
    report = written(at_home)
    assert named_by(report) == [None, None, "disputes.resolved"]

    taken_too = run("teach", PONDS, "leadership.tasks", "--take")
    assert "3 reports are read anew" in taken_too.output
    run("teach")
    # Without a service too, for what is taught stands in var/ as well.
    assert named_by(report) == ["leadership.tasks", None, "disputes.resolved"]
    (line,) = run("teach", "--history", "--json").output.splitlines()
    assert run("teach", "--undo", str(json.loads(line)["entry"])).exit_code == 0
    run("teach")
    assert named_by(report) == [None, None, "disputes.resolved"]
    wrong = [("--undo", "999"), ("处/水库/修整", "nothing"), (PONDS,)]
    results = [run("teach", *words) for words in wrong]
    assert [result.exit_code for result in results] == [1, 1, 2]
    assert "没有这组数字" in results[1].output


def written(folder: Path) -> Path:
    path = folder / "菊镇.txt"
    path.write_text(BODY.format(place="菊镇", count=21, more=47), encoding="utf-8")
    return path


def named_by(report: Path) -> list[str | None]:
    done = run("read", "--json", str(report))
    return [metric["indicator"] for metric in json.loads(done.output)["metrics"]]


def test_document_is_as_old_as_the_rules_of_its_first_stage(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    for stage, rules in zip(TEXT_STAGES, ("v1", "v1", "v1", "v1", "v2"), strict=True):
        ledger.finish(taken(ledger, document_id, stage), nothing, rules)
    with ledger.transaction() as session:
        assert session.get_one(Document, document_id).rules_version == "v1"
