"""Documents of a stage are worked on in batches: how many, which, in how many statements; and each
fails alone.
"""

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.exc import OperationalError

from schema.kinds import TEXT_STAGES, DocumentState, Outcome, Stage
from schema.tables import Document, Finding, Metric, Report, StageRun
from tests.chaos.reports import report_text
from workers import failpoints
from workers.ledger import Drop
from workers.report.model import Source, Unpacked
from workers.report.pipeline import read_report
from workers.results import rows
from workers.settings import Settings
from workers.stages import tasks, work
from workers.stages.converting import TakesLong
from workers.store import Store

MOST = 20
# Of everything that the workers ask of the database for one report of a flood.
MOST_STATEMENTS, MOST_COMMITS = 12, 3


class Flood:
    """Reports that are due, over a database and a store of their own; the bell is a list."""

    def __init__(self, home: Path, url: str) -> None:
        self.chosen = Settings(home=home, database_url=url, attempts=3, retry_seconds=0)
        self.bell: list[tuple[Sequence[int], Stage]] = []
        self.texts: dict[int, str] = {}

    def ring(self, ids: Sequence[int], stage: Stage, **_: object) -> None:
        self.bell.append((ids, stage))

    def drop(self, count: int, *, word: str = "") -> list[int]:
        """So many reports, each with a bell of its own."""
        ids = [self._drop(report_text(at, random.Random(at)) + word) for at in range(count)]
        self.bell += [([one], Stage.READ) for one in ids]
        return ids

    def _drop(self, said: str) -> int:
        file = self.chosen.home / "dropped"
        file.write_text(said, encoding="utf-8")
        with file.open("rb") as handle:
            sha256, size = Store(self.chosen.store_dir).put(handle)
        moment = datetime(2025, 1, 9, tzinfo=UTC)
        (number, _) = tasks.ledger().record(
            Drop(
                claim=uuid4(),
                name="报告.txt",
                folder="",
                sha256=sha256,
                size=size,
                modified_at=moment,
            )
        )
        self.texts[number] = said
        return number

    def work_off(self) -> None:
        while self.bell:
            ids, stage = self.bell.pop(0)
            tasks.run_stage(stage, *ids)

    def states(self) -> Counter[DocumentState]:
        with tasks.ledger().transaction() as session:
            return Counter(session.scalars(select(Document.state)))


@pytest.fixture
def flood(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flood]:
    found = Flood(tmp_path, database_url)
    monkeypatch.setattr(tasks, "settings", lambda: found.chosen)
    monkeypatch.setattr(tasks, "ring", found.ring)
    tasks.ledger.cache_clear()
    tasks.memory.cache_clear()
    yield found
    tasks.ledger().engine.dispose()
    tasks.ledger.cache_clear()


def count_statements(flood: Flood) -> Counter[str]:
    """What is asked of the database from now on; a list of parameters counts as often as it is
    long.
    """
    asked: Counter[str] = Counter()

    def note(*args: Any) -> None:
        parameters, many = args[3], args[5]
        asked["statements"] += len(parameters) if many else 1

    engine = tasks.ledger().engine
    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", lambda _: asked.update(["commits"]))
    return asked


def test_report_of_a_flood_costs_few_statements_and_commits(flood: Flood) -> None:
    flood.drop(MOST)
    asked = count_statements(flood)
    flood.work_off()
    assert flood.states() == {DocumentState.DONE: MOST}
    assert asked["statements"] <= MOST_STATEMENTS * MOST, asked
    assert asked["commits"] <= MOST_COMMITS * MOST, asked


def test_batch_is_rung_for_once_and_what_comes_of_it_is_what_the_core_makes(flood: Flood) -> None:
    ids = flood.drop(MOST)
    ends = tasks.work_off(Stage.READ, [ids[0]])
    assert ends == dict.fromkeys(ids, "done")
    assert flood.bell[MOST:] == [(ids, Stage.CLEAN)]
    tasks.memory.cache_clear()  # as where another worker hears the bell
    assert tasks.work_off(Stage.CLEAN, ids).keys() == {*ids}
    flood.work_off()
    with tasks.ledger().transaction() as session:
        for number in ids:
            made = read_report(flood.texts[number].encode(), "报告.txt")
            assert rows.load_cleaned(session, number) == made.cleaned
            assert rows.load_metrics(session, number) == made.metrics
            mine = select(Finding.kind).filter_by(document_id=number, across=False)
            kinds = Counter(finding.kind for finding in made.findings)
            assert Counter(session.scalars(mine)) == kinds


def test_batch_is_bounded_by_the_size_of_its_files(flood: Flood) -> None:
    ids = flood.drop(4)
    flood.chosen = flood.chosen.model_copy(update={"batch_kilobytes": 1})
    with tasks.ledger().transaction() as session:
        session.execute(update(Document).values(size=600))
    taken = [tasks.work_off(Stage.READ, [one]).keys() for one in ids]
    assert [*map(len, taken)] == [2, 2, 0, 0]


def test_document_that_fails_is_tried_again_alone_and_the_others_are_done(
    flood: Flood, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = flood.drop(5)
    worked: list[int] = []

    def stumble(source: Source) -> Any:
        worked.append(len(worked))
        if source.raw_text == flood.texts[ids[2]]:
            raise ZeroDivisionError("a rule divided by nothing")
        return clean_source(source)

    clean_source = work.clean_source
    monkeypatch.setattr(work, "clean_source", stumble)
    flood.work_off()
    assert flood.states() == {DocumentState.DONE: 4, DocumentState.WAITING: 1}
    fresh = flood.drop(7)[5:]
    for left in (1, 0):
        worked.clear()
        assert tasks.work_off(Stage.CLEAN, [ids[2]]) == {ids[2]: "failed"}
        assert len(worked) == 1, left
    flood.work_off()
    assert flood.states() == {DocumentState.DONE: 4 + len(fresh), DocumentState.REFUSED: 1}


def test_result_that_cannot_be_saved_keeps_no_other_from_being_saved(
    flood: Flood, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = flood.drop(4)

    def spoil(report: Any) -> Any:
        made = clean(report)
        if report.source.raw_text == flood.texts[ids[1]]:
            object.__setattr__(made.cleaned.traced, "text", "\x00")
        return made

    clean = work.MAKE[Stage.CLEAN]
    monkeypatch.setattr(work, "MAKE", {**work.MAKE, Stage.CLEAN: spoil})
    monkeypatch.setattr(tasks, "MAKE", work.MAKE)
    flood.work_off()
    assert flood.states() == {DocumentState.DONE: 3, DocumentState.WAITING: 1}
    with tasks.ledger().transaction() as session:
        failed = select(StageRun.document_id).where(StageRun.outcome == Outcome.FAILED)
        assert session.scalars(failed).all() == [ids[1]]


def test_poison_in_a_batch_stops_its_worker_once_with_the_others_and_then_alone(
    flood: Flood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(failpoints.FAIL_ON, "毒药")
    good, (bad,) = flood.drop(3), flood.drop(1, word="毒药")
    tasks.ledger().engine.dispose()
    for stage, killed in ((Stage.READ, False), (Stage.CLEAN, True)):
        assert in_a_process(flood, stage) == (signal.SIGKILL if killed else 0)
    flood.bell.clear()
    for _ in range(6):  # until it is given up; the lease of each run is over at once
        with tasks.ledger().transaction() as session:
            past = func.now() - text("interval '1 hour'")
            session.execute(update(Document).values(lease_until=past, due_at=past).where(running()))
        tasks.ledger().sweep()
        tasks.ledger().engine.dispose()
        in_a_process(flood, Stage.CLEAN)
    with tasks.ledger().transaction() as session:
        assert session.get_one(Document, bad).state == DocumentState.REFUSED
        left = session.scalars(select(Document).where(Document.id.in_(good))).all()
        assert {(one.stage, one.attempts) for one in left} == {(Stage.SEGMENT, 0)}
        lost = select(StageRun.document_id).where(StageRun.outcome == Outcome.LOST)
        assert Counter(session.scalars(lost)) == dict.fromkeys(good, 1) | {bad: 3}


def running() -> Any:
    return Document.state == DocumentState.RUNNING


def in_a_process(flood: Flood, stage: Stage) -> int:
    """How a process ended that was forked to work off one bell of a stage."""
    child = os.fork()
    if child == 0:
        try:
            tasks.work_off(stage, [])
            os._exit(0)
        finally:
            os._exit(99)
    status = os.waitpid(child, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)


def test_file_that_takes_long_is_worked_on_last_and_what_waits_behind_it_is_put_back(
    flood: Flood, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = flood.drop(5)
    slow = {flood.texts[ids[at]].encode() for at in (0, 2, 3)}
    order: list[bytes] = []

    def read(
        data: bytes, name: str, chosen: Settings, waiting: Any, *, patient: bool
    ) -> Source | Unpacked:
        if data in slow and not patient:
            raise TakesLong
        order.append(data)
        return read_file(data, name, chosen)

    read_file = tasks.read_file
    monkeypatch.setattr(tasks, "read_file", read)
    flood.bell.clear()
    assert tasks.work_off(Stage.READ, ids) == dict.fromkeys((ids[1], ids[4], ids[0]), "done")
    assert order == [flood.texts[ids[at]].encode() for at in (1, 4, 0)]
    assert ([ids[2], ids[3]], Stage.READ) in flood.bell
    with tasks.ledger().transaction() as session:
        left = session.scalars(select(Document).where(Document.id.in_([ids[2], ids[3]]))).all()
        assert [(one.state, one.attempts) for one in left] == [(DocumentState.WAITING, 0)] * 2
        runs = select(StageRun.document_id).where(StageRun.document_id.in_([ids[2], ids[3]]))
        assert not session.scalars(runs).all()
    flood.work_off()
    assert flood.states() == {DocumentState.DONE: 5}


def test_what_is_due_longest_is_taken_first_and_what_is_read_anew_last_and_alone(
    flood: Flood,
) -> None:
    again = flood.drop(2)
    flood.work_off()
    tasks.ledger().rerun(select(Document.id))
    new = flood.drop(5)[2:]
    taken = [list(tasks.work_off(Stage.READ, [])) for _ in range(4)]
    assert taken == [new, again[:1], again[1:], []]


def test_service_that_fails_a_batch_is_asked_for_each_by_itself(
    flood: Flood, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = flood.drop(3)

    def too_much(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("the connection was closed"))

    with monkeypatch.context() as spoilt:
        spoilt.setattr(tasks, "save_batch", too_much)
        assert tasks.work_off(Stage.READ, ids) == dict.fromkeys(ids, "failed")
    assert [list(tasks.work_off(Stage.READ, [])) for _ in ids] == [[one] for one in ids]
    flood.bell = [([one], Stage.CLEAN) for one in ids]
    flood.work_off()
    assert flood.states() == {DocumentState.DONE: 3}


def test_with_one_attempt_each_document_is_taken_by_itself(flood: Flood) -> None:
    flood.chosen = flood.chosen.model_copy(update={"attempts": 1})
    tasks.ledger.cache_clear()
    ids = flood.drop(2)
    assert [list(tasks.work_off(Stage.READ, [])) for _ in ids] == [[one] for one in ids]


HOT = {
    "what is due": (
        "SELECT id FROM document WHERE state IN ('waiting', 'running') AND stage = 'clean' "
        "ORDER BY (done_at IS NOT NULL), due_at, id LIMIT 20 FOR UPDATE SKIP LOCKED"
    ),
    "who holds a gram": "SELECT holders FROM band WHERE gram = ANY(ARRAY[1, 2, 3]::bigint[])",
    "the figures of a batch": (
        "SELECT * FROM metric WHERE document_id = ANY(ARRAY[1, 2]::bigint[]) AND ordinal >= 0"
    ),
}


@pytest.mark.parametrize("query", HOT.values(), ids=HOT)
def test_hot_queries_are_answered_by_an_index(flood: Flood, query: str) -> None:
    with tasks.ledger().transaction() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_sort = off"))
        plan = "\n".join(session.scalars(text(f"EXPLAIN {query}")))
    assert "Index" in plan, plan
    assert "Seq Scan" not in plan, plan
    assert "Sort" not in plan, plan


def test_memory_is_of_the_run_that_made_it(flood: Flood) -> None:
    (number,) = flood.drop(1)
    flood.bell.clear()
    tasks.work_off(Stage.READ, [number])
    with tasks.ledger().transaction() as session:
        session.execute(update(Report).values(raw_text="另一份报告\n全年立案5件。"))
        session.execute(text("UPDATE stage_run SET id = nextval('claim_token')"))
    for stage in TEXT_STAGES[1:]:
        assert tasks.run_stage(stage, number)
    with tasks.ledger().transaction() as session:
        assert session.scalars(select(Metric.quote)).all() == ["5件"]
