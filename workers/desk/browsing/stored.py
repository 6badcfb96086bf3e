"""One stored report as the JSON object of `fazhi read --json` (DESIGN 5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.tables import Finding, Metric
from workers.desk.browsing.showing import is_shown
from workers.ledger import Ledger
from workers.report import model
from workers.report.contract import as_json
from workers.report.text import Span
from workers.results import relations, rows
from workers.results.places import load_lines


def stored_json(ledger: Ledger, document_id: int) -> dict[str, Any] | None:
    """What the machine read, and the findings that stand, also those across reports;
    None where there is no report.
    """
    with ledger.transaction() as session:
        if not is_shown(session, document_id):
            return None
        lines = load_lines(session, document_id)
        report = model.Report(
            source=replace(rows.load_source(session, document_id), lines=lines),
            cleaned=rows.load_cleaned(session, document_id),
            segmented=rows.load_segmented(session, document_id),
            metrics=rows.load_metrics(session, document_id),
            relations=relations.load_relations(session, document_id),
            findings=_findings(session, document_id),
        )
    return {"document": document_id, **as_json(report)}


def _findings(session: Session, document_id: int) -> tuple[model.Finding, ...]:
    seen = (Metric.document_id == document_id, Metric.ordinal >= 0)
    keys = session.scalars(select(Metric.key).where(*seen).order_by(Metric.ordinal))
    at = {key: number for number, key in enumerate(keys)}
    found = select(Finding).where(Finding.document_id == document_id, Finding.present)
    return tuple(
        model.Finding(
            kind=finding.kind,
            severity=finding.severity,
            message=finding.message,
            message_en=finding.message_en,
            spans=tuple(Span(*span) for span in finding.spans),
            metrics=tuple(at[key] for key in finding.metric_keys if key in at),
            suggestion=finding.suggestion,
            about=finding.about,
        )
        for finding in session.scalars(found.order_by(Finding.priority.desc(), Finding.id))
    )
