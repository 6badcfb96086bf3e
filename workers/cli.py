"""The `fazhi` command."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from workers.errors import UnusableFile
from workers.report.contract import as_json
from workers.report.pipeline import read_report


@click.group()
def main() -> None:
    """Reads rule-of-law government annual reports."""


@main.command()
@click.option("--json", "as_lines", is_flag=True)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), required=True)
def read(files: tuple[Path, ...], as_lines: bool) -> None:
    """Read files with no service running."""
    refused = False
    for path in files:
        try:
            line = as_json(read_report(path.read_bytes(), path.name))
        except UnusableFile as error:
            refused = True
            line = {"source": {"name": path.name}, "refused": str(error)}
        print(json.dumps(line, ensure_ascii=False))
    sys.exit(3 if refused else 0)
