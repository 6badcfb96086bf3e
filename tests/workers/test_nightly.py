"""The nightly run: due once a day, whoever asks; what it does; its summary."""

import json
import os
import signal
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, update

from schema.kinds import TEXT_STAGES, DocumentState, Stage
from schema.tables import Document, NightlyRun, StageRun
from tests.workers.test_ledger import new_document, nothing, row, taken
from workers.database import connect
from workers.desk.nights import list_nights
from workers.ledger import Ledger
from workers.report.version import rules_version
from workers.settings import Settings
from workers.stages import nightly
from workers.stages.turns import SILENT

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
    assert [night.by_hand for night in list_nights(ledger, ended=True)] == [True, False]


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


def killed_while_comparing(url: str, chosen: Settings) -> int:
    """A process that makes the run and is killed in the middle of it: by which signal it ended."""
    pid = os.fork()
    if not pid:
        nightly.compare_anew = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        nightly.run(Ledger(connect(url)), chosen, lambda *_: None)
        os._exit(0)
    return os.WTERMSIG(os.waitpid(pid, 0)[1])


def test_killed_run_is_gone_on_with_and_ends_once(
    ledger: Ledger, chosen: Settings, database_url: str
) -> None:
    document_id = finished(ledger, "a", rules_version())
    assert killed_while_comparing(database_url, chosen) == signal.SIGKILL
    assert nightly.run(ledger, chosen, lambda *_: None, by_hand=True) is None  # it may live still
    assert not nightly.is_due(ledger, chosen)
    with ledger.transaction() as session:
        silent = func.clock_timestamp() - timedelta(seconds=SILENT + 1)
        session.execute(update(NightlyRun).values(seen_at=silent))
    assert nightly.is_due(ledger, chosen)
    summary = nightly.run(ledger, chosen, lambda *_: None)
    assert summary
    assert (summary["verify"]["wrong"], summary["happened"]["done"]) == (2, 1)
    assert row(ledger, document_id).state == DocumentState.DONE
    [night] = list_nights(ledger)
    assert (night.ended_at is not None, night.summary) == (True, json.loads(json.dumps(summary)))
    assert [path.name for path in (chosen.var / "nightly").iterdir()] == [f"{night.day}.json"]


def test_who_was_overtaken_writes_nothing(
    ledger: Ledger, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meet_another(*_: object) -> dict[str, int]:
        with ledger.transaction() as session:
            session.execute(update(NightlyRun).values(token=NightlyRun.token + 1))
        return {}

    monkeypatch.setattr(nightly, "compare_anew", meet_another)
    assert nightly.run(ledger, chosen, lambda *_: None) is None
    [night] = list_nights(ledger)
    assert "across" not in (night.summary or {})


def test_comparison_waits_until_what_is_read_anew_is_read_or_too_long(
    ledger: Ledger, chosen: Settings
) -> None:
    old = finished(ledger, "a", "older")
    summary = nightly.run(ledger, chosen, lambda *_: None)
    assert summary
    assert (summary["waits_for"], "across" in summary) == (1, False)
    assert not nightly.is_due(ledger, chosen)
    assert nightly.run(ledger, chosen, lambda *_: None, by_hand=True) is None
    assert nightly.is_due(ledger, chosen.model_copy(update={"nightly_wait_hours": 0}))
    ledger.finish(taken(ledger, old, Stage.READ), nothing, rules_version())
    assert nightly.is_due(ledger, chosen)
    summary = nightly.run(ledger, chosen, lambda *_: None)
    assert summary
    assert (summary["read_anew"], summary["waits_for"], "across" in summary) == (1, 0, True)


def test_old_rows_and_snapshots_go(ledger: Ledger, chosen: Settings) -> None:
    finished(ledger, "a", rules_version())
    with ledger.transaction() as session:
        session.execute(update(StageRun).values(started_at=func.now() - timedelta(days=400)))
    for day in ("2024-01-01", "2024-01-02"):
        (chosen.var / "snapshots" / day).mkdir(parents=True)
    few = chosen.model_copy(update={"keep_snapshots": 2})
    summary = nightly.run(ledger, few, lambda *_: None)
    assert summary
    assert summary["pruned"]["stage_run"] == 4  # all but the last stage
    assert summary["snapshot"]["files"]["metrics.xlsx"] == 0
    kept = sorted(path.name for path in (chosen.var / "snapshots").iterdir())
    assert kept == ["2024-01-02", summary["day"]]
