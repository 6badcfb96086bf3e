"""Reports as the comparison needs them, and which issuers are one body."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from schema.columns import is_among
from schema.kinds import DocumentState
from schema.tables import Document, Issuer, Metric, Report, Section
from workers.report.comparison.bodies import folder_of_body, names_of, plain_county
from workers.report.comparison.changes import Figure
from workers.report.comparison.masking import Masked, mask_text
from workers.report.model import KnownBy
from workers.report.text import Span
from workers.results.human import stand, standing_indicator
from workers.results.kept_out import kept_out
from workers.results.rows import read_metric

# Together with the hash of a body's name: held to the end of the transaction that compares
# the reports of that body.
BODY_LOCK = 7_234_004
_LOCK_NAMES = text("""
    SELECT pg_advisory_xact_lock(:key, hashed)
    FROM (SELECT DISTINCT hashtext(name) AS hashed FROM unnest(CAST(:names AS text[])) AS name
      ORDER BY hashed) AS ordered
""")
# Refused, withdrawn, or no report but a container of some: nothing is compared with it.
GONE = Document.state.in_([DocumentState.REFUSED, DocumentState.WITHDRAWN, DocumentState.UNPACKED])

# All issuers that are one body, by the id of each.
Bodies = Mapping[int | None, list[int]]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A report with its header; `label` is what a person calls it."""

    document_id: int
    sha256: str
    text: str
    name: str
    title: str | None
    issuer_id: int | None
    issuer: str | None
    township: str | None
    county: str | None
    province: str | None
    year: int | None
    published: date | None

    @cached_property
    def masked(self) -> Masked:
        """The text without the names of this issuer and its places, numbers and marks."""
        return masked_text(self.text, (self.issuer, self.township, self.county, self.province))

    @property
    def label(self) -> str:
        """Such as 洛岭县松涧镇人民政府2024年度报告; the title or the file's name where
        the issuer is unknown.
        """
        if self.issuer is None:
            return f"“{self.title or self.name}”"
        county = self.county if self.county and not self.issuer.startswith(self.county) else ""
        return f"{county}{self.issuer}{f'{self.year}年度' if self.year else ''}报告"

    def as_json(self) -> dict[str, Any]:
        """Which report it is, for the page that shows a finding."""
        shown = {
            name: getattr(self, name)
            for name in ("document_id", "issuer", "county", "province", "year", "title")
        }
        return shown | {"published": self.published.isoformat() if self.published else None}


# A report is masked for its sketch, and again where it is compared; the reports with what many
# others repeat are compared with each of those.
masked_text = lru_cache(maxsize=32)(mask_text)


def load_subjects(session: Session, document_ids: Collection[int]) -> dict[int, Subject]:
    """The reports of these documents, without those refused, withdrawn or not yet read."""
    if not document_ids:
        return {}
    query = _subjects().where(is_among(Report.document_id, document_ids))
    rows = session.execute(query.order_by(Report.document_id))
    return {row["document_id"]: Subject(**row) for row in rows.mappings()}


def load_figures(session: Session, document_ids: Collection[int]) -> dict[int, list[Figure]]:
    """The named figures of these documents as they stand, in the order of the texts."""
    found: dict[int, list[Figure]] = {document_id: [] for document_id in document_ids}
    named = (
        Metric.document_id.in_(document_ids),
        (Metric.ordinal >= 0) | Metric.added,
        standing_indicator().is_not(None),
    )
    order = (Metric.start, Metric.ordinal)
    for row in session.scalars(select(Metric).where(*named).order_by(*order)) if found else ():
        metric = stand(row, read_metric(row, {}))
        if metric.indicator is None:
            continue
        figure = Figure(
            key=row.key,
            indicator=metric.indicator,
            value=metric.value,
            unit=metric.unit,
            status=metric.status,
            subject=metric.subject,
            period=metric.period,
            per=metric.per,
            quote=metric.quote,
            span=Span(row.raw_start, row.raw_end),
        )
        found[row.document_id].append(figure)
    return found


def load_titles(session: Session, document_id: int) -> list[str]:
    """The headings of a report."""
    titled = (Section.document_id == document_id, Section.title.is_not(None))
    return [
        title
        for title in session.scalars(select(Section.title).where(*titled).order_by(Section.ordinal))
        if title
    ]


def same_body(session: Session, issuer_id: int) -> list[int]:
    """All issuers that are this body."""
    return same_bodies(session, [issuer_id])[issuer_id]


def same_bodies(session: Session, issuer_ids: Collection[int]) -> Bodies:
    """For each issuer all that are the same body: reports write its name in several ways, and not
    all name its county or province.

    A body whose county nobody knows is one of a county where reports of that county's body lie in
    the same folder, and no other county's do.
    """
    # Its own names are found by any of them.
    asked = session.execute(select(Issuer.id, Issuer.name).where(is_among(Issuer.id, issuer_ids)))
    names = {name for _, one in asked for name in names_of(one)}
    query = select(Issuer).where(is_among(Issuer.name, names)).order_by(Issuer.id)
    known = session.scalars(query).all() if names else []
    called: Mapping[str, list[Issuer]] = defaultdict(list)
    for issuer in known:
        called[issuer.name].append(issuer)
    mine = {issuer.id: issuer for issuer in known}
    return {
        one: _with_merged(session, _same_body(session, mine[one], called)) for one in issuer_ids
    }


def _with_merged(session: Session, body: Sequence[int]) -> list[int]:
    """With those that a person said are the same body, whatever they are called."""
    said = func.coalesce(Issuer.merged_into, Issuer.id)
    bodies = select(said).where(is_among(Issuer.id, body))
    return sorted({*body, *session.scalars(select(Issuer.id).where(said.in_(bodies)))})


def _same_body(session: Session, me: Issuer, called: Mapping[str, Sequence[Issuer]]) -> list[int]:
    namesakes = [other for name in names_of(me.name) for other in called.get(name, ())]
    alike = [other for other in namesakes if may_agree(me.province, other.province)]
    alike.sort(key=lambda other: other.id)
    where = _places_of(session, alike)
    return [other.id for other in alike if where[other.id] == where[me.id]]


def _places_of(session: Session, alike: Sequence[Issuer]) -> Mapping[int, tuple[str, str]]:
    """The county of each, or the folder in its stead."""
    counties: dict[str, set[str]] = defaultdict(set)
    placed = {one.id: one.county for one in alike if one.county}
    if placed and any(one.folder is not None for one in alike):
        lying = (
            select(Issuer.id, Report.folder)
            .join(Report, Report.issuer_id == Issuer.id)
            # What a person said of one report says nothing of those beside it.
            .where(
                Issuer.id.in_(placed),
                Report.known_by.is_(None) | (Report.known_by != KnownBy.PERSON),
            )
        )
        for one, folder in session.execute(lying.distinct()):
            counties[folder_of_body(folder, alike[0].name)].add(plain_county(placed[one]))
    return {one.id: _place_of(one, counties) for one in alike}


def _place_of(issuer: Issuer, counties: Mapping[str, Collection[str]]) -> tuple[str, str]:
    if issuer.county or issuer.folder is None:
        return plain_county(issuer.county or ""), ""
    near = counties.get(issuer.folder, ())
    return (next(iter(near)), "") if len(near) == 1 else ("", f"/{issuer.folder}")


def lock_body(session: Session, issuer_id: int) -> None:
    """Wait until no other transaction compares this body's reports, so that no two of them
    write the same findings.
    """
    lock_names(session, [session.get_one(Issuer, issuer_id).name])


def lock_names(session: Session, issuers: Iterable[str | None]) -> None:
    """Like `lock_body`, by names: also for those that are not stored as an issuer yet.

    Taken in one order, so that there are no deadlocks.
    """
    names = {names_of(issuer)[0] for issuer in issuers if issuer}
    if names:
        session.execute(_LOCK_NAMES, {"key": BODY_LOCK, "names": sorted(names)})


def standing_documents(
    session: Session, issuer_ids: Iterable[int], years: Iterable[int] | None = None
) -> list[tuple[int, int]]:
    """(document, year) of the reports in force, of these years or all, in order of arrival."""
    query = _standing(issuer_ids).with_only_columns(Report.document_id, Report.year)
    if years is not None:
        query = query.where(Report.year.in_(years))
    return [(document_id, year) for document_id, year in session.execute(query) if year is not None]


def standing_by_issuer(
    session: Session, issuer_ids: Collection[int]
) -> Mapping[int, list[tuple[int, int]]]:
    """As `standing_documents`, of all years and each issuer's for itself."""
    found: Mapping[int, list[tuple[int, int]]] = defaultdict(list)
    query = _standing(issuer_ids).with_only_columns(
        Report.issuer_id, Report.document_id, Report.year
    )
    for issuer_id, document_id, year in session.execute(query).all() if issuer_ids else ():
        if issuer_id and year:
            found[issuer_id].append((document_id, year))
    return found


def _standing(issuer_ids: Iterable[int]) -> Select[Any]:
    return (
        select(Report)
        .join(Document, Document.id == Report.document_id)
        .where(
            is_among(Report.issuer_id, issuer_ids),
            Report.year.is_not(None),
            Document.done_at.is_not(None),
            ~kept_out(),
        )
        .order_by(Report.document_id)
    )


def may_agree(one: str | None, other: str | None) -> bool:
    """Can both name one place? A report that does not say where it is from rules out none."""
    return one is None or other is None or one == other


def _subjects() -> Select[*tuple[Any, ...]]:
    columns = [
        getattr(Report, one.name) for one in fields(Subject) if one.name not in {"sha256", "issuer"}
    ]
    return (
        select(*columns, Document.sha256, Issuer.name.label("issuer"))
        .join(Document, Document.id == Report.document_id)
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
        .where(Report.text.is_not(None), ~GONE)
    )
