"""review: the queue for people. What is said of a finding stands in `deciding`."""

from __future__ import annotations

from typing import Any

import click

from schema.kinds import FindingState
from workers.commands import Group, as_json_option, connected, console, print_json
from workers.commands.deciding import accept, correct, dismiss, undo
from workers.commands.review_options import filter_options, number_argument, who_option
from workers.commands.showing import show_finding, show_findings, show_statistics
from workers.desk import queue
from workers.report.finding_kinds import FindingKind
from workers.report.model import Severity


class _KeyType(click.ParamType[queue.Key]):
    name = "key"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> queue.Key:
        try:
            priority, _, number = str(value).partition("-")
            return queue.Key(int(priority), int(number))
        except ValueError:
            self.fail(
                "a key is written 330-12: the priority and the number of the last row seen",
                param,
                ctx,
            )


def _filters(
    kind: FindingKind | None, severity: str | None, state: str | None = None, **words: str | None
) -> queue.Filters:
    return queue.Filters(
        kind=kind,
        severity=Severity(severity) if severity else None,
        state=FindingState(state) if state else None,
        **words,
    )


@click.group(cls=Group)
def review() -> None:
    """The queue for people: what looks wrong, and what you say of it.

    \b
    Example:  fazhi review next
    """


@review.command(name="list")
@as_json_option
@filter_options
@click.option(
    "--state", type=click.Choice([*map(str, FindingState)]), help="[default: open and claimed]"
)
@click.option(
    "--after", type=_KeyType(), help="Go on behind this key, as the last row of a page shows it."
)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
def list_command(
    as_lines: bool,
    after: queue.Key | None,
    limit: int,
    kind: FindingKind | None,
    **filters: str | None,
) -> None:
    """The findings in the queue, what matters most first.

    \b
    Example:  fazhi review list --kind rate_impossible --issuer 松涧镇人民政府
              fazhi review list --after 330-12
    """
    with connected() as (_, ledger):
        rows = queue.list_findings(ledger, _filters(kind, **filters), after=after, limit=limit)
    if as_lines:
        for row in rows:
            print_json(row)
        return
    if not rows:
        click.echo(
            "No finding of these waits."
            if after or kind or any(filters.values())
            else "No finding waits: the queue is empty."
        )
        return
    show_findings(rows, console)
    if len(rows) == limit:
        key = rows[-1].key
        console.print(f"More: fazhi review list --after {key.priority}-{key.id}", style="dim")


@review.command()
@as_json_option
@number_argument
def show(number: int, as_lines: bool) -> None:
    """One finding with its evidence, its figures and its history.

    \b
    Example:  fazhi review show 12
    """
    with connected() as (_, ledger):
        found = queue.show_finding(ledger, number)
    _tell(found, as_lines=as_lines)


@review.command(name="next")
@as_json_option
@filter_options
@click.option("--skip", is_flag=True, help="Give back what you hold, and take the one behind it.")
@who_option
def next_command(
    as_lines: bool, skip: bool, who: str, kind: FindingKind | None, **filters: str | None
) -> None:
    """Take the finding that matters most; for a quarter of an hour nobody else gets it.

    \b
    Example:  fazhi review next
              fazhi review next --skip
    """
    with connected() as (_, ledger):
        chosen = _filters(kind, **filters)
        taken = queue.claim_next(ledger, who, chosen)
        if taken and skip:
            queue.release(ledger, who)
            taken = queue.claim_next(ledger, who, chosen, after=taken)
        found = queue.show_finding(ledger, taken.id) if taken else None
    if found:
        _tell(found, as_lines=as_lines)
    elif not as_lines:
        click.echo("Nothing is waiting.")


def _tell(found: queue.FindingInFull, *, as_lines: bool) -> None:
    if as_lines:
        print_json(found)
    else:
        show_finding(found, console)


@review.command()
@as_json_option
def stats(as_lines: bool) -> None:
    """How the queue is worked: by kind and by reviewer, and how often a kind of finding is right.

    \b
    Example:  fazhi review stats
    """
    with connected() as (_, ledger):
        kinds, reviewers = queue.measure_kinds(ledger), queue.measure_reviewers(ledger)
    if as_lines:
        print_json({"kinds": kinds, "reviewers": reviewers})
    else:
        show_statistics(kinds, reviewers, console)


for command in (accept, correct, dismiss, undo):
    review.add_command(command)
