"""What many pages ask at once, asked once."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

# An answer that takes a tenth of a second is asked for once a second, a slower one less often.
SECONDS, TIMES_ITS_COST = 0.5, 10


class Kept(Generic[T]):
    """An answer and how to ask for it anew; whoever comes meanwhile gets the old one."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self.ask = ask
        self._lock = threading.Lock()
        self._answer: T | None = None
        self._until = -math.inf

    def get(self) -> T:
        """The answer, at most as old as it is worth."""
        known = self._answer
        if known is not None and time.monotonic() < self._until:
            return known
        if not self._lock.acquire(blocking=known is None):
            assert known is not None
            return known
        try:
            began = time.monotonic()
            answer = self._answer = self.ask()
            ended = time.monotonic()
            self._until = ended + max(SECONDS, TIMES_ITS_COST * (ended - began))
            return answer
        finally:
            self._lock.release()
