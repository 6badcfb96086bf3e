"""Replaces the findings of many documents; those that have none and had none are skipped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.tables import Finding
from workers.report.finding_kinds import FindingKind
from workers.results.findings import Row, save_rows
from workers.results.remaking import remake_changed


def replace_rows(
    session: Session, rows: Mapping[int, Iterable[Row]], kinds: Collection[FindingKind]
) -> None:
    """The findings of these kinds are now exactly these, by document."""
    kept = (
        Finding.document_id.in_([*rows]),
        Finding.across,
        Finding.kind.in_(kinds),
        Finding.present,
    )
    had = set(session.scalars(select(Finding.document_id).where(*kept))) if rows else set()
    for document_id, of_document in sorted(rows.items(), key=lambda one: one[0]):
        found = list(of_document)
        if found or document_id in had:
            save_rows(session, found, across=True, kinds=kinds, document_id=document_id)
    remake_changed(session)
