"""The stages after those that open the file, on what the ones before them made of it."""

from __future__ import annotations

from dataclasses import replace

from workers.report.extraction import extract_metrics
from workers.report.pipeline import conclude_report
from workers.report.relations.filling import fill_parts
from workers.report.relations.statements import extract_relations
from workers.results.understood import Understood


def extract(report: Understood) -> Understood:
    text = report.traced.text
    stated = extract_metrics(text, report.segmented)
    relations = extract_relations(text, report.segmented, stated)
    return replace(report, metrics=fill_parts(stated, relations), relations=relations)


def audit(report: Understood) -> Understood:
    findings, cells = conclude_report(
        report.source, report.cleaned, report.segmented, report.metrics, report.relations
    )
    return replace(report, findings=findings, cells=cells)
