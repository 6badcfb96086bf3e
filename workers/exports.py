"""Figures as CSV, for people who open them in a spreadsheet and scripts that read them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import TextIO

from sqlalchemy import select

from schema.kinds import DocumentState
from schema.tables import Document, Indicator, Issuer, Metric, Report, Section
from workers.ledger import Ledger

COLUMNS = (
    "issuer", "township", "county", "province", "code", "year", "indicator", "indicator_zh", "value", "unit", "bound",
    "status", "quote", "subject",
    "period", "per", "section", "human_value", "human_unit", "human_indicator", "confidence", "raw_start", "raw_end",
    "page", "title", "file", "sha256",
)  # fmt: skip

# What a spreadsheet takes for a formula, in half and in full width (CWE-1236).
FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")


def write_metrics(ledger: Ledger, out: TextIO) -> int:
    """Every figure of the finished documents, one a row, in the order of issuer, year and text; how many."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for row in metric_rows(ledger):
        writer.writerow([harmless(cell) for cell in row])
        count += 1
    return count


def metric_rows(ledger: Ledger) -> Iterator[Sequence[object]]:
    """The rows of `write_metrics`, read a thousand at a time."""
    query = (
        select(
            Issuer.name, Report.township, Report.county, Report.province, Report.code, Report.year,
            Metric.indicator, Indicator.zh, Metric.value, Metric.unit, Metric.bound, Metric.status, Metric.quote,
            Metric.subject, Metric.period, Metric.per, Section.title, Metric.human_value, Metric.human_unit,
            Metric.human_indicator, Metric.confidence, Metric.raw_start, Metric.raw_end, Metric.page,
            Report.title, Report.name, Document.sha256,
        )
        .select_from(Metric)
        .join(Report, Report.document_id == Metric.document_id)
        .join(Document, Document.id == Metric.document_id)
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
        .outerjoin(Indicator, Indicator.code == Metric.indicator)
        .outerjoin(Section, (Section.document_id == Metric.document_id) & (Section.ordinal == Metric.section))
        .where(Document.state == DocumentState.DONE)
        .order_by(Issuer.name, Report.year, Metric.document_id, Metric.ordinal)
        .execution_options(yield_per=1000)
    )  # fmt: skip
    with ledger.transaction() as session:
        yield from session.execute(query)


def harmless(cell: object) -> object:
    """The cell as a spreadsheet may show it: text that would be a formula gets an apostrophe, numbers stay numbers.

    >>> harmless("=1+1"), harmless(-3.5), harmless(None), harmless(98.0)
    ("'=1+1", -3.5, '', 98)
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
