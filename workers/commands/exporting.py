"""export: what was found, as a file."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import click
from rich.table import Table

from workers.commands import Group, connected, console
from workers.desk import exports
from workers.desk.columns import METRICS, PANEL
from workers.desk.numbers.panel import Selection
from workers.desk.writing import Format
from workers.files.private import open_private
from workers.ledger import Ledger
from workers.report.catalogue import indicators

Write = Callable[[Ledger, BinaryIO, Format], int]

format_option = click.option(
    "--format",
    "file_format",
    type=click.Choice([*map(str, Format)]),
    default="csv",
    show_default=True,
)
output_option = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file.  [default: standard output]",
)


@click.group(cls=Group)
def export() -> None:
    """Write what was found to a file: CSV, XLSX or Parquet.

    \b
    Example:  fazhi export metrics --output 指标.csv
    """


@export.command()
@format_option
@output_option
def metrics(file_format: str, output: Path | None) -> None:
    """Every figure with its evidence, one a row.

    \b
    Example:  fazhi export metrics --format xlsx --output 指标.xlsx
    """
    _write(exports.write_metrics, Format(file_format), output)


@export.command()
@format_option
@output_option
@click.option("--indicator", help="One indicator: a code of the catalogue.")
@click.option("--year", type=click.IntRange(1990, 2100), help="One year.")
@click.option("--province", default="", help="The issuers of one province.")
@click.option("--county", default="", help="Those whose county's name has this in it.")
@click.option("--issuer", default="", help="Those whose name has this in it.")
def panel(
    file_format: str,
    output: Path | None,
    indicator: str | None,
    year: int | None,
    province: str,
    county: str,
    issuer: str,
) -> None:
    """The figure to use for each issuer, year and indicator; a person's stands over the machine's.

    \b
    Example:  fazhi export panel --year 2024 --format parquet --output panel.parquet
    """
    if indicator is not None and indicator not in indicators():
        raise click.BadParameter(f"the catalogue has no {indicator}", param_hint="--indicator")
    chosen = Selection(
        indicator=indicator, year=year, province=province, county=county, words=issuer
    )
    _write(
        lambda ledger, out, kind: exports.write_panel(ledger, out, kind, chosen),
        Format(file_format),
        output,
    )


@export.command()
def columns() -> None:
    """What the columns of each export mean, with their headings in Chinese.

    \b
    Example:  fazhi export columns
    """
    for name, exported in (("metrics", METRICS), ("panel", PANEL)):
        table = Table(
            title=f"fazhi export {name}", title_justify="left", box=None, padding=(0, 2, 0, 0)
        )
        for one in exported:
            table.add_row(one.name, one.type.__name__, one.zh, one.meaning)
        console.print(table)


def _write(write: Write, file_format: Format, output: Path | None) -> None:
    with connected() as (_, ledger):
        if output is None:
            if file_format is not Format.CSV:
                raise click.UsageError(
                    "Only a CSV goes to the standard output: name a file with --output."
                )
            write(ledger, sys.stdout.buffer, file_format)
            return
        with open(output, "wb", opener=open_private) as out:
            if file_format is Format.CSV:
                out.write(codecs.BOM_UTF8)  # tells Excel that this is UTF-8
            count = write(ledger, out, file_format)
    click.echo(f"{count} figures in {output}")
