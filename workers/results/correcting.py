"""What a person put right holds when a report is read anew: the header's fields, and the places of
figures that the machine does not find.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from schema.columns import is_among
from schema.tables import Correction, Metric
from workers.report.chinese.characters import plain_text
from workers.report.chinese.folding import fold_wide
from workers.report.model import Header, KnownBy, Section
from workers.report.segmentation.locating import locate_issuer
from workers.report.segmentation.places import read_place, read_units
from workers.report.text import Span, Traced, place_in_clean
from workers.results.human import HUMAN, KEPT_FOR_A_PERSON, is_said
from workers.results.understood import Batch, Understood

HEADER_FIELDS: Final = ("title", "issuer", "county", "province", "year", "published")
# What is kept of the text around a figure, by which it is found again.
AROUND: Final = 16

Changes = Mapping[str, Any]


def correct_headers(session: Session, made: Batch) -> dict[int, Understood]:
    """The reports with the headers that people gave them, beside what the machine read."""
    said = standing_changes(session, made)
    return {at: put_right(one, said[at]) if at in said else one for at, one in made.items()}


def standing_changes(session: Session, document_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What people said of these headers, the later over the earlier; only of those of whom they
    said anything.
    """
    mine = is_among(Correction.document_id, document_ids)
    stand = (Correction.figure.is_(None), Correction.undone_at.is_(None))
    query = select(Correction.document_id, Correction.changes).where(mine, *stand)
    said: dict[int, dict[str, Any]] = {}
    for document_id, changes in session.execute(query.order_by(Correction.id)):
        if document_id is not None:
            said.setdefault(document_id, {}).update(changes)
    return said


def put_right(report: Understood, changes: Changes) -> Understood:
    """The report with these fields of its header; what the machine read of it is kept."""
    read = report.read_header or report.segmented.header
    header = _located(_with_changes(read, changes), report) if changes else read
    segmented = replace(report.segmented, header=header)
    return replace(report, segmented=segmented, read_header=read if changes else None)


def header_fields(header: Header) -> dict[str, Any]:
    """The fields that a person can put right, as JSON."""
    place, published = header.place, header.published
    return {
        "title": header.title,
        "issuer": header.issuer,
        "county": place.county,
        "province": place.province,
        "year": header.year,
        "published": published.isoformat() if published else None,
    }


def _with_changes(header: Header, changes: Changes) -> Header:
    said = {**header_fields(header), **changes}
    place = replace(header.place, county=said["county"], province=said["province"])
    if "county" in changes:
        place = replace(place, known_by=KnownBy.PERSON if said["county"] else None)
    if "issuer" in changes:
        units = read_units(said["issuer"] or "", bounded=True)
        place = replace(place, township=read_place(units).township)
    return Header(
        title=said["title"],
        issuer=said["issuer"],
        place=place,
        year=said["year"],
        published=date.fromisoformat(said["published"]) if said["published"] else None,
    )


def _located(header: Header, report: Understood) -> Header:
    """With the code of the place, where there is one of its name."""
    name, facts = plain_text(report.source.name), report.cleaned.facts
    location = locate_issuer(header, fold_wide(report.traced.text), name=name, facts=facts)
    return replace(header, place=replace(header.place, code=location.code))


def follow_places(session: Session, made: Batch) -> None:
    """The figures that a person put right or marked, and that this run does not find: where they
    stand in the text as it is now.

    Where the text itself was read otherwise, one is found by the words around it.
    """
    mine = is_among(Metric.document_id, made)
    missed = (mine, Metric.ordinal == KEPT_FOR_A_PERSON, or_(Metric.added, is_said()))
    rows = session.scalars(select(Metric).where(*missed)).all()
    around = _words_around(session, {row.document_id for row in rows}) if rows else {}
    for row in rows:
        report = made[row.document_id]
        if place := _find_again(report.traced, row, around.get((row.document_id, row.key))):
            _put_there(session, row, place, report)


def _words_around(
    session: Session, document_ids: Collection[int]
) -> Mapping[tuple[int | None, str | None], tuple[str, str]]:
    mine = (is_among(Correction.document_id, document_ids), Correction.figure.is_not(None))
    columns = select(Correction.document_id, Correction.figure, Correction.before)
    return {
        (document_id, key): (before["around"][0], before["around"][1])
        for document_id, key, before in session.execute(columns.where(*mine))
        if "around" in before
    }


def _find_again(traced: Traced, row: Metric, around: tuple[str, str] | None) -> Span | None:
    """In the clean text; None where it is gone, or could be in two places."""
    place = place_in_clean(traced, row.raw_start, row.raw_end)
    if traced.text[place.start : place.end] == row.quote:
        return place
    before, after = around or ("", "")
    words = before + row.quote + after
    at = traced.text.find(words) if before or after else -1
    if at < 0 or traced.text.find(words, at + 1) >= 0:
        return None
    return Span(at + len(before), at + len(before) + len(row.quote))


def _put_there(session: Session, row: Metric, place: Span, report: Understood) -> None:
    raw = report.traced.raw(place.start, place.end)
    row.start, row.end = place
    row.section = section_at(report.segmented.sections, place.start)
    if (raw.start, raw.end) != (row.raw_start, row.raw_end):
        _rename(session, row, f"{raw.start}-{raw.end}", raw)
    session.flush()


def _rename(session: Session, row: Metric, key: str, raw: Span) -> None:
    """The figure stands elsewhere in the raw text; one that the machine found there takes it
    over.
    """
    mine = (Correction.document_id == row.document_id, Correction.figure == row.key)
    session.execute(update(Correction).where(*mine).values(figure=key))
    there = session.scalars(
        select(Metric).filter_by(document_id=row.document_id, key=key)
    ).one_or_none()
    if there is None:
        row.key, row.raw_start, row.raw_end = key, raw.start, raw.end
        return
    for name in HUMAN:
        if getattr(there, name) is None:
            setattr(there, name, getattr(row, name))
    session.execute(delete(Metric).where(Metric.id == row.id))


def section_at(sections: tuple[Section, ...], at: int) -> int | None:
    """The index of the section that holds this character of the clean text."""
    held = (number for number, one in enumerate(sections) if one.start <= at < one.end)
    return next(held, None)
