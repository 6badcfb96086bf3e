"""The `fazhi` command. Exit status: 0 done, 1 something is wrong, 2 wrong usage, 3 a file was refused."""

from __future__ import annotations

import signal
from typing import Any

import click
from sqlalchemy.exc import InterfaceError, OperationalError

from workers.commands import catalogue, desk, exporting, looking, recovery, review, roster, running
from workers.errors import FazhiError
from workers.report.catalogue import lay_over
from workers.settings import settings


class Commands(click.Group):
    """Every trouble that has a sentence for the user ends with that sentence, not with a trace."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except FazhiError as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, InterfaceError) as error:
            told = str(error.orig).strip()
            raise click.ClickException(f"The database does not answer ({told}): `fazhi doctor` says more.") from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="fazhi")
def main() -> None:
    """Reads rule-of-law government annual reports: drop files into inbox/, find their figures in Postgres.

    \b
    Example:  fazhi run              start everything on this machine
              fazhi read 报告.docx   read one file, with no service
    """
    signal.signal(signal.SIGIO, signal.SIG_IGN)  # how the kernel takes a lease back, see inbox.is_written_to
    if settings().catalogue:
        lay_over(settings().catalogue)


for command in (
    running.run,
    looking.read,
    looking.status,
    looking.search,
    review.review,
    roster.roster,
    exporting.export,
    looking.nightly_command,
    looking.doctor,
    catalogue.catalogue,
    running.watch,
    running.work,
    running.beat,
    desk.desk,
    desk.user,
    running.flower,
    running.migrate,
    recovery.retry,
    recovery.verify_command,
    recovery.backup,
    recovery.restore_command,
):
    main.add_command(command)

if __name__ == "__main__":
    main()
