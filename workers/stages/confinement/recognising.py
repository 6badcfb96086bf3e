"""What the fork server of recognition runs: `READER` for pages that only show their text."""

from __future__ import annotations

from workers.report.model import Source
from workers.report.recognition.pages import recognise_source
from workers.stages.confinement.system_fonts import find_fonts


def recognise_ordered(data: bytes, name: str, office: bool = False) -> Source:
    """As `recognise_source`, with a font of this system, which is found before the first child."""
    return recognise_source(data, name, office, find_fonts())
