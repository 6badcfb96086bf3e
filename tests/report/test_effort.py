"""What the core does for a report, counted in calls: no machine's mood is in it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

from workers.report.pipeline import read_report

SAMPLES = Path(__file__).parents[1] / "samples" / "full"
FILES = [path.read_bytes() for path in sorted(SAMPLES.glob("*.txt"))]
# Measured on Python 3.11, with figures as dense as these samples have them; later versions call
# less. What needs a tenth more raises it and says why.
CALLS_A_CHARACTER = 43.5


def count_calls(files: Iterable[bytes]) -> Counter[str]:
    """Calls of functions and methods, and of the compiler of patterns, while they are read;
    and the characters of their texts.
    """
    counted: Counter[str] = Counter()

    def tally(frame: FrameType, event: str, _: object) -> None:
        counted["calls"] += event in {"call", "c_call"}
        code = frame.f_code
        counted["patterns"] += (
            event == "call" and code.co_name == "compile" and "_compiler" in code.co_filename
        )

    sys.setprofile(tally)
    try:
        read = [read_report(data, "报告.txt") for data in files]
    finally:
        sys.setprofile(None)
    counted["characters"] = sum(len(report.cleaned.traced.text) for report in read)
    return counted


def test_report_takes_no_more_calls_than_measured() -> None:
    for data in FILES:  # all that is loaded once, and all their words
        read_report(data, "报告.txt")
    # Other texts, for of the same ones much would be kept.
    counted = count_calls(data + b"\n" for data in FILES)
    assert counted["calls"] / counted["characters"] <= 1.1 * CALLS_A_CHARACTER
    assert counted["patterns"] == 0, "a pattern is compiled for each report"
