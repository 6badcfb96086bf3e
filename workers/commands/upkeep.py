"""nightly, doctor."""

from __future__ import annotations

import sys

import click

from workers.commands import as_json_option, connected, print_json
from workers.host import doctor as examination
from workers.settings import settings
from workers.stages import nightly


@click.command(name="nightly")
@as_json_option
def nightly_command(as_lines: bool) -> None:
    """Make the nightly run now: scan, sweep, retry, read anew what older rules made;
    summary in var/nightly/.

    \b
    Example:  fazhi nightly
    """
    from workers.stages.app import app, configure, ring

    with connected() as (full, ledger):
        configure(app, full)
        summary = nightly.run(ledger, full, ring, by_hand=True) or {}
    if as_lines:
        print_json(summary)
    else:
        click.echo(
            f"{summary['read_anew']} to be read anew, {summary['rung']} rung for; "
            f"summary in {summary['file']}"
        )


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
