"""What arrives, live; uploads; reading anew, taking out, putting back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from review.access import (
    DeskHere,
    FormHere,
    VisitorHere,
    field,
    language_of,
    needs,
    own_path,
)
from review.inputs import Before, Number, Words
from review.rendering import is_page, render
from review.words import Language
from schema.kinds import Role, Stage
from workers.desk import arrivals, beginning
from workers.desk.arrivals import ArrivalLine, Show
from workers.errors import UnusableFile
from workers.report.reading.formats import known_extensions, refused_extensions
from workers.stages.recognition import hands_on

router = APIRouter(include_in_schema=False)

PAGE = 50


@dataclass(frozen=True, slots=True)
class ArrivalFilter:
    """Which lines: words, state, the document that they came out of, the batch that they came in,
    and the line after which the page begins.
    """

    words: Words = ""
    show: Show = Show.ALL
    within: Before = None
    batch: Annotated[str, Query(pattern=r"^([1-9][0-9]{0,17}-[1-9][0-9]{0,17})?$")] = ""
    before: Before = None

    def link(self, path: str = "/intake", before: int | None = None) -> str:
        """The address of these lines, or of those after `before`."""
        asked = {
            "words": self.words,
            "show": "" if self.show == Show.ALL else self.show,
            "within": self.within or "",
            "batch": self.batch,
            "before": before or "",
        }
        query = urlencode({key: value for key, value in asked.items() if value})
        return f"{path}?{query}" if query else path

    @property
    def ends(self) -> tuple[int, int] | None:
        """The first and the last arrival of the batch."""
        first, _, last = self.batch.partition("-")
        return (int(first), int(last)) if self.batch else None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.show != Show.ALL or self.within or self.batch)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What became of one uploaded file: its name in the inbox, or why it was refused."""

    name: str
    why: UnusableFile | None = None


FilterHere = Annotated[ArrivalFilter, Depends()]


@router.get("/intake")
@needs(Role.READER)
def show(request: Request, desk: DeskHere, chosen: FilterHere) -> HTMLResponse:
    return _page(request, desk, chosen, uploaded=[])


@router.get("/intake/live")
@needs(Role.READER)
def show_lines(request: Request, desk: DeskHere, chosen: FilterHere) -> HTMLResponse:
    """The lines alone, for the script to put in place of the older ones."""
    lines, _ = _lines(desk, chosen)
    return render(
        request,
        "intake_lines.html",
        lines=lines,
        chosen=chosen,
        stages=list(Stage),
        back=chosen.link(),
    )


@router.get("/intake/batches/live")
@needs(Role.READER)
def show_batches(request: Request) -> HTMLResponse:
    """The batches alone, and what still lies in the inbox."""
    return render(request, "intake_batches.html", **_batches(request))


@router.post("/intake/files")
@needs(Role.REVIEWER)
def upload(request: Request, desk: DeskHere, visitor: VisitorHere, form: FormHere) -> HTMLResponse:
    """Files of the form; the script sends them one by one and gets one line each back."""
    uploaded = [
        _keep(desk, visitor, file)
        for file in form.getlist("files")
        if isinstance(file, UploadFile) and file.filename
    ]
    if is_page(request):
        return _page(request, desk, ArrivalFilter(), uploaded=uploaded)
    return render(request, "intake_uploaded.html", uploaded=uploaded)


def _keep(desk: DeskHere, visitor: VisitorHere, file: UploadFile) -> Uploaded:
    folder = desk.settings.inbox_dir
    name = (file.filename or "").encode("utf-8", "backslashreplace").decode()
    try:
        return Uploaded(
            arrivals.upload_file(
                desk.ledger, folder, file.file, name, who=visitor.name, address=visitor.address
            )
        )
    except UnusableFile as why:
        return Uploaded(name, why)


@router.post("/intake/samples")
@needs(Role.REVIEWER)
def lay_samples(desk: DeskHere, visitor: VisitorHere) -> Response:
    """Sample reports, to try the desk with."""
    beginning.lay_samples(
        desk.ledger, desk.settings.inbox_dir, who=visitor.name, address=visitor.address
    )
    return RedirectResponse("/intake", 303)


@router.post("/intake/samples/withdraw")
@needs(Role.REVIEWER)
def withdraw_samples(desk: DeskHere, visitor: VisitorHere) -> Response:
    beginning.withdraw_samples(desk.ledger, who=visitor.name, address=visitor.address)
    return RedirectResponse("/intake", 303)


@router.get("/intake/steps/live")
@needs(Role.READER)
def show_steps(request: Request, desk: DeskHere) -> HTMLResponse:
    """The first steps alone, which go on as the files are read."""
    return render(request, "steps.html", begun=beginning.look_at_beginning(desk.ledger))


@router.post("/intake/{document}/{change}")
@needs(Role.REVIEWER)
def change(
    desk: DeskHere,
    visitor: VisitorHere,
    form: FormHere,
    document: Number,
    change: arrivals.DocumentChange,
) -> Response:
    """Read anew, take out or put back one document; the page then shows how it stands."""
    arrivals.CHANGES[change](desk.ledger, document, who=visitor.name, address=visitor.address)
    return RedirectResponse(own_path(field(form, "next")), 303)


def _page(
    request: Request, desk: DeskHere, chosen: ArrivalFilter, *, uploaded: list[Uploaded]
) -> HTMLResponse:
    lines, more = _lines(desk, chosen)
    return render(
        request,
        "intake.html",
        lines=lines,
        chosen=chosen,
        older=chosen.link(before=lines[-1].id) if more else None,
        back=chosen.link(before=chosen.before),
        shows=list(Show),
        stages=list(Stage),
        uploaded=uploaded,
        extensions=known_extensions(),
        refusals=_refusals(desk, language_of(request)),
        **_batches(request),
        largest=desk.settings.file_megabytes,
        begun=beginning.look_at_beginning(desk.ledger),
    )


def _batches(request: Request) -> dict[str, Any]:
    """With few questions to the database, however many pages look on."""
    return {
        "batches": request.app.state.batches.get(),
        "inbox": request.app.state.inbox.get(),
    }


def _refusals(desk: DeskHere, language: Language) -> dict[str, str]:
    """Extension → why such a file is not sent, for the script."""
    found = refused_extensions(recognises=hands_on(desk.settings))
    return {
        extension: why.notice.splitlines()[0 if language == Language.ZH else -1]
        for extension, why in found.items()
    }


def _lines(desk: DeskHere, chosen: ArrivalFilter) -> tuple[list[ArrivalLine], bool]:
    """A page of lines, first those that workers are at, and whether there are more."""
    now = [] if chosen.is_narrowed or chosen.before else arrivals.list_running(desk.ledger)
    found = arrivals.list_arrivals(
        desk.ledger,
        words=chosen.words,
        show=chosen.show,
        within=chosen.within,
        batch=chosen.ends,
        before=chosen.before,
        limit=PAGE + 1,
    )
    first = {line.id for line in now}
    others = [line for line in found[:PAGE] if line.id not in first]
    return now + others, len(found) > PAGE
