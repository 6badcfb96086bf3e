"""The `fazhi` command.

Exit status: 0 done, 1 something is wrong, 2 wrong usage, 3 a file was refused.
"""

from __future__ import annotations

import signal
from importlib import import_module
from typing import Any

import click
from sqlalchemy.exc import InterfaceError, OperationalError

from workers.errors import FazhiError
from workers.report.catalogue import lay_over, overlay_path, taught_text
from workers.settings import settings

# Name → module of workers/commands and function. Imported when asked for:
# a short command waits for no other's imports.
COMMANDS = {
    "run": ("running", "run"),
    "read": ("reading", "read"),
    "status": ("looking", "status"),
    "search": ("looking", "search"),
    "review": ("review", "review"),
    "roster": ("roster", "roster"),
    "export": ("exporting", "export"),
    "nightly": ("upkeep", "nightly_command"),
    "doctor": ("upkeep", "doctor"),
    "catalogue": ("catalogue", "catalogue"),
    "teach": ("teaching", "teach"),
    "watch": ("running", "watch"),
    "work": ("running", "work"),
    "beat": ("running", "beat"),
    "desk": ("desk", "desk"),
    "user": ("desk", "user"),
    "flower": ("running", "flower"),
    "migrate": ("running", "migrate"),
    "retry": ("recovery", "retry"),
    "verify": ("recovery", "verify_command"),
    "backup": ("recovery", "backup"),
    "restore": ("recovery", "restore_command"),
}


class Commands(click.Group):
    """Every trouble that has a sentence for the user ends with that sentence, not with a trace."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name]
        found: click.Command = getattr(import_module(f"workers.commands.{module}"), function)
        return found

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except FazhiError as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, InterfaceError) as error:
            told = str(error.orig).strip()
            raise click.ClickException(
                f"The database does not answer ({told}): `fazhi doctor` says more."
            ) from error


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="fazhi")
def main() -> None:
    """Reads rule-of-law government annual reports: drop files into inbox/,
    find their figures in Postgres.

    \b
    Example:  fazhi run              start everything on this machine
              fazhi read 报告.docx   read one file, with no service
    """
    # how the kernel takes a lease back, see inbox.is_written_to
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    chosen = settings()
    over = chosen.catalogue, chosen.taught_text()
    if over != (overlay_path(), taught_text()):
        lay_over(*over)


if __name__ == "__main__":
    main()
