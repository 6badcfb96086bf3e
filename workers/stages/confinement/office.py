"""`python -m workers.stages.confinement.office PARENT SECONDS MEGABYTES FOLDER PROGRAM …`:
confines itself, then becomes the program.

Begun by stages/office.py with an empty environment, as the fork server is.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from workers.stages.confinement.limits import Limits, confine_program


def main() -> None:
    parent, seconds, megabytes, folder, *command = sys.argv[1:]
    os.chdir(folder)
    confine_program(
        Path(folder),
        Limits(seconds=float(seconds), megabytes=int(megabytes)),
        installed=Path(command[0]).parent.parent,
        parent=int(parent),
    )
    # Its files of every kind go to its own folder, and what it draws with needs no screen.
    own = dict.fromkeys(("HOME", "TMPDIR", "XDG_RUNTIME_DIR"), folder)
    own |= {"LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
    os.execve(command[0], command, own)  # noqa: S606 - there is no shell here


if __name__ == "__main__":
    main()
