"""A stage task: load, call the core, save, ring; and what becomes of each kind of trouble."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg.errors import ProgramLimitExceeded
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import OperationalError

from schema.kinds import TEXT_STAGES, DocumentState, Outcome, Stage
from schema.tables import Document, Finding, Metric, Relation, StageRun
from workers import settings as configured
from workers.desk.status import ABANDONED
from workers.errors import NoText, SettingError, StoppedReader, TookTooLong, UnusableFile
from workers.ledger import Drop, Ledger
from workers.settings import Settings
from workers.stages import tasks, work
from workers.store import Store

SAMPLE = Path(__file__).parent.parent / "samples" / "松涧镇2024.txt"


@pytest.fixture
def rung(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[tuple[int, Stage]]]:
    """Tasks over this test's database and store; the bell writes down what it rings for."""
    heard: list[tuple[int, Stage]] = []
    chosen = Settings(home=tmp_path, database_url=database_url, attempts=2, retry_seconds=0)
    monkeypatch.setattr(tasks, "settings", lambda: chosen)
    monkeypatch.setattr(
        tasks, "ring", lambda ids, stage, **_: heard.extend((one, stage) for one in ids)
    )
    tasks.ledger.cache_clear()
    yield heard
    tasks.ledger().engine.dispose()
    tasks.ledger.cache_clear()
    assert configured.settings() is not chosen


def store_and_record(tmp_path: Path, content: bytes, name: str = "报告.txt") -> int:
    file = tmp_path / "drop"
    file.write_bytes(content)
    with file.open("rb") as handle:
        sha256, size = Store(tmp_path / "var/store").put(handle)
    moment = datetime(2025, 1, 9, tzinfo=UTC)
    drop = Drop(claim=uuid4(), name=name, folder="", sha256=sha256, size=size, modified_at=moment)
    return tasks.ledger().record(drop)[0]


def state(document_id: int) -> Document:
    with tasks.ledger().transaction() as session:
        return session.get_one(Document, document_id)


def test_stages_ring_for_each_other_until_the_document_is_done(
    tmp_path: Path, rung: list[tuple[int, Stage]]
) -> None:
    document_id = store_and_record(tmp_path, SAMPLE.read_bytes())
    for stage in TEXT_STAGES:
        assert tasks.run_stage(stage, document_id)
    assert rung == [(document_id, stage) for stage in TEXT_STAGES[1:]]
    assert state(document_id).state == DocumentState.DONE
    with tasks.ledger().transaction() as session:
        assert len(session.scalars(select(Metric)).all()) > 30


def test_report_of_older_rules_without_relations_is_audited(
    tmp_path: Path, rung: list[tuple[int, Stage]]
) -> None:
    said = "松涧镇2024年度法治政府建设情况报告\n一、工作开展情况\n立案20件，其中简易程序30件。\n"
    document_id = store_and_record(tmp_path, said.encode())
    for stage in TEXT_STAGES[:-1]:
        assert tasks.run_stage(stage, document_id)
    with tasks.ledger().transaction() as session:
        assert session.execute(delete(Relation)).rowcount == 1
    tasks.memory.cache_clear()
    assert tasks.run_stage(Stage.AUDIT, document_id)
    assert state(document_id).state == DocumentState.DONE
    with tasks.ledger().transaction() as session:
        kinds = {finding.kind for finding in session.scalars(select(Finding))}
    assert "part_exceeds_whole" not in kinds


def test_late_and_repeated_messages_do_nothing(
    tmp_path: Path, rung: list[tuple[int, Stage]]
) -> None:
    document_id = store_and_record(tmp_path, SAMPLE.read_bytes())
    assert tasks.run_stage(Stage.READ, document_id)
    assert not tasks.run_stage(Stage.READ, document_id)
    assert not tasks.run_stage(Stage.AUDIT, document_id)
    assert rung == [(document_id, Stage.CLEAN)]


@pytest.mark.parametrize(
    "content", ["— 1 —\n\n— 2 —\n", "主办：松溪县人民政府办公室 备案号：苏ICP备12345678号\n"]
)
def test_file_of_page_furniture_alone_is_refused(
    tmp_path: Path, rung: list[tuple[int, Stage]], content: str
) -> None:
    document_id = store_and_record(tmp_path, content.encode())
    assert tasks.run_stage(Stage.READ, document_id)
    assert not tasks.run_stage(Stage.CLEAN, document_id)
    assert state(document_id).state == DocumentState.REFUSED
    assert "没有文字" in (state(document_id).reason or "")


def test_text_of_nothing_but_numbers_is_refused_before_it_is_compared(
    tmp_path: Path, rung: list[tuple[int, Stage]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.report.extraction.quantities.MOST_NUMBERS", 50)
    document_id = store_and_record(tmp_path, f"法治政府建设年度报告\n{'1件，' * 51}".encode())
    for stage in (Stage.READ, Stage.CLEAN, Stage.SEGMENT):
        assert tasks.run_stage(stage, document_id)
    assert not tasks.run_stage(Stage.EXTRACT, document_id)
    assert state(document_id).state == DocumentState.REFUSED
    assert "数字过多" in (state(document_id).reason or "")


def test_unusable_file_is_refused_at_once(tmp_path: Path, rung: list[tuple[int, Stage]]) -> None:
    document_id = store_and_record(tmp_path, b"Rar!\x1a\x07\x00" + bytes(200), "报告.docx")
    assert not tasks.run_stage(Stage.READ, document_id)
    refused = state(document_id)
    assert (refused.state, refused.retryable, rung) == (DocumentState.REFUSED, False, [])
    assert refused.rules_version


def test_rule_that_stumbles_is_retried_and_then_refused(
    tmp_path: Path, rung: list[tuple[int, Stage]], monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = store_and_record(tmp_path, SAMPLE.read_bytes())
    tasks.run_stage(Stage.READ, document_id)

    def stumble(raw_text: str) -> None:
        raise ZeroDivisionError("a rule divided by nothing")

    monkeypatch.setattr(work, "clean_source", stumble)
    assert not tasks.run_stage(Stage.CLEAN, document_id)
    assert state(document_id).state == DocumentState.WAITING
    assert not tasks.run_stage(Stage.CLEAN, document_id)
    refused = state(document_id)
    assert (refused.state, refused.retryable) == (DocumentState.REFUSED, True)
    with tasks.ledger().transaction() as session:
        errors = session.scalars(select(StageRun.error).where(StageRun.error.is_not(None))).all()
    assert errors == ["ZeroDivisionError: a rule divided by nothing"] * 2


def test_failing_service_puts_the_stage_back(
    tmp_path: Path, rung: list[tuple[int, Stage]], monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = store_and_record(tmp_path, SAMPLE.read_bytes())

    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr(tasks, "read_file", away)
    for _ in range(4):
        assert not tasks.run_stage(Stage.READ, document_id)
        assert (state(document_id).state, state(document_id).attempts) == (DocumentState.WAITING, 0)


def test_missing_bytes_are_told_by_name(tmp_path: Path, rung: list[tuple[int, Stage]]) -> None:
    document_id = store_and_record(tmp_path, SAMPLE.read_bytes())
    Store(tmp_path / "var/store").path(state(document_id).sha256).unlink()
    tasks.run_stage(Stage.READ, document_id)
    assert state(document_id).sha256 in (state(document_id).reason or "")


def test_slow_stage_keeps_its_lease(
    tmp_path: Path, rung: list[tuple[int, Stage]], ledger: Ledger
) -> None:
    import time

    document_id = store_and_record(tmp_path, SAMPLE.read_bytes())
    own = tasks.ledger()
    own.lease = 0.6
    claim = own.claim(document_id, Stage.READ, "slow")
    assert claim
    with tasks.kept_alive(own, claim):
        time.sleep(1.5)
        assert own.claim(document_id, Stage.READ, "other") is None
        assert own.finish(claim, lambda _: None, "v1")
    with own.transaction() as session:
        assert [run.outcome for run in session.scalars(select(StageRun))] == [Outcome.DONE]


def test_text_with_more_words_than_postgres_indexes_is_read(
    tmp_path: Path, rung: list[tuple[int, Stage]]
) -> None:
    words = " ".join(f"w{at:017d}" for at in range(90_000))
    document_id = store_and_record(tmp_path, f"松涧镇2024年法治政府建设情况报告\n{words}".encode())
    for stage in (Stage.READ, Stage.CLEAN, Stage.SEGMENT):
        assert tasks.run_stage(stage, document_id)


def test_error_that_comes_of_what_we_send_counts_as_an_attempt(
    tmp_path: Path, rung: list[tuple[int, Stage]], monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = store_and_record(tmp_path, SAMPLE.read_bytes())

    def too_long(*_: object, **__: object) -> None:
        raise OperationalError(
            "INSERT", {}, ProgramLimitExceeded("string is too long for tsvector")
        )

    monkeypatch.setattr(tasks, "read_file", too_long)
    assert not tasks.run_stage(Stage.READ, document_id)
    assert state(document_id).attempts == 1
    assert state(document_id).reason == "ProgramLimitExceeded: string is too long for tsvector"


def test_document_is_read_anew_at_once_and_rings_for_nothing(
    tmp_path: Path, rung: list[tuple[int, Stage]]
) -> None:
    document_id = store_and_record(tmp_path, SAMPLE.read_bytes())
    for stage in TEXT_STAGES:
        assert tasks.run_stage(stage, document_id)
    rung.clear()
    with tasks.ledger().transaction() as session:
        before = session.scalars(select(Metric.id).order_by(Metric.id)).all()
    assert tasks.ledger().rerun(select(Document.id)) == 1
    assert tasks.run_stage(Stage.READ, document_id)
    assert (state(document_id).state, rung) == (DocumentState.DONE, [])
    with tasks.ledger().transaction() as session:
        assert session.scalars(select(Metric.id).order_by(Metric.id)).all() == before


@pytest.mark.parametrize("trouble", [TookTooLong, StoppedReader])
def test_document_that_was_read_once_stays_when_it_is_read_too_slowly_once(
    tmp_path: Path,
    rung: list[tuple[int, Stage]],
    monkeypatch: pytest.MonkeyPatch,
    trouble: type[UnusableFile],
) -> None:
    document_id = store_and_record(tmp_path, SAMPLE.read_bytes())
    for stage in TEXT_STAGES:
        assert tasks.run_stage(stage, document_id)
    tasks.ledger().rerun(select(Document.id))

    def slow(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setattr(tasks, "read_file", slow)
    # tried again, and then left as it was
    for expected in (DocumentState.WAITING, DocumentState.DONE):
        assert not tasks.run_stage(Stage.READ, document_id)
        assert state(document_id).state == expected
        assert state(document_id).done_at is not None


def test_findings_of_a_document_that_turns_out_unusable_are_asked_of_nobody(
    tmp_path: Path, rung: list[tuple[int, Stage]], monkeypatch: pytest.MonkeyPatch
) -> None:
    doubted = SAMPLE.read_bytes().replace(
        "312.5万元".encode(), "312.5万余元，成功率99.99%，共3件".encode()
    )
    document_id = store_and_record(tmp_path, doubted)
    for stage in TEXT_STAGES:
        assert tasks.run_stage(stage, document_id)
    with tasks.ledger().transaction() as session:
        assert session.scalars(select(Finding).where(Finding.present)).all()
    tasks.ledger().rerun(select(Document.id))

    def unusable(*_: object, **__: object) -> None:
        raise NoText

    monkeypatch.setattr(tasks, "read_file", unusable)
    assert not tasks.run_stage(Stage.READ, document_id)
    assert state(document_id).state == DocumentState.REFUSED
    with tasks.ledger().transaction() as session:
        assert not session.scalars(select(Finding).where(Finding.present)).all()


def test_nightly_run_may_work_longer_than_a_stage() -> None:
    assert tasks.run_nightly.time_limit == ABANDONED.total_seconds()
    assert tasks.read.time_limit == configured.settings().stage_seconds


def away(*_: object, **__: object) -> None:
    raise OperationalError("SELECT", {}, Exception("connection refused"))


def wrong_setting(*_: object, **__: object) -> None:
    raise SettingError("FAZHI_DATABASE_URL is not set")


def stumble(*_: object, **__: object) -> None:
    raise RuntimeError("a lock is held twice")


@pytest.mark.parametrize("trouble", [away, wrong_setting, stumble])
@pytest.mark.parametrize("step", ["claim_due", "finish_batch", "fail", "hand_back", "refuse"])
def test_trouble_before_and_after_the_work_ends_no_task_and_leaves_the_document_due(
    tmp_path: Path,
    rung: list[tuple[int, Stage]],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    trouble: Callable[..., None],
) -> None:
    document_id = store_and_record(tmp_path, SAMPLE.read_bytes())
    spoil = {"fail": stumble, "hand_back": away, "refuse": refuse_it}.get(step)
    with monkeypatch.context() as spoilt:
        spoilt.setattr(tasks.ledger(), step, trouble)
        if spoil:
            spoilt.setattr(tasks, "read_file", spoil)
        assert not tasks.run_stage(Stage.READ, document_id)
    assert state(document_id).state in (DocumentState.WAITING, DocumentState.RUNNING)
    with tasks.ledger().transaction() as session:  # its worker ended, its lease runs out
        session.execute(
            update(Document).values(lease_until=func.now() - timedelta(hours=1), due_at=func.now())
        )
    assert tasks.run_stage(Stage.READ, document_id)


def refuse_it(*_: object, **__: object) -> None:
    raise NoText


@pytest.mark.parametrize("document_id", [-1, 0, 2**31, 2**70, "七", None, [1], {"x": 1}, 1.5])
def test_numbers_that_are_no_documents_end_no_task(
    rung: list[tuple[int, Stage]], document_id: object
) -> None:
    for stage in TEXT_STAGES:
        assert not tasks.run_stage(stage, document_id)  # type: ignore[arg-type]


@pytest.mark.parametrize("trouble", [away, wrong_setting, stumble])
def test_trouble_of_the_upkeep_ends_no_task(
    rung: list[tuple[int, Stage]], monkeypatch: pytest.MonkeyPatch, trouble: Callable[..., None]
) -> None:
    monkeypatch.setattr(tasks.ledger(), "sweep", trouble)
    monkeypatch.setattr(tasks.nightly, "run", trouble)
    tasks.sweep()
    tasks.run_nightly()
