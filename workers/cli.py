"""The `fazhi` command. Exit status: 0 done, 1 something is wrong, 2 wrong usage, 3 a file was refused."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from schema.kinds import Action
from workers import doctor as examination
from workers import exports, nightly, reviews
from workers.errors import FazhiError, UnusableFile
from workers.ledger import Ledger
from workers.report.contract import as_json
from workers.report.model import FindingKind
from workers.report.pipeline import read_report
from workers.services import open_ledger, serving
from workers.settings import Settings, settings
from workers.status import overview

console = Console()
as_json_option = click.option("--json", "as_lines", is_flag=True, help="Print JSON, for scripts.")


class Commands(click.Group):
    """Every trouble that has a sentence for the user ends with that sentence, not with a trace."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except FazhiError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="fazhi")
def main() -> None:
    """Reads rule-of-law government annual reports: drop files into inbox/, find their figures in Postgres.

    \b
    Example:  fazhi run              start everything on this machine
              fazhi read 报告.docx   read one file, with no service
    """


@contextmanager
def connected() -> Iterator[tuple[Settings, Ledger]]:
    """Settings and ledger for a short command; embedded servers that nobody runs are started for its duration."""
    with serving(settings()) as full:
        ledger = open_ledger(full)
        try:
            yield full, ledger
        finally:
            ledger.engine.dispose()


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, default=str))


@main.command()
@click.option("--plain", is_flag=True, help="Print log lines instead of the live view, and a line `ready`.")
def run(plain: bool) -> None:
    """Start everything on this machine: servers, watcher, workers, schedule. Ctrl-C stops it.

    \b
    Example:  fazhi run --plain
    """
    from workers.supervisor import run as run_all

    run_all(settings(), plain=plain)


@main.command()
def watch() -> None:
    """Watch the inbox and hand its files to the ledger (one service).

    \b
    Example:  FAZHI_DATABASE_URL=… FAZHI_BROKER_URL=… fazhi watch
    """
    from workers import processes

    processes.watch(settings())


def _queue_names(context: click.Context, option: click.Parameter, value: str | None) -> list[str]:
    """All queues, or those of a list with commas."""
    from workers.app import QUEUES

    del context, option
    chosen = [name.strip() for name in value.split(",")] if value else list(QUEUES)
    if unknown := sorted(set(chosen) - set(QUEUES)):
        raise click.BadParameter(f"unknown: {', '.join(unknown)}; the queues are {', '.join(QUEUES)}.")
    return chosen


@main.command()
@click.option("--queues", callback=_queue_names, help="Serve only these, e.g. read,clean.  [default: all]")
@click.option("--concurrency", type=click.IntRange(1, 256), help="Worker children.  [default: FAZHI_CONCURRENCY]")
def work(queues: list[str], concurrency: int | None) -> None:
    """Run stage tasks (one service; any number of them, on any number of machines).

    \b
    Example:  fazhi work --queues read --concurrency 4
    """
    from workers import processes

    processes.work(settings(), queues, concurrency)


@main.command()
def beat() -> None:
    """Ring the sweep and the nightly run (one service).

    \b
    Example:  FAZHI_NIGHTLY_AT=01:30 fazhi beat
    """
    from workers import processes

    processes.beat()


@main.command()
@click.option("--address", default="127.0.0.1", show_default=True, help="Where to listen; it asks nobody who he is.")
def flower(address: str) -> None:
    """Open the queue's monitor, Flower, on http://127.0.0.1:5555 (FAZHI_FLOWER_PORT).

    \b
    Example:  fazhi flower        beside a `fazhi run`
    """
    from workers import processes
    from workers.app import app, configure

    with serving(settings()) as full:
        configure(app, full)
        processes.flower(full, address)


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema, and its indicators to the catalogue.

    \b
    Example:  FAZHI_DATABASE_URL=postgresql+psycopg://fazhi:…@db/fazhi fazhi migrate
    """
    from workers.database import migrate as migrate_database

    with connected() as (_, ledger):
        migrate_database(ledger.engine)
    click.echo("The schema is at its newest revision.")


@main.command()
@as_json_option
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def read(files: tuple[Path, ...], as_lines: bool) -> None:
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
            from workers.show import show_report

            show_report(report, console)
    sys.exit(3 if refused else 0)


def _tell_refused(path: Path, why: UnusableFile, *, as_lines: bool) -> None:
    if as_lines:
        print_json({"source": {"name": path.name}, "refused": why.notice})
    else:
        click.echo(f"{path}: {why}", err=True)


@main.command()
@as_json_option
def status(as_lines: bool) -> None:
    """Say how things stand: documents, queues, findings, the inbox.

    \b
    Example:  fazhi status --json
    """
    with connected() as (full, ledger):
        state = overview(ledger, full)
    if as_lines:
        print_json(state)
        return
    for name, value in state.items():
        shown = "  ".join(f"{key} {count}" for key, count in value.items()) if isinstance(value, dict) else value
        click.echo(f"{name:10} {shown}")


@main.group()
def export() -> None:
    """Write what was found to a file.

    \b
    Example:  fazhi export metrics --output 指标.csv
    """


@export.command()
@click.option("--format", "file_format", type=click.Choice(["csv"]), default="csv", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file.  [default: standard output]")
def metrics(file_format: str, output: Path | None) -> None:
    """Every figure with its evidence, one a row.

    \b
    Example:  fazhi export metrics --format csv --output 指标.csv
    """
    del file_format  # one so far; the option keeps scripts valid when more come
    with connected() as (_, ledger):
        if output is None:
            exports.write_metrics(ledger, sys.stdout)
            return
        # The mark at the start tells Excel that this is UTF-8.
        with output.open("w", encoding="utf-8-sig", newline="") as out:
            count = exports.write_metrics(ledger, out)
    click.echo(f"{count} figures in {output}")


@main.command(name="nightly")
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


@main.command()
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


@main.group()
def review() -> None:
    """The queue for people: what looks wrong, and what you say of it.

    \b
    Example:  fazhi review list
    """


@review.command(name="list")
@as_json_option
@click.option("--settled", is_flag=True, help="The settled ones instead of the open ones.")
@click.option("--kind", type=click.Choice([*map(str, FindingKind)]), metavar="KIND", help="Only this kind.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
def list_command(as_lines: bool, settled: bool, kind: str | None, limit: int) -> None:
    """The findings in the queue, the most severe first.

    \b
    Example:  fazhi review list --kind rate_impossible
    """
    with connected() as (_, ledger):
        rows = reviews.list_findings(ledger, settled=settled, kind=kind, limit=limit)
    if as_lines:
        for row in rows:
            print_json(row)
        return
    for row in rows:
        console.print(Text.assemble((f"{row['id']:>5}  {row['severity']} {row['kind']}  ", "bold"), row["report"]))
        console.print(Padding(Text(row["message"]), (0, 0, 0, 7)))
    if not rows:
        console.print("Nothing is settled yet." if settled else "Nothing is waiting.")


@review.command()
@as_json_option
@click.argument("number", type=int)
def show(number: int, as_lines: bool) -> None:
    """One finding with its evidence, its figures and its history.

    \b
    Example:  fazhi review show 12
    """
    with connected() as (_, ledger):
        found = reviews.show_finding(ledger, number)
    if as_lines:
        print_json(found)
        return
    console.print(Text(f"{found['severity']} {found['kind']}  {found['report']}", style="bold"))
    console.print(Text(found["message"]))
    for place in found["evidence"]:
        console.print(Text.assemble("  …", place["before"], (place["quote"], "bold red"), place["after"], "…"))
    for name in ("suggestion", "figures", "files", "state", "decisions"):
        if found[name]:
            console.print(Text(f"{name}: {json.dumps(found[name], ensure_ascii=False)}"))


def _decide(
    number: int, action: Action, who: str, note: str | None, correction: reviews.Correction | None = None
) -> None:
    with connected() as (_, ledger):
        decided = reviews.decide(ledger, number, action, who, note=note, correction=correction)
    click.echo(f"Finding {number}: {action} by {who}.")
    if correction:
        figure = decided["figures"][0]
        now = [figure[f"human_{name}"] or figure[name] for name in ("value", "unit", "indicator")]
        click.echo(f"{figure['quote']} is now " + " ".join(str(part) for part in now if part is not None))


who_option = click.option("--who", default=getpass.getuser, help="Who decides.  [default: the user of this shell]")
note_option = click.option("--note", help="Why, for those who come later.")


@review.command()
@click.argument("number", type=int)
@who_option
@note_option
def accept(number: int, who: str, note: str | None) -> None:
    """The finding is right: what it points at is wrong in the report, and stays out of the panel.

    \b
    Example:  fazhi review accept 12 --note "镇里已确认写错"
    """
    _decide(number, Action.ACCEPT, who, note)


@review.command()
@click.argument("number", type=int)
@who_option
@note_option
def dismiss(number: int, who: str, note: str | None) -> None:
    """The finding is a false alarm: the figure stands.

    \b
    Example:  fazhi review dismiss 12
    """
    _decide(number, Action.DISMISS, who, note)


@review.command()
@click.argument("number", type=int)
@click.option("--value", type=float, help="The right value, in the figure's unit (元, not 万元).")
@click.option("--unit", help="The right unit.")
@click.option("--indicator", help="The right indicator, a code of the catalogue.")
@who_option
@note_option
def correct(
    number: int, value: float | None, unit: str | None, indicator: str | None, who: str, note: str | None
) -> None:
    """The figure is another: say which; the panel takes yours, the machine's reading is kept beside it.

    \b
    Example:  fazhi review correct 12 --value 98.1
    """
    if value is None and unit is None and indicator is None:
        raise click.UsageError("Say what is right: --value, --unit or --indicator.")
    _decide(number, Action.CORRECT, who, note, reviews.Correction(value=value, unit=unit, indicator=indicator))


if __name__ == "__main__":
    main()
