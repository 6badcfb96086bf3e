"""Every figure with its evidence, and the panel, as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from sqlalchemy import select

from schema.tables import Document, Indicator, Issuer, Metric, Report, Section
from workers.ledger import Ledger
from workers.numbers.panel import Order, Selection, stream_figures
from workers.writing import Column, Format, write_rows

METRIC_COLUMNS = (
    Column("issuer"), Column("township"), Column("county"), Column("province"), Column("code"), Column("year", int),
    Column("indicator"), Column("indicator_zh"), Column("value", float), Column("unit"), Column("bound"),
    Column("status"), Column("quote"), Column("subject"), Column("period"), Column("per"), Column("section"),
    Column("human_value", float), Column("human_unit"), Column("human_indicator"), Column("confidence", float),
    Column("raw_start", int), Column("raw_end", int), Column("page", int), Column("title"), Column("file"),
    Column("sha256"),
)  # fmt: skip
PANEL_COLUMNS = (
    Column("issuer"), Column("county"), Column("province"), Column("year", int), Column("indicator"),
    Column("indicator_zh"), Column("value", float), Column("unit"), Column("bound"), Column("corrected", bool),
    Column("stated", int), Column("quote"), Column("document", int), Column("figure"),
)  # fmt: skip


def write_metrics(ledger: Ledger, out: BinaryIO, file_format: Format = Format.CSV) -> int:
    """Every figure of the finished documents, one a row, in the order of issuer, year and text; how many."""
    return write_rows(out, file_format, METRIC_COLUMNS, metric_rows(ledger))


def write_panel(
    ledger: Ledger, out: BinaryIO, file_format: Format, selection: Selection, order: Order = Order.ISSUER
) -> int:
    """The panel's figures of this selection, as the desk shows them; how many."""
    figures = stream_figures(ledger, selection, order)
    rows = (
        (
            one.issuer, one.county, one.province, one.year, one.indicator, one.zh, one.value, one.unit, one.bound,
            one.corrected, one.stated, one.quote, one.document, one.figure,
        )
        for one in figures
    )  # fmt: skip
    return write_rows(out, file_format, PANEL_COLUMNS, rows)


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
        .where(Document.done_at.is_not(None))
        .order_by(Issuer.name, Report.year, Metric.document_id, Metric.ordinal)
        .execution_options(yield_per=1000)
    )  # fmt: skip
    with ledger.transaction() as session:
        yield from session.execute(query)
