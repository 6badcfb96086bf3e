"""axe, the checker of accessibility, out of the npm registry:
a tool of the tests, kept under `var/`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

VERSION = "4.14.1"
KEPT = Path(__file__).parent.parent.parent / "var" / f"axe-{VERSION}.js"


def fetch() -> Path:
    """The script; fetched once."""
    if not KEPT.exists():
        if not shutil.which("npm"):
            reason = "no npm, which fetches axe for this test"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
        KEPT.parent.mkdir(exist_ok=True)
        subprocess.run(
            ["npm", "pack", f"axe-core@{VERSION}", "--silent"],
            cwd=KEPT.parent,
            check=True,
            timeout=120,
        )
        archive = KEPT.parent / f"axe-core-{VERSION}.tgz"
        with tarfile.open(archive) as packed:
            script = packed.extractfile("package/axe.min.js")
            assert script
            KEPT.write_bytes(script.read())
        archive.unlink()
    return KEPT
