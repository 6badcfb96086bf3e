"""export: what was found, as a file."""

from __future__ import annotations

import codecs
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from pathlib import Path
from typing import Any, BinaryIO

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from workers.commands import Group, connected, console, print_json
from workers.desk import exports
from workers.desk.columns import MISSING, PANEL
from workers.desk.datasets import DATASETS, Dataset
from workers.desk.exports import Manner
from workers.desk.numbers.panel import Selection
from workers.desk.writing import Format, ParquetMissing, Row, TooManyRows, list_formats
from workers.files.private import open_private
from workers.ledger import Ledger
from workers.report.catalogue import indicators

Write = Callable[[Ledger, BinaryIO, Format, Manner], int]
Command = Callable[..., Any]
_SHOWN_EVERY = 1000

_OPTIONS = (
    click.option(
        "--format",
        "file_format",
        type=click.Choice([*map(str, Format)]),
        help="[default: as the name of --output ends; else csv]",
    ),
    click.option(
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="A file.  [default: standard output]",
    ),
    click.option(
        "--heads",
        type=click.Choice(["en", "zh"]),
        default="en",
        show_default=True,
        help="The headings: names for scripts, or Chinese.",
    ),
    click.option(
        "--plain",
        is_flag=True,
        help="A CSV for scripts: without the mark by which Excel knows UTF-8, and without the "
        "apostrophe before what a spreadsheet would take for a formula, a date or a number.",
    ),
    click.option("--json", "as_lines", is_flag=True, help="Print how many rows, as JSON."),
)


def file_options(command: Command) -> Command:
    """How a file is written: every export has these."""
    return reduce(lambda found, option: option(found), reversed(_OPTIONS), command)


@click.group(cls=Group)
def export() -> None:
    """Write what was found to a file: CSV, XLSX or Parquet.

    \b
    Example:  fazhi export metrics --output 指标.csv
              fazhi export findings --heads zh --output 核查项.xlsx
    """


def _add_dataset(dataset: Dataset, summary: str) -> None:
    @file_options
    def write(**how: Any) -> None:
        _write(
            lambda ledger, out, kind, manner: exports.write_dataset(
                ledger, out, kind, dataset, manner
            ),
            **how,
        )

    example = f"Example:  fazhi export {dataset.name} --output {dataset.zh}.xlsx"
    write.__doc__ = f"{summary}\n\n\b\n{example}\n"
    export.command(name=dataset.name)(write)


for _name, _summary in (
    ("metrics", "Every figure with its evidence, one a row."),
    ("reports", "Every report that was read: who, where, which year, how much is in it."),
    ("findings", "Every finding of the newest readings, what matters most first."),
    ("decisions", "Every decision on a finding, in the order in which they were made."),
    ("edits", "Every repair that cleaning made, with what stood there before."),
    ("issuers", "Every body that signed a report or is on the roster."),
):
    _add_dataset(DATASETS[_name], _summary)


@export.command()
@file_options
@click.option("--indicator", help="One indicator: a code of the catalogue.")
@click.option("--year", type=click.IntRange(1990, 2100), help="One year.")
@click.option("--province", default="", help="The issuers of one province.")
@click.option("--county", default="", help="Those whose county's name has this in it.")
@click.option("--issuer", default="", help="Those whose name has this in it.")
def panel(
    indicator: str | None, year: int | None, province: str, county: str, issuer: str, **how: Any
) -> None:
    """The figure to use for each issuer, year and indicator; a person's stands over the machine's.

    \b
    Example:  fazhi export panel --year 2024 --output panel.parquet
    """
    if indicator is not None and indicator not in indicators():
        raise click.BadParameter(f"the catalogue has no {indicator}", param_hint="--indicator")
    chosen = Selection(
        indicator=indicator, year=year, province=province, county=county, words=issuer
    )
    _write(
        lambda ledger, out, kind, manner: exports.write_panel(
            ledger, out, kind, chosen, manner=manner
        ),
        **how,
    )


@export.command()
@file_options
@click.option("--year", type=click.IntRange(1990, 2100), help="One year.")
def overdue(year: int | None, **how: Any) -> None:
    """Every report that has not come.

    \b
    Example:  fazhi export overdue --year 2024 --output 未报送.csv
    """
    chosen = Selection(year=year)
    _write(
        lambda ledger, out, kind, manner: exports.write_missing(
            ledger, out, kind, chosen, manner=manner
        ),
        **how,
    )


@export.command()
def columns() -> None:
    """What the columns of each export mean, with their headings in Chinese.

    \b
    Example:  fazhi export columns
    """
    of_datasets = [(one.name, one.columns) for one in DATASETS.values()]
    for name, exported in (*of_datasets, ("panel", PANEL), ("overdue", MISSING)):
        table = Table(
            title=f"fazhi export {name}", title_justify="left", box=None, padding=(0, 2, 0, 0)
        )
        for one in exported:
            table.add_row(one.name, one.type.__name__, one.zh, one.meaning)
        console.print(table)


def _write(
    write: Write,
    *,
    file_format: str | None,
    output: Path | None,
    heads: str,
    plain: bool,
    as_lines: bool,
) -> None:
    chosen = _choose_format(file_format, output)
    if chosen not in list_formats():
        raise ParquetMissing
    with connected() as (_, ledger), _rows_shown() as shown:
        manner = Manner(is_chinese=heads == "zh", plain=plain, watch=_watching(shown))

        def fill(out: BinaryIO) -> int:
            if chosen is Format.CSV and not plain:
                out.write(codecs.BOM_UTF8)  # tells Excel that this is UTF-8
            return write(ledger, out, chosen, manner)

        count = _fill_file(fill, output) if output else _fill_standard_output(fill, chosen)
    if as_lines and output:
        print_json({"rows": count, "file": str(output), "format": chosen})
    elif output:
        click.echo(f"{count} rows in {output}")


def _choose_format(asked: str | None, output: Path | None) -> Format:
    """As it is asked for, and as the file's name ends; these must not disagree."""
    ending = output.suffix.lower().removeprefix(".") if output else ""
    if asked is None and (not ending or ending in [*Format]):
        return Format(ending or Format.CSV)
    if asked is None:
        raise click.UsageError(
            f"A name that ends with .{ending} does not say which format: end it with .csv, .xlsx "
            "or .parquet, or say --format."
        )
    if ending in [*Format] and ending != asked:
        raise click.UsageError(f"--format {asked} and the name {output} disagree: change one.")
    return Format(asked)


def _fill_file(fill: Callable[[BinaryIO], int], output: Path) -> int:
    try:
        with open(output, "wb", opener=open_private) as out:
            return fill(out)
    except TooManyRows:
        output.unlink()
        raise


def _fill_standard_output(fill: Callable[[BinaryIO], int], chosen: Format) -> int:
    """A CSV as it is made; the others whole, for their beginning says what is in them."""
    if chosen is Format.CSV:
        return fill(sys.stdout.buffer)
    if sys.stdout.isatty():
        raise click.UsageError(f"A terminal cannot show {chosen}: name a file with --output.")
    with tempfile.TemporaryFile() as out:
        count = fill(out)
        out.seek(0)
        shutil.copyfileobj(out, sys.stdout.buffer)
    return count


def _rows_shown() -> Progress:
    errors = Console(stderr=True)
    told = "{task.completed:,.0f} rows"
    return Progress(told, console=errors, transient=True, disable=not errors.is_terminal)


def _watching(shown: Progress) -> exports.Watch:
    """Counts the rows on standard error, where that is a terminal."""
    task = shown.add_task("rows", total=None)

    def watch(rows: Iterable[Row]) -> Iterator[Row]:
        for count, row in enumerate(rows, 1):
            if count % _SHOWN_EVERY == 0:
                shown.update(task, completed=count)
            yield row

    return watch
