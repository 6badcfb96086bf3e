"""The evidence as a page shows it: the lines of the raw text around it,
and the same lines as cleaning left them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from schema.tables import Report, Section
from workers.ledger import Ledger
from workers.report.chinese.sentences import find_sentences
from workers.report.text import Span

# Lines within this many characters on both sides: two or three sentences.
AROUND = 180
# Of a longer place (a repeated passage of pages) the beginning is shown,
# of very many places the first.
LONGEST, MOST = 1_200, 12
# Of places that are shown by their sentences alone.
_MOST_SENTENCES = 4

# What a browser would not show, or would let turn the text around it the other way:
# 53 must not be seen as 35.
_CONTROLS = {
    *range(0x20),
    *range(0x7F, 0xA0),
    0x61C,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
}
_VISIBLE = dict.fromkeys(_CONTROLS - {ord("\n"), ord("\t")}, "\N{REPLACEMENT CHARACTER}")


@dataclass(frozen=True, slots=True)
class EvidencePiece:
    """A stretch of the raw text; `marked` is what the finding rests on."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class CleanPiece:
    """A stretch of the clean text; `was` is what an edit of this kind replaced,
    null where nothing changed.
    """

    text: str
    was: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePassage:
    """Lines of a report.

    `page` counts from one; `begins` and `ends` say whether a line is cut off at that side.
    """

    page: int
    begins: bool
    ends: bool
    raw: tuple[EvidencePiece, ...]
    clean: tuple[CleanPiece, ...]

    @property
    def is_edited(self) -> bool:
        return any(piece.was is not None for piece in self.clean)


def load_passages(ledger: Ledger, document_id: int, spans: Sequence[Span]) -> list[EvidencePassage]:
    """The passages around these places of the raw text, in its order."""
    columns = (Report.raw_text, Report.edits, Report.page_starts)
    with ledger.transaction() as session:
        row = session.execute(select(*columns).filter_by(document_id=document_id)).one_or_none()
    if row is None:
        return []
    raw_text, edits, page_starts = row
    return [
        EvidencePassage(
            page=bisect_right(page_starts, window.start),
            begins=raw_text[window.start - 1 : window.start] not in {"", "\n"},
            ends=raw_text[window.end : window.end + 1] not in {"", "\n"},
            raw=tuple(mark_spans(raw_text, window, spans)),
            clean=tuple(show_edits(raw_text, window, edits or ())),
        )
        for window in find_windows(raw_text, spans)
    ]


def load_headings(ledger: Ledger, document_id: int) -> list[str]:
    """The headings of a report, in its order: what there is to be seen of
    something that is missing.
    """
    titled = (Section.document_id == document_id, Section.title.is_not(None))
    with ledger.transaction() as session:
        titles = session.scalars(select(Section.title).where(*titled).order_by(Section.ordinal))
        return [make_visible(title) for title in titles if title]


def find_windows(text: str, spans: Iterable[Span]) -> list[Span]:
    """The stretches to show: each place with its neighbouring lines; those that touch are one.

    >>> find_windows("一\\n全年调解53件。\\n二", [Span(6, 9)])
    [Span(start=0, end=12)]
    """
    found: list[Span] = []
    for start, end in sorted(spans)[:MOST]:
        window = Span(_line_start(text, start), _line_end(text, min(end, start + LONGEST)))
        if found and window.start <= found[-1].end:
            window = Span(found.pop().start, window.end)
        found.append(window)
    return found


def sentences_around(text: str, spans: Iterable[Span]) -> list[Span]:
    """The sentences of the first few places, those that touch as one.

    >>> sentences_around("一。调解53件，占98%。三", [Span(4, 7), Span(9, 12)])
    [Span(start=2, end=13)]
    """
    found: list[Span] = []
    for span in sorted(spans)[:_MOST_SENTENCES]:
        begin = max(0, span.start - AROUND)
        touching = [
            one
            for one in find_sentences(text[begin : span.end + AROUND])
            if one.start < span.end - begin and one.end > span.start - begin
        ]
        start = begin + touching[0].start if touching else span.start
        window = Span(start, begin + touching[-1].end if touching else span.end)
        if found and window.start <= found[-1].end:
            before = found.pop()
            window = Span(before.start, max(window.end, before.end))
        found.append(window)
    return found


def mark_spans(text: str, window: Span, spans: Iterable[Span]) -> Iterator[EvidencePiece]:
    """The window's text, parted where a place begins or ends.

    >>> for piece in mark_spans("全年调解53件。", Span(2, 8), [Span(4, 7)]):
    ...     print(piece.text, piece.marked)
    调解 False
    53件 True
    。 False
    """
    inside = [span for span in spans if span.start < window.end and span.end > window.start]
    cuts = {
        *window,
        *(min(max(edge, window.start), window.end) for span in inside for edge in span),
    }
    for start, end in pairwise(sorted(cuts)):
        marked = any(span.start <= start and end <= span.end for span in inside)
        yield EvidencePiece(make_visible(text[start:end]), marked)


def show_edits(text: str, window: Span, edits: Iterable[Sequence[Any]]) -> Iterator[CleanPiece]:
    """The window as cleaning left it, with what it changed;
    the edits as the report's row keeps them.

    >>> edits = [[2, 3, " ", "", "ocr", "drop_stray_spaces"]]
    >>> [(piece.was, piece.text) for piece in show_edits("共3 件", Span(0, 4), edits)]
    [(None, '共3'), (' ', ''), (None, '件')]
    """
    at = window.start
    for start, end, before, after, kind, _ in edits:
        if start >= window.end:
            break
        if start < at:  # it began before the window
            at = max(at, min(end, window.end))
            continue
        if start > at:
            yield CleanPiece(make_visible(text[at:start]))
        yield CleanPiece(make_visible(after[:LONGEST]), make_visible(before[:LONGEST]), kind)
        at = end
    if at < window.end:
        yield CleanPiece(make_visible(text[at : window.end]))


def make_visible(text: str) -> str:
    """The text with a mark in the place of each character that is not seen,
    or that would turn others around.

    >>> make_visible("35\\u202e件")
    '35�件'
    """
    return text.translate(_VISIBLE)


def _line_start(text: str, at: int) -> int:
    """The beginning of the first line that begins within AROUND before `at`;
    of a longer line a part.
    """
    least = max(0, at - AROUND)
    return text.find("\n", least, at) + 1 or least if least else 0


def _line_end(text: str, at: int) -> int:
    most = min(len(text), at + AROUND)
    if most == len(text):
        return most
    last = text.rfind("\n", at, most)
    return most if last < 0 else last
