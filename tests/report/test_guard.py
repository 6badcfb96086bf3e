"""The core stands alone, arrows between modules run one way,
and names of modules are told apart at a glance.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("workers", "review", "schema")

# Contract of the guard → a module and the line in it that breaks the contract.
PLANTS = [
    ("core", "workers/report/text.py", "import time"),
    ("core", "workers/report/cleaning/lines.py", "import os.path"),
    ("core", "workers/report/model.py", "import urllib.request"),
    ("core", "workers/report/auditing/law.py", "from pathlib import Path"),
    ("core", "workers/report/pipeline.py", "from workers import ledger"),
    ("core", "workers/report/contract.py", "import schema.tables"),
    ("core", "workers/report/reading/web.py", "import numpy"),
    ("errors", "workers/errors.py", "from workers.settings import Settings"),
    ("wings", "workers/ledger.py", "import workers.results.rows"),
    ("wings", "workers/store.py", "from workers import ledger"),
    ("wings", "workers/desk/status.py", "def late():\n    import workers.stages.app"),
    ("pages", "workers/desk/search.py", "import review.words"),
    ("queue", "workers/results/findings.py", "from workers.desk import queue"),
    ("cycles", "workers/report/chinese/sentences.py", "import workers.report.extraction.forms"),
    ("cycles", "review/words.py", "import review.app"),
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the packages and their guard, to be broken."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def check_imports(root: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    chosen = [f"--contract={contract}" for contract in contracts]
    command = [program, "--no-cache", "--no-logo", *chosen]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_every_contract_of_the_guard_is_kept(house: Path) -> None:
    done = check_imports(house)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(("contract", "module", "line"), PLANTS)
def test_planted_import_breaks_its_contract(
    house: Path, contract: str, module: str, line: str
) -> None:
    with (house / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = check_imports(house, contract)
    assert done.returncode == 1, done.stdout
    assert "1 broken" in done.stdout


def test_clock_is_refused_in_the_core_and_nowhere_else(house: Path) -> None:
    asked = "\n\nfrom datetime import date\n\nTODAY = date.today()\n"
    for module in ("workers/report/text.py", "workers/ledger.py"):
        with (house / module).open("a", encoding="utf-8") as file:
            file.write(asked)
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--select=TID251",
        "--output-format=concise",
        "--no-cache",
        ".",
    ]
    done = subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)
    assert [line.split(":")[0] for line in done.stdout.splitlines() if "TID251" in line] == [
        "workers/report/text.py"
    ]


def test_core_is_imported_without_services() -> None:
    script = (
        "import sys; import workers.report.pipeline, workers.report.contract, "
        "workers.report.chinese.words;"
        "banned = {'celery', 'kombu', 'sqlalchemy', 'redis', 'psycopg', 'watchdog', 'alembic', "
        "'workers.settings',"
        " 'workers.ledger', 'workers.store', 'schema.tables'};"
        "print(sorted(banned & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def names_of(root: Path) -> set[str]:
    """The names of all modules and packages; migrations are called after their numbers."""
    modules = {
        path
        for package in PACKAGES
        for path in (root / package).rglob("*.py")
        if "versions" not in path.parts
    }
    return {path.parent.name if path.name == "__init__.py" else path.stem for path in modules}


def twins_of(names: set[str]) -> list[str]:
    return sorted(name for name in names if f"{name}s" in names)


def test_no_two_names_differ_by_an_s_alone(house: Path) -> None:
    assert twins_of(names_of(house)) == []
    (house / "workers" / "desk" / "stage.py").touch()
    assert twins_of(names_of(house)) == ["stage"]


def test_about_a_dozen_modules_stand_at_the_top() -> None:
    modules = [path.name for path in (ROOT / "workers").glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= 12, modules
