"""A report as one JSON object: the contract that scripts and tests score (DESIGN 5)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from workers.report.model import Cell, Metric, Relation, Report, Section
from workers.report.places import find_boxes
from workers.report.text import Span


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain values, ready for `json.dumps`."""
    header = report.segmented.header
    return {
        "source": _source(report),
        "header": asdict(header)
        | {"published": header.published.isoformat() if header.published else None},
        "sections": [_section(report, section) for section in report.segmented.sections],
        "metrics": [_metric(report, metric) for metric in report.metrics],
        "relations": [_relation(report, relation) for relation in report.relations],
        "cells": [_cell(cell) for cell in report.cells],
        "edits": [asdict(edit) for edit in report.cleaned.traced.edits],
        "findings": [_finding(report, at) for at in range(len(report.findings))],
        "text": report.cleaned.traced.text,
    }


def _source(report: Report) -> dict[str, Any]:
    source = report.source
    return {
        "name": source.name,
        "sha256": source.sha256,
        "media_type": source.media_type,
        "pages": len(source.page_starts),
        "encoding": source.encoding,
        "characters": len(source.raw_text),
    }


def _section(report: Report, section: Section) -> dict[str, Any]:
    raw = report.cleaned.traced.raw(section.start, section.end)
    fields = asdict(section)
    del fields["heading_end"]
    return fields | {"raw_start": raw.start, "raw_end": raw.end}


def _metric(report: Report, metric: Metric) -> dict[str, Any]:
    raw = report.cleaned.traced.raw(metric.start, metric.end)
    page = bisect_right(report.source.page_starts, raw.start)
    fields = asdict(metric) | {"raw_start": raw.start, "raw_end": raw.end, "page": page}
    pieces = report.cleaned.traced.pieces(metric.start, metric.end)
    return fields | _boxes(report, pieces)


def _boxes(report: Report, spans: Iterable[Span]) -> dict[str, list[list[float]]]:
    """Where spans of the raw text stand on the pages; nothing where the pages are not drawn."""
    lines = report.source.lines
    boxes = [box.as_shares() for span in spans for box in find_boxes(lines, span)]
    return {"boxes": boxes} if lines else {}


def _relation(report: Report, relation: Relation) -> dict[str, Any]:
    raw = report.cleaned.traced.raw(relation.said.start, relation.said.end)
    fields = asdict(relation)
    del fields["said"]
    return fields | {"raw_start": raw.start, "raw_end": raw.end}


def _cell(cell: Cell) -> dict[str, Any]:
    fields = asdict(cell)
    left_out = [{"figure": at, "why": why} for at, why in cell.omitted]
    return fields | {"omitted": left_out}


def _finding(report: Report, at: int) -> dict[str, Any]:
    finding = report.findings[at]
    return asdict(finding) | _boxes(report, finding.spans)
