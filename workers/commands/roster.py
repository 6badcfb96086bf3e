"""roster: who must report, and who has not."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.table import Table

from workers.across.overdue import list_overdue
from workers.across.roster import list_roster, read_roster
from workers.commands import Group, as_json_option, connected, console, print_json
from workers.desk.roster import Editor, import_entries
from workers.report.comparison.bounds import due_day, last_due_year


@click.group(cls=Group)
def roster() -> None:
    """The issuers that must report, and those that have not.

    \b
    Example:  fazhi roster import 名册.csv
    """


@roster.command(name="import")
@as_json_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Take off the roster who is not in the file.")
def import_command(file: Path, replace: bool, as_lines: bool) -> None:
    """Put the issuers of a CSV file on the roster; known ones are updated.

    Columns: name, county, province, level (or 单位, 县区, 省份, 级别); level is province, city,
    county, township or department (省, 市, 县, 乡镇, 部门).

    \b
    Example:  fazhi roster import 名册.csv
    """
    entries = read_roster(file)
    with connected() as (chosen, ledger):
        today = datetime.now(ZoneInfo(chosen.timezone)).date()
        editor = Editor(who=f"{getpass.getuser()} (shell)", today=today)
        counts = import_entries(ledger, entries, editor, replace=replace)
    if as_lines:
        print_json({"read": len(entries)} | counts)
        return
    click.echo(
        f"{len(entries)} issuers read: "
        + ", ".join(f"{count} {what}" for what, count in counts.items())
    )


@roster.command(name="list")
@as_json_option
def list_command(as_lines: bool) -> None:
    """Who is on the roster.

    \b
    Example:  fazhi roster list
    """
    with connected() as (_, ledger), ledger.transaction() as session:
        entries = list_roster(session)
    rows = [(one.province, one.county, one.name, one.level) for one in entries]
    if as_lines:
        _print_lines(entries)
    else:
        _show(("province", "county", "name", "level"), rows, empty="The roster is empty.")


@roster.command()
@as_json_option
@click.option(
    "--year",
    type=click.IntRange(1990, 2100),
    help="The year reported on.  [default: the newest that is due]",
)
def overdue(year: int | None, as_lines: bool) -> None:
    """Who has not reported: issuers of the roster, and those that reported the year before.

    \b
    Example:  fazhi roster overdue --year 2024
    """
    with connected() as (chosen, ledger), ledger.transaction() as session:
        today = datetime.now(ZoneInfo(chosen.timezone)).date()
        year = year or last_due_year(today)
        late = today > due_day(year)
        found = list_overdue(session, year) if late else []
    if as_lines:
        _print_lines([one.as_json() for one in found])
        return
    rows = [
        (one.body.province, one.body.county, one.body.name, one.due, one.expected_by)
        for one in found
    ]
    empty = (
        f"All reports of {year} have come."
        if late
        else f"The reports of {year} are due on {due_day(year)}."
    )
    _show(("province", "county", "name", "due", "expected_by"), rows, empty=empty)


def _print_lines(values: Sequence[object]) -> None:
    for value in values:
        print_json(value)


def _show(columns: Sequence[str], rows: Sequence[Sequence[str | None]], *, empty: str) -> None:
    table = Table(*columns, box=None)
    for row in rows:
        table.add_row(*(cell or "" for cell in row))
    console.print(table if rows else empty)
