"""Title, issuer, place, year and date: what the report says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from workers.report.chinese.clauses import YEAR
from workers.report.chinese.folding import Written, fold_wide, squeeze
from workers.report.chinese.lines import lines_of
from workers.report.model import Header, KnownBy, PageFacts, Place
from workers.report.segmentation.counties import counties_named, places_cited
from workers.report.segmentation.dates import find_date, find_years, is_date
from workers.report.segmentation.issuers import (
    branch_units,
    county_government,
    government_named,
    is_bare_place,
    name_in_title,
    official_name,
)
from workers.report.segmentation.locating import locate_issuer, named_county
from workers.report.segmentation.paths import is_placed, place_by_path
from workers.report.segmentation.places import Unit, read_place, read_units, units_before
from workers.report.segmentation.signature import Signature, find_letter, is_issuer_line
from workers.report.segmentation.subjects import (
    find_addressee,
    only_name,
    own_place,
    speaks_of_county,
    subject_of,
    without_addressee,
)
from workers.report.segmentation.titles import Title
from workers.report.text import Span

# A report opens with its year, its issuer and its task;
# farther on, years and places are merely mentioned.
_OPENING = 600
# Lines under the title that may hold a date or the issuer.
_UNDER_TITLE = 4
_REPORTED = re.compile(rf"将.{{0,30}}?{YEAR} ?年")
_QUOTED = re.compile(r"[《〔（][^《》〔〕（）]{0,60}[》〕）]")
# The half of the year in which last year's report is due (the law: by 1 April);
# later ones tell of the running year.
_REPORTING_MONTHS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where the header is read from. `opening` is the stretch under the title, `signed` the names
    that sign, `letter` the signature of a covering letter above the title.
    """

    text: str
    folded: str
    title: str
    opening: Span
    headings: Sequence[str]
    signed: Sequence[str]
    signature: Signature | None
    letter: Signature | None
    name: str
    folder: str
    facts: PageFacts

    @property
    def lead(self) -> Written:
        start, end = self.opening
        return Written(self.text[start:end], self.folded[start:end])


def gather_evidence(
    text: str,
    folded: str,
    *,
    title: Title | None,
    preamble: Span,
    headings: Sequence[str],
    signature: Signature | None,
    name: str,
    folder: str,
    facts: PageFacts,
) -> Evidence:
    """The evidence; `preamble` is the stretch between the title and the first heading,
    `headings` those of level 1.
    """
    opening = Span(preamble.start, min(preamble.end, preamble.start + _OPENING))
    letter = find_letter(folded, title.start) if title else None
    lines = [line for signing in (signature, letter) if signing for line in signing.issuers]
    under = list(lines_of(folded, opening.start, opening.end))[:_UNDER_TITLE]
    lines += [line for line in under if is_issuer_line(squeeze(folded[line.start : line.end]))]
    return Evidence(
        text=text,
        folded=folded,
        title=title.text if title else "",
        opening=opening,
        headings=headings,
        signed=[squeeze(text[line.start : line.end]) for line in lines],
        signature=signature,
        letter=letter,
        name=name,
        folder=folder,
        facts=facts,
    )


def read_header(evidence: Evidence) -> Header:
    """The header of the report; what nothing proves is None."""
    issuer = find_issuer(evidence)
    header = Header(
        title=evidence.title or None,
        issuer=issuer,
        place=find_place(issuer, evidence),
        year=next(_possible_years(evidence), None),
        published=_day_published(evidence),
    )
    location = locate_issuer(header, evidence.folded, name=evidence.name, facts=evidence.facts)
    place = replace(header.place, code=location.code)
    if not place.county and (county := named_county(location, evidence.folded)):
        place = replace(place, county=county, known_by=KnownBy.TEXT)
    return replace(header, place=place)


def find_issuer(evidence: Evidence) -> str | None:
    """The title's name; before a bare place, the official name with which the same place signs or
    opens. Where the title names nobody: who signs, whom the page names, of whom the opening speaks,
    whom the file names, whose documents and bodies the text tells of. Nothing that does not look
    like a name counts.
    """
    short = official_name(name_in_title(evidence.title) or "")
    lead = without_addressee(evidence.lead)
    others = [
        name
        for other in (*evidence.signed, evidence.facts.issuer or "")
        if (name := official_name(other))
    ]
    if short and is_bare_place(short):
        longer = next((other for other in others if _is_longer(other, short)), None)
        return (
            longer
            or government_named(short, lead)
            or county_government(short, evidence.folded)
            or short
        )
    if short and read_units(short, bounded=True):
        return short
    if short:
        return next((other for other in others if other.endswith(short)), short)
    government = [other for other in others if fold_wide(other).endswith("政府")]
    named = (
        next(iter(government or others), None) or subject_of(lead) or _named_by_file(evidence.name)
    )
    return named or own_place(Written(evidence.text, evidence.folded), lead)


def _is_longer(name: str, place: str) -> bool:
    return len(name) > len(place) and fold_wide(name).startswith(fold_wide(place))


def find_place(issuer: str | None, evidence: Evidence) -> Place:
    """What names, signature and opening prove. Larger places count where they stand directly before
    the issuer's. Where none does, the names of file and folder count; then a township's county also
    where the report names that county's bodies and no other's.
    """
    own = read_place(
        read_units((issuer or "").removeprefix("中共"), bounded=True) + branch_units(issuer or "")
    )
    anchor = own.township or own.county
    chains = list(_place_chains(anchor, evidence)) if anchor else []
    county, province = own.county, own.province
    for above in map(read_place, chains):
        county, province = county or above.county, province or above.province
    if not county and (anchor or (not issuer and speaks_of_county(evidence.lead))):
        county = _county_addressed(evidence)
    place = Place(township=own.township, county=county, province=province)
    place = (
        replace(place, known_by=KnownBy.TEXT)
        if county
        else _place_beside_names(place, issuer, chains, evidence)
    )
    if anchor and place.county and not place.province:
        return replace(place, province=_province_before(place.county, evidence.folded))
    return place


def _place_beside_names(
    place: Place, issuer: str | None, chains: Sequence[Sequence[Unit]], evidence: Evidence
) -> Place:
    """The county by path, else the one that the text mentions."""
    by_path = Place()
    if issuer and not is_placed(issuer):
        by_path = place_by_path(evidence.folder, evidence.name, place.township)
        if place.province and by_path.province not in {None, place.province}:
            by_path = Place()
    county = None
    if place.township or (not issuer and speaks_of_county(evidence.lead)):
        cities = (unit.name for chain in chains for unit in chain if unit.rank == 2)
        county = _county_mentioned(evidence) or next(cities, None)
    if by_path.county and by_path.county != county:
        province = place.province or by_path.province
        return replace(place, county=by_path.county, province=province, known_by=by_path.known_by)
    return replace(place, county=county, known_by=KnownBy.TEXT) if county else place


def _place_chains(anchor: str, evidence: Evidence) -> Iterator[list[Unit]]:
    """The places directly before the anchor, in each name and in the opening."""
    for name in (
        name_in_title(evidence.title) or "",
        *evidence.signed,
        evidence.facts.issuer or "",
    ):
        yield units_before(name, fold_wide(name).find(fold_wide(anchor)), bounded=True)
    yield units_before(evidence.lead.text, evidence.lead.text.find(anchor))


def _county_addressed(evidence: Evidence) -> str | None:
    """The county of the bodies that the report goes to, or that its title and signature name."""
    names = "\n".join([find_addressee(evidence.lead), evidence.title, *evidence.signed])
    return only_name(counties_named(names, fold_wide(names), sure=True))


def _county_mentioned(evidence: Evidence) -> str | None:
    """The county whose bodies the opening, else the whole text names, and no other's;
    else the one in the titles of documents.
    """
    text, folded, lead = evidence.text, evidence.folded, evidence.lead
    return (
        only_name(counties_named(lead.text, lead.folded, within=folded))
        or only_name(counties_named(text, folded))
        or only_name(places_cited(text, folded, 3))
    )


def _province_before(county: str, folded: str) -> str | None:
    """The province that stands before the county's name, anywhere in the text."""
    at = folded.find(county)
    while at >= 0:
        province = read_place(units_before(folded, at)).province if at else None
        if province:
            return province
        at = folded.find(county, at + 1)
    return None


def _named_by_file(name: str) -> str | None:
    named = official_name(name_in_title(name.rpartition(".")[0] or name) or "")
    return named if named and read_units(named, bounded=True) else None


def _possible_years(evidence: Evidence) -> Iterator[int]:
    """The years that may be the one reported on, the best first: what the title names; what the
    opening says is being reported; what it names first; what headings, file name and dates tell.
    """
    title = fold_wide(evidence.title)
    yield from find_years(title) or [
        int(year) for year in re.findall(r"(?<!\d)20[0-4]\d(?!\d)", title)
    ]
    bare = _QUOTED.sub("", evidence.lead.folded)
    reported = _REPORTED.search(bare)
    yield from find_years(reported[0]) if reported else []
    yield from find_years(bare)
    yield from sorted(
        year for heading in evidence.headings for year in find_years(fold_wide(heading))
    )
    yield from find_years(fold_wide(evidence.name))
    published = _day_published(evidence)
    if published:
        yield published.year - (published.month <= _REPORTING_MONTHS)


def _day_published(evidence: Evidence) -> date | None:
    """The signature's date, else the one on a line of its own under the title,
    else the covering letter's, else the page's.
    """
    if evidence.signature and evidence.signature.published:
        return evidence.signature.published
    for line in list(lines_of(evidence.folded, evidence.opening.start, evidence.opening.end))[
        :_UNDER_TITLE
    ]:
        bare = squeeze(evidence.folded[line.start : line.end])
        if is_date(bare):
            return find_date(bare)
    return (evidence.letter and evidence.letter.published) or evidence.facts.published
