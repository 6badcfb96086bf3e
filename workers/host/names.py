"""The names under which this machine may be asked for over HTTP."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """What another name's DNS points here is refused.

    `any_address` where the service listens on all addresses:
    an address is no name and cannot be rebound.

    >>> here = Hosts(names=frozenset({"localhost"}), any_address=False)
    >>> (
    ...     here.knows("localhost:8600"),
    ...     here.knows("127.0.0.1"),
    ...     here.knows("10.0.0.5"),
    ...     here.knows("evil.example"),
    ... )
    (True, True, False, False)
    """

    names: frozenset[str]
    any_address: bool

    @classmethod
    def at(cls, address: str, *further: str) -> Hosts:
        """Those of a service that listens at this address."""
        names = {
            "localhost",
            address.lower(),
            socket.gethostname().lower(),
            *map(str.lower, further),
        }
        return cls(names=frozenset(names), any_address=address in {"0.0.0.0", "::"})  # noqa: S104 - asked, not bound

    def knows(self, host: str) -> bool:
        name = host_name(host)
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return name in self.names
        return self.any_address or address.is_loopback or name in self.names


def host_name(host: str) -> str:
    """The name of a Host header, without its port.

    >>> host_name("Desk.example:8600"), host_name("[::1]:80")
    ('desk.example', '::1')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
