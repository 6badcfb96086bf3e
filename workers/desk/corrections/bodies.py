"""Which bodies are one, and which are two, by what a person says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from schema.tables import Correction, Document, Finding, Issuer, Report
from workers import across
from workers.across.subjects import lock_names
from workers.desk.corrections.errors import CannotCorrect, NoSuchBody
from workers.desk.corrections.header import hold_headers, read_fields, set_fields
from workers.desk.corrections.recording import Who, record
from workers.ledger import Ledger
from workers.report.comparison.bodies import names_of
from workers.report.finding_kinds import FindingKind
from workers.results.findings import save_rows

MOST_SPLIT, MOST_OFFERED = 100, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyReport:
    """A report of a body: where it lay, and whom its header names."""

    document: int
    title: str
    year: int | None
    folder: str
    name: str
    county: str | None
    signed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherBody:
    """Another body that might be the same."""

    id: int
    name: str
    county: str | None
    province: str | None
    folder: str | None
    reports: int


def merge_bodies(ledger: Ledger, issuer_id: int, into: int, who: Who) -> int:
    """Say that two bodies are one, which is `into`; the act's number."""
    with ledger.transaction() as session:
        one, other = _body(session, issuer_id), _body(session, into)
        if one.id == other.id:
            raise CannotCorrect("They are one already.", "它们已经是同一个填报单位。")
        lock_names(session, [one.name, other.name])
        made = record(
            session,
            who,
            changes={"merged_into": other.id},
            before={"merged_into": None},
            issuer_id=one.id,
        )
        follow_merges(session, [one.id])
        assert made.act is not None
        return made.act


def split_body(
    ledger: Ledger, documents: Sequence[int], fields: Mapping[str, str], who: Who
) -> int:
    """Say that these reports are of another body: of this county, province or name. The act's
    number; all of it is taken back at once.
    """
    said = read_fields({name: typed for name, typed in fields.items() if typed.strip()})
    if not said or not documents:
        raise CannotCorrect(
            "Choose the reports, and say of which county or body they are.",
            "请选择报告，并填写它们所属的县（市、区）或单位名称。",
        )
    if len(documents) > MOST_SPLIT:
        raise CannotCorrect(
            f"At most {MOST_SPLIT} reports at once.", f"一次最多{MOST_SPLIT}份报告。"
        )
    act: int | None = None
    with ledger.transaction() as session:
        hold_headers(session, documents, said)
        for document_id in sorted(documents):
            act = set_fields(session, document_id, said, who, act=act) or act
    if act is None:
        raise CannotCorrect("They say so already.", "与现在的内容相同，没有改动。")
    return act


def follow_merges(session: Session, changed: Collection[int]) -> None:
    """Each body is the one that the standing merges lead to, and its reports are of that one."""
    merges = _standing_merges(session)
    moved = select(Issuer).where(
        or_(Issuer.id.in_([*changed, *merges]), Issuer.merged_into.is_not(None))
    )
    bodies: set[int] = set()
    for issuer in session.scalars(moved):
        root = _root(merges, issuer.id)
        now = None if root == issuer.id else root
        if issuer.merged_into != now:
            bodies |= {root, issuer.merged_into or issuer.id, issuer.id}
            issuer.merged_into = now
    session.flush()
    _move_reports(session, bodies)


def list_reports_of(ledger: Ledger, issuer_id: int) -> list[BodyReport]:
    """The reports of a body, by year."""
    query = (
        select(Report, Issuer)
        .join(Document, Document.id == Report.document_id)
        .join(Issuer, Issuer.id == Report.signed_id)
        .where(Report.issuer_id == issuer_id, Document.done_at.is_not(None))
        .order_by(Report.year.desc(), Report.document_id.desc())
        .limit(MOST_SPLIT)
    )
    with ledger.transaction() as session:
        return [_report(report, signed) for report, signed in session.execute(query)]


def list_others(ledger: Ledger, issuer_id: int, words: str = "") -> list[OtherBody]:
    """Bodies that might be the same: of its name, or of the name that is asked for."""
    with ledger.transaction() as session:
        mine = session.get(Issuer, issuer_id)
        if mine is None:
            raise NoSuchBody
        stands = (Report.issuer_id == Issuer.id, Document.done_at.is_not(None))
        reports = (
            select(func.count())
            .select_from(Report)
            .join(Document, Document.id == Report.document_id)
            .where(*stands)
            .correlate(Issuer)
            .scalar_subquery()
        )
        alike = (
            Issuer.name.contains(words, autoescape=True)
            if words
            else Issuer.name.in_(names_of(mine.name))
        )
        query = (
            select(Issuer, reports.label("reports"))
            .where(alike, Issuer.id != issuer_id, Issuer.merged_into.is_(None))
            .order_by(reports.desc(), Issuer.id)
            .limit(MOST_OFFERED)
        )
        return [_other(issuer, count) for issuer, count in session.execute(query)]


def _body(session: Session, issuer_id: int) -> Issuer:
    """The body that this is."""
    found = session.get(Issuer, issuer_id)
    if found is None:
        raise NoSuchBody
    return session.get_one(Issuer, found.merged_into) if found.merged_into else found


def _standing_merges(session: Session) -> dict[int, int]:
    stand = select(Correction.issuer_id, Correction.changes).where(
        Correction.issuer_id.is_not(None), Correction.undone_at.is_(None)
    )
    return {
        issuer_id: changes["merged_into"]
        for issuer_id, changes in session.execute(stand.order_by(Correction.id))
        if issuer_id
    }


def _root(merges: Mapping[int, int], issuer_id: int) -> int:
    seen = {issuer_id}
    while (into := merges.get(issuer_id)) and into not in seen:
        seen.add(into)
        issuer_id = into
    return issuer_id


def _move_reports(session: Session, bodies: Collection[int]) -> None:
    said = select(func.coalesce(Issuer.merged_into, Issuer.id)).where(Issuer.id == Report.signed_id)
    members = select(Issuer.id).where(or_(Issuer.id.in_(bodies), Issuer.merged_into.in_(bodies)))
    session.execute(
        update(Report)
        .where(Report.signed_id.in_(members))
        .values(issuer_id=said.scalar_subquery())
        .execution_options(synchronize_session="fetch")
    )
    touched = select(Report.document_id).where(Report.signed_id.in_(members))
    session.execute(
        update(Document)
        .where(Document.id.in_(touched))
        .values(changed_at=func.clock_timestamp())
        .execution_options(synchronize_session=False)
    )
    _forget_overdue(session, bodies)
    for issuer in session.scalars(
        select(Issuer.id).where(Issuer.id.in_(bodies), Issuer.merged_into.is_(None))
    ).all():
        across.compare_body(session, issuer)


def _forget_overdue(session: Session, bodies: Collection[int]) -> None:
    """What is asked for of bodies that are others now; the night asks anew."""
    asked = select(Finding.issuer_id, Finding.year).where(
        Finding.kind == FindingKind.REPORT_OVERDUE, Finding.present, Finding.issuer_id.in_(bodies)
    )
    for issuer_id, year in session.execute(asked).all():
        save_rows(
            session,
            (),
            across=True,
            kinds={FindingKind.REPORT_OVERDUE},
            issuer_id=issuer_id,
            year=year,
        )


def _report(report: Report, signed: Issuer) -> BodyReport:
    return BodyReport(
        document=report.document_id,
        title=report.title or report.name,
        year=report.year,
        folder=report.folder,
        name=report.name,
        county=report.county,
        signed=signed.name,
    )


def _other(issuer: Issuer, reports: int) -> OtherBody:
    return OtherBody(
        id=issuer.id,
        name=issuer.name,
        county=issuer.county,
        province=issuer.province,
        folder=issuer.folder,
        reports=reports,
    )
