"""run, and the services one by one: watch, work, beat, flower, migrate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from workers.commands import as_json_option, connected, print_json
from workers.services import serving
from workers.settings import Settings, settings

if TYPE_CHECKING:
    from workers.host.post import Letter


@click.command()
@click.option(
    "--plain", is_flag=True, help="Print log lines instead of the live view, and a line `ready`."
)
def run(plain: bool) -> None:
    """Start everything on this machine: servers, watcher, workers, schedule. Ctrl-C stops it.

    \b
    Example:  fazhi run --plain
    """
    from workers.host.supervisor import run as run_all

    run_all(settings(), plain=plain)


@click.command()
def watch() -> None:
    """Watch the inbox and hand its files to the ledger (one service).

    \b
    Example:  FAZHI_DATABASE_URL=… FAZHI_BROKER_URL=… fazhi watch
    """
    from workers.host import processes

    processes.watch(settings())


def _queue_names(context: click.Context, option: click.Parameter, value: str | None) -> list[str]:
    """The quick queues, or those of a list with commas."""
    from workers.stages.transport import QUEUES, QUICK_QUEUES

    del context, option
    chosen = [name.strip() for name in value.split(",")] if value else list(QUICK_QUEUES)
    if unknown := sorted(set(chosen) - set(QUEUES)):
        raise click.BadParameter(
            f"unknown: {', '.join(unknown)}; the queues are {', '.join(QUEUES)}."
        )
    return chosen


@click.command()
@click.option(
    "--queues",
    callback=_queue_names,
    help="Serve only these, e.g. read,clean.  [default: all but recognise]",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 256),
    help="Worker children.  [default: FAZHI_CONCURRENCY]",
)
def work(queues: list[str], concurrency: int | None) -> None:
    """Run stage tasks (one service; any number of them, on any number of machines).

    \b
    Example:  fazhi work --queues read --concurrency 4
              fazhi work --queues recognise --concurrency 1     scans, which are slow
    """
    from workers.host import processes

    processes.work(settings(), queues, concurrency)


@click.command()
def beat() -> None:
    """Ring the sweep and the nightly run, send mail and events (one service).

    \b
    Example:  FAZHI_NIGHTLY_AT=01:30 fazhi beat
    """
    from workers.host import processes

    processes.beat(settings(), _write_letter)


def _write_letter(night: Mapping[str, Any], chosen: Settings) -> Letter:
    # Not before a letter is to be written: the pages take long to load.
    from review.letters import write_letter

    return write_letter(night, chosen)


@click.command()
@click.option(
    "--address",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen; other than here only with FAZHI_FLOWER_PASSWORD.",
)
def flower(address: str) -> None:
    """Open the queue's monitor, Flower, on http://127.0.0.1:5555 (FAZHI_FLOWER_PORT),
    behind a password.

    The name is fazhi; the password is FAZHI_FLOWER_PASSWORD, or stands in var/flower-password.

    \b
    Example:  fazhi flower        beside a `fazhi run`
    """
    from workers.host.monitor import run_flower
    from workers.stages.app import app, configure

    with serving(settings()) as full:
        configure(app, full)
        run_flower(full, address)


@click.command()
@as_json_option
@click.option(
    "--reader",
    metavar="NAME",
    help="Let this role of the database read what was understood (no accounts, no audit log); "
    "where there is none, it is made and its password printed once. Again after an update.",
)
def migrate(reader: str | None, as_lines: bool) -> None:
    """Bring the database to the newest schema, its indicators to the catalogue, and put the rules
    of this installation in force: by them what is stored is read anew.

    \b
    Example:  FAZHI_DATABASE_URL=postgresql://fazhi:…@db/fazhi fazhi migrate
              fazhi migrate --reader statistics
    """
    from workers.database import migrate as migrate_database
    from workers.database import revisions
    from workers.granting import grant_reading
    from workers.report.version import own_rules
    from workers.results.in_force import put_in_force

    with connected(any_schema=True) as (_, ledger):
        migrate_database(ledger.engine)
        with ledger.transaction() as session:
            put_in_force(session)
        password = grant_reading(ledger.engine, reader) if reader else None
    if as_lines:
        done = {"revision": revisions()[0], "rules": own_rules()}
        print_json(done | {"reader": reader, "password": password})
        return
    click.echo(f"The schema is at its newest revision, and the rules {own_rules()} are in force.")
    if reader:
        click.echo(f"{reader} may read." + (f" Its password: {password}" if password else ""))
