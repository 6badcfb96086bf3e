"""A report opened on its page: which part, what is marked and chosen,
which figures are listed in which order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Annotated, Any, TypeAlias
from urllib.parse import quote, urlencode

from fastapi import Depends, Query

from review.inputs import LARGEST, Words
from review.marking import TextBlock, TextMark, TextPiece, lay_out
from workers.desk.browsing import OpenedReport, PlacedEdit, PlacedFinding, PlacedMetric
from workers.report.model import Section, Status

Marked: TypeAlias = "PlacedMetric | PlacedFinding | PlacedEdit"
# Of a longer deletion (the navigation of a web page) the beginning is shown;
# of very many edits the first.
LONGEST_EDIT, MOST_EDITS = 160, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPiece:
    """A piece of the text under the innermost of its figures,
    the gravest of its findings and an edit.

    `edits` are the edits that begin here, `anchors` the places to which links lead; `is_goal` where
    the chosen figure or finding begins.
    """

    start: int
    text: str
    figure: PlacedMetric | None
    finding: PlacedFinding | None
    edit: PlacedEdit | None
    edits: tuple[PlacedEdit, ...]
    anchors: tuple[str, ...]
    chosen: bool
    is_goal: bool


class Which(StrEnum):
    """Which figures are listed."""

    ALL = "all"
    NAMED = "named"
    UNNAMED = "unnamed"
    DOUBTFUL = "doubtful"
    UNSURE = "unsure"
    CORRECTED = "corrected"
    DONE = "done"
    PLANNED = "planned"
    EARLIER = "earlier"


class FigureOrder(StrEnum):
    """In which order: of the text, or by what they are."""

    PLACE = "place"
    VALUE = "value"
    INDICATOR = "indicator"


@dataclass(frozen=True, slots=True)
class ReportView:
    """What the address asks for.

    `figure` is a metric's key, `finding` a finding's number: their part is opened. `picture` is
    whether the page's picture stands beside the text; `page` is another one than theirs.
    """

    part: Annotated[int, Query(ge=1, le=100_000)] = 1
    figure: Words = ""
    finding: Annotated[int | None, Query(ge=1, le=LARGEST)] = None
    edits: bool = False
    picture: bool = True
    page: Annotated[int | None, Query(ge=1, le=100_000)] = None
    words: Words = ""
    which: Which = Which.ALL
    order: FigureOrder = FigureOrder.PLACE
    down: bool = False

    def link(self, fragment: str = "", **changes: Any) -> str:
        """The address of this page with these changes; what is as ever is left out.

        >>> ReportView(part=2, figure="8-11").link("figures", order=FigureOrder.VALUE)
        '?part=2&figure=8-11&order=value#figures'
        """
        asked = replace(self, **changes)
        values = {field.name: getattr(asked, field.name) for field in fields(self)}
        query = urlencode(
            {name: str(value) for name, value in values.items() if value != getattr(_USUAL, name)}
        )
        return f"?{query}" + (f"#{quote(fragment)}" if fragment else "")

    def figure_link(self, key: str) -> str:
        """The address of this page with the figure chosen."""
        return self.link("chosen", figure=key, finding=None, page=None)

    def sorted_by(self, order: FigureOrder) -> str:
        """The address with the figures in this order; in the opposite one where they are in it."""
        return self.link("figures", order=order, down=order == self.order and not self.down)

    @property
    def narrows(self) -> bool:
        return bool(self.words) or self.which != Which.ALL


_USUAL = ReportView()
ViewHere = Annotated[ReportView, Depends()]


def list_figures(shown: OpenedReport, view: ReportView) -> list[PlacedMetric]:
    """The figures of the part that the view asks for, in its order."""
    doubtful = {key for finding in shown.findings for key in finding.metric_keys[:1]}
    listed = [
        one
        for one in shown.figures
        if _is_of(one, view.which, doubtful) and _contains_words(one, shown, view.words)
    ]
    return sorted(listed, key=_KEYS[view.order], reverse=view.down)


def lay_out_part(shown: OpenedReport, view: ReportView) -> list[TextBlock[MarkedPiece]]:
    """The part as headings and lines, its figures and findings marked;
    with the edits, where they are asked for.
    """
    marks: list[TextMark[Marked]] = [
        TextMark(one.start, one.end, one) for one in shown.figures if one.found
    ]
    marks += (
        TextMark(*span, one)
        for one in shown.findings
        for span in one.spans
        if span.start < span.end
    )
    if view.edits:
        marks += (TextMark(one.start, one.end, one) for one in shown.edits)
    blocks = lay_out(shown.text, marks, shown.span, shown.sections)
    goal = _find_goal(shown, view)
    return [
        TextBlock(
            level=one.level,
            section=one.section,
            pieces=tuple(_mark_piece(piece, view, goal) for piece in one.pieces),
        )
        for one in blocks
    ]


def _find_goal(shown: OpenedReport, view: ReportView) -> int | None:
    """Where the chosen figure, or else the chosen finding, begins in the part."""
    places = [one.start for one in shown.figures if one.key == view.figure]
    places = places or [
        span.start for one in shown.findings if one.id == view.finding for span in one.spans
    ]
    return min((at for at in places if at >= shown.span.start), default=None)


def _mark_piece(piece: TextPiece[Marked], view: ReportView, goal: int | None) -> MarkedPiece:
    figures = [one for one in piece.marks if isinstance(one, PlacedMetric)]
    findings = [one for one in piece.marks if isinstance(one, PlacedFinding)]
    return MarkedPiece(
        start=piece.start,
        text=piece.text,
        figure=min(figures, key=lambda one: one.end - one.start, default=None),
        finding=findings[0] if findings else None,
        edit=next((one for one in piece.marks if isinstance(one, PlacedEdit)), None),
        edits=tuple(one for one in piece.begins if isinstance(one, PlacedEdit)),
        anchors=tuple(f"figure-{one.key}" for one in piece.begins if isinstance(one, PlacedMetric)),
        chosen=any(_is_chosen(one, view) for one in piece.marks),
        is_goal=bool(piece.text) and piece.start == goal,
    )


def _is_chosen(about: Marked, view: ReportView) -> bool:
    if isinstance(about, PlacedMetric):
        return about.key == view.figure
    return isinstance(about, PlacedFinding) and about.id == view.finding


def part_sections(shown: OpenedReport) -> list[tuple[int, Section]]:
    """The headings of the part, each with its index."""
    start, end = shown.span
    return [
        (at, one)
        for at, one in enumerate(shown.sections)
        if one.level and one.start < end and one.end > start
    ]


def shorten(text: str) -> str:
    """The beginning of a long text on one line.

    >>> shorten("首页\\n信息公开")
    '首页↵信息公开'
    """
    flat = text[:LONGEST_EDIT].replace("\n", "↵")
    return flat if len(text) <= LONGEST_EDIT else f"{flat}…（{len(text):,}）"


def section_title(sections: Sequence[Section], at: int | None) -> str:
    """The heading above a figure; "" if there is none."""
    return (sections[at].title or "") if at is not None and at < len(sections) else ""


def _is_of(figure: PlacedMetric, which: Which, doubtful: set[str]) -> bool:
    told: dict[Which, bool] = {
        Which.ALL: True,
        Which.NAMED: figure.indicator is not None,
        Which.UNNAMED: figure.indicator is None,
        Which.DOUBTFUL: figure.key in doubtful,
        Which.UNSURE: figure.unsure,
        Which.CORRECTED: figure.read is not None,
        Which.DONE: figure.status is Status.DONE,
        Which.PLANNED: figure.status is Status.PLANNED,
        Which.EARLIER: figure.status is Status.EARLIER,
    }
    return told[which]


def _contains_words(figure: PlacedMetric, shown: OpenedReport, words: str) -> bool:
    said = (figure.quote, figure.zh, figure.indicator, figure.unit, figure.subject, figure.period)
    written = " ".join(filter(None, (*said, section_title(shown.sections, figure.section)))).lower()
    return all(word in written for word in words.lower().split())


_KEYS: dict[FigureOrder, Callable[[PlacedMetric], Any]] = {
    FigureOrder.PLACE: lambda figure: figure.start,
    FigureOrder.VALUE: lambda figure: (figure.unit, figure.value),
    FigureOrder.INDICATOR: lambda figure: (
        figure.indicator is None,
        figure.indicator or "",
        figure.start,
    ),
}
