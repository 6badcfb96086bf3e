"""The nightly run: due once a day, whoever asks; what it does; its summary."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from schema.kinds import TEXT_STAGES, DocumentState, Stage
from schema.tables import Document, NightlyRun
from tests.workers.test_ledger import new_document, nothing, row, taken
from workers.ledger import Ledger
from workers.report.version import rules_version
from workers.settings import Settings
from workers.stages import nightly

NIGHT = datetime(2025, 3, 4, 2, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    (tmp_path / "inbox").mkdir()
    return Settings(home=tmp_path, settle_seconds=0.1)


def finished(ledger: Ledger, sha: str, version: str) -> int:
    document_id = new_document(ledger, sha)
    for stage in TEXT_STAGES:
        ledger.finish(taken(ledger, document_id, stage), nothing, version)
    return document_id


def test_it_is_due_from_its_hour_on_until_it_was_made(ledger: Ledger, chosen: Settings) -> None:
    assert not nightly.is_due(ledger, chosen, NIGHT.replace(hour=1))
    assert nightly.is_due(ledger, chosen, NIGHT)
    assert nightly.is_due(ledger, chosen, NIGHT.replace(hour=23))  # the machine was off at night
    with ledger.transaction() as session:
        session.add(NightlyRun(day=NIGHT.date(), ended_at=NIGHT))
    assert not nightly.is_due(ledger, chosen, NIGHT)


def test_two_schedulers_make_one_run(ledger: Ledger, chosen: Settings) -> None:
    assert nightly.run(ledger, chosen, lambda *_: None)
    assert nightly.run(ledger, chosen, lambda *_: None) is None
    assert nightly.run(ledger, chosen, lambda *_: None, by_hand=True)


def test_documents_of_older_rules_are_read_anew_and_rung_for(
    ledger: Ledger, chosen: Settings
) -> None:
    old, current = finished(ledger, "a", "older"), finished(ledger, "b", rules_version())
    rung: list[tuple[int, Stage]] = []
    summary = nightly.run(ledger, chosen, lambda *due: rung.append(due))
    assert summary
    assert (summary["read_anew"], rung) == (1, [([old], Stage.READ)])
    assert row(ledger, current).state == DocumentState.DONE


def test_what_was_given_up_is_tried_again_and_what_is_unusable_is_not(
    ledger: Ledger, chosen: Settings
) -> None:
    given_up, unusable = new_document(ledger, "a"), new_document(ledger, "b")
    ledger.refuse(taken(ledger, unusable), "The file is empty.", rules_version())
    with ledger.transaction() as session:
        values = {
            "state": "refused",
            "stage": None,
            "reason": "x",
            "retryable": True,
            "rules_version": rules_version(),
        }
        session.execute(update(Document).filter_by(id=given_up).values(values))
    nightly.run(ledger, chosen, lambda *_: None)
    assert row(ledger, given_up).state == DocumentState.WAITING
    assert row(ledger, unusable).state == DocumentState.REFUSED


def test_summary_is_written_and_names_what_the_store_lacks(
    ledger: Ledger, chosen: Settings
) -> None:
    new_document(ledger, "a")
    summary = nightly.run(ledger, chosen, lambda *_: None)
    assert summary
    written = json.loads(Path(summary["file"]).read_text(encoding="utf-8"))
    assert written["verify"]["wrong"] == 1
    assert [(t["fault"], t["subject"]) for t in written["verify"]["troubles"]] == [
        ("bytes_missing", "a" * 64)
    ]
    assert written["now"]["documents"]["waiting"] == 1


def test_file_at_rest_is_taken_also_with_no_watcher(ledger: Ledger, chosen: Settings) -> None:
    (chosen.inbox_dir / "报告.txt").write_text("法治", encoding="utf-8")
    rung: list[tuple[int, Stage]] = []
    summary = nightly.run(ledger, chosen, lambda *due: rung.append(due))
    assert summary
    assert summary["scan"] == {"found": 1, "waiting": 0, "left_alone": []}
    assert [stage for _, stage in rung] == [Stage.READ]
