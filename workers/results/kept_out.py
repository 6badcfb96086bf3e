"""Which reports a finding keeps out of the panel and of comparisons until it is dismissed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from schema.columns import is_among
from schema.kinds import Action
from schema.tables import Finding, Report
from workers.report.finding_kinds import KEEPS_OUT


def kept_out() -> ColumnElement[bool]:
    """The condition on a row of `report`."""
    return exists(
        select(Finding.id)
        .where(
            Finding.document_id == Report.document_id,
            Finding.kind.in_(KEEPS_OUT),
            Finding.present,
            or_(Finding.verdict.is_(None), Finding.verdict != Action.DISMISS),
        )
        .correlate(Report)  # also where the query around it is about findings
    )


def kept_out_of(session: Session, document_ids: Iterable[int]) -> set[int]:
    """For which of these documents it holds."""
    mine = is_among(Report.document_id, document_ids)
    return set(session.scalars(select(Report.document_id).where(mine, kept_out())))
