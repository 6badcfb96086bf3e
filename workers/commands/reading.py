"""read: the core alone."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from workers.commands import as_json_option, console, print_json, progress
from workers.errors import UnusableFile
from workers.report.contract import as_json
from workers.report.model import Source
from workers.report.pipeline import understand_source
from workers.report.reading import require_text
from workers.settings import Settings, settings
from workers.stages.recognition import recognise_file


@click.command()
@as_json_option
@click.option(
    "--explain",
    is_flag=True,
    help="Say of each number why it was taken and named so, or not taken.",
)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def read(files: tuple[Path, ...], as_lines: bool, explain: bool) -> None:
    """Read files with the core alone: no service, nothing stored.

    \b
    Example:  fazhi read --json *.txt > reports.jsonl
    """
    refused = False
    with progress(beside_output=True) as tell:
        for at, path in enumerate(files):
            tell("files", at, len(files))
            refused |= not _read_one(path, as_lines=as_lines, explain=explain)
    sys.exit(3 if refused else 0)


def _read_one(path: Path, *, as_lines: bool, explain: bool) -> bool:
    """Whether it could be read."""
    try:
        report = understand_source(_read_text(path, settings()))
    except UnusableFile as error:
        _tell_refused(path, error, as_lines=as_lines)
        return False
    if as_lines:
        print_json(as_json(report))
        return True
    from workers.commands.terminal import explain_report, show_report

    show_report(report, console)
    if explain:
        explain_report(report, console)
    return True


def _read_text(path: Path, chosen: Settings) -> Source:
    """HoldsFiles for a container: a line is said of each file, and each line is of one report."""
    source = require_text(recognise_file(path.read_bytes(), path.name, chosen))
    return replace(source, folder=path.parent.as_posix().strip("./"))


def _tell_refused(path: Path, why: UnusableFile, *, as_lines: bool) -> None:
    if as_lines:
        print_json({"source": {"name": path.name}, "refused": why.notice})
    else:
        click.echo(f"{path}: {why}", err=True)
