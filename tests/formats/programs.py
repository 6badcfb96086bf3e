"""A program in LibreOffice's place."""

from __future__ import annotations

from pathlib import Path

from workers.stages.office import Office, find_office

# An empty zip, and what has a shell write it.
WRITTEN = b"PK\x05\x06" + bytes(18)
WRITES = "printf '" + "".join(f"\\{byte:03o}" for byte in WRITTEN) + "'"


def a_program(folder: Path, script: str) -> Office:
    """A program in LibreOffice's place, which does this with a file that says x."""
    inner = folder / "office" / "program"
    inner.mkdir(parents=True)
    program = inner / "soffice"
    own = f'read said < a; [ "$said" = x ] || {{ {WRITES} > a.docx; exit; }}'
    program.write_text(f"#!/bin/sh\n{own}\n{script}\n")
    program.chmod(0o755)
    found = find_office(str(program))
    assert found is not None
    return found
