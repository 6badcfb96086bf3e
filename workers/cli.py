"""The `fazhi` command.

Exit status: 0 done, 1 something is wrong, 2 wrong usage, 3 a file was refused.
"""

from __future__ import annotations

import ast
import errno
import signal
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from click_didyoumean import DYMMixin

from workers.errors import FazhiError
from workers.telling.masking import masked

# Name → module of workers/commands and function. Imported when asked for, as all that takes time:
# a short command waits for no other's imports, and the list of them for none.
COMMANDS = {
    "run": ("running", "run"),
    "read": ("reading", "read"),
    "status": ("looking", "status"),
    "search": ("looking", "search"),
    "demo": ("demo", "demo"),
    "review": ("review", "review"),
    "roster": ("roster", "roster"),
    "export": ("exporting", "export"),
    "changes": ("changing", "changes"),
    "nightly": ("upkeep", "nightly_command"),
    "doctor": ("upkeep", "doctor"),
    "settings": ("configuring", "settings_command"),
    "dictionary": ("configuring", "dictionary"),
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
    "forget": ("forgetting", "forget_command"),
    "verify": ("recovery", "verify_command"),
    "backup": ("recovery", "backup"),
    "restore": ("recovery", "restore_command"),
}


class Commands(DYMMixin, click.Group):  # type: ignore[misc] # it has no types
    """Every trouble that has a sentence for the user ends with that sentence, not with a trace."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name]
        found: click.Command = getattr(import_module(f"workers.commands.{module}"), function)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        width = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, click.Command(name, help=_docstring(*place)).get_short_help_str(width))
                    for name, place in COMMANDS.items()
                ]
            )

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except FazhiError as error:
            raise click.ClickException(masked(str(error))) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # who reads what we print has read enough: click's
                raise
            raise click.ClickException(_told_of_path(error)) from error
        except _database_errors() as error:
            from workers.failing import is_of_service, told

            if not is_of_service(error):
                raise
            raise click.ClickException(
                masked(
                    f"The database does not answer as it should ({told(error)}): `fazhi doctor` "
                    "says more."
                )
            ) from error


def _docstring(module: str, function: str) -> str:
    """What the command says of itself, read without its imports."""
    source = (Path(__file__).parent / "commands" / f"{module}.py").read_text(encoding="utf-8")
    return next(
        ast.get_docstring(node) or ""
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == function
    )


def _told_of_path(error: OSError) -> str:
    """
    >>> _told_of_path(FileNotFoundError(errno.ENOENT, "No such file or directory", "/none/x.csv"))
    '/none/x.csv: No such file or directory.'
    """
    return f"{error.filename}: {error.strerror}." if error.filename else str(error)


def _database_errors() -> tuple[type[Exception], ...]:
    """Imported only where something went wrong."""
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.exc import TimeoutError as NoConnectionFree

    return DBAPIError, NoConnectionFree


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
    from workers.report.catalogue import lay_over, overlay_path, taught_text
    from workers.settings import settings, unknown_settings

    # how the kernel takes a lease back, see inbox.is_written_to
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    chosen = settings()
    for sentence in unknown_settings():
        click.echo(sentence, err=True)
    over = chosen.catalogue, chosen.taught_text()
    if over != (overlay_path(), taught_text()):
        lay_over(*over)


if __name__ == "__main__":
    main()
