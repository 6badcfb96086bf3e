"""A text cut into the pieces that a page marks, whatever overlaps whatever;
and the pieces as the blocks of a page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Generic, TypeVar

from workers.desk.queue.passages import make_visible
from workers.report.model import Section
from workers.report.text import Span

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TextMark(Generic[T]):
    """`[start, end)` of a text is `about` something; an empty one is a place
    between two characters.
    """

    start: int
    end: int
    about: T


@dataclass(frozen=True, slots=True)
class TextPiece(Generic[T]):
    """A stretch under the same marks, in the order in which they were given;
    empty under empty marks.

    `begins` are those of the marks whose first piece this is.
    """

    start: int
    text: str
    marks: tuple[T, ...] = ()
    begins: tuple[T, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock(Generic[T]):
    """A heading (`level` 1 to 4) or a line of the text (0);
    `section` the one that begins here, by its index.
    """

    level: int
    section: int | None
    pieces: tuple[T, ...]


def cut_text(
    text: str, marks: Iterable[TextMark[T]], within: Span, breaks: Iterable[int] = ()
) -> Iterator[TextPiece[T]]:
    """The stretch `within` the text in pieces, in its order;
    a piece ends where a mark begins or ends, and at breaks.

    Marks may nest, overlap, be empty, reach out of the stretch or lie outside of it.

    >>> for piece in cut_text(
    ...     "调解53件", [TextMark(2, 5, "figure"), TextMark(2, 4, "finding")], Span(0, 5)
    ... ):
    ...     print(piece.text, piece.marks, piece.begins)
    调解 () ()
    53 ('figure', 'finding') ('figure', 'finding')
    件 ('figure',) ()
    """
    starts, ends, places = _mark_edges(marks, within)
    cuts = {
        *within,
        *starts,
        *ends,
        *places,
        *(at for at in breaks if within.start < at < within.end),
    }
    # By the order in which they were given, so that pieces name them alike.
    held: dict[int, T] = {}
    ordered = sorted(cuts)
    for at, until in pairwise([*ordered, within.end]):
        for number in ends[at]:
            held.pop(number, None)
        if places[at]:
            yield TextPiece(at, "", tuple(places[at]), tuple(places[at]))
        fresh = starts[at]
        held |= fresh
        if at < until:
            covering = tuple(held[number] for number in sorted(held))
            yield TextPiece(at, text[at:until], covering, tuple(fresh.values()))


def _mark_edges(
    marks: Iterable[TextMark[T]], within: Span
) -> tuple[dict[int, dict[int, T]], dict[int, list[int]], dict[int, list[T]]]:
    """Which marks begin and end at each place, and which empty ones stand there."""
    starts: dict[int, dict[int, T]] = defaultdict(dict)
    ends: dict[int, list[int]] = defaultdict(list)
    places: dict[int, list[T]] = defaultdict(list)
    for number, mark in enumerate(marks):
        start, end = max(mark.start, within.start), min(mark.end, within.end)
        if start < end:
            starts[start][number] = mark.about
            ends[end].append(number)
        elif start == end and mark.start == mark.end:
            places[start].append(mark.about)
    return starts, ends, places


def lay_out(
    text: str, marks: Sequence[TextMark[T]], within: Span, sections: Sequence[Section]
) -> list[TextBlock[TextPiece[T]]]:
    """The stretch as headings and lines, without the line breaks;
    characters that are not seen are made visible.
    """
    stretches = list(_text_stretches(text, within, sections))
    breaks = chain.from_iterable((start, end) for start, end, _, _ in stretches)
    pieces: dict[int, list[TextPiece[T]]] = defaultdict(list)
    at = 0
    for piece in cut_text(text, marks, within, breaks):
        while at + 1 < len(stretches) and stretches[at + 1][0] <= piece.start:
            at += 1
        if not piece.text or piece.text.strip("\n"):
            pieces[at].append(replace(piece, text=make_visible(piece.text).strip("\n")))
    return [
        TextBlock(level=level, section=section, pieces=tuple(pieces[number]))
        for number, (_, _, level, section) in enumerate(stretches)
        if pieces[number]
    ]


def _text_stretches(
    text: str, within: Span, sections: Sequence[Section]
) -> Iterator[tuple[int, int, int, int | None]]:
    """(start, end, level, section) of each heading and line, line breaks left out."""
    at = within.start
    for number, section in enumerate(sections):
        start, end = max(section.start, within.start), min(section.end, within.end)
        if start >= end:
            continue
        yield from _section_lines(text, at, start, None)
        head = max(start, _end_of_heading(text, section, end)) if section.level else start
        if start < head:
            yield start, head, section.level, number
        yield from _section_lines(text, head, end, number if start == head else None)
        at = end
    yield from _section_lines(text, at, within.end, None)


def _end_of_heading(text: str, section: Section, end: int) -> int:
    """With the mark behind a heading whose line goes on:
    no line of the page begins with a full stop.
    """
    at = min(section.heading_end, end)
    while at < end and text[at] in "。．.：:；;，, ":
        at += 1
    return at


def _section_lines(
    text: str, start: int, end: int, section: int | None
) -> Iterator[tuple[int, int, int, int | None]]:
    """The lines that hold something; the first begins the section."""
    at = start
    while at < end:
        until = text.find("\n", at, end)
        until = end if until < 0 else until
        if until > at:
            yield at, until, 0, section
            section = None
        at = until + 1
