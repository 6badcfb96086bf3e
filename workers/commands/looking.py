"""status, search."""

from __future__ import annotations

import sys
from typing import Any

import click
from rich.text import Text

from workers.commands import as_json_option, connected, console, print_json
from workers.desk.alarms import list_troubles
from workers.desk.disk import measure_disk, write_size
from workers.desk.jsonable import to_json
from workers.desk.search import search_reports
from workers.desk.status import read_overview


@click.command()
@as_json_option
def status(as_lines: bool) -> None:
    """Say how things stand: documents, queues, findings, the inbox; and what is failing, which
    makes the exit status 1.

    \b
    Example:  fazhi status --json
    """
    with connected() as (full, ledger):
        state = to_json(read_overview(ledger, full))
        troubles, disk = list_troubles(ledger, full), dict(measure_disk(ledger, full))
    if as_lines:
        print_json(state | {"disk": disk, "failing": troubles})
        sys.exit(1 if troubles else 0)
    state["disk"] = {name: write_size(size) for name, size in disk.items()}
    state["failing"] = [*troubles.values()]
    state["left_alone"] = [f"{path}: {why}" for path, why in state.pop("left_alone_why").items()]
    for name, value in state.items():
        for line in _lines(value):
            click.echo(f"{name.replace('_', ' '):11} {line}")
    sys.exit(1 if troubles else 0)


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
            print_json(hit)
            continue
        console.print(Text.assemble((hit.title, "bold"), f"  {hit.issuer or ''}  {hit.year or ''}"))
        for snippet in hit.snippets:
            shown = Text(f"  …{snippet.text}…")
            for start, end in snippet.hits:
                shown.stylize("bold red", start + 3, end + 3)
            console.print(shown)
    if not hits and not as_lines:
        click.echo("No report holds all of these.")
