"""The `fazhi` commands by theme, and what they share.

Each module's commands are put together in `workers.cli`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from click_didyoumean import DYMMixin
from rich.console import Console
from rich.progress import Progress, TaskID

from workers.database import check_schema
from workers.desk.jsonable import to_json
from workers.ledger import Ledger, Tell
from workers.services import open_ledger, serving
from workers.settings import Settings, settings


class Group(DYMMixin, click.Group):  # type: ignore[misc] # it has no types
    """Commands of which the nearest is named where there is none of a name."""


console = Console()
as_json_option = click.option("--json", "as_lines", is_flag=True, help="Print JSON, for scripts.")


@contextmanager
def connected(*, any_schema: bool = False) -> Iterator[tuple[Settings, Ledger]]:
    """Settings and ledger for a short command; embedded servers that nobody runs are
    started for its duration.

    SchemaMissing, SchemaOlder or SchemaNewer, unless the command makes the schema.
    """
    with serving(settings()) as full:
        ledger = open_ledger(full)
        try:
            if not any_schema:
                check_schema(ledger.engine)
            yield full, ledger
        finally:
            ledger.engine.dispose()


@contextmanager
def progress(*, beside_output: bool = False) -> Iterator[Tell]:
    """A bar on standard error, where that is a terminal; `beside_output`: only where the output
    goes elsewhere.
    """
    errors = Console(stderr=True)
    disable = not errors.is_terminal or (beside_output and sys.stdout.isatty())
    with Progress(console=errors, transient=True, disable=disable) as shown:
        bars: dict[str, TaskID] = {}

        def tell(what: str, done: int, of: int) -> None:
            if what not in bars:
                bars[what] = shown.add_task(what, total=of)
            shown.update(bars[what], completed=done)

        yield tell


def print_json(value: Any) -> None:
    """One value on one line, Chinese as it is."""
    click.echo(json.dumps(to_json(value), ensure_ascii=False, default=str))
