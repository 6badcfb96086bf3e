"""demo: sample reports, to try the system with."""

from __future__ import annotations

import getpass

import click

from workers.commands import connected
from workers.desk.beginning import lay_samples, withdraw_samples


@click.command()
@click.option("--remove", is_flag=True, help="Take them out of panel, exports and queue again.")
def demo(remove: bool) -> None:
    """Put ten sample reports of places that do not exist into the inbox, to try the desk with.

    \b
    Example:  fazhi demo
    """
    who = f"{getpass.getuser()} (shell)"
    with connected() as (chosen, ledger):
        if remove:
            click.echo(f"{withdraw_samples(ledger, who=who)} sample reports are taken out.")
            return
        count = lay_samples(ledger, chosen.inbox_dir, who=who)
    click.echo(f"{count} sample reports lie in the inbox; `fazhi run` reads them.")
