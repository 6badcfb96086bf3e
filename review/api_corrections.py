"""What is put right without a question, for scripts: headers, figures, bodies, with the history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path
from pydantic import Field

from review.access import DeskHere, VisitorHere, needs
from review.api import ERRORS, PREFIX, Problem, described
from review.inputs import Number, SentNumber, Text
from schema.kinds import Role
from workers.desk.corrections import (
    Correction,
    NoSuchBody,
    NoSuchCorrection,
    NoSuchFigure,
    NoSuchReport,
    PastCorrection,
    ReviewError,
    Who,
    list_corrections,
    read_correction,
)
from workers.desk.corrections.bodies import merge_bodies, split_body
from workers.desk.corrections.figures import (
    add_figure,
    correct_figure,
    find_words,
    remove_figure,
)
from workers.desk.corrections.header import correct_header
from workers.desk.corrections.trying import TriedFigure, try_correction
from workers.desk.corrections.undoing import undo_correction
from workers.report.text import Span

_ERRORS: dict[int | str, dict[str, Any]] = ERRORS | {
    code: {"model": Problem} for code in (404, 409)
}
router = APIRouter(
    prefix=PREFIX,
    dependencies=[Depends(described)],
    responses=_ERRORS,
    tags=["corrections"],
)

FigureKey = Annotated[str, Path(pattern=r"^\d{1,9}-\d{1,9}(#\d{1,4})?$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentHeader:
    """Fields of a header as a person would type them; null stays as it is, empty is cleared."""

    title: Text | None = None
    issuer: Text | None = None
    county: Text | None = None
    province: Text | None = None
    year: Text | int | None = None
    published: Text | None = None

    @property
    def fields(self) -> dict[str, str]:
        said = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: str(value) for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFigure:
    """What a figure is, as a person would type it: 约9, 100以上, 三至五次. Null in `subject` and
    `period` stays as it is; `remove` says that it is no figure.
    """

    value: Text = ""
    unit: Text = ""
    indicator: Text = ""
    bound: Text = ""
    status: Text = ""
    subject: Text | None = None
    period: Text | None = None
    remove: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedFigure(SentFigure):
    """A figure that was missed: the words as they stand in the clean text, and which of the places
    where they stand is meant, from one.
    """

    quote: Text
    place: Annotated[int, Field(ge=1)] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCorrection:
    """The number of what was put right, by which it is taken back; null where nothing changed.

    `figure` is the key of a figure that was marked.
    """

    correction: int | None
    figure: str | None = None


@dataclass(frozen=True, slots=True)
class OtherIssuer:
    """The number of the issuer that is the same body."""

    other: SentNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSplit:
    """Which reports are another body's, and of which county, province or name that is."""

    documents: list[SentNumber]
    county: Text = ""
    province: Text = ""
    issuer: Text = ""


@router.get("/reports/{document}/corrections")
@needs(Role.READER)
def list_of_report(desk: DeskHere, document: Number) -> list[PastCorrection]:
    """What was put right of a report, the newest first."""
    return list_corrections(desk.ledger, document=document)


@router.post("/reports/{document}/header")
@needs(Role.REVIEWER)
def put_header_right(
    desk: DeskHere, visitor: VisitorHere, document: Number, said: SentHeader
) -> MadeCorrection:
    """Title, issuer, county, province, year, day."""
    with _told():
        made = correct_header(desk.ledger, document, said.fields, _who(visitor))
    return MadeCorrection(correction=made)


@router.post("/reports/{document}/figures/{key}")
@needs(Role.REVIEWER)
def change_figure(
    desk: DeskHere, visitor: VisitorHere, document: Number, key: FigureKey, said: SentFigure
) -> MadeCorrection:
    """Correct a figure, or take it out."""
    with _told():
        made = (
            remove_figure(desk.ledger, document, key, _who(visitor))
            if said.remove
            else correct_figure(desk.ledger, document, key, _read(said), _who(visitor))
        )
    return MadeCorrection(correction=made)


@router.post("/reports/{document}/figures", status_code=201)
@needs(Role.REVIEWER)
def mark_figure(
    desk: DeskHere, visitor: VisitorHere, document: Number, said: MarkedFigure
) -> MadeCorrection:
    """Add a figure that the machine missed."""
    places = find_words(desk.ledger, document, said.quote)
    if len(places) < said.place:
        raise HTTPException(404, "The clean text does not hold these words there.")
    place: Span = places[said.place - 1].span
    with _told():
        made, key = add_figure(desk.ledger, document, place, said.quote, _read(said), _who(visitor))
    return MadeCorrection(correction=made, figure=key)


@router.get("/reports/{document}/figures/{key}/trial")
@needs(Role.READER)
def try_figure(
    desk: DeskHere,
    document: Number,
    key: FigureKey,
    value: Text = "",
    unit: Text = "",
    indicator: Text = "",
) -> TriedFigure:
    """What a value would settle and raise; nothing is saved."""
    with _told():
        said = read_correction(value=value, unit=unit, indicator=indicator)
        return try_correction(desk.ledger, document, key, said)


@router.post("/corrections/{correction}/undo", status_code=204)
@needs(Role.REVIEWER)
def undo(desk: DeskHere, visitor: VisitorHere, correction: Number) -> None:
    """Take back all that was put right together with this."""
    with _told():
        undo_correction(desk.ledger, correction, _who(visitor))


@router.get("/issuers/{issuer}/corrections")
@needs(Role.READER)
def list_of_issuer(desk: DeskHere, issuer: Number) -> list[PastCorrection]:
    """With which others an issuer was said to be one."""
    return list_corrections(desk.ledger, issuer=issuer)


@router.post("/issuers/{issuer}/merge")
@needs(Role.REVIEWER)
def merge(
    desk: DeskHere, visitor: VisitorHere, issuer: Number, said: OtherIssuer
) -> MadeCorrection:
    """The other issuer is this one."""
    with _told():
        made = merge_bodies(desk.ledger, said.other, issuer, _who(visitor))
    return MadeCorrection(correction=made)


@router.post("/issuers/split")
@needs(Role.REVIEWER)
def split(desk: DeskHere, visitor: VisitorHere, said: SentSplit) -> MadeCorrection:
    """These reports are of another body."""
    fields = {"county": said.county, "province": said.province, "issuer": said.issuer}
    with _told():
        made = split_body(desk.ledger, said.documents, fields, _who(visitor))
    return MadeCorrection(correction=made)


def _who(visitor: VisitorHere) -> Who:
    return Who(visitor.name, visitor.address)


def _read(said: SentFigure) -> Correction:
    typed = ("value", "unit", "indicator", "bound", "status", "subject", "period")
    return read_correction(**{name: getattr(said, name) for name in typed})


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (NoSuchReport, NoSuchFigure, NoSuchCorrection, NoSuchBody) as why:
        raise HTTPException(404, why.notice) from why
    except ReviewError as why:
        raise HTTPException(409, why.notice) from why
