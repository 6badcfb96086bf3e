"""Faults of the messages: lost, doubled, late, out of order, foreign."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from celery import Celery

from schema.kinds import Stage
from tests.chaos.field import Field
from tests.chaos.processes import send
from workers.stages.transport import documents_of

QUEUES = [str(stage) for stage in Stage]


@contextmanager
def waiting_messages(field: Field, drop: int = 40) -> Iterator[None]:
    """The workers are frozen meanwhile, so that messages stay in the queues."""
    pids = [field.system.child("work"), *field.system.pool()]
    send(pids, signal.SIGSTOP)
    try:
        known = field.system.count("document")
        field.drop(drop)
        field.until(lambda: field.system.count("document") >= known + drop // 2)
        yield
    finally:
        send(pids, signal.SIGCONT)


def flush(field: Field) -> None:
    with waiting_messages(field), field.redis() as client:
        client.flushall()


def lose(field: Field) -> None:
    """As a worker killed right after BRPOP: the message has left the queue and is nowhere else."""
    with waiting_messages(field), field.redis() as client:
        for queue in QUEUES:
            client.rpop(queue, 7)


def double(field: Field) -> None:
    with waiting_messages(field), field.redis() as client:
        for queue in QUEUES:
            for message in client.lrange(queue, 0, -1):
                client.rpush(queue, message)


def shuffle(field: Field) -> None:
    with waiting_messages(field), field.redis() as client:
        for queue in QUEUES:
            messages = client.lrange(queue, 0, -1)
            field.chance.shuffle(messages)
            for message in messages:
                client.lrem(queue, 1, message)
                client.rpush(queue, message)


def restore_old(field: Field) -> None:
    """Put the queues back as they were before their messages were worked off."""
    with field.redis() as client:
        with waiting_messages(field):
            old = {queue: client.lrange(queue, 0, -1) for queue in QUEUES}
        field.await_quiet()
        for queue, messages in old.items():
            for message in messages:
                client.lpush(queue, message)


def send_foreign(field: Field) -> None:
    """Unknown ids, stages that are not due, words instead of numbers, tasks that do not exist."""
    with Celery(broker=field.system.broker_url) as stranger:
        known = field.system.count("document")
        for stage in Stage:
            for document_id in (-1, 0, 10**6, 2**70, "七", None, known, 1):
                stranger.send_task(f"fazhi.{stage}", args=[document_id], queue=str(stage))
            stranger.send_task("fazhi.unknown", args=[1], queue=str(stage))
            stranger.send_task(f"fazhi.{stage}", kwargs={"x": 1}, queue=str(stage))
    with field.redis() as client:
        client.rpush("read", "no message at all", "{}")


def spoil_keys(field: Field) -> None:
    """Keys of other types under the names of queues and of their tables."""
    with field.redis() as client:
        for key in ("read", "clean", "upkeep", "unacked", "unacked_index", "_kombu.binding.audit"):
            client.delete(key)
            client.set(key, "x")
        field.drop(20)
        field.sleep(5)
        for key in ("segment", "_kombu.binding.celery.pidbox", "_kombu.binding_permanent.read"):
            client.delete(key)
            client.xadd(key, {"x": "y"})
        field.drop(20)
    field.until(lambda: not _of_another_type(field))


def _of_another_type(field: Field) -> list[str]:
    with field.redis() as client:
        return [key for key in (*QUEUES, "upkeep") if client.type(key) not in ("list", "none")]


def fill_with_rubbish(field: Field) -> None:
    """No messages at all, hundreds of them, and some that are huge, between the real ones."""
    with waiting_messages(field), field.redis() as client:
        for queue in (*QUEUES, "upkeep"):
            client.rpush(queue, *(f"rubbish {at}" for at in range(300)), "x" * 10_000_000)
            client.lpush(
                queue, "{}", "[]", "null", "0", '{"body": 7, "headers": {}, "properties": {}}'
            )


def lose_under_load(field: Field) -> None:
    """Bells vanish from the front of a queue that never empties;
    their documents are done while the load lasts.
    """
    lost: set[int] = set()
    with waiting_messages(field, drop=60), field.redis() as client:
        taken = client.rpop("read", 10) or []
        lost = {number for entry in taken for number in documents_of(entry.encode(), "fazhi.read")}
    assert lost, "no bell was there to be lost"

    def are_done() -> bool:
        field.drop(2)
        field.sleep(0.5)
        numbers = ", ".join(map(str, lost))
        return field.system.count("document", f"id IN ({numbers}) AND stage = 'read'") == 0

    field.until(are_done, 60)
