"""Clean text → header, sections, sentences."""

from __future__ import annotations

from workers.report.model import Header, PageFacts, Segmented


def segment_text(text: str, *, name: str, facts: PageFacts) -> Segmented:
    return Segmented(header=Header(), sections=(), sentences=())
