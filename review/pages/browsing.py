"""The reports that stand; one with its text, figures, findings and edits;
one beside another that it resembles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from pydantic import BeforeValidator, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from review import inside
from review.access import DeskHere, needs
from review.evidence import pair_texts
from review.inputs import LARGEST, Before, Number, Words
from review.inside import MOST_EDITS, FigureOrder, ReportView, ViewHere, Which
from review.marking import TextMark, TextPiece, cut_text
from review.rendering import render
from schema.kinds import Role
from workers.desk import browsing, queue
from workers.desk.browsing import DrawnPage, OpenedReport
from workers.desk.browsing.cells import list_cells
from workers.desk.corrections import list_corrections
from workers.desk.corrections.candidates import list_choices
from workers.desk.kin import KinSentence, list_kin
from workers.desk.links import find_linked
from workers.desk.queue import NoSuchFinding
from workers.desk.search import NothingToSearch, SearchHit, Snippet
from workers.desk.sheets import find_mending
from workers.report.picturing import draws
from workers.report.text import Span

router = APIRouter(include_in_schema=False)

PAGE, MOST_HITS = 50, 30
# Passages side by side, and of each so many characters:
# to find where they differ takes time by their square.
MOST_TWINS, LONGEST_TWIN = 12, 1_200

# A form sends an empty field as an empty text.
Year = Annotated[
    Annotated[int, Field(ge=1900, le=2200)] | None,
    BeforeValidator(lambda given: given or None),
    Query(),
]


# Of a lasting link: the file by the beginning of its SHA-256, a place in its raw text.
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{16,64}$")]
Offset = Annotated[int, Path(ge=0, le=LARGEST)]


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which reports: by name and year, by words of the text, from which key on."""

    words: Words = ""
    year: Year = None
    text: Words = ""
    before: Before = None

    def link(self, before: int | None = None) -> str:
        """The address of these reports after `before`."""
        asked = {
            "words": self.words,
            "year": self.year or "",
            "text": self.text,
            "before": before or "",
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/reports?{query}" if query else "/reports"


FilterHere = Annotated[ReportFilter, Depends()]


@router.get("/reports")
@needs(Role.READER)
def list_all(request: Request, desk: DeskHere, chosen: FilterHere) -> HTMLResponse:
    if chosen.text:
        hits = find(desk, chosen, MOST_HITS + 1)
        more = MOST_HITS if len(hits) > MOST_HITS else None
        return render(
            request, "reports.html", chosen=chosen, hits=hits[:MOST_HITS], more=more, marked=marked
        )
    lines = browsing.list_reports(
        desk.ledger, words=chosen.words, year=chosen.year, before=chosen.before, limit=PAGE + 1
    )
    older = chosen.link(before=lines[PAGE - 1].document) if len(lines) > PAGE else None
    return render(
        request, "reports.html", chosen=chosen, hits=None, lines=lines[:PAGE], older=older
    )


@router.get("/reports/{document}")
@needs(Role.READER)
def show(request: Request, desk: DeskHere, document: Number, view: ViewHere) -> HTMLResponse:
    shown = browsing.show_report(
        desk.ledger, document, part=view.part - 1, figure=view.figure or None, finding=view.finding
    )
    if shown is None:
        raise HTTPException(404)
    return render(
        request,
        "report.html",
        shown=shown,
        view=view,
        blocks=inside.lay_out_part(shown, view),
        figures=inside.list_figures(shown, view),
        sections=inside.part_sections(shown),
        cells=list_cells(desk.ledger, document),
        choices=list_choices(desk.ledger, document),
        past=list_corrections(desk.ledger, document=document),
        mending=find_mending(desk.ledger, document),
        kin=_load_kin(desk, shown, view),
        finding_of={key: finding for finding in shown.findings for key in finding.metric_keys[:1]},
        kinds=list(Which),
        orders=FigureOrder,
        most_edits=MOST_EDITS,
        page=_open_page(desk, shown, view),
        has_pictures=draws(shown.media_type),
        inside=inside,
        visible=queue.make_visible,
    )


@router.get("/reports/{document}/page")
@needs(Role.READER)
def show_page(request: Request, desk: DeskHere, document: Number, view: ViewHere) -> HTMLResponse:
    """The page of the report on which what is chosen stands, for the script."""
    shown = browsing.show_report(
        desk.ledger, document, part=view.part - 1, figure=view.figure or None, finding=view.finding
    )
    page = _open_page(desk, shown, view) if shown else None
    if page is None:
        raise HTTPException(404)
    return render(request, "drawn_page.html", page=page, view=view, visible=queue.make_visible)


@router.get("/at/{sha256}/{start}-{end}")
@needs(Role.READER)
def follow(desk: DeskHere, sha256: Digest, start: Offset, end: Offset) -> Response:
    """A lasting link to characters, as exports hold it."""
    found = find_linked(desk.ledger, sha256, start, end)
    if found is None:
        raise HTTPException(404)
    document, figure = found
    chosen = f"?{urlencode({'figure': figure})}#chosen" if figure else ""
    return RedirectResponse(f"/reports/{document}{chosen}", 303)


def _load_kin(desk: DeskHere, shown: OpenedReport, view: ReportView) -> list[KinSentence]:
    """What others say where the chosen figure stands."""
    figure = next((one for one in shown.figures if one.key == view.figure), None)
    if figure is None or not figure.indicator:
        return []
    return list_kin(desk.ledger, shown.document, figure.indicator, figure.value)


def _open_page(desk: DeskHere, shown: OpenedReport, view: ReportView) -> DrawnPage | None:
    """The page beside the text, unless it is not wanted."""
    if not (view.picture and draws(shown.media_type)):
        return None
    return browsing.open_page(
        desk.ledger,
        shown.document,
        page=view.page,
        figure=view.figure or None,
        finding=view.finding,
        at=shown.raw_start,
    )


@router.get("/reports/{document}/beside/{finding}")
@needs(Role.READER)
def show_beside(
    request: Request, desk: DeskHere, document: Number, finding: Number
) -> HTMLResponse:
    """The passages that this report shares with another one, by a finding that compared the two."""
    try:
        full = queue.show_finding(desk.ledger, finding)
    except NoSuchFinding as why:
        raise HTTPException(404) from why
    comparison = queue.read_comparison(full.details)
    passages = comparison.passages
    if full.finding.document != document or not comparison.compares_texts:
        raise HTTPException(404)
    twins = [pair_texts(one.text, one.other_text, LONGEST_TWIN) for one in passages[:MOST_TWINS]]
    return render(
        request,
        "report_beside.html",
        found=full.finding,
        other=comparison.other,
        twins=twins,
        others=max(0, len(passages) - MOST_TWINS),
    )


def find(desk: DeskHere, chosen: ReportFilter, limit: int = MOST_HITS) -> list[SearchHit]:
    """The reports of this name and year whose text holds the words; none for what is no word."""
    try:
        return browsing.find_reports(
            desk.ledger, chosen.text, words=chosen.words, year=chosen.year, limit=limit
        )
    except NothingToSearch:
        return []


def marked(snippet: Snippet) -> list[TextPiece[str]]:
    """A snippet in pieces; those that the query names have a mark."""
    marks = (TextMark(*span, "hit") for span in snippet.hits)
    return list(cut_text(snippet.text, marks, Span(0, len(snippet.text))))
