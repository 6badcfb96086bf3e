"""Every figure with its evidence, the panel, and the overdue reports, as files.

What the columns are stands in columns.py. Their names and the values that are words of the program
are in English, for scripts; `say` puts the values into the words of a person who reads Chinese
(`bound.exact`), and the headings with them. Parquet, which no person opens, stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, TypeVar

from sqlalchemy import select

from schema.tables import Document, Indicator, Issuer, Metric, Report, Section
from workers.desk import writing
from workers.desk.columns import METRICS, MISSING, PANEL, Exported
from workers.desk.numbers.coverage import list_missing
from workers.desk.numbers.panel import Order, Selection, count_figures, stream_figures
from workers.desk.writing import Format, Row, TooManyRows, write_rows
from workers.ledger import Ledger

Say = Callable[[str], str]

Of = TypeVar("Of")


def write_metrics(ledger: Ledger, out: BinaryIO, file_format: Format = Format.CSV) -> int:
    """Every figure of the finished documents, one a row, in the order of issuer, year and text;
    how many.
    """
    return write_rows(out, file_format, [one.column() for one in METRICS], metric_rows(ledger))


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
    if (
        file_format is Format.XLSX
        and count_figures(ledger, selection, writing.MOST_ROWS) == writing.MOST_ROWS
    ):
        raise TooManyRows
    return _write_rows(out, file_format, PANEL, stream_figures(ledger, selection, order), say)


def write_missing(
    ledger: Ledger, out: BinaryIO, file_format: Format, selection: Selection, say: Say | None = None
) -> int:
    """The overdue reports of this selection; how many."""
    return _write_rows(out, file_format, MISSING, list_missing(ledger, selection, limit=None), say)


def metric_rows(ledger: Ledger) -> Iterator[Sequence[object]]:
    """The rows of `write_metrics`, read a thousand at a time."""
    query = (
        select(*(one.expression for one in METRICS))
        .select_from(Metric)
        .join(Report, Report.document_id == Metric.document_id)
        .join(Document, Document.id == Metric.document_id)
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
        .outerjoin(Indicator, Indicator.code == Metric.indicator)
        .outerjoin(
            Section,
            (Section.document_id == Metric.document_id) & (Section.ordinal == Metric.section),
        )
        .where(Document.done_at.is_not(None))
        .order_by(Issuer.name, Report.year, Metric.document_id, Metric.ordinal)
        .execution_options(yield_per=1000)
    )
    with ledger.transaction() as session:
        yield from session.execute(query)


def _write_rows(
    out: BinaryIO,
    file_format: Format,
    exported: Sequence[Exported[Callable[[Of], object]]],
    found: Iterable[Of],
    say: Say | None,
) -> int:
    rows = ([one.expression(of) for one in exported] for of in found)
    if say is None or file_format is Format.PARQUET:
        return write_rows(out, file_format, [one.column() for one in exported], rows)
    named = [one.column(is_chinese=True) for one in exported]
    return write_rows(out, file_format, named, (_in_words(row, exported, say) for row in rows))


def _in_words(row: Row, exported: Sequence[Exported[Any]], say: Say) -> Row:
    cells = zip(row, exported, strict=True)
    return [
        say(f"{one.spoken}{cell}".lower()) if one.spoken and cell is not None else cell
        for cell, one in cells
    ]
