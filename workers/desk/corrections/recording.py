"""The rows of `correction`: what is put right, by whom, and what stood there before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, cast, func, or_, select
from sqlalchemy.orm import Session

from schema.kinds import Deed
from schema.tables import Correction, Document, Issuer, Metric, Report
from workers.desk.accounts.log import log_deed
from workers.desk.corrections.errors import NoSuchCorrection, NoSuchReport
from workers.ledger import Ledger

MOST_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of a correction, as it stood and as it was set."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCorrection:
    """One correction of a report or of a body.

    `figure` is the figure's key and `quote` its text, where it is about one; `name` is the body
    that it was merged into, or that became this one; `finding` the one through which it was made,
    where it is taken back too; `added` where it marked a new figure. `standing` until it is taken
    back.
    """

    id: int
    act: int
    document: int | None
    figure: str | None
    quote: str | None
    issuer: int | None
    name: str | None
    finding: int | None
    added: bool
    changes: tuple[Change, ...]
    who: str
    at: datetime
    undone_by: str | None
    undone_at: datetime | None

    @property
    def standing(self) -> bool:
        return self.undone_at is None


@dataclass(frozen=True, slots=True)
class Who:
    """Who puts something right, and from where, for the audit log."""

    name: str
    address: str | None = None


def record(
    session: Session,
    who: Who,
    *,
    changes: Mapping[str, Any],
    before: Mapping[str, Any],
    act: int | None = None,
    document_id: int | None = None,
    figure: str | None = None,
    issuer_id: int | None = None,
) -> Correction:
    """Keep a correction; the first of an act gives it its number, and a line of the audit log."""
    kept = Correction(
        act=act,
        document_id=document_id,
        figure=figure,
        issuer_id=issuer_id,
        changes=dict(changes),
        before=dict(before),
        who=who.name,
    )
    session.add(kept)
    session.flush()
    if kept.act is None:
        kept.act = kept.id
        deed = Deed.CORRECTED if issuer_id is None else Deed.MERGED
        about = f"issuer {issuer_id}" if document_id is None else str(document_id)
        log_deed(session, deed, who=who.name, about=about, address=who.address)
    session.flush()
    return kept


def take_back(session: Session, correction_id: int, who: Who) -> Sequence[Correction]:
    """Mark the act of this correction as taken back; its corrections.

    NoSuchCorrection where there is none, or none that stands.
    """
    act = session.scalar(select(Correction.act).filter_by(id=correction_id))
    query = select(Correction).where(Correction.act == act, Correction.undone_at.is_(None))
    found = session.scalars(query.order_by(Correction.id).with_for_update()).all()
    if act is None or not found:
        raise NoSuchCorrection(f"(number {correction_id})")
    for one in found:
        one.undone_by, one.undone_at = who.name, session.scalar(select(func.clock_timestamp()))
    log_deed(session, Deed.CORRECTION_UNDONE, who=who.name, about=str(act), address=who.address)
    session.flush()
    return found


def hold_report(session: Session, document_id: int) -> Report:
    """The report, its document's row locked: no worker writes its results meanwhile.

    NoSuchReport where its results are not in force.
    """
    stands = select(Document).where(Document.id == document_id, Document.done_at.is_not(None))
    if session.scalars(stands.with_for_update()).one_or_none() is None:
        raise NoSuchReport(f"(document {document_id})")
    return session.get_one(Report, document_id)


def list_corrections(
    ledger: Ledger, *, document: int | None = None, issuer: int | None = None
) -> list[PastCorrection]:
    """Those of a report or of a body, the newest first."""
    into = cast(Correction.changes["merged_into"].as_string(), BigInteger)
    of = (
        Correction.document_id == document
        if issuer is None
        else or_(Correction.issuer_id == issuer, into == issuer)
    )
    query = (
        select(Correction, Metric.quote)
        .outerjoin(
            Metric,
            (Metric.document_id == Correction.document_id) & (Metric.key == Correction.figure),
        )
        .where(of)
        .order_by(Correction.id.desc())
        .limit(MOST_LISTED)
    )
    with ledger.transaction() as session:
        rows = session.execute(query).all()
        names = _names(session, (one for one, _ in rows), issuer)
        return [_past(one, quote, names.get(one.id)) for one, quote in rows]


def _names(
    session: Session, corrections: Iterable[Correction], issuer: int | None
) -> dict[int, str]:
    """The other body of each that merged two."""
    others = {
        one.id: one.changes["merged_into"] if one.issuer_id == issuer else one.issuer_id
        for one in corrections
        if one.issuer_id
    }
    known = {
        one.id: f"{one.county or ''}{one.name}"
        for one in session.scalars(select(Issuer).where(Issuer.id.in_([*others.values()])))
    }
    return {at: known[other] for at, other in others.items() if other in known}


def _past(one: Correction, quote: str | None, name: str | None) -> PastCorrection:
    assert one.act is not None
    return PastCorrection(
        id=one.id,
        act=one.act,
        document=one.document_id,
        figure=one.figure,
        quote=quote or one.before.get("quote"),
        issuer=one.issuer_id,
        name=name,
        finding=one.before.get("finding"),
        added="added" in one.changes,
        changes=tuple(
            Change(field=field, before=one.before.get(field), after=after)
            for field, after in one.changes.items()
            if field not in {"merged_into", "added"}
        ),
        who=one.who,
        at=one.made_at,
        undone_by=one.undone_by,
        undone_at=one.undone_at,
    )
