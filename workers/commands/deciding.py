"""review accept, correct, dismiss, undo: what a person says of a finding."""

from __future__ import annotations

import click

from schema.kinds import Action
from workers.commands import as_json_option, connected, print_json
from workers.commands.review_options import (
    issuer_option,
    kind_type,
    note_option,
    number_argument,
    who_option,
)
from workers.desk import queue
from workers.report.finding_kinds import FindingKind


@click.command()
@as_json_option
@number_argument
@click.option(
    "--take", type=click.IntRange(1), metavar="N", help="Of several suggestions, take this one."
)
@click.option("--leave", is_flag=True, help="Take no suggestion: what is right is not known.")
@who_option
@note_option
def accept(
    number: int, take: int | None, leave: bool, who: str, note: str | None, as_lines: bool
) -> None:
    """The finding is right; the suggestion, where it is a figure's value,
    is the figure from now on.

    Without a suggestion, or with --leave, a figure that cannot be true stays out of the panel.

    \b
    Example:  fazhi review accept 12 --note "镇里已确认写错"
              fazhi review accept 12 --take 2
    """
    with connected() as (_, ledger):
        decided = queue.decide(
            ledger, number, Action.ACCEPT, who, note=note, take=0 if leave else take
        )
        offered = () if leave or take else queue.show_finding(ledger, number).choices
    _tell_decided(decided, "accepted", who, as_lines=as_lines)
    if len(offered) > 1 and not as_lines:
        listed = "  ".join(f"{at} {choice.text}" for at, choice in enumerate(offered, 1))
        click.echo(f"None of the suggestions is taken; choose with --take: {listed}")


@click.command()
@as_json_option
@click.argument("number", type=click.IntRange(1, 2**63 - 1), required=False)
@click.option("--kind", type=kind_type, metavar="KIND", help="All that wait of this kind.")
@issuer_option
@click.option("--yes", is_flag=True, help="Do not ask before many are dismissed.")
@who_option
@note_option
def dismiss(
    number: int | None,
    kind: FindingKind | None,
    issuer: str | None,
    yes: bool,
    who: str,
    note: str | None,
    as_lines: bool,
) -> None:
    """The finding is a false alarm: the figure stands. With --kind, all that wait of that kind are.

    \b
    Example:  fazhi review dismiss 12
              fazhi review dismiss --kind odd_bound --issuer 松涧镇人民政府
    """
    if (number is None) == (kind is None):
        raise click.UsageError("Say which: the number of a finding, or --kind for all of a kind.")
    if issuer and kind is None:
        raise click.UsageError("--issuer goes with --kind.")
    if kind is not None:
        _dismiss_all(kind, issuer, who=who, note=note, yes=yes, as_lines=as_lines)
    elif number is not None:
        with connected() as (_, ledger):
            decided = queue.decide(ledger, number, Action.DISMISS, who, note=note)
        _tell_decided(decided, "dismissed", who, as_lines=as_lines)


def _dismiss_all(
    kind: FindingKind, issuer: str | None, *, who: str, note: str | None, yes: bool, as_lines: bool
) -> None:
    with connected() as (_, ledger):
        same = queue.issuers_of(ledger, issuer) if issuer else []
        if len(same) > 1:
            named = "; ".join(
                f"--issuer {one.id} ({one.county or one.province or one.name})" for one in same
            )
            raise click.UsageError(f"Several issuers are called {issuer}: {named}")
        count = queue.count_waiting(ledger, kind, issuer=issuer)
        of = f" of {issuer}" if issuer else ""
        if count and not yes:
            click.confirm(f"Dismiss all {count} {kind}{of}?", abort=True, err=True)
        done = queue.decide_all(ledger, kind, Action.DISMISS, who, issuer=issuer, note=note)
    if as_lines:
        print_json(done)
        return
    held = f" {done.held} are with other people at this moment and still wait." if done.held else ""
    click.echo(f"{done.decided} {kind}{of} dismissed by {who}.{held}")


@click.command()
@as_json_option
@number_argument
@click.option("--value", default="", help="The right value: 98, 98.1% or 312.5万元.")
@click.option("--unit", default="", help="The right unit, where the value does not say it.")
@click.option("--indicator", default="", help="The right indicator, a code of the catalogue.")
@who_option
@note_option
def correct(
    number: int, value: str, unit: str, indicator: str, who: str, note: str | None, as_lines: bool
) -> None:
    """The figure is another: say which; the panel takes yours,
    the machine's reading is kept beside it.

    \b
    Example:  fazhi review correct 12 --value 98.1
              fazhi review correct 12 --value 312.5万元
    """
    if not (value or unit or indicator):
        raise click.UsageError("Say what is right: --value, --unit or --indicator.")
    correction = queue.read_correction(value=value, unit=unit, indicator=indicator)
    with connected() as (_, ledger):
        decided = queue.decide(
            ledger, number, Action.CORRECT, who, note=note, correction=correction
        )
    _tell_decided(decided, "corrected", who, as_lines=as_lines)


@click.command()
@as_json_option
@number_argument
@who_option
@note_option
def undo(number: int, who: str, note: str | None, as_lines: bool) -> None:
    """Take the last decision back: the finding and its figure stand as before it.

    \b
    Example:  fazhi review undo 12
    """
    with connected() as (_, ledger):
        decided = queue.undo(ledger, number, who, note=note)
    _tell_decided(
        decided,
        f"taken back, and is {decided.finding.verdict or 'open'} again,",
        who,
        as_lines=as_lines,
    )


def _tell_decided(decided: queue.DecidedFinding, done: str, who: str, *, as_lines: bool) -> None:
    if as_lines:
        print_json(decided)
        return
    click.echo(f"Finding {decided.finding.id}: {done} by {who}.")
    for figure in decided.figures[:1]:
        if figure.is_corrected:
            value, unit = figure.stands
            named = figure.human_indicator or figure.indicator
            now = " ".join(str(part) for part in (value, unit, named) if part is not None)
            click.echo(f"{figure.quote} is now {now}")
