"""Figures with their evidence, the panel, the overdue reports and the tables of datasets.py, as
files.

What the columns are stands in columns.py. Their names and the values that are words of the program
are in English, for scripts; `say` puts the values into the words of a person who reads Chinese
(`bound.exact`), and the headings with them. Parquet, which no person opens, stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from workers.desk import writing
from workers.desk.columns import MISSING, PANEL, Exported
from workers.desk.datasets import METRICS_TABLE, Dataset
from workers.desk.numbers.coverage import list_missing
from workers.desk.numbers.panel import Order, Selection, count_figures, stream_figures
from workers.desk.writing import Column, Format, Row, TooManyRows, write_rows
from workers.ledger import Ledger

Say = Callable[[str], str]

Of = TypeVar("Of")
Watch = Callable[[Iterable[Row]], Iterable[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a file is written: with Chinese heads or `plain` (write_rows); `watch` sees the rows go
    by.
    """

    is_chinese: bool = False
    plain: bool = False
    watch: Watch = iter


USUAL = Manner()


def write_metrics(ledger: Ledger, out: BinaryIO, file_format: Format = Format.CSV) -> int:
    """Every figure of the finished documents that no person took out, one a row, in the order of
    issuer, year and text; how many.
    """
    return write_dataset(ledger, out, file_format, METRICS_TABLE)


def write_dataset(
    ledger: Ledger, out: BinaryIO, file_format: Format, dataset: Dataset, manner: Manner = USUAL
) -> int:
    """All rows of the dataset, read a thousand at a time; how many."""
    columns = [one.column(is_chinese=manner.is_chinese) for one in dataset.columns]
    sheet = dataset.zh if manner.is_chinese else dataset.name
    rows = _dataset_rows(ledger, dataset)
    return _write(out, file_format, columns, rows, manner, sheet)


def _write(
    out: BinaryIO,
    file_format: Format,
    columns: Sequence[Column],
    rows: Iterable[Row],
    manner: Manner,
    sheet: str,
) -> int:
    watched = manner.watch(rows)
    return write_rows(out, file_format, columns, watched, sheet=sheet, plain=manner.plain)


def write_panel(
    ledger: Ledger,
    out: BinaryIO,
    file_format: Format,
    selection: Selection,
    order: Order = Order.ISSUER,
    say: Say | None = None,
    manner: Manner = USUAL,
) -> int:
    """The panel's figures of this selection, as the desk shows them; how many.

    TooManyRows before the first is written, where a sheet does not hold them.
    """
    if (
        file_format is Format.XLSX
        and count_figures(ledger, selection, writing.MOST_ROWS) == writing.MOST_ROWS
    ):
        raise TooManyRows
    found = stream_figures(ledger, selection, order)
    return write_found(out, file_format, PANEL, found, say, manner, ("panel", "面板"))


def write_missing(
    ledger: Ledger,
    out: BinaryIO,
    file_format: Format,
    selection: Selection,
    say: Say | None = None,
    manner: Manner = USUAL,
) -> int:
    """The overdue reports of this selection; how many."""
    found = list_missing(ledger, selection, limit=None)
    return write_found(out, file_format, MISSING, found, say, manner, ("overdue", "未报送"))


def metric_rows(ledger: Ledger) -> Iterator[Row]:
    """The rows of `write_metrics`."""
    return _dataset_rows(ledger, METRICS_TABLE)


def _dataset_rows(ledger: Ledger, dataset: Dataset) -> Iterator[Row]:
    with ledger.reading() as session:
        yield from session.execute(dataset.select().execution_options(yield_per=1000))


def write_found(
    out: BinaryIO,
    file_format: Format,
    exported: Sequence[Exported[Callable[[Of], object]]],
    found: Iterable[Of],
    say: Say | None,
    manner: Manner,
    names: tuple[str, str],
) -> int:
    """What was found under the names of the columns; how many. `say` puts it into Chinese; `names`
    are those of the sheet, in English and in Chinese.
    """
    rows = ([one.expression(of) for one in exported] for of in found)
    spoken = say if file_format is not Format.PARQUET else None
    is_chinese = manner.is_chinese or spoken is not None
    columns = [one.column(is_chinese=is_chinese) for one in exported]
    shown = (_in_words(row, exported, spoken) for row in rows) if spoken else rows
    return _write(out, file_format, columns, shown, manner, names[is_chinese])


def _in_words(row: Row, exported: Sequence[Exported[Any]], say: Say) -> Row:
    cells = zip(row, exported, strict=True)
    return [
        say(f"{one.spoken}{cell}".lower()) if one.spoken and cell is not None else cell
        for cell, one in cells
    ]
