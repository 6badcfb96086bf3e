"""Which other reports findings hold this one against, and which are told to be copies of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Text, cast, select
from sqlalchemy.orm import Session

from schema.tables import Finding, Issuer, Report
from workers.desk.browsing.values import SimilarReport
from workers.report.finding_kinds import FindingKind

MOST = 20


def find_alike(session: Session, document_id: int) -> tuple[SimilarReport, ...]:
    """The reports that this one is held against, and those that are told to be copies of it."""
    return (*_copied_from(session, document_id), *_copied_by(session, document_id))


def _copied_from(session: Session, document_id: int) -> Sequence[SimilarReport]:
    """The reports that this one's findings hold it against."""
    mine = _select_compared(
        Report.document_id == Finding.details["other"]["document_id"].as_integer()
    )
    return _load_similar(session, mine.where(Finding.document_id == document_id))


def _copied_by(session: Session, document_id: int) -> Sequence[SimilarReport]:
    """The reports of others that are told to be copies of this one."""
    told = (Finding.kind == FindingKind.NEAR_DUPLICATE, Finding.about == cast(document_id, Text))
    return _load_similar(
        session, _select_compared(Report.document_id == Finding.document_id).where(*told)
    )


def _select_compared(joined: Any) -> Select[*tuple[Any, ...]]:
    share = Finding.details["share"].as_float()
    return (
        select(
            Finding.id,
            Finding.document_id,
            Finding.kind,
            Report.document_id,
            Report.title,
            Issuer.name,
            Report.year,
            share,
        )
        .join(Report, joined)
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
        .where(Finding.present)
        .order_by(Finding.priority.desc(), Finding.id)
        .limit(MOST)
    )


def _load_similar(session: Session, query: Select[*tuple[Any, ...]]) -> list[SimilarReport]:
    names = ("finding", "by", "kind", "document", "title", "issuer", "year", "share")
    return [SimilarReport(**dict(zip(names, row, strict=True))) for row in session.execute(query)]
