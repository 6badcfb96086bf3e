"""What a field of the header may be: by the text, the file's and the folders' names, the gazetteer
and the reports beside it. A person chooses; nothing of it is taken by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.kinds import Stage
from schema.tables import Document, Issuer, Report
from workers.ledger import Ledger
from workers.report.chinese.characters import plain_text
from workers.report.chinese.clauses import COLONS, SEMICOLONS
from workers.report.chinese.folding import fold_wide, squeeze
from workers.report.comparison.bodies import names_of
from workers.report.finding_kinds import FindingKind
from workers.report.model import Header, Place, Role
from workers.report.segmentation.dates import find_date, find_years, is_date
from workers.report.segmentation.gazetteer import names_above
from workers.report.segmentation.issuers import name_in_title, official_name
from workers.report.segmentation.locating import locate_issuer
from workers.report.segmentation.paths import place_by_path
from workers.report.segmentation.places import read_units
from workers.results import rows
from workers.results.correcting import header_fields
from workers.results.loading import load_batch
from workers.results.understood import Understood

MOST_OFFERED = 9
_LINES, _LONGEST_TITLE = 6, 60
_OPENING = 1500
_NO_TITLE = re.compile(
    rf"[。{COLONS}{SEMICOLONS}]$|^[一二三四五六七八九十]+、|^（[一二三四五六七八九十]+）"
)
_BARE_YEARS = range(2000, 2100)


class Source(StrEnum):
    """What says so, the best first."""

    MACHINE = "machine"
    TEXT = "text"
    FILE = "file"
    FOLDER = "folder"
    GAZETTEER = "gazetteer"
    NEIGHBOURS = "neighbours"
    NAMESAKES = "namesakes"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Fields of the header and what they may be, as they would be typed."""

    fields: Mapping[str, str]
    source: Source

    @property
    def label(self) -> str:
        """As a button says it: the larger place first."""
        order = sorted(self.fields, key=lambda name: name != "province")
        return "".join(self.fields[name] for name in order)


# The fields that a kind of finding is about.
ABOUT: Final[Mapping[FindingKind, tuple[str, ...]]] = {
    FindingKind.TITLE_MISSING: ("title",),
    FindingKind.ISSUER_UNKNOWN: ("issuer", "county", "province"),
    FindingKind.PLACE_AMBIGUOUS: ("county", "province"),
    FindingKind.YEAR_CONFLICT: ("year",),
    FindingKind.STALE_YEAR: ("year",),
    FindingKind.PUBLISHED_LATE: ("published",),
    FindingKind.CONFLICTING_RESUBMISSION: ("county", "province", "year"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderChoices:
    """The header that stands, by field as it would be typed, and what it may be."""

    stands: Mapping[str, str]
    candidates: tuple[Candidate, ...]

    def of(self, *fields: str) -> list[Candidate]:
        """Those of these fields alone, as many as a person can look at."""
        return [one for one in self.candidates if {*one.fields} <= {*fields}][:MOST_OFFERED]


def list_choices(ledger: Ledger, document_id: int) -> HeaderChoices | None:
    """None where there is no report."""
    with ledger.transaction() as session:
        row = session.get(Report, document_id)
        if row is None or row.text is None:
            return None
        report = load_batch(session, [document_id], Stage.EXTRACT)[document_id]
        header = rows.signed_header(session, row)
        report = replace(report, segmented=replace(report.segmented, header=header))
        read = rows.read_header(row.read_header) if row.read_header else None
        stands = _typed(header_fields(header))
        found = [*_read(header, read), *_offered(session, row, report)]
        return HeaderChoices(stands=stands, candidates=_new_ones(found, stands))


def _typed(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if said is None else str(said) for name, said in fields.items()}


def _new_ones(found: list[Candidate], stands: Mapping[str, str]) -> tuple[Candidate, ...]:
    """Each once, without what stands already."""
    kept: dict[tuple[tuple[str, str], ...], Candidate] = {}
    for one in found:
        stood = all(stands[name] == said for name, said in one.fields.items())
        if not stood and any(one.fields.values()):
            kept.setdefault(tuple(sorted(one.fields.items())), one)
    return tuple(kept.values())


def _read(header: Header, read: Header | None) -> Iterator[Candidate]:
    """What the machine read, where a person said otherwise."""
    if read is None:
        return
    now, before = _typed(header_fields(header)), _typed(header_fields(read))
    changed = {name for name in now if now[name] != before[name] and before[name]}
    if "county" in changed:
        yield _place(read.place, Source.MACHINE)
    for name in sorted(changed - {"county", "province"}):
        yield Candidate({name: before[name]}, Source.MACHINE)


def _offered(session: Session, row: Report, report: Understood) -> Iterator[Candidate]:
    yield from _places(session, row, report)
    yield from _years(report)
    yield from _titles(report)
    yield from _issuers(report)
    yield from _days(report)


def _place(place: Place, source: Source) -> Candidate:
    county = {"county": place.county or ""}
    return Candidate(county | ({"province": place.province} if place.province else {}), source)


def _places(session: Session, row: Report, report: Understood) -> Iterator[Candidate]:
    header, source = report.segmented.header, report.source
    township = header.place.township
    for folder, name, said in ((source.folder, "", Source.FOLDER), ("", source.name, Source.FILE)):
        found = place_by_path(folder, name, township)
        if found.county:
            yield _place(found, said)
    text = fold_wide(report.traced.text)
    unplaced = replace(header, place=Place(township=township)) if township else header
    name, facts = plain_text(source.name), report.cleaned.facts
    codes = locate_issuer(unplaced, text, name=name, facts=facts).candidates
    path = f"{source.folder}/{source.name}"
    for code in sorted(codes, key=lambda code: not _is_named(code, path))[:MOST_OFFERED]:
        province, city, county = names_above(code)
        yield _place(Place(county=county or city, province=province), Source.GAZETTEER)
    yield from _places_beside(session, row, header)


def _is_named(code: str, path: str) -> bool:
    """Whether a folder or the file bears the name of a place above: 重庆/2024."""
    return any(len(above) > 2 and above[:-1] in path for above in names_above(code))


def _places_beside(session: Session, row: Report, header: Header) -> Iterator[Candidate]:
    """The counties of the reports in its folder, and of bodies of its name."""
    here = (
        select(Report.county, Report.province)
        .join(Document, Document.id == Report.document_id)
        .where(
            Report.folder == row.folder,
            Report.folder != "",
            Report.document_id != row.document_id,
            Report.county.is_not(None),
            Document.done_at.is_not(None),
        )
    )
    named = select(Issuer.county, Issuer.province).where(
        Issuer.name.in_(names_of(header.issuer or "")), Issuer.county.is_not(None)
    )
    for query, source in ((here, Source.NEIGHBOURS), (named, Source.NAMESAKES)):
        for county, province in session.execute(query.distinct().limit(MOST_OFFERED)):
            yield _place(Place(county=county, province=province), source)


def _years(report: Understood) -> Iterator[Candidate]:
    header, source = report.segmented.header, report.source
    # In a short report its date stands near its beginning.
    written = header.published.year if header.published else None
    said = (
        (header.title or "", Source.TEXT),
        (source.name, Source.FILE),
        (source.folder, Source.FOLDER),
        (report.traced.text[:_OPENING], Source.TEXT),
    )
    for text, where in said:
        folded = fold_wide(plain_text(text))
        for year in find_years(folded) or _bare_years(folded, where):
            if year in _BARE_YEARS and not (where is Source.TEXT and year == written):
                yield Candidate({"year": str(year)}, where)
    if header.published:
        yield Candidate({"year": str(header.published.year - 1)}, Source.TEXT)


def _bare_years(folded: str, where: Source) -> list[int]:
    """2024 in the name of a file or folder needs no 年."""
    parts = "".join(char if char.isdecimal() else " " for char in folded).split()
    years = [int(part) for part in parts if len(part) == 4]
    return [] if where is Source.TEXT else years


def _titles(report: Understood) -> Iterator[Candidate]:
    """Where the report has none: its first lines that are no sentence and no heading."""
    if report.segmented.header.title:
        return
    lines = [line.strip() for line in report.traced.text.splitlines() if line.strip()]
    for line in lines[:_LINES]:
        if 4 <= len(line) <= _LONGEST_TITLE and not _NO_TITLE.search(line):
            yield Candidate({"title": line}, Source.TEXT)
    stem = report.source.name.rpartition(".")[0] or report.source.name
    if stem.isprintable():
        yield Candidate({"title": stem}, Source.FILE)


def _issuers(report: Understood) -> Iterator[Candidate]:
    source = report.source
    stem = plain_text(source.name).rpartition(".")[0]
    signed = [
        line
        for section in report.segmented.sections
        if Role.SIGNATURE in section.roles
        for line in report.traced.text[section.start : section.end].splitlines()
    ]
    named = [
        (name_in_title(report.segmented.header.title or ""), Source.TEXT),
        *((squeeze(line), Source.TEXT) for line in signed),
        (report.cleaned.facts.issuer, Source.TEXT),
        (name_in_title(stem), Source.FILE),
        *((unit, Source.FILE) for unit in _towns_in(stem)),
        *((unit, Source.FOLDER) for part in source.folder.split("/") for unit in _towns_in(part)),
    ]
    stands = names_of(report.segmented.header.issuer or "")
    for name, where in named:
        if name in stands:
            continue
        if name and (official := official_name(name) or (name if name in _towns_in(name) else "")):
            yield Candidate({"issuer": official}, where)


def _towns_in(name: str) -> list[str]:
    """The townships that a name names."""
    return [unit.name for unit in read_units(fold_wide(plain_text(name))) if unit.rank == 4]


def _days(report: Understood) -> Iterator[Candidate]:
    days = [
        find_date(fold_wide(squeeze(line)))
        for line in report.traced.text.splitlines()
        if len(line) < 40 and is_date(fold_wide(squeeze(line)))
    ]
    for day in (*reversed(days), report.cleaned.facts.published):
        if day:
            yield Candidate({"published": day.isoformat()}, Source.TEXT)
