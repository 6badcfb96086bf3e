"""The pages of a report as they are drawn, and where on them its figures and findings stand.

Nothing is drawn here: a page's picture comes from its own address when a browser asks for it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.tables import Document, Finding, Metric, Report
from workers.desk.browsing.showing import is_shown
from workers.ledger import Ledger
from workers.report.picturing import draws
from workers.report.places import Box, PlacedLine, find_boxes
from workers.report.text import Span
from workers.results.places import load_lines

# Of a finding over many pages the first are shown; of a page of nothing but figures so many.
MOST_PAGES, MOST_BOXES = 3, 600
# A line of which the recognition is less sure than this is worth a look.
UNSURE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A figure on a page, by its key; `chosen` is what the page is opened for."""

    key: str | None = None
    quote: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedBox(Mark):
    """Where on the page it stands."""

    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSpan(Mark):
    """Where in the raw text it stands."""

    span: Span


@dataclass(frozen=True, slots=True)
class UnsureLine:
    """A line of a recognised page and how sure the recognition is of it, 0 to 1."""

    box: Box
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPage:
    """A page, counted from 1, with what is marked on it."""

    document: int
    number: int
    pages: int
    boxes: tuple[MarkedBox, ...]
    unsure: tuple[UnsureLine, ...]


@dataclass(frozen=True, slots=True)
class PictureSource:
    """What a page's picture is made from."""

    sha256: str
    media_type: str
    pages: int


def find_picture_source(ledger: Ledger, document_id: int) -> PictureSource | None:
    """None where there is no report, or its pages are not drawn."""
    query = (
        select(Document.sha256, Report.media_type, Report.page_starts)
        .join(Report, Report.document_id == Document.id)
        .where(Document.id == document_id)
    )
    with ledger.transaction() as session:
        row = session.execute(query).one_or_none() if is_shown(session, document_id) else None
    if row is None or not draws(row.media_type):
        return None
    return PictureSource(row.sha256, row.media_type, len(row.page_starts))


def load_pages(ledger: Ledger, document_id: int, spans: Sequence[Span]) -> tuple[DrawnPage, ...]:
    """The pages on which these spans of the raw text begin, the first few."""
    with ledger.transaction() as session:
        drawn = _load_drawn(session, document_id) if spans else None
    if drawn is None:
        return ()
    pages = sorted({drawn.page_of(span.start) for span in spans})[:MOST_PAGES]
    chosen = [MarkedSpan(span=span, chosen=True) for span in spans]
    return tuple(drawn.with_marks(document_id, page, chosen) for page in pages)


def open_page(
    ledger: Ledger,
    document_id: int,
    *,
    page: int | None = None,
    figure: str | None = None,
    finding: int | None = None,
    at: int = 0,
) -> DrawnPage | None:
    """A page with its figures: this one, else that of the figure or finding, which are marked,
    else the one with the character `at` of the raw text. None where the pages are not drawn.
    """
    with ledger.transaction() as session:
        drawn = _load_drawn(session, document_id)
        if drawn is None:
            return None
        chosen = _chosen_spans(session, document_id, figure, finding)
        opened = page or drawn.page_of(chosen[0].start if chosen else at)
        opened = min(opened, len(drawn.page_starts))
        marked = _page_figures(session, document_id, drawn.span_of(opened), figure)
    if finding:
        marked += [MarkedSpan(span=span, chosen=True) for span in chosen]
    return drawn.with_marks(document_id, opened, marked)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A report whose pages are drawn."""

    page_starts: Sequence[int]
    lines: Sequence[PlacedLine]

    def page_of(self, at: int) -> int:
        return bisect_right(self.page_starts, at)

    def span_of(self, page: int) -> Span:
        after = self.page_starts[page] if page < len(self.page_starts) else None
        last = self.lines[-1].end if self.lines else 0
        return Span(self.page_starts[page - 1], last if after is None else after)

    def with_marks(self, document_id: int, page: int, marked: Iterable[MarkedSpan]) -> DrawnPage:
        lines = [line for line in self.lines if line.page == page - 1]
        boxes = (
            MarkedBox(box=box, key=one.key, quote=one.quote, chosen=one.chosen)
            for one in marked
            for box in find_boxes(lines, one.span)
        )
        unsure = (
            UnsureLine(line.box(line.start, line.end), line.confidence)
            for line in lines
            if line.confidence < UNSURE
        )
        return DrawnPage(
            document=document_id,
            number=page,
            pages=len(self.page_starts),
            boxes=tuple(islice(boxes, MOST_BOXES)),
            unsure=tuple(unsure),
        )


def _load_drawn(session: Session, document_id: int) -> _Drawn | None:
    query = select(Report.media_type, Report.page_starts).filter_by(document_id=document_id)
    row = session.execute(query).one_or_none()
    if row is None or not draws(row.media_type):
        return None
    return _Drawn(row.page_starts, load_lines(session, document_id))


def _chosen_spans(
    session: Session, document_id: int, figure: str | None, finding: int | None
) -> list[Span]:
    """Where the figure stands, or the finding; of one without a place, where its figures stand."""
    keys = [figure] if figure else []
    if finding:
        query = select(Finding.spans, Finding.metric_keys).filter_by(
            document_id=document_id, id=finding
        )
        spans, keys = session.execute(query).one_or_none() or ([], [])
        if spans:
            return [Span(*span) for span in spans]
    stated = select(Metric.raw_start, Metric.raw_end).where(
        Metric.document_id == document_id, Metric.key.in_(keys)
    )
    return [Span(*row) for row in session.execute(stated.order_by(Metric.raw_start))]


def _page_figures(
    session: Session, document_id: int, page: Span, figure: str | None
) -> list[MarkedSpan]:
    query = (
        select(Metric.raw_start, Metric.raw_end, Metric.key, Metric.quote)
        .where(
            Metric.document_id == document_id,
            Metric.raw_start < page.end,
            Metric.raw_end > page.start,
        )
        .order_by(Metric.raw_start, Metric.ordinal)
    )
    return [
        MarkedSpan(span=Span(start, end), key=key, quote=quote, chosen=key == figure)
        for start, end, key, quote in session.execute(query)
    ]
