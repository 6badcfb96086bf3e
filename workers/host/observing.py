"""What the tools of an operator are told over HTTP: /healthz, /readyz, /metrics.

`/healthz` is for whoever would start the process again: it says that this one is alive.
`/readyz` is for a monitor: 503 as long as anything is wrong with the system, whichever process is
asked. `/metrics` has all of it in figures.
"""

from __future__ import annotations

import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from workers import heartbeat
from workers.desk.alarms import Troubles, list_troubles
from workers.host.metrics import tell_ledger, tell_troubles
from workers.ledger import Ledger
from workers.settings import Settings

T = TypeVar("T")

PATHS = ("/healthz", "/readyz", "/metrics")
TEXT = "text/plain; charset=utf-8"
# An answer is kept for so many seconds; and for longer where asking took long, so that no more than
# a share of the time goes into it, but not for ever: what is wrong is a few quick questions.
KEPT_SECONDS = 2.0
SHARE, LONGEST_KEPT = 0.02, 60.0
SHARE_OF_TROUBLES, LONGEST_TROUBLES = 0.3, 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    media_type: str
    body: bytes


class Kept(Generic[T]):
    """An answer that is asked for anew only when it is old: one asks at a time."""

    def __init__(self, ask: Callable[[], T], *, share: float, longest: float) -> None:
        self._ask, self._lock = ask, threading.Lock()
        self._share, self._longest = share, longest
        self._answer: tuple[T] | None = None
        self._until = 0.0

    def __call__(self) -> T:
        with self._lock:
            if self._answer is None or time.monotonic() > self._until:
                begun = time.monotonic()
                self._answer = (self._ask(),)
                end = time.monotonic()
                self._until = end + min(
                    max(KEPT_SECONDS, (end - begun) / self._share), self._longest
                )
            return self._answer[0]


class Observer(Collector):
    """Answers for one process."""

    def __init__(self, ledger: Ledger, chosen: Settings) -> None:
        self.token = chosen.metrics_token
        self.troubles: Kept[Troubles] = Kept(
            lambda: list_troubles(ledger, chosen),
            share=SHARE_OF_TROUBLES,
            longest=LONGEST_TROUBLES,
        )
        self.figures: Kept[list[Metric]] = Kept(
            lambda: _of_ledger(ledger, chosen), share=SHARE, longest=LONGEST_KEPT
        )
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)
        ProcessCollector(registry=self.registry)

    def answer(self, path: str, authorization: str = "") -> Answer:
        """What is told under one of PATHS."""
        if path == "/healthz":
            alive = heartbeat.is_alive()
            return Answer(200 if alive else 503, TEXT, b"alive\n" if alive else b"hangs\n")
        if path == "/readyz":
            # The kinds alone: whoever asks is not known, and a sentence may name a folder.
            kinds = [*self.troubles()]
            body = json.dumps({"ready": not kinds, "troubles": kinds}).encode()
            return Answer(503 if kinds else 200, "application/json", body)
        if path != "/metrics":
            return Answer(404, TEXT, f"Ask for {', '.join(PATHS)}.\n".encode())
        if not self._is_let_in(authorization):
            return Answer(401, TEXT, b"Give FAZHI_METRICS_TOKEN: Authorization: Bearer ...\n")
        return Answer(200, CONTENT_TYPE_LATEST, generate_latest(self.registry))

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: to know it, the ledger would have to be asked."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        yield from tell_troubles(self.troubles())
        yield from self.figures()

    def _is_let_in(self, authorization: str) -> bool:
        if self.token is None:
            return True
        wanted = f"Bearer {self.token.get_secret_value()}"
        return hmac.compare_digest(authorization.encode(), wanted.encode())


def _of_ledger(ledger: Ledger, chosen: Settings) -> list[Metric]:
    """Nothing while the database is away, which is a trouble that is told."""
    try:
        return [*tell_ledger(ledger, chosen)]
    except SQLAlchemyError:
        return []
