"""Every figure with its evidence, the panel, and the overdue reports, as files.

The columns and the values that are words of the program are in English, for scripts. `say` puts them into a person's
words: `column.issuer`, `bound.exact`. Parquet, which no person opens, stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

from sqlalchemy import select

from schema.tables import Document, Indicator, Issuer, Metric, Report, Section
from workers.desk import writing
from workers.desk.numbers.coverage import list_missing
from workers.desk.numbers.panel import Order, Selection, count_figures, stream_figures
from workers.desk.writing import Column, Format, Row, TooManyRows, write_rows
from workers.ledger import Ledger

Say = Callable[[str], str]

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
MISSING_COLUMNS = (
    Column("issuer"), Column("county"), Column("province"), Column("year", int), Column("due"), Column("expected_by"),
)  # fmt: skip
# The columns whose values are words of the program, and where a person's words for them begin.
_SPOKEN = {"bound": "bound.", "corrected": "column.is_", "expected_by": "numbers.expected_"}


def write_metrics(ledger: Ledger, out: BinaryIO, file_format: Format = Format.CSV) -> int:
    """Every figure of the finished documents, one a row, in the order of issuer, year and text; how many."""
    return write_rows(out, file_format, METRIC_COLUMNS, metric_rows(ledger))


def write_panel(
    ledger: Ledger,
    out: BinaryIO,
    file_format: Format,
    selection: Selection,
    order: Order = Order.ISSUER,
    say: Say | None = None,
) -> int:
    """The panel's figures of this selection, as the desk shows them; how many.

    TooManyRows before the first is written, where a sheet does not hold them.
    """
    if file_format is Format.XLSX and count_figures(ledger, selection, writing.MOST_ROWS) == writing.MOST_ROWS:
        raise TooManyRows
    figures = stream_figures(ledger, selection, order)
    rows = (
        (
            one.issuer, one.county, one.province, one.year, one.indicator, one.zh, one.value, one.unit, one.bound,
            one.corrected, one.stated, one.quote, one.document, one.figure,
        )
        for one in figures
    )  # fmt: skip
    return _write(out, file_format, PANEL_COLUMNS, rows, say)


def write_missing(
    ledger: Ledger, out: BinaryIO, file_format: Format, selection: Selection, say: Say | None = None
) -> int:
    """The overdue reports of this selection; how many."""
    rows = (
        (one.issuer, one.county, one.province, one.year, one.due, one.expected_by)
        for one in list_missing(ledger, selection, limit=None)
    )
    return _write(out, file_format, MISSING_COLUMNS, rows, say)


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


def _write(out: BinaryIO, file_format: Format, columns: Sequence[Column], rows: Iterable[Row], say: Say | None) -> int:
    if say is None or file_format is Format.PARQUET:
        return write_rows(out, file_format, columns, rows)
    named = [replace(column, name=say(f"column.{column.name}")) for column in columns]
    spoken = [(at, _SPOKEN[column.name]) for at, column in enumerate(columns) if column.name in _SPOKEN]
    return write_rows(out, file_format, named, (_in_words(row, spoken, say) for row in rows))


def _in_words(row: Row, spoken: Sequence[tuple[int, str]], say: Say) -> Row:
    cells = [*row]
    for at, group in spoken:
        cells[at] = say(f"{group}{cells[at]}".lower())
    return cells
