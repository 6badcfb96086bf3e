"""review: the queue for people."""

from __future__ import annotations

import getpass
import json

import click
from rich.padding import Padding
from rich.text import Text

from schema.kinds import Action
from workers import reviews
from workers.commands import as_json_option, connected, console, print_json
from workers.report.model import FindingKind


@click.group()
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
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
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
        pairs = [(figure[f"human_{name}"], figure[name]) for name in ("value", "unit", "indicator")]
        now = [read if human is None else human for human, read in pairs]
        click.echo(f"{figure['quote']} is now " + " ".join(str(part) for part in now if part is not None))


who_option = click.option("--who", default=getpass.getuser, help="Who decides.  [default: the user of this shell]")
note_option = click.option("--note", help="Why, for those who come later.")


@review.command()
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@who_option
@note_option
def accept(number: int, who: str, note: str | None) -> None:
    """The finding is right: what it points at is wrong in the report, and stays out of the panel.

    \b
    Example:  fazhi review accept 12 --note "镇里已确认写错"
    """
    _decide(number, Action.ACCEPT, who, note)


@review.command()
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@who_option
@note_option
def dismiss(number: int, who: str, note: str | None) -> None:
    """The finding is a false alarm: the figure stands.

    \b
    Example:  fazhi review dismiss 12
    """
    _decide(number, Action.DISMISS, who, note)


@review.command()
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
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
