"""What reading anew changed is written down with it; other rules than those in force read nothing
anew.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy import text as text_of

from schema.kinds import TEXT_STAGES, ChangeOf, DocumentState, Stage
from schema.tables import Document, Report
from schema.upkeep import Change, RulesInForce
from tests.workers.test_tasks import rung, state, store_and_record
from workers.desk.alarms import TroubleKind, list_troubles
from workers.desk.changes import ChangeFilter, list_changes, stream_changes, write_changes
from workers.desk.writing import Format
from workers.errors import NoText
from workers.ledger import Ledger
from workers.report.catalogue import lay_over
from workers.results.in_force import note_process, put_in_force
from workers.settings import Settings
from workers.stages import nightly, tasks

__all__ = ["rung"]

SAID = "松涧镇2024年度法治政府建设情况报告\n一、工作开展情况\n开展普法讲座12场。合同审查8份。\n"


@pytest.fixture(autouse=True)
def catalogue_as_it_was() -> Iterator[None]:
    yield
    lay_over(None)


def read(tmp_path: Path, said: str = SAID) -> int:
    document_id = store_and_record(tmp_path, said.encode())
    for stage in TEXT_STAGES:
        assert tasks.run_stage(stage, document_id)
    return document_id


def read_anew(document_id: int) -> bool:
    again = tasks.ledger().rerun(select(Document.id).filter_by(id=document_id))
    assert again == 1
    return tasks.run_stage(Stage.READ, document_id)


def changes() -> list[Change]:
    with tasks.ledger().transaction() as session:
        return list(session.scalars(select(Change).order_by(Change.id)))


def test_report_that_is_read_the_same_changed_nothing(
    tmp_path: Path, rung: list[tuple[int, Stage]]
) -> None:
    document_id = read(tmp_path)
    assert read_anew(document_id)
    assert changes() == []


def test_changed_figures_and_findings_stand_beside_what_they_were(
    tmp_path: Path, rung: list[tuple[int, Stage]]
) -> None:
    document_id = read(tmp_path)
    with tasks.ledger().transaction() as session:
        # As older rules read it: another value, another title, and a figure too many.
        session.execute(update(Report).values(rules_version="older", title="旧题"))
        session.execute(text_of("UPDATE metric SET value = 13 WHERE quote = '12场'"))
        session.execute(
            text_of("UPDATE metric SET raw_start = raw_start - 1, quote = '旧' WHERE quote = '8份'")
        )
        kinds = {
            str(kind) for kind in session.scalars(text_of("DELETE FROM finding RETURNING kind"))
        }
    assert read_anew(document_id)
    found = changes()
    title, *rest = found
    assert (title.subject, title.before) == ("title", {"value": "旧题"})
    assert title.rules_before == "older"
    figures = {one.subject: one for one in rest if one.of is ChangeOf.FIGURE}
    assert (figures["12场"].before or {})["value"] == 13
    assert (figures["12场"].after or {})["value"] == 12
    assert (figures["8份"].before, figures["旧"].after) == (None, None)
    assert {one.subject for one in rest if one.of is ChangeOf.FINDING} == kinds
    out = io.BytesIO()
    write_changes(out, Format.CSV, stream_changes(tasks.ledger(), ChangeFilter()))
    lines = list(csv.DictReader(io.StringIO(out.getvalue().decode())))
    assert len(lines) == len(found)
    assert [one["value_before"] for one in lines if one["subject"] == "12场"] == ["13"]
    named = ChangeFilter(of=ChangeOf.FIGURE, document=document_id)
    assert {one.subject for one in list_changes(tasks.ledger(), named)} == {"12场", "8份", "旧"}


def test_report_that_newer_rules_refuse_is_told(
    tmp_path: Path, rung: list[tuple[int, Stage]], monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = read(tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise NoText

    monkeypatch.setattr(tasks, "read_file", refuse)
    assert not read_anew(document_id)
    assert state(document_id).state is DocumentState.REFUSED
    assert [(one.subject, "没有文字" in (one.after or {})["refused"]) for one in changes()] == [
        ("refused", True)
    ]


def test_rules_that_are_not_in_force_read_new_documents_and_nothing_anew(
    tmp_path: Path, rung: list[tuple[int, Stage]]
) -> None:
    document_id = read(tmp_path)
    with tasks.ledger().transaction() as session:
        put_in_force(session)
        session.execute(update(RulesInForce).values(rules="others"))
        session.execute(update(Report).values(rules_version="older"))
        session.execute(update(Document).values(rules_version="older"))
    (tmp_path / "inbox").mkdir()
    chosen = Settings(home=tmp_path, settle_seconds=0.1)
    summary = nightly.run(tasks.ledger(), chosen, lambda *_: None, by_hand=True)
    assert summary
    assert summary["read_anew"] is None
    assert not read_anew(document_id)  # it waits for those whose rules are in force
    assert state(document_id).state is DocumentState.WAITING
    read(tmp_path, SAID + "又一份。\n")
    with tasks.ledger().transaction() as session:
        put_in_force(session)
    assert tasks.run_stage(Stage.READ, document_id)


def test_process_with_other_rules_is_named(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.transaction() as session:
        note_process(session, "work@a", ["read"], 5)
    assert TroubleKind.OTHER_RULES not in list_troubles(ledger, Settings(home=tmp_path))
    with ledger.transaction() as session:
        put_in_force(session)
        session.execute(update(RulesInForce).values(rules="others"))
    told = list_troubles(ledger, Settings(home=tmp_path))[TroubleKind.OTHER_RULES]
    assert told.startswith("work@a: other rules")
