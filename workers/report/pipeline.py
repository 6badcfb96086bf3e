"""The stages in order: read this first. Bytes in, a report out; no queue, no database, no clock."""

from __future__ import annotations

from workers.report.auditing import audit_report
from workers.report.cleaning import clean_source
from workers.report.extraction import extract_metrics
from workers.report.model import Report, Source
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
    segmented = segment_text(cleaned.traced.text, name=source.name, facts=cleaned.facts)
    metrics = extract_metrics(cleaned.traced.text, segmented)
    relations = extract_relations(cleaned.traced.text, segmented, metrics)
    metrics = fill_parts(metrics, relations)
    findings = audit_report(source, cleaned, segmented, metrics, relations)
    return Report(
        source=source,
        cleaned=cleaned,
        segmented=segmented,
        metrics=metrics,
        relations=relations,
        findings=findings,
    )
