"""Whether the time of a rule grows linearly with its text,
measured as a ratio within one run: machines are noisy.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_TIMES = 8
_TRIES = 12


def is_linear(prepare: Callable[[str], Callable[[], object]], unit: str, size: int) -> bool:
    """Whether so many characters of `unit` take about as long at once as in eight
    texts one after the other.

    What `prepare` gives for a text is what is timed. A quadratic rule takes up to eight times as
    long at once; twice is the bound. Another process only ever makes it longer, so one good try of
    twelve is proof enough.
    """
    pieces = size // _TIMES // len(unit)

    def seconds(times: int) -> float:
        act = prepare(unit * times)
        begun = time.process_time()
        act()
        return time.process_time() - begun

    # Texts of different lengths, so that nothing remembers the one before.
    return any(
        seconds(_TIMES * pieces) < 2 * sum(seconds(pieces - at) for at in range(_TIMES))
        for _ in range(_TRIES)
    )
