"""forget: what should never have been dropped."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from workers.commands import connected
from workers.commands.review_options import who_option
from workers.ledger import Ledger
from workers.recovery.forgetting import Forgot, allow_again, backups_with, forget
from workers.recovery.forgotten import list_forgotten, write_list


@click.command(name="forget")
@click.option("--why", help="Why; it stays, with the digest, in the audit log.")
@who_option
@click.option(
    "--backup",
    "folders",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A folder of backups: its copy of the bytes goes, and no restore brings it back.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--allow-again", metavar="SHA256", help="Let this content be dropped again. Forgets nothing."
)
@click.argument("document", type=click.IntRange(1, 2**63 - 1), required=False)
def forget_command(
    document: int | None,
    why: str | None,
    who: str,
    folders: tuple[Path, ...],
    yes: bool,
    allow_again: str | None,
) -> None:
    """Forget a document for good: bytes, texts, figures, findings, decisions, pictures. Only its
    digest stays, so that it is not taken again; and who wanted it, when and why.

    `fazhi status` or its page say the number. To take a report out and keep it, withdraw it.

    \b
    Example:  fazhi forget 4711 --why "个人信息" --who 王芳 --backup /mnt/backup
    """
    if (document is None) == (allow_again is None):
        raise click.UsageError("Name the number of a document, or --allow-again SHA256.")
    with connected() as (full, ledger):
        if allow_again is not None:
            _allow(ledger, allow_again, who)
            return
        assert document is not None
        if not why or not why.strip():
            raise click.UsageError("Say --why: it is all that will be left.")
        if not yes:
            click.confirm(f"Document {document} cannot be brought back. Forget it?", abort=True)
        done = forget(ledger, full, document, who=who, why=why.strip())
        for folder in folders:
            write_list(folder, list_forgotten(ledger))
    _tell(done, folders)


def _allow(ledger: Ledger, sha256: str, who: str) -> None:
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise click.BadParameter("64 hexadecimal digits.", param_hint="--allow-again")
    if not allow_again(ledger, sha256, who=who):
        click.echo("This content was not forgotten: nothing to do.", err=True)
        sys.exit(1)
    click.echo("It may be dropped again. (A folder of backups that lists it still does.)")


def _tell(done: Forgot, folders: tuple[Path, ...]) -> None:
    for sha256 in done.contents:
        click.echo(f"forgotten  {sha256}")
    for folder in folders:
        for backup in backups_with(folder, done.contents):
            click.echo(
                f"still in   the database of {backup}: a restore forgets it again; to be "
                "rid of it, remove that backup."
            )
    if not folders:
        click.echo(
            "Backups made before now still hold it: name their folder with --backup when they are "
            "at hand (`fazhi backup` into the folder does the same)."
        )
    click.echo(
        "Not reached: copies in inbox/refused/, files that were exported, logs that name the file."
    )
