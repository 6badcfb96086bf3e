"""A bell that got lost is rung again, once and soon, whatever else lies in the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from celery import Celery
from redis import Redis
from sqlalchemy import select, text, update

from schema.kinds import Stage
from schema.tables import Document
from workers.broker import redis_client
from workers.embedded import Servers
from workers.ledger import Ledger
from workers.settings import Settings
from workers.stages import app as application
from workers.stages import nightly, tasks
from workers.stages.app import Bell
from workers.stages.transport import documents_of


@pytest.fixture
def queue(servers: Servers, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """The sweep over this test's ledger and an empty Valkey;
    every look of the sweep is a look at what is due.
    """
    fresh = Celery("fazhi")
    configured = Settings(database_url=servers.database_url, broker_url=servers.broker_url)
    application.configure(fresh, configured)
    monkeypatch.setattr(application, "app", fresh)
    monkeypatch.setattr(tasks, "ledger", lambda: ledger)
    monkeypatch.setattr(nightly, "is_due", lambda *_: False)
    ledger.ring = 0
    with redis_client(servers.broker_url, decode=False) as client:
        client.flushall()
        yield client
        client.flushall()


def due_documents(ledger: Ledger, how_many: int, stage: Stage = Stage.READ) -> list[int]:
    """Due since long, the first of them longest."""
    rows = text(
        "INSERT INTO document (sha256, size, state, stage, due_at, rung_at)"
        " SELECT :salt || number, 1, 'waiting', :stage, now() - (1000 - number) * "
        "interval '1 minute',"
        " now() - interval '1 minute'"
        " FROM generate_series(1, :how_many) AS number RETURNING id"
    )
    values = {"salt": uuid4().hex, "how_many": how_many, "stage": stage}
    with ledger.transaction() as session:
        return list(session.scalars(rows, values))


def waiting(queue: Redis, stage: Stage = Stage.READ) -> list[int]:
    """The documents in the order in which they will be heard."""
    return [
        document_id
        for entry in reversed(queue.lrange(str(stage), 0, -1))
        for document_id in documents_of(entry, f"fazhi.{stage}")
    ]


def nothing(queue: Redis, others: list[int]) -> None:
    """An empty queue."""


def bells_of_others(queue: Redis, others: list[int]) -> None:
    for document_id in others:
        assert Bell()([document_id], Stage.READ)


def thousands_of_unknown_documents(queue: Redis, others: list[int]) -> None:
    assert Bell()([10**9], Stage.READ)
    (entry,) = queue.lrange("read", 0, -1)
    for _ in range(4):
        queue.lpush("read", *[entry] * 1000)


def thousands_of_words(queue: Redis, others: list[int]) -> None:
    for _ in range(4):
        queue.lpush("read", *[b"no message"] * 1000)


def bells_of_another_stage(queue: Redis, others: list[int]) -> None:
    for document_id in others:
        assert Bell()([document_id], Stage.CLEAN)
    queue.rename("clean", "read")


LOADS = (
    nothing, bells_of_others, thousands_of_unknown_documents, thousands_of_words,
    bells_of_another_stage,
)  # fmt: skip


@pytest.mark.parametrize("load", LOADS)
def test_lost_bell_is_rung_again_and_heard_next(
    queue: Redis, ledger: Ledger, load: Callable[[Redis, list[int]], None]
) -> None:
    lost, *others = due_documents(ledger, 40)
    load(queue, others)
    before = queue.llen("read")
    tasks.sweep()
    heard = waiting(queue)
    assert heard[0] == lost
    assert heard.count(lost) == 1
    assert {*heard} >= {lost, *others}
    for _ in range(3):  # it has not been heard yet, and is not rung for again
        tasks.sweep()
    assert waiting(queue) == heard
    assert queue.llen("read") <= before + 40


def test_bells_that_are_all_lost_are_heard_in_the_old_order(queue: Redis, ledger: Ledger) -> None:
    documents = due_documents(ledger, 30)
    tasks.sweep()
    assert waiting(queue) == documents
    queue.rpop("read", 7)
    tasks.sweep()
    assert waiting(queue) == documents


def test_each_stage_is_looked_at_by_itself(queue: Redis, ledger: Ledger) -> None:
    documents = {stage: due_documents(ledger, 5, stage) for stage in Stage}
    for document_id in documents[Stage.CLEAN]:
        assert Bell()([document_id], Stage.CLEAN)
    tasks.sweep()
    assert {stage: waiting(queue, stage) for stage in Stage} == documents


def test_what_is_read_anew_does_not_go_before_what_waits(queue: Redis, ledger: Ledger) -> None:
    again = due_documents(ledger, 3)
    with ledger.transaction() as session:
        session.execute(update(Document).values(done_at=text("now()")))
    new = due_documents(ledger, 3)
    bells_of_others(queue, new)
    tasks.sweep()
    assert waiting(queue) == [*new, *again]


def test_queue_that_cannot_be_asked_stops_no_sweep(
    queue: Redis, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = due_documents(ledger, 2)
    queue.set("read", "x")  # of another type: it is set aside as soon as somebody rings
    tasks.sweep()
    assert waiting(queue) == documents
    application.app.conf.broker_url = "redis+socket:///nowhere"
    tasks.sweep()
    with ledger.transaction() as session:
        assert session.scalars(select(Document.rung_at)).all()
