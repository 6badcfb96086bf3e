"""The lines of a text, as spans without the white space around them."""

from __future__ import annotations

from collections.abc import Iterator

from workers.report.text import Span


def trim(text: str, start: int, end: int) -> Span:
    """The stretch without the white space at its edges;
    empty at `start` where there is nothing else.

    >>> trim(" 一、 \\n", 0, 5)
    Span(start=1, end=3)
    """
    if start < end and not (text[start].isspace() or text[end - 1].isspace()):
        return Span(start, end)
    piece = text[start:end]
    kept = piece.strip()
    lead = len(piece) - len(piece.lstrip()) if kept else 0
    return Span(start + lead, start + lead + len(kept))


def lines_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The lines that are not blank.

    >>> list(lines_of("甲\\n\\n 乙"))
    [Span(start=0, end=1), Span(start=4, end=5)]
    """
    end = len(text) if end is None else end
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        line = trim(text, start, stop)
        if line.end > line.start:
            yield line
        start = stop + 1
