"""A report in the formats of office programs, written by LibreOffice from the tests' own .docx."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from shutil import which

from tests.formats.blocks import Block
from tests.formats.writers import write_docx

# What LibreOffice writes, by the names of its filters where an ending has several.
FORMATS = ("docx", "doc", "rtf", "odt", "fodt", "pdf")
_SECONDS = 120


def is_installed() -> bool:
    return which("soffice") is not None


def write_by_office(blocks: Sequence[Block]) -> dict[str, bytes]:
    """The report in each of the formats; those that LibreOffice did not write are left out."""
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        source = folder / "report.docx"
        source.write_bytes(write_docx(blocks))
        for ending in FORMATS:
            into = folder / ending
            command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
            command += ["--headless", "--convert-to", ending, "--outdir", str(into), str(source)]
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        written = {ending: folder / ending / f"report.{ending}" for ending in FORMATS}
        return {name: path.read_bytes() for name, path in written.items() if path.exists()}
