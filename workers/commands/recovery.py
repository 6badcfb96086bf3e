"""retry, verify, backup, restore."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from workers.commands import as_json_option, connected, print_json, progress
from workers.ledger import Ring
from workers.recovery.backup import Backup, keep_newest, make_backup
from workers.recovery.restoring import restore
from workers.recovery.retrying import Retried, retry_all, retry_some
from workers.recovery.trouble import Scene
from workers.recovery.verifying import verify
from workers.settings import Settings
from workers.store import Store


@click.command()
@as_json_option
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Everything that was refused or waits for its next attempt.",
)
@click.option("--reason", metavar="TEXT", help="Those whose reason holds this text.")
@click.argument("documents", nargs=-1, type=click.IntRange(1, 2**63 - 1), metavar="[DOCUMENT]…")
def retry(documents: tuple[int, ...], reason: str | None, everything: bool, as_lines: bool) -> None:
    """Try refused documents again: those of these numbers, of this reason, or all.

    \b
    Example:  fazhi retry --reason "took too long"
              fazhi retry 12 17
    """
    if bool(documents) + bool(reason) + everything != 1:
        raise click.UsageError("Say which: numbers of documents, --reason TEXT, or --all.")
    with connected() as (full, ledger):
        ring = _bell(full)
        done = (
            retry_some(ledger, ring, documents)
            if documents
            else retry_all(ledger, ring, reason=reason)
        )
    if as_lines:
        print_json(asdict(done))
    else:
        _tell_retried(done)
    sys.exit(1 if done.unknown else 0)


def _tell_retried(done: Retried) -> None:
    if done.due:
        click.echo(f"{len(done.due)} documents are tried again.")
    for number in done.not_refused:
        click.echo(f"Document {number} was not refused: nothing to do.")
    for number in done.unknown:
        click.echo(f"There is no document {number}.", err=True)
    if not (done.due or done.not_refused or done.unknown):
        click.echo("Nothing of the kind was refused or waits for its next attempt: nothing to do.")


@click.command(name="verify")
@as_json_option
@click.option("--mend", is_flag=True, help="Mend what can be mended.")
@click.option(
    "--deep", is_flag=True, help="Read every stored byte, and hold every figure against its text."
)
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="BACKUP",
    help="Fetch lost bytes back from a backup.",
)
def verify_command(as_lines: bool, mend: bool, deep: bool, source: Path | None) -> None:
    """Hold the store against the ledger against the tables; say what is wrong.

    Exit status 1 while something is.

    \b
    Example:  fazhi verify --mend
    """
    spare = Backup.at(source).store if source else None
    with connected() as (full, ledger):
        scene = Scene(ledger=ledger, chosen=full, ring=_bell(full), deep=deep, spare=spare)
        sys.exit(0 if _tell_verified(scene, mend=mend, as_lines=as_lines) else 1)


def _tell_verified(scene: Scene, *, mend: bool, as_lines: bool) -> bool:
    """Whether all is well, after what was mended."""
    with progress() as tell:
        found = [*verify(scene, mend=mend, tell=tell)]
    for verdict in found:
        if not as_lines:
            mark = "mended" if verdict.mended else "WRONG "
            click.echo(
                f"{mark}  {verdict.trouble.fault}  {verdict.trouble.subject}: "
                f"{verdict.trouble.sentence}"
            )
    left = sum(not verdict.mended for verdict in found)
    if as_lines:
        print_json(
            {
                "wrong": left,
                "mended": len(found) - left,
                "troubles": [one.as_json() for one in found],
            }
        )
    elif not found:
        click.echo("Store, ledger and tables agree.")
    else:
        click.echo(f"{len(found)} found, {len(found) - left} mended, {left} left.")
    return left == 0


@click.command()
@as_json_option
@click.option(
    "--keep",
    type=click.IntRange(1),
    metavar="N",
    help="Afterwards, remove all but the newest N backups.",
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path, keep: int | None, as_lines: bool) -> None:
    """Back up database and store into FOLDER, while the system runs;
    files that FOLDER holds are not copied again.

    \b
    Example:  fazhi backup /mnt/backup --keep 14
    """
    with connected() as (full, ledger), progress() as tell:
        made = make_backup(ledger, Store(full.store_dir), folder, tell)
        removed = keep_newest(folder, keep) if keep else 0
    if as_lines:
        print_json({"folder": str(made.folder), "removed": removed} | asdict(made.manifest))
    else:
        click.echo(
            f"{made.manifest.documents} documents are in {made.folder}; {removed} "
            "older backups removed."
        )
        for sha256 in made.manifest.missing:
            click.echo(
                f"The store does not hold {sha256} whole: `fazhi verify --deep` says more.",
                err=True,
            )
    sys.exit(1 if made.manifest.missing else 0)


@click.command(name="restore")
@as_json_option
@click.option("--replace", is_flag=True, help="Lose what the database holds now.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore_command(folder: Path, replace: bool, as_lines: bool) -> None:
    """Bring back a backup, or the newest in FOLDER, into an empty system; then verify.

    \b
    Example:  FAZHI_HOME=/srv/fazhi fazhi restore /mnt/backup
    """
    found = Backup.at(folder)
    with connected(any_schema=True) as (full, ledger):
        with progress() as tell:
            done = restore(found, ledger, Store(full.store_dir), replace=replace, tell=tell)
        if not as_lines:
            click.echo(
                f"{found.folder}: {found.manifest.documents} documents, {done.copied} files copied."
            )
            if done.forgotten:
                click.echo(f"{done.forgotten} documents were forgotten since, and are so again.")
        # What was running when the backup was made is due again.
        scene = Scene(ledger=ledger, chosen=full, ring=_bell(full), spare=found.store)
        sys.exit(0 if _tell_verified(scene, mend=True, as_lines=as_lines) else 1)


def _bell(full: Settings) -> Ring:
    from workers.stages.app import app, configure, ring

    configure(app, full)
    return ring
