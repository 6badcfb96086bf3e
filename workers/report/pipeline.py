"""The stages in order: read this first. Bytes in, a report out; no queue, no database, no clock."""

from __future__ import annotations

from workers.report.auditing import audit_report
from workers.report.cells import ask_about, ask_unsure, disputed_figures, make_cells
from workers.report.cleaning import clean_source
from workers.report.extraction import extract_metrics
from workers.report.finding_kinds import KEEPS_OUT
from workers.report.model import (
    Cell,
    Cleaned,
    Finding,
    Metric,
    Relation,
    Report,
    Segmented,
    Source,
)
from workers.report.reading import read_source
from workers.report.relations.filling import fill_parts
from workers.report.relations.statements import extract_relations
from workers.report.segmentation import segment_text


def read_report(data: bytes, name: str) -> Report:
    """All five stages on one file.

    UnusableFile (a subclass, its sentence for the user) where it cannot be read.
    """
    return understand_source(read_source(data, name))


def understand_source(source: Source) -> Report:
    """The stages after the first, on a file that was read.

    In the order in which the tasks run them one by one.
    """
    cleaned = clean_source(source)
    segmented = segment_text(
        cleaned.traced.text, name=source.name, folder=source.folder, facts=cleaned.facts
    )
    metrics = extract_metrics(cleaned.traced.text, segmented)
    relations = extract_relations(cleaned.traced.text, segmented, metrics)
    metrics = fill_parts(metrics, relations)
    findings, cells = conclude_report(source, cleaned, segmented, metrics, relations)
    return Report(
        source=source,
        cleaned=cleaned,
        segmented=segmented,
        metrics=metrics,
        relations=relations,
        findings=findings,
        cells=cells,
    )


def conclude_report(
    source: Source,
    cleaned: Cleaned,
    segmented: Segmented,
    metrics: tuple[Metric, ...],
    relations: tuple[Relation, ...],
) -> tuple[tuple[Finding, ...], tuple[Cell, ...]]:
    """The last stage: what cannot be true, and what the figures come to in the panel.

    The notes for the panel stand behind the findings of the audit; of what is no report there
    are no cells.
    """
    findings = audit_report(source, cleaned, segmented, metrics, relations)
    if any(finding.kind in KEEPS_OUT for finding in findings):
        return findings, ()
    disputed = disputed_figures(findings)
    cells = make_cells(cleaned.traced.text, segmented, metrics, relations, disputed)
    asked = (ask(cells, metrics, cleaned.traced) for ask in (ask_about, ask_unsure))
    return (*findings, *(note for notes in asked for note in notes)), cells
