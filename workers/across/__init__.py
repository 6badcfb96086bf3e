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
from workers.across.mending import settle_mended
from workers.across.overdue import forget_overdue
from workers.across.rows import replace_rows
from workers.across.siblings import SIBLING_KINDS, sibling_rows
from workers.across.subjects import (
    Bodies,
    Subject,
    load_subjects,
    lock_body,
    lock_names,
    masked_text,
    same_bodies,
    standing_by_issuer,
    standing_documents,
)
from workers.across.unusual import rows_in_time
from workers.report.comparison.masking import own_names
from workers.report.comparison.sketches import sketch_of
from workers.report.finding_kinds import FindingKind
from workers.results.findings import Row
from workers.results.kept_out import kept_out_of
from workers.results.understood import Understood

__all__ = ["compare", "compare_body", "publish", "sketch"]

# The kinds that the comparison at the end of an audit decides; peers are left to the nightly run.
_BY_DAY = frozenset({*SIBLING_KINDS, FindingKind.NEAR_DUPLICATE, FindingKind.OUTLIER_IN_TIME})


def sketch(report: Understood) -> tuple[int, ...]:
    """By what its copies are found."""
    names = own_names(report.segmented.header)
    return sketch_of(masked_text(report.traced.text, names).text)


def publish(session: Session, sketches: Mapping[int, Sequence[int]]) -> None:
    """Let the reports compared from now on find these; commit before calling `compare`."""
    fingerprints.publish(session, sketches)


def compare(session: Session, document_ids: Collection[int]) -> None:
    """Save the findings of these reports against all others, and update those of the same issuers'
    other reports that depend on them.
    """
    mine = load_subjects(session, document_ids)
    bodies = same_bodies(session, {me.issuer_id for me in mine.values() if me.issuer_id})
    rows = copy_rows(session, mine, bodies)
    out = kept_out_of(session, mine)
    dated = [me for me in mine.values() if me.issuer_id and me.year and me.document_id not in out]
    lock_names(session, [me.issuer for me in dated])
    for document_id, found in _compare_years(session, dated, bodies).items():
        rows[document_id] += found
    forget_overdue(session, {(one, me.year) for me in dated for one in bodies[me.issuer_id]})
    replace_rows(session, rows, _BY_DAY)


def compare_body(session: Session, issuer_id: int) -> Collection[int]:
    """Compare all reports of a body with each other; returns the issuers that are this body."""
    lock_body(session, issuer_id)
    body = same_bodies(session, [issuer_id])[issuer_id]
    documents = standing_documents(session, body)
    replace_rows(session, sibling_rows(session, _by_year(documents), documents), SIBLING_KINDS)
    unlike = rows_in_time(session, [body], [document_id for document_id, _ in documents])
    replace_rows(session, unlike, {FindingKind.OUTLIER_IN_TIME})
    return body


def _compare_years(
    session: Session, dated: Sequence[Subject], bodies: Bodies
) -> dict[int, list[Row]]:
    """The findings of these reports against the others of their bodies.

    Those of later reports, which depend on these, are saved here.
    """
    groups: Mapping[tuple[int, ...], list[Subject]] = defaultdict(list)
    for me in dated:
        groups[*bodies[me.issuer_id]].append(me)
    standing = standing_by_issuer(session, {one for body in groups for one in body})
    rows: dict[int, list[Row]] = {}
    for body, reports in groups.items():
        documents = sorted(pair for one in body for pair in standing[one])
        bears_on = [pair for pair in documents if any(_bears_on(pair, me) for me in reports)]
        rows |= sibling_rows(session, _by_year(documents), bears_on)
        settle_mended(session, documents, {me.document_id for me in reports})
    mine = {me.document_id for me in dated}
    unlike = rows_in_time(session, list(groups), mine)
    found = {one: rows.pop(one, []) + unlike[one] for one in mine}
    replace_rows(session, rows, SIBLING_KINDS)
    return found


def _bears_on(pair: tuple[int, int], me: Subject) -> bool:
    """Whether what is found of a (document, year) may depend on this report."""
    document_id, year = pair
    return year == (me.year or 0) + 1 or (year == me.year and document_id >= me.document_id)


def _by_year(documents: Collection[tuple[int, int]]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for document_id, year in documents:
        found[year].append(document_id)
    return found
