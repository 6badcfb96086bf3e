"""Which reports a finding keeps out of the panel and of comparisons until it is dismissed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from schema.kinds import Action
from schema.tables import Finding, Report
from workers.report.finding_kinds import KEEPS_OUT


def kept_out() -> ColumnElement[bool]:
    """The condition on a row of `report`."""
    return exists(
        select(Finding.id).where(
            Finding.document_id == Report.document_id,
            Finding.kind.in_(KEEPS_OUT),
            Finding.present,
            or_(Finding.verdict.is_(None), Finding.verdict != Action.DISMISS),
        )
    )


def is_kept_out(session: Session, document_id: int) -> bool:
    """Does it hold for this document?"""
    found = select(Report.document_id).where(Report.document_id == document_id, kept_out())
    return session.scalar(found) is not None
