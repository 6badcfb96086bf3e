"""A hidden text over a picture, which a scanner's program recognised: is it as good as ours?"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from workers.report.places import PAGE, PlacedLine
from workers.report.reading.pages import PageText, Recogniser

# So many lines tell of the whole page, and cost a fifth of it.
_LINES = 6
# Two that recognised a page well differ in marks, and in widths, which are folded here.
_AGREEMENT = 0.97


def agrees_with(read: PageText, picture: Any, recogniser: Recogniser) -> bool:
    """Does the hidden text say what is seen in a strip of the picture?"""
    lines = _fullest(read.lines)
    if not lines:
        return False
    top, bottom = min(line.top for line in lines), max(line.bottom for line in lines)
    margin = (bottom - top) // (2 * len(lines))
    first, last = (len(picture) * at // PAGE for at in (max(top - margin, 0), bottom + margin))
    seen = _fold(recogniser.read_page(picture[first:last], first=False).text)
    said = _fold("".join(read.text[line.start : line.end] for line in lines))
    return SequenceMatcher(None, said, seen, autojunk=False).ratio() >= _AGREEMENT


def _fullest(lines: Sequence[PlacedLine]) -> Sequence[PlacedLine]:
    """The lines that follow each other down the page and have most characters."""
    windows = [lines[at : at + _LINES] for at in range(max(len(lines) - _LINES, 0) + 1)]
    down = [one for one in windows if all(a.top <= b.top for a, b in pairwise(one))]
    return max(down, key=lambda one: sum(line.end - line.start for line in one), default=())


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
