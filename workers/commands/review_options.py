"""What the commands of `fazhi review` share."""

from __future__ import annotations

import getpass
from collections.abc import Callable

import click

from workers.report.finding_kinds import FindingKind
from workers.report.model import Severity

number_argument = click.argument("number", type=click.IntRange(1, 2**63 - 1))
who_option = click.option(
    "--who", default=getpass.getuser, help="Who you are.  [default: the user of this shell]"
)
note_option = click.option("--note", help="Why, for those who come later.")
# Click takes the names of an enum: those of the kinds are their strings in capitals.
kind_type = click.Choice(FindingKind, case_sensitive=False)
issuer_option = click.option(
    "--issuer", metavar="NAME", help="Only of the issuers of this name, or number."
)


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Kind, severity, issuer and words, in one parameter `filters`."""
    text_option = click.option(
        "--text", metavar="WORDS", help="Only those that say this, in a message or the report."
    )
    severity_option = click.option(
        "--severity", type=click.Choice([*map(str, Severity)]), help="Only this severity."
    )
    kind_option = click.option("--kind", type=kind_type, metavar="KIND", help="Only this kind.")
    for option in (text_option, issuer_option, severity_option, kind_option):
        command = option(command)
    return command
