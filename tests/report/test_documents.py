"""What README and docs name is there: files, modules to run, other documents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_TOPS = "workers|review|schema|tests|bench|docs"
# A last name with a blank to fill in (`triggers.<pillar>.yaml`) is left out:
# its folder has to be there.
_PATH = re.compile(rf"(?<![\w./-])(?:{_TOPS})/(?:[\w.-]+/)*(?:[\w-]+(?:\.\w+)*(?![\w-]|\.?<))?")
_MODULE = re.compile(r"(?<![\w./-])(?:workers|review|schema|tests|bench)(?:\.\w+)+")
_LINK = re.compile(r"\]\(([^)#:]+)\)")


def missing_names(text: str, folder: Path) -> list[str]:
    """The names of the text that nothing bears: paths from the root, dotted modules,
    links from `folder`.
    """
    paths = [path for path in _PATH.findall(text) if not (ROOT / path).exists()]
    modules = [name for name in _MODULE.findall(text) if not _is_module(name)]
    links = [link for link in _LINK.findall(text) if not (folder / link).exists()]
    return [*paths, *modules, *links]


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_document_names_only_what_is_there(document: Path) -> None:
    assert missing_names(document.read_text(encoding="utf-8"), document.parent) == []


def test_name_of_what_has_moved_is_found_in_a_document() -> None:
    text = (
        "`workers/reviews.py`, `bench.anomalies`, [this](gone.md); "
        "`workers/ledger.py`, `bench.cleaning`."
    )
    assert missing_names(text, ROOT / "docs") == [
        "workers/reviews.py",
        "bench.anomalies",
        "gone.md",
    ]


def test_readme_shows_every_wing() -> None:
    shown = set(re.findall(r"(\w+)/", (ROOT / "README.md").read_text(encoding="utf-8")))
    packages = [
        *(ROOT / "workers").glob("*/__init__.py"),
        *(ROOT / "workers" / "report").glob("*/__init__.py"),
    ]
    wings = {path.parent.name for path in packages}
    assert wings - shown == set()
