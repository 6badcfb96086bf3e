"""catalogue: is it right, and what would a changed one find?"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from workers.commands import as_json_option, connected, print_json
from workers.report.catalogue import indicators
from workers.report.extraction.examples import examples, wrong_examples
from workers.stages import trial


@click.group()
def catalogue() -> None:
    """What figures are about: the catalogue of indicators and its triggers.

    \b
    Example:  fazhi catalogue check
    """


@catalogue.command()
def check() -> None:
    """Run every example and near miss of the catalogue,
    and of the file that FAZHI_CATALOGUE lays over it.

    \b
    Example:  FAZHI_CATALOGUE=本地指标.yaml fazhi catalogue check
    """
    wrong = wrong_examples()
    for line in wrong:
        click.echo(line)
    click.echo(
        f"{len(indicators())} indicators, {len(list(examples()))} examples, {len(wrong)} wrong"
    )
    sys.exit(1 if wrong else 0)


@catalogue.command(name="try")
@as_json_option
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="So many reports, newest first.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def try_command(file: Path, limit: int, as_lines: bool) -> None:
    """What the stored reports would give with this file laid over the catalogue;
    nothing is changed.

    \b
    Example:  fazhi catalogue try 本地指标.yaml
    """
    changes: Counter[str] = Counter()
    with connected() as (_, ledger):
        for difference in trial.try_catalogue(ledger, file, limit=limit):
            changes[difference.change] += 1
            if as_lines:
                print_json(difference.as_json())
            else:
                click.echo(str(difference))
    if not as_lines:
        click.echo(
            ", ".join(f"{count} {change}" for change, count in changes.items())
            or "Nothing would change."
        )
