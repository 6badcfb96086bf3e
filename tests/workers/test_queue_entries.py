"""What lies in the queue's server and is no message, or no queue: it costs nothing but itself.

One real worker hears all of it, and reads a report after each.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from celery import Celery
from redis import Redis

from schema.kinds import Stage
from schema.tables import Document
from tests.workers.conftest import new_database
from workers.broker import redis_client
from workers.database import connect
from workers.embedded import Servers
from workers.embedded.process import wait_until
from workers.ledger import Drop, Ledger
from workers.settings import Settings
from workers.stages import app as application
from workers.stages.app import Bell, bells_waiting, configure, ring_sweep, rung_for
from workers.stages.transport import ASIDE, QUEUES, is_message, mend_keys
from workers.store import Store

NUMBERS = count(1)
REPORT = "石板镇人民政府2024年度法治政府建设情况报告\n全年化解矛盾纠纷{}件。\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """A worker, its ledger and store, and the bell that it hears."""

    worker: subprocess.Popen[bytes]
    ledger: Ledger
    store: Store
    client: Redis
    log: Path

    def work_off_a_report(self) -> str:
        """Drop a fresh report and ring for it; the state in which it ends."""
        text = REPORT.format(next(NUMBERS)).encode()
        sha256, size = self.store.put(BytesIO(text))
        moment = datetime(2025, 1, 9, tzinfo=UTC)
        drop = Drop(
            claim=uuid4(), name="报告.txt", folder="", sha256=sha256, size=size, modified_at=moment
        )
        document_id, _ = self.ledger.record(drop)
        assert Bell()([document_id], Stage.READ)
        wait_until(lambda: self.state(document_id) == "done", 60)
        return self.state(document_id)

    def state(self, document_id: int) -> str:
        with self.ledger.transaction() as session:
            return str(session.get_one(Document, document_id).state)


@pytest.fixture(scope="module")
def workshop(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    home = tmp_path_factory.mktemp("workshop")
    with new_database(servers) as url, redis_client(servers.broker_url, decode=False) as client:
        client.flushall()
        env = os.environ | {
            "FAZHI_HOME": str(home),
            "FAZHI_DATABASE_URL": url,
            "FAZHI_BROKER_URL": servers.broker_url,
        }
        log = home / "work.log"
        with log.open("wb") as out:
            argv = [sys.executable, "-m", "workers.cli", "work", "--concurrency", "1"]
            worker = subprocess.Popen(argv, env=env, stdout=out, stderr=out, start_new_session=True)
        ledger = Ledger(connect(url))
        try:
            assert wait_until(lambda: b" ready." in log.read_bytes(), 60), log.read_text()
            yield Workshop(
                worker=worker,
                ledger=ledger,
                store=Store(home / "var" / "store"),
                client=client,
                log=log,
            )
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
            ledger.engine.dispose()


@pytest.fixture(autouse=True)
def broker(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Celery("fazhi")
    configure(fresh, Settings(database_url=servers.database_url, broker_url=servers.broker_url))
    monkeypatch.setattr(application, "app", fresh)


def message(**changed: Any) -> dict[str, Any]:
    """A bell as Celery writes it, with some of its parts changed."""
    body = b64encode(json.dumps([[7], {}, {}]).encode()).decode()
    return {
        "body": body,
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {
            "lang": "py",
            "task": "fazhi.read",
            "id": str(uuid4()),
            "argsrepr": "[7]",
            "kwargsrepr": "{}",
        },
        "properties": {
            "delivery_mode": 2,
            "delivery_info": {"exchange": "read", "routing_key": "read"},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": str(uuid4()),
        },
    } | changed


NO_MESSAGES = {
    "words": b"no message at all",
    "chinese": "收到请回复".encode("gb18030"),
    "nothing": b"",
    "nul": b"\x00\xff\xfe",
    "cut off": json.dumps(message()).encode()[:-40],
    "an empty object": b"{}",
    "a list": b"[[1], {}]",
    "a number": b"7",
    "null": b"null",
    "deep": b"[" * 100_000,
    "no body": json.dumps(message(body=None)).encode(),
    "a body that is no base64": json.dumps(message(body="年报!!")).encode(),
    "a body that is no list": json.dumps(message(body=b64encode(b'"x"').decode())).encode(),
    "a body that is no JSON": json.dumps(
        message(body=b64encode(b"\x80\x04pickle").decode())
    ).encode(),
    "no headers": json.dumps(message(headers=None)).encode(),
    "headers that are a list": json.dumps(message(headers=[1])).encode(),
    "an empty task": json.dumps(message(headers={"task": None, "id": None})).encode(),
    "a task of another kind": json.dumps(
        message(headers={"task": ["fazhi.read"], "id": 3})
    ).encode(),
    "an unknown task": json.dumps(message(headers={"task": "fazhi.erase", "id": "1"})).encode(),
    "odd limits": json.dumps(
        message(headers=message()["headers"] | {"timelimit": "x", "eta": "x"})
    ).encode(),
    "pickle": json.dumps(message(**{"content-type": "application/x-python-serialize"})).encode(),
    "no content type": json.dumps(message(**{"content-type": None})).encode(),
    "no delivery": json.dumps(message(properties={"delivery_tag": "t"})).encode(),
    "an odd encoding": json.dumps(
        message(properties=message()["properties"] | {"body_encoding": "rot13"})
    ).encode(),
    "huge words": b"x" * 30_000_000,
    "a huge message": json.dumps(
        message(headers=message()["headers"] | {"argsrepr": "7" * 3_000_000})
    ).encode(),
}


def test_entries_that_are_no_messages_are_passed_over(workshop: Workshop) -> None:
    for entry in NO_MESSAGES.values():
        workshop.client.rpush("read", entry)
        workshop.client.lpush("upkeep", entry)
    assert workshop.work_off_a_report() == "done"
    assert wait_until(lambda: not (bells_waiting("read") or bells_waiting("upkeep")), 30)
    assert workshop.worker.poll() is None
    assert b"Unrecoverable" not in workshop.log.read_bytes()


@pytest.mark.parametrize("what", NO_MESSAGES)
def test_each_entry_costs_nothing_but_itself(workshop: Workshop, what: str) -> None:
    before = workshop.log.stat().st_size
    workshop.client.rpush("read", NO_MESSAGES[what])
    assert workshop.work_off_a_report() == "done"
    said = workshop.log.read_bytes()[before:]
    assert workshop.worker.poll() is None
    assert b"Connection to broker lost" not in said
    assert len(said) < 100_000  # the log is told of it, and not given all of it


def as_string(client: Redis, key: str) -> None:
    client.set(key, "x")


def as_hash(client: Redis, key: str) -> None:
    client.hset(key, "x", "y")


def as_stream(client: Redis, key: str) -> None:
    client.xadd(key, {"x": "y"})


def as_set(client: Redis, key: str) -> None:
    client.sadd(key, "x")


KEYS = (
    "read", "upkeep", "audit", "unacked", "unacked_index", "_kombu.binding.read",
    "_kombu.binding_permanent.read",
    "_kombu.binding.celery.pidbox",
)  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("spoil", [as_string, as_stream])
def test_key_of_another_type_is_set_aside(
    workshop: Workshop, key: str, spoil: Callable[[Redis, str], None]
) -> None:
    workshop.client.delete(key)
    spoil(workshop.client, key)
    spoilt = workshop.client.type(key)
    assert workshop.work_off_a_report() == "done"
    mend_keys(workshop.client)
    assert workshop.client.type(key) != spoilt
    assert workshop.worker.poll() is None
    (aside,) = workshop.client.keys(f"{ASIDE}{key}:*")
    assert workshop.client.ttl(aside) > 0
    workshop.client.delete(aside)


def test_worker_starts_among_keys_of_other_types(workshop: Workshop, servers: Servers) -> None:
    for key in KEYS:
        workshop.client.delete(key)
    for key, spoil in zip(KEYS, (as_string, as_hash, as_stream, as_set) * 2, strict=True):
        spoil(workshop.client, key)
    env = os.environ | {
        "FAZHI_HOME": str(workshop.log.parent),
        "FAZHI_BROKER_URL": servers.broker_url,
    }
    env["FAZHI_DATABASE_URL"] = workshop.ledger.engine.url.render_as_string(hide_password=False)
    log = workshop.log.with_name("second.log")
    with log.open("wb") as out:
        argv = [sys.executable, "-m", "workers.cli", "work", "--concurrency", "1"]
        second = subprocess.Popen(argv, env=env, stdout=out, stderr=out, start_new_session=True)
    try:
        assert wait_until(lambda: b" ready." in log.read_bytes(), 60), log.read_text()
        assert workshop.work_off_a_report() == "done"
        assert second.poll() is None
    finally:
        os.killpg(second.pid, signal.SIGKILL)
        second.wait()
    assert workshop.work_off_a_report() == "done"
    assert workshop.worker.poll() is None


def test_bindings_that_are_none_lead_nowhere(workshop: Workshop) -> None:
    for queue in QUEUES:
        workshop.client.sadd(f"_kombu.binding.{queue}", "x", "a\x06\x16b", b"\xff", "")
    assert workshop.work_off_a_report() == "done"
    assert workshop.worker.poll() is None


def test_unacknowledged_entries_that_are_no_messages_are_forgotten(workshop: Workshop) -> None:
    for tag, entry in {"a": "x", "b": "[1]", "c": "{}", "d": b"\xff"}.items():
        workshop.client.hset("unacked", tag, entry)
        workshop.client.zadd("unacked_index", {tag: 1.0})
    channel = application.app.connection_for_write().channel()
    channel.qos.restore_visible()
    assert workshop.client.hkeys("unacked") == []
    assert workshop.work_off_a_report() == "done"


def test_sweep_is_asked_for_where_its_queue_has_another_type(workshop: Workshop) -> None:
    os.kill(workshop.worker.pid, signal.SIGSTOP)
    try:
        workshop.client.delete("upkeep")
        workshop.client.set("upkeep", "x")
        ring_sweep()
        # A worker that waited for a message when it was stopped has it already, else it lies there.
        assert workshop.client.keys("aside:upkeep:*")
        assert workshop.client.type("upkeep") in {b"list", b"none"}
    finally:
        os.kill(workshop.worker.pid, signal.SIGCONT)
    assert wait_until(lambda: not bells_waiting("upkeep"), 30)


def test_own_bells_are_messages_and_others_are_looked_over(workshop: Workshop) -> None:
    os.kill(workshop.worker.pid, signal.SIGSTOP)
    try:
        workshop.client.delete("segment")
        for document_id in (3, 4, 2**40):
            assert Bell()([document_id], Stage.SEGMENT)
        workshop.client.rpush("segment", *NO_MESSAGES.values())
        assert rung_for(Stage.SEGMENT) == {3, 4, 2**40}
        own = [
            entry
            for entry in workshop.client.lrange("segment", 0, -1)
            if entry not in NO_MESSAGES.values()
        ]
        assert [is_message(entry) for entry in own] == [True] * 3
    finally:
        workshop.client.delete("segment")
        os.kill(workshop.worker.pid, signal.SIGCONT)
