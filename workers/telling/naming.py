"""The name of this process among all others: `read@host`, the second one of a host `read-2@host`;
in a worker's pool with its place, `read@host/1`. It is the same again after a restart.
"""

from __future__ import annotations

import os
import socket
from hashlib import sha256
from itertools import count

_name = f"fazhi@{os.uname().nodename}"
_place = ""
_held: list[socket.socket] = []


def take_name(service: str, system: str = "") -> str:
    """The first free name of this service on this machine, held until the process ends.

    `system` tells apart those that have nothing to do with each other, as by their broker.
    """
    global _name
    host = os.uname().nodename
    for slot in count(1):
        _name = f"{service}@{host}" if slot == 1 else f"{service}-{slot}@{host}"
        # In Linux's abstract namespace: it goes with its process, however that ends.
        held = socket.socket(socket.AF_UNIX)
        try:
            held.bind(f"\0fazhi {sha256(f'{system} {_name}'.encode()).hexdigest()}")
        except OSError:
            held.close()
        else:
            _held.append(held)
            break
    return _name


def take_place(place: int) -> None:
    """This process is the so-many-th of its worker's pool."""
    global _place
    _place = f"/{place}"


def own_name() -> str:
    """Who signs what this process does: in the logs and in the ledger."""
    return _name + _place
