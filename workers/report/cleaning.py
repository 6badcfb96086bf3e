"""Raw text → clean text: each rule a function `str → Iterable[Change]`."""

from __future__ import annotations

from workers.report.model import Cleaned
from workers.report.text import Traced


def clean_text(raw_text: str) -> Cleaned:
    return Cleaned(traced=Traced(raw_text))
