"""The county of bodies whose reports do not say it: that of the other reports in their folder.

The last rank of evidence, and a changing one: each night it is asked anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from schema.tables import Document, Issuer, Report
from workers.report.model import KnownBy
from workers.report.segmentation.paths import is_placed
from workers.results.rows import sign_again

# So many reports of a folder must say its county, and as many as do not.
LEAST = 2


def unsettled_folders(session: Session) -> Sequence[str]:
    """The folders with reports whose county nobody knows, or only their neighbours say."""
    unsaid = or_(Report.county.is_(None), Report.known_by == KnownBy.NEIGHBOURS)
    return session.scalars(
        select(Report.folder)
        .join(Document, Document.id == Report.document_id)
        .where(unsaid, Report.issuer_id.is_not(None), Document.done_at.is_not(None))
        .distinct()
        .order_by(Report.folder)
    ).all()


def settle_folder(session: Session, folder: str) -> set[int]:
    """Give the reports of a folder the county that the others of it say; take it from them where
    they say it no more. The issuers that gained or lost reports.
    """
    reports = session.execute(
        select(Report.document_id, Report.county, Report.known_by, Issuer.name)
        .join(Issuer, Issuer.id == Report.signed_id)
        .join(Document, Document.id == Report.document_id)
        .where(Report.folder == folder, Document.done_at.is_not(None))
        .order_by(Report.document_id)
    ).all()
    # A person's word is of one report, and was needed because the folder did not tell.
    apart = {KnownBy.NEIGHBOURS, KnownBy.PERSON}
    said = [one.county for one in reports if one.county and one.known_by not in apart]
    unsaid = [
        one
        for one in reports
        if _is_lent(one.known_by) or (not one.county and not is_placed(one.name))
    ]
    agreed = len(said) >= max(LEAST, len(unsaid)) and len({*said}) == 1
    county = said[0] if agreed else None
    changed: set[int] = set()
    for one in unsaid:
        if one.county != county:
            changed |= _move(session, one.document_id, county)
    return changed


def _is_lent(known_by: KnownBy | None) -> bool:
    return known_by is KnownBy.NEIGHBOURS


def _move(session: Session, document_id: int, county: str | None) -> set[int]:
    """The report is of the body of its name there; the two issuers."""
    report = session.get_one(Report, document_id)
    before = report.issuer_id
    report.county, report.known_by = county, KnownBy.NEIGHBOURS if county else None
    sign_again(session, report)
    return {one for one in (before, report.issuer_id) if one is not None}
