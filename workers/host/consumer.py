"""Celery's consumer, which gives signs of life: from its event loop,
and while it waits for a broker that is away.

A worker that hangs, in its loop or while it ends, gives none, and its supervisor ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import Celery, bootsteps, signals
from celery.worker.consumer import Consumer as StockConsumer

from workers import heartbeat
from workers.settings import settings


class Signs(bootsteps.StartStopStep):  # type: ignore[misc]
    """A step of the consumer that beats from the event loop."""

    def register_with_event_loop(self, _: Any, hub: Any) -> None:
        heartbeat.beat()
        hub.call_repeatedly(heartbeat.EVERY, heartbeat.beat)


class Consumer(StockConsumer):  # type: ignore[misc]
    def ensure_connected(self, conn: Any) -> Any:
        """As ever, without end; each try may take as long as a frozen broker holds its caller."""
        established: Callable[..., Any] = conn.ensure_connection

        def ensure(on_error: Any, most_tries: Any, callback: Callable[[], None]) -> Any:
            def wait_on() -> None:
                heartbeat.beat(heartbeat.SLOW)
                callback()

            heartbeat.beat(heartbeat.SLOW)
            return established(on_error, most_tries, callback=wait_on)

        conn.ensure_connection = ensure
        return super().ensure_connected(conn)


def give_signs(app: Celery) -> None:
    """Let the workers of this application do so."""
    app.steps["consumer"].add(Signs)
    app.conf.worker_consumer = f"{__name__}:Consumer"


@signals.worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _end_in_peace(**_: Any) -> None:
    """Told to stop, it lets the stages that run finish; they have a limit of their own."""
    heartbeat.beat(settings().stage_seconds + heartbeat.SLOW)


@signals.worker_process_init.connect  # type: ignore[untyped-decorator]
def _beat_in_the_pool(**_: Any) -> None:
    """A stage that hangs has Celery's limit; a child that is frozen or locked up would
    hold its bells for ever.
    """
    heartbeat.beat_beside()
