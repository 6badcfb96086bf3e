"""Where the desk that runs is opened: its port may be given to that process alone, or be the next
free one.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from workers.files.private import write_secret
from workers.settings import Settings, desk_address


def keep_address(chosen: Settings) -> None:
    """For other commands: the desk is opened here."""
    with suppress(OSError):  # a desk whose var/ cannot be written to is a desk still
        write_secret(_file(chosen), f"{desk_address(chosen)}\n")


def running_address(chosen: Settings) -> str:
    """Where the desk is opened: the one that runs on this machine, else as the settings say."""
    with suppress(OSError, ValueError):
        kept = _file(chosen).read_text(encoding="utf-8").strip()
        place = urlsplit(kept)
        if not chosen.desk_url and place.hostname and place.port:
            socket.create_connection((place.hostname, place.port), timeout=0.2).close()
            return kept
    return desk_address(chosen)


def _file(chosen: Settings) -> Path:
    return chosen.var / "desk-address"
