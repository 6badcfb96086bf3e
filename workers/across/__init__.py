"""Findings across reports (DESIGN 6): copies, resubmissions, last year's text, outliers,
overdue reports.

At the end of the audit: publish (fingerprints), then compare: copies, siblings (reports of the
same issuer), unusual (figures against the issuer's other years). In the nightly run: what the
audits could not see, unusual (figures against peers), overdue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from workers.across import fingerprints
from workers.across.copies import copy_rows
from workers.across.overdue import forget_overdue
from workers.across.rows import replace_rows
from workers.across.siblings import SIBLING_KINDS, sibling_rows
from workers.across.subjects import load_subjects, lock_body, same_body, standing_documents
from workers.across.unusual import rows_in_time
from workers.report.comparison.masking import mask_text, own_names
from workers.report.comparison.sketches import sketch_of
from workers.report.finding_kinds import FindingKind
from workers.report.model import Cleaned, Segmented
from workers.results.findings import Row
from workers.results.kept_out import is_kept_out

__all__ = ["compare", "compare_body", "publish"]

# The kinds that the comparison at the end of an audit decides; peers are left to the nightly run.
_BY_DAY = frozenset({*SIBLING_KINDS, FindingKind.NEAR_DUPLICATE, FindingKind.OUTLIER_IN_TIME})


def publish(session: Session, document_id: int, cleaned: Cleaned, segmented: Segmented) -> None:
    """Let the reports compared from now on find this one; commit before calling `compare`."""
    masked = mask_text(cleaned.traced.text, own_names(segmented.header))
    fingerprints.publish(session, document_id, sketch_of(masked.text))


def compare(session: Session, document_id: int) -> None:
    """Save this report's findings against all others, and update those of the same issuer's
    other reports that depend on it.
    """
    me = load_subjects(session, [document_id]).get(document_id)
    if me is None:
        return
    body = same_body(session, me.issuer_id) if me.issuer_id else []
    rows = copy_rows(session, me, body)
    if me.issuer_id and me.year and not is_kept_out(session, document_id):
        lock_body(session, me.issuer_id)
        rows += _compare_years(session, me.document_id, me.year, body)
        forget_overdue(session, body, me.year)
    replace_rows(session, {document_id: rows}, _BY_DAY)


def compare_body(session: Session, issuer_id: int) -> Collection[int]:
    """Compare all reports of a body with each other; returns the issuers that are this body."""
    lock_body(session, issuer_id)
    body = same_body(session, issuer_id)
    documents = standing_documents(session, body)
    replace_rows(session, sibling_rows(session, _by_year(documents), documents), SIBLING_KINDS)
    unlike = rows_in_time(session, body, [document_id for document_id, _ in documents])
    replace_rows(session, unlike, {FindingKind.OUTLIER_IN_TIME})
    return body


def _compare_years(session: Session, document_id: int, year: int, body: Sequence[int]) -> list[Row]:
    """This report's findings against the others of its body.

    Those of later reports, which depend on this one, are saved here.
    """
    documents = standing_documents(session, body, range(year - 1, year + 2))
    bears_on = [
        (one, of) for one, of in documents if of > year or (of == year and one >= document_id)
    ]
    rows = sibling_rows(session, _by_year(documents), bears_on)
    mine = rows.pop(document_id, []) + rows_in_time(session, body, [document_id])[document_id]
    replace_rows(session, rows, SIBLING_KINDS)
    return mine


def _by_year(documents: Collection[tuple[int, int]]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for document_id, year in documents:
        found[year].append(document_id)
    return found
