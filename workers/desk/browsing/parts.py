"""How a long text is parted, and where a stretch of the raw text stands in the clean one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from workers.report.text import Span, Traced

# Reports of townships have 3,000 to 8,000 characters, of counties up to 15,000: most are one part.
LONGEST = 10_000


def part_text(text: str, starts: Sequence[int], longest: int = LONGEST) -> list[Span]:
    """The text in parts of at most so many characters,
    each but the first beginning at one of the `starts`, in order.

    A stretch that is longer without a start is parted at the end of a line, without lines anywhere.

    >>> part_text("一、甲甲甲二、乙乙乙三、丙", [0, 5, 10], longest=11)
    [Span(start=0, end=10), Span(start=10, end=13)]
    """
    parts = []
    at = 0
    while len(text) - at > longest:
        limit = at + longest
        last = bisect_right(starts, limit) - 1
        end = (
            starts[last]
            if last >= 0 and starts[last] > at
            else text.rfind("\n", at, limit) + 1 or limit
        )
        parts.append(Span(at, end))
        at = end
    return [*parts, Span(at, len(text))]


def part_of(parts: Sequence[Span], at: int) -> int:
    """The index of the part that this character lies in; the last one for the text's end."""
    return bisect_right(parts, at, hi=len(parts), key=lambda part: part.start) - 1


def raw_part(traced: Traced, part: Span) -> Span:
    """The raw text that a part stands for, with what was dropped before its first character."""
    start = traced.raw(part.start - 1, part.start).end if part.start else 0
    end = (
        traced.raw(part.end - 1, part.end).end
        if part.end < len(traced.text)
        else len(traced.source)
    )
    return Span(start, end)
