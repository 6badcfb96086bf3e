"""changes: what reading anew changed."""

from __future__ import annotations

import codecs
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from rich.markup import escape

from schema.kinds import ChangeOf
from workers.commands import as_json_option, connected, console, print_json
from workers.desk.changes import (
    ChangeFilter,
    ChangeLine,
    list_changes,
    stream_changes,
    tell,
    write_changes,
)
from workers.desk.writing import Format


@click.command()
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]),
    help="What changed since then, in the time zone of FAZHI_TIMEZONE.",
)
@click.option("--of", type=click.Choice([*map(str, ChangeOf)]), help="Only of this kind.")
@click.option("--document", type=click.IntRange(1), help="Only of this document.")
@click.option("--indicator", help="Only figures that are or were about it: a code.")
@click.option("--csv", "as_table", is_flag=True, help="Print CSV, which Excel opens.")
@as_json_option
@click.option("--limit", type=click.IntRange(1), default=40, show_default=True, help="Of the list.")
def changes(
    since: datetime | None,
    of: str | None,
    document: int | None,
    indicator: str | None,
    as_table: bool,
    as_lines: bool,
    limit: int,
) -> None:
    """What reports say otherwise since newer rules read them: old and new, one a line.

    \b
    Example:  fazhi changes --since 2025-03-01 --csv > 变动.csv
    """
    with connected() as (full, ledger):
        chosen = ChangeFilter(
            since=since and since.replace(tzinfo=ZoneInfo(full.timezone)),
            of=ChangeOf(of) if of else None,
            document=document,
            indicator=indicator,
        )
        if as_table:
            sys.stdout.buffer.write(codecs.BOM_UTF8)
            write_changes(sys.stdout.buffer, Format.CSV, stream_changes(ledger, chosen))
        elif as_lines:
            for line in stream_changes(ledger, chosen):
                print_json(line)
        else:
            _print_list(list_changes(ledger, chosen, limit=limit + 1), limit)


def _print_list(found: list[ChangeLine], limit: int) -> None:
    for line in found[:limit]:
        where = f"{line.issuer or line.file} {line.year or ''}".strip()
        before, after = (tell(line.of, side) or "nothing" for side in (line.before, line.after))
        console.print(f"[bold]{escape(where)}[/]  {line.of} {escape(line.subject)}")
        console.print(f"  {escape(before)}  →  {escape(after)}")
    if not found:
        click.echo("Nothing changed.")
    if len(found) > limit:
        click.echo("There are more: ask for them with --limit, or all with --csv.")
