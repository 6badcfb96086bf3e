"""Which rules made a result: a digest of the core's code, the catalogue and what was taught."""

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
    return sha256(f"{own_rules()}{taught_text()}".encode()).hexdigest()[:12]


@knowledge
def own_rules() -> str:
    """The digits of what this installation brings, without what people taught, which the database
    gives to all alike: the code, the catalogue, and the office's file over it.
    """
    code = sorted(Path(__file__).parent.rglob("*.py"))
    files = sorted(path for path in CATALOGUE_DIR.rglob("*") if path.is_file())
    digest = sha256()
    laid_over = [overlay] if (overlay := overlay_path()) else []
    for path in [*code, *files, *laid_over]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
