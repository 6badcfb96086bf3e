"""A report in the formats of office programs, written by LibreOffice from the tests' own .docx."""

from __future__ import annotations

import io
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from shutil import which

from tests.formats.blocks import Block
from tests.formats.writers import write_docx
from tests.report.docx import package
from workers.stages.office import BARE

# What LibreOffice writes, by the names of its filters where an ending has several.
FORMATS = {
    "docx": "docx",
    "doc": "doc",
    "rtf": "rtf",
    "odt": "odt",
    "pdf": "pdf",
    "uot": "uot:UOF text",
    "xml": "xml:MS Word 2003 XML",
}
_SECONDS = 120


_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _whole(data: bytes) -> bytes:
    """The document with what says which part is which: LibreOffice asks for that."""

    def relations(kind: str, target: str) -> str:
        one = f'<Relationship Id="r" Type="{_RELATED}/{kind}" Target="{target}"/>'
        return f'<Relationships xmlns="{_PACKAGE}/relationships">{one}</Relationships>'

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    kinds = (("document", "document.main"), ("numbering", "numbering"))
    listed = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_MAIN}.{kind}+xml"/>'
        for name, kind in kinds
    )
    plain = "application/vnd.openxmlformats-package.relationships+xml"
    first = f'<Default Extension="rels" ContentType="{plain}"/>'
    types = f'<Types xmlns="{_PACKAGE}/content-types">{first}{listed}</Types>'
    return package(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relations("officeDocument", "word/document.xml"),
            "word/_rels/document.xml.rels": relations("numbering", "numbering.xml"),
            **parts,
        }
    )


def is_installed() -> bool:
    return which("soffice") is not None


def write_docs(*reports: Sequence[Block]) -> list[bytes]:
    """The reports as documents of Word 97 to 2003."""
    with tempfile.TemporaryDirectory() as named:
        sources = [Path(named) / f"{at}.docx" for at in range(len(reports))]
        for source, blocks in zip(sources, reports, strict=True):
            source.write_bytes(_whole(write_docx(blocks)))
        write_as("doc", Path(named), *sources)
        return [source.with_suffix(".doc").read_bytes() for source in sources]


def write_by_office(blocks: Sequence[Block]) -> dict[str, bytes]:
    """The report in each of the formats; those that LibreOffice did not write are left out."""
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        source = folder / "source.docx"
        source.write_bytes(_whole(write_docx(blocks)))
        for ending in FORMATS:
            write_as(ending, folder / ending, source)
        written = {ending: folder / ending / f"source.{ending}" for ending in FORMATS}
        return {name: path.read_bytes() for name, path in written.items() if path.exists()}


def write_as(ending: str, into: Path, *sources: Path) -> None:
    """Have LibreOffice write the files anew, in another format."""
    profile = sources[0].parent / "profile"
    for path, data in BARE.items():  # with which it starts three times as fast
        (profile / path).parent.mkdir(parents=True, exist_ok=True)
        (profile / path).write_bytes(data)
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--convert-to", FORMATS[ending], "--outdir", str(into), *map(str, sources)]
    subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
