"""read, status, search, nightly, doctor."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from workers import doctor as examination
from workers import nightly
from workers.commands import as_json_option, connected, console, print_json
from workers.errors import UnusableFile
from workers.report.contract import as_json
from workers.report.pipeline import read_report
from workers.search import search_reports
from workers.settings import settings
from workers.status import failing, overview


@click.command()
@as_json_option
@click.option("--explain", is_flag=True, help="Say of each number why it was taken and named so, or not taken.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def read(files: tuple[Path, ...], as_lines: bool, explain: bool) -> None:
    """Read files with the core alone: no service, nothing stored.

    \b
    Example:  fazhi read --json *.txt > reports.jsonl
    """
    refused = False
    for path in files:
        try:
            report = read_report(path.read_bytes(), path.name)
        except UnusableFile as error:
            refused = True
            _tell_refused(path, error, as_lines=as_lines)
            continue
        if as_lines:
            print_json(as_json(report))
        else:
            from workers.show import explain_report, show_report

            show_report(report, console)
            if explain:
                explain_report(report, console)
    sys.exit(3 if refused else 0)


def _tell_refused(path: Path, why: UnusableFile, *, as_lines: bool) -> None:
    if as_lines:
        print_json({"source": {"name": path.name}, "refused": why.notice})
    else:
        click.echo(f"{path}: {why}", err=True)


@click.command()
@as_json_option
def status(as_lines: bool) -> None:
    """Say how things stand: documents, queues, findings, the inbox.

    \b
    Example:  fazhi status --json
    """
    with connected() as (full, ledger):
        state = overview(ledger, full) | {"failing": list(failing(ledger, full))}
    if as_lines:
        print_json(state)
        return
    for name, value in state.items():
        for line in _lines(value):
            click.echo(f"{name.replace('_', ' '):11} {line}")


def _lines(value: Any) -> list[str]:
    """A value of the status as a person reads it; what is empty is not worth a line."""
    if isinstance(value, dict):
        return ["  ".join(f"{key} {count}" for key, count in value.items())]
    return value if isinstance(value, list) else [] if value is None else [str(value)]


@click.command()
@as_json_option
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
@click.argument("query", nargs=-1, required=True)
def search(query: tuple[str, ...], limit: int, as_lines: bool) -> None:
    """Find reports by words; a phrase in quotation marks has to stand in the text as it is.

    \b
    Example:  fazhi search 矛盾纠纷 调解
              fazhi search '"枫桥经验"'
    """
    with connected() as (_, ledger):
        hits = search_reports(ledger, query, limit=limit)
    for hit in hits:
        if as_lines:
            print_json(asdict(hit))
            continue
        console.print(Text.assemble((hit.title, "bold"), f"  {hit.issuer or ''}  {hit.year or ''}"))
        for snippet in hit.snippets:
            shown = Text(f"  …{snippet.text}…")
            for start, end in snippet.hits:
                shown.stylize("bold red", start + 3, end + 3)
            console.print(shown)
    if not hits and not as_lines:
        click.echo("No report holds all of these.")


@click.command(name="nightly")
@as_json_option
def nightly_command(as_lines: bool) -> None:
    """Make the nightly run now: scan, sweep, retry, read anew what older rules made; summary in var/nightly/.

    \b
    Example:  fazhi nightly
    """
    from workers.app import app, configure, ring

    with connected() as (full, ledger):
        configure(app, full)
        summary = nightly.run(ledger, full, ring, by_hand=True) or {}
    if as_lines:
        print_json(summary)
    else:
        click.echo(f"{summary['read_anew']} to be read anew, {summary['rung']} rung for; summary in {summary['file']}")


@click.command()
@as_json_option
def doctor(as_lines: bool) -> None:
    """Say what is missing or misconfigured here, and how to mend it.

    \b
    Example:  fazhi doctor
    """
    answers = []
    for answer in examination.examine(settings()):
        answers.append(answer)
        if as_lines:
            print_json({"good": answer.good, "sentence": answer.sentence})
        else:
            click.echo(f"{'ok  ' if answer.good else 'MEND'}  {answer.sentence}")
    sys.exit(0 if all(answer.good for answer in answers) else 1)
