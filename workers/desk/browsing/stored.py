"""One stored report as the JSON object of `fazhi read --json` (DESIGN 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.tables import Finding
from workers.desk.browsing.showing import is_shown
from workers.ledger import Ledger
from workers.report import model
from workers.report.contract import as_json
from workers.report.text import Span
from workers.results import relations, rows
from workers.results.human import human_of
from workers.results.places import load_lines
from workers.results.remaking import read_standing, standing_figures


def stored_json(ledger: Ledger, document_id: int) -> dict[str, Any] | None:
    """The report as it stands, with what people put right, and the findings that stand, also those
    across reports; None where there is no report.
    """
    with ledger.transaction() as session:
        if not is_shown(session, document_id):
            return None
        lines = load_lines(session, document_id)
        figures = standing_figures(session, document_id)
        report = model.Report(
            source=replace(rows.load_source(session, document_id), lines=lines),
            cleaned=rows.load_cleaned(session, document_id),
            segmented=rows.load_segmented(session, document_id),
            metrics=read_standing(figures),
            relations=relations.load_relations(session, document_id),
            findings=_findings(session, document_id, [figure.key for figure in figures]),
        )
    found = as_json(report)
    for stated, figure in zip(found["metrics"], figures, strict=True):
        stated |= {"key": figure.key, "corrected": human_of(figure) != human_of(None)}
        stated |= {"added": figure.added, "removed": bool(figure.human_removed)}
    return {"document": document_id, **found}


def _findings(session: Session, document_id: int, keys: Sequence[str]) -> tuple[model.Finding, ...]:
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
