"""catalogue: is it right, and what would a changed one find?"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from workers.commands import Group, as_json_option, connected, print_json, progress
from workers.errors import UnusableFile
from workers.report.catalogue import indicators
from workers.report.extraction.coverage import Gap, find_gaps
from workers.report.extraction.examples import examples, wrong_examples
from workers.report.model import Report
from workers.report.pipeline import understand_source
from workers.report.reading import require_text
from workers.results.lessons import follow_lessons
from workers.settings import settings
from workers.stages import trial
from workers.stages.converting import read_file


@click.group(cls=Group)
def catalogue() -> None:
    """What figures are about: the catalogue of indicators and its triggers.

    \b
    Example:  fazhi catalogue check
    """


@catalogue.command()
@as_json_option
def check(as_lines: bool) -> None:
    """Run every example and near miss of the catalogue,
    and of the file that FAZHI_CATALOGUE lays over it.

    \b
    Example:  FAZHI_CATALOGUE=本地指标.yaml fazhi catalogue check
    """
    wrong = wrong_examples()
    counts = {"indicators": len(indicators()), "examples": len(list(examples()))}
    if as_lines:
        print_json(counts | {"wrong": wrong})
    else:
        for line in wrong:
            click.echo(line)
        told = [f"{count} {what}" for what, count in (counts | {"wrong": len(wrong)}).items()]
        click.echo(", ".join(told))
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
    with connected() as (chosen, ledger), progress() as tell:
        follow_lessons(ledger, chosen)
        for difference in trial.try_catalogue(ledger, file, limit=limit, tell=tell):
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


@catalogue.command()
@as_json_option
@click.option(
    "--least",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Only groups on so many reports or more.",
)
@click.option(
    "--below",
    type=click.FloatRange(0, 1),
    default=None,
    help="A name is unsure below this confidence; else below that of the catalogue.",
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def coverage(folder: Path, least: int, below: float | None, as_lines: bool) -> None:
    """Which figures of a folder of reports have no sure name: in groups by unit,
    noun and verb, the most frequent first, with what the catalogue decided of each.

    A table of tab-separated columns, without a sentence of any report.

    \b
    Example:  fazhi catalogue coverage 年度报告/ > coverage.tsv
    """
    gaps = find_gaps(_readable_reports(folder), least_pages=least, below=below)
    if as_lines:
        for gap in gaps:
            print_json(gap.as_row())
        return
    click.echo("unit\tnoun\tverb\tpages\tfigures\tdecision")
    for gap in gaps:
        click.echo(_table_line(gap))


def _readable_reports(folder: Path) -> Iterator[Report]:
    chosen = settings()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            yield understand_source(require_text(read_file(path.read_bytes(), path.name, chosen)))
        except UnusableFile as error:
            click.echo(f"{path}: {error}", err=True)


def _table_line(gap: Gap) -> str:
    decision = gap.decision or (f"{gap.guess}?" if gap.guess else "?")
    return "\t".join([*gap.group, str(gap.pages), str(gap.figures), decision])
