"""nightly, doctor."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import Any

import click

from workers.commands import as_json_option, connected, print_json
from workers.host import doctor as examination
from workers.settings import settings
from workers.stages import nightly
from workers.telling.masking import masked

# How long a run by hand waits for one that is at work.
_PATIENCE = 60.0


@click.command(name="nightly")
@click.option("--now", is_flag=True, help="Compare at once, and wait for nothing to be read anew.")
@as_json_option
def nightly_command(now: bool, as_lines: bool) -> None:
    """Make the nightly run now: scan, sweep, retry, read anew what older rules made, compare;
    summary in var/nightly/ and on the desk.

    Where documents are to be read anew, the workers go on with it once that is done.

    \b
    Example:  fazhi nightly
    """
    from workers.stages.app import app, configure, ring

    with connected() as (full, ledger):
        configure(app, full)
        over = time.monotonic() + _PATIENCE
        while not (summary := nightly.run(ledger, full, ring, by_hand=True, now=now)):
            if time.monotonic() > over:
                raise click.ClickException(
                    "A nightly run is at work, or waits for what is read anew: "
                    "`fazhi nightly --now` goes on with it once nobody is at work on it."
                )
            time.sleep(1)
    if as_lines:
        print_json(summary)
    else:
        click.echo(_told(summary))


def _told(summary: dict[str, Any]) -> str:
    anew = summary["read_anew"]
    begun = (
        "nothing is read anew, for these rules are not those in force (`fazhi migrate`)"
        if anew is None
        else f"{anew} to be read anew"
    )
    then = (
        f"summary in {summary['file']}"
        if "file" in summary
        else f"the comparison follows when {summary['waits_for']} documents are read"
    )
    return f"{begun}, {summary['rung']} rung for; {then}"


@click.command()
@as_json_option
def doctor(as_lines: bool) -> None:
    """Say what is missing or misconfigured here, and how to mend it.

    \b
    Example:  fazhi doctor
    """
    answers = []
    for found in examination.examine(settings()):
        answer = replace(found, sentence=masked(found.sentence))
        answers.append(answer)
        if as_lines:
            print_json({"good": answer.good, "sentence": answer.sentence})
        else:
            click.echo(f"{'ok  ' if answer.good else 'MEND'}  {answer.sentence}")
    sys.exit(0 if all(answer.good for answer in answers) else 1)
