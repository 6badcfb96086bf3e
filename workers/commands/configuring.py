"""settings, dictionary: what can be set, and what the database holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from rich.table import Table

from schema.dictionary import Described, list_described
from workers.commands import as_json_option, console, print_json
from workers.settings import IN_A_FILE, PREFIX, Settings, settings
from workers.telling.masking import masked

_DICTIONARY = """# What the database holds

Made by `fazhi dictionary --markdown`; the same stands in the database as comments (`\\d+ metric`
in psql). Statistics ask the view `panel` and the table `metric`. `fazhi migrate --reader NAME`
makes a role that may read all of this but accounts, sessions, tokens and the audit log, and prints
its password once; after an update it is run again, for what is new.
"""
# What stands above each page that is made here, so that nobody changes it by hand.
_MARKDOWN = f"""# Settings

Every setting, made by `fazhi settings --markdown`. They come from the environment or from `.env`
in `FAZHI_HOME`; the environment goes before. Each may also stand in a file:
`{PREFIX}DATABASE_URL{IN_A_FILE}=/run/secrets/database` reads the address from there. A wrong one is
named at start; one that is unknown too, with the nearest that there is, but stops nothing.
`fazhi settings` shows what is in force here.

| setting | default | is |
|---|---|---|
"""
_ENV = "# --- Every setting and its default, made by `fazhi settings --env`. ---\n"
_SECRETS = ("_url", "password", "secret", "token", "key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One setting: what it is, its default, and what is in force, without passwords."""

    name: str
    default: str
    value: str
    meaning: str


@click.command(name="settings")
@as_json_option
@click.option("--markdown", is_flag=True, help="Print docs/settings.md.")
@click.option("--env", "as_env", is_flag=True, help="Print the end of .env.example.")
def settings_command(markdown: bool, as_env: bool, as_lines: bool) -> None:
    """Every setting: what it is, its default, and what is in force here.

    \b
    Example:  fazhi settings
    """
    lines = list(_list_settings())
    if markdown:
        rows = (f"| `{one.name}` | {_code(one.default)} | {one.meaning} |" for one in lines)
        click.echo(_MARKDOWN + "\n".join(rows))
    elif as_env:
        click.echo(_ENV + "\n".join(f"# {one.meaning}\n#{one.name}={one.default}" for one in lines))
    elif as_lines:
        for one in lines:
            print_json(one)
    else:
        table = Table(box=None, padding=(0, 2, 0, 0))
        for heading in ("setting", "in force", "default", "is"):
            table.add_column(heading, overflow="fold")
        for one in lines:
            changed = "bold" if one.value != one.default else ""
            table.add_row(one.name, one.value, one.default, one.meaning, style=changed)
        console.print(table)


def _list_settings() -> Iterator[Line]:
    chosen = settings()
    for name, field in Settings.model_fields.items():
        yield Line(
            name=f"{PREFIX}{name.upper()}",
            default=_written(field.default),
            value=_shown(name, getattr(chosen, name)),
            meaning=f"{field.description}{_bounds(field)}",
        )


def _written(value: Any) -> str:
    """
    >>> _written(True), _written(None), _written(2.0), _written("02:00")
    ('true', '', '2', '02:00')
    """
    if value is None or value is PydanticUndefined:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _shown(name: str, value: Any) -> str:
    if isinstance(value, Path) or not name.endswith(_SECRETS):
        return _written(value)
    shown = masked(_written(value))
    return shown if "://" in shown or not shown else "…"


def _bounds(field: FieldInfo) -> str:
    """
    >>> _bounds(Settings.model_fields["attempts"]), _bounds(Settings.model_fields["office"])
    (' (1 to 100)', '')
    """
    least, most = (
        next((getattr(one, end) for one in field.metadata if hasattr(one, end)), None)
        for end in ("ge", "le")
    )
    if least is None:
        return ""
    return f" ({least} or more)" if most is None else f" ({least} to {most})"


def _code(value: str) -> str:
    return f"`{value}`" if value else "none"


@click.command()
@as_json_option
@click.option("--markdown", is_flag=True, help="Print docs/dictionary.md.")
def dictionary(markdown: bool, as_lines: bool) -> None:
    """What every table, view and column of the database is, in Chinese and English.

    \b
    Example:  fazhi dictionary
    """
    described = list(list_described())
    if as_lines:
        for one in described:
            print_json(one)
    elif markdown:
        click.echo(_DICTIONARY, nl=False)
        for one in described:
            click.echo(_row(one))
    else:
        table = Table(box=None, padding=(0, 2, 0, 0))
        for one in described:
            name = f"  {one.column}" if one.column else one.table
            table.add_row(name, one.kind, one.zh, one.en, style="" if one.column else "bold")
        console.print(table)


def _row(one: Described) -> str:
    if one.column:
        return f"| `{one.column}` | {one.kind.lower()} | {one.zh} | {one.en} |"
    heading = f"\n## {one.table} · {one.zh}\n\n{one.en}"
    return f"{heading}\n\n| column | type | 中文 | is |\n|---|---|---|---|"
