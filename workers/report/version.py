"""Which rules made a result: a digest of the core's code and of the catalogue."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from workers.report.catalogue import CATALOGUE_DIR, knowledge, overlay_path, taught_text


@knowledge
def rules_version() -> str:
    """Twelve hexadecimal digits that change with every change of a rule,
    so that the nightly run reads anew.

    >>> len(rules_version())
    12
    """
    code = sorted(Path(__file__).parent.rglob("*.py"))
    files = sorted(path for path in CATALOGUE_DIR.rglob("*") if path.is_file())
    digest = sha256()
    laid_over = [overlay] if (overlay := overlay_path()) else []
    for path in [*code, *files, *laid_over]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    digest.update(taught_text().encode())
    return digest.hexdigest()[:12]
