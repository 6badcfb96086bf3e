"""The Celery application: queues, limits, and the bell.

The settings are those under which a killed worker, a wiped broker and a frozen one were measured to
lose nothing that the ledger does not ring for again: early acknowledgement, no prefetching, no
results, ids only.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence

import redis
from celery import Celery
from kombu import Exchange, Queue  # type: ignore[attr-defined]
from kombu.exceptions import OperationalError
from kombu.transport import TRANSPORT_ALIASES

from schema.kinds import Stage
from workers import heartbeat
from workers.broker import redis_client
from workers.errors import ServiceMissing, SettingError
from workers.settings import Settings, settings
from workers.stages import transport
from workers.stages.transport import QUEUES, UPKEEP
from workers.telling.logbook import about

# Every address of a Redis is spoken to by our transport:
# by workers, by those who ring, by the monitor.
TRANSPORT_ALIASES["redis"] = f"{transport.__name__}:Transport"

log = logging.getLogger("fazhi")


def configure(app: Celery, chosen: Settings) -> None:
    """The broker's address and everything that must not be left to a default."""
    app.conf.update(
        broker_url=chosen.broker_url or "redis+socket:///nowhere",
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # A frozen broker must not freeze its publisher for ever.
        broker_transport_options={
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
            "socket_keepalive": True,
        },
        task_acks_late=False,
        worker_disable_prefetch=True,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        task_ignore_result=True,
        task_time_limit=chosen.stage_seconds,
        task_publish_retry=False,
        task_serializer="json",
        accept_content=["json"],
        task_queues=[_queue(name) for name in QUEUES],
        task_default_queue=UPKEEP,
        task_create_missing_queues=False,
        worker_send_task_events=True,
        worker_hijack_root_logger=False,
        timezone=chosen.timezone,
    )


def _queue(name: str) -> Queue:
    """A queue with an exchange of its own: on a shared one,
    kombu would put each message into all queues.
    """
    return Queue(name, Exchange(name), routing_key=name)  # type: ignore[no-untyped-call]


app = Celery("fazhi", include=["workers.stages.tasks"])
configure(app, settings())


class Bell:
    """Tells the workers that a stage is due; what is not heard, the sweep rings again.

    A frozen broker holds its caller for half a minute. So for as long as the last failure took,
    nobody asks again: at most half of the time is lost to it.
    """

    def __init__(self) -> None:
        self._silent_until = 0.0

    def __call__(
        self, document_ids: Sequence[int], stage: Stage, *, next_in_line: bool = False
    ) -> bool:
        """Once for all of these documents. False where the broker is away, and a line in the log
        for it.

        `next_in_line`: it is heard before all that waits in the queue,
        as one that was rung long ago and got lost.
        """
        begun = time.monotonic()
        if begun < self._silent_until:
            return False
        heartbeat.beat(heartbeat.SLOW)
        try:
            priority = transport.NEXT if next_in_line else 0
            app.send_task(f"fazhi.{stage}", document_ids, queue=str(stage), priority=priority)
        except OperationalError as error:
            with about(document=",".join(map(str, document_ids)), stage=stage):
                log.warning("the broker is away, the sweep will ring: %s", error)
            self._silent_until = 2 * time.monotonic() - begun
            return False
        finally:
            heartbeat.beat()
        return True


ring = Bell()


def check_broker(url: str) -> None:
    """Refuse a broker that throws messages away when it is full.

    ServiceMissing where none answers.
    """
    try:
        with redis_client(url) as client:
            policy = client.config_get("maxmemory-policy").get("maxmemory-policy")
    except redis.RedisError as error:
        raise ServiceMissing(f"No Redis answers at {url}: {error}") from error
    if policy != "noeviction":
        raise SettingError(
            f"Redis at {url} has maxmemory-policy {policy}: set it to noeviction, or "
            "it loses messages."
        )


def ring_sweep() -> None:
    """Ask for a sweep, unless one waits to be heard:
    while no worker runs, they must not pile up.
    """
    heartbeat.beat(heartbeat.SLOW)
    try:
        if not bells_waiting(UPKEEP):
            app.send_task("fazhi.sweep", queue=UPKEEP)
    except OperationalError as error:
        log.warning("the broker is away, no sweep: %s", error)


def ring_trial(lesson: int) -> bool:
    """Ask for the trial of a lesson, before all that waits; False where the broker is away."""
    try:
        app.send_task("fazhi.teach", args=[lesson], queue=UPKEEP, priority=transport.NEXT)
    except OperationalError as error:
        log.warning("the broker is away, no trial: %s", error)
        return False
    return True


def bells_waiting(queue: str) -> int:
    """How many messages wait in a queue; 0 where the broker is away."""
    try:
        with redis_client(app.conf.broker_url) as client:
            return int(client.llen(queue))
    except redis.RedisError:
        return 0


def count_bells() -> Mapping[str, int]:
    """How many messages wait in each queue; nothing where the broker is away."""
    try:
        with redis_client(app.conf.broker_url) as client:
            return {queue: int(client.llen(queue)) for queue in QUEUES}
    except redis.RedisError:
        return {}


def rung_for(stage: Stage) -> set[int]:
    """The documents whose bells wait in the queue of a stage; none where the broker is away."""
    try:
        with redis_client(app.conf.broker_url, decode=False) as client:
            entries = transport.waiting_entries(client, str(stage))
            return {
                document_id
                for entry in entries
                for document_id in transport.documents_of(entry, f"fazhi.{stage}")
            }
    except redis.RedisError:
        return set()
