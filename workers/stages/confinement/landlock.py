"""Landlock: this process gives up all files, TCP, and signals to and sockets of others.

Linux 5.13 and newer.
"""

from __future__ import annotations

import os
import struct

from workers.stages.confinement.kernel import syscall

# The same on every architecture; linux/landlock.h.
CREATE_RULESET, RESTRICT_SELF = 444, 446
ASK_VERSION = 1
# What a ruleset can take away, by the version (ABI) that brought it:
# bits of files, of TCP, of reaching others.
FILES = ((1, 13), (2, 14), (3, 15), (5, 16))
TCP_SINCE, OTHERS_SINCE = 4, 6
TCP_BIND_CONNECT, ABSTRACT_SOCKETS_SIGNALS = 0b11, 0b11


def landlock_version() -> int:
    """The kernel's version of Landlock; 0 where it has none or it is turned off."""
    return max(0, syscall(CREATE_RULESET, None, 0, ASK_VERSION))


def give_up_files() -> int:
    """Restrict this process; the version that does. 0 where the kernel has none:
    then nothing changed.

    It must have given up new privileges before. What is open stays open.
    """
    version = landlock_version()
    ruleset = _ruleset(version)
    handle = syscall(CREATE_RULESET, ruleset, len(ruleset), 0) if version else -1
    if handle < 0:
        return 0
    try:  # without a single rule: of what is named, nothing is allowed
        return version if syscall(RESTRICT_SELF, handle, 0) == 0 else 0
    finally:
        os.close(handle)


def _ruleset(version: int) -> bytes:
    """struct landlock_ruleset_attr, as long as this version knows it."""
    bits = max((count for since, count in FILES if version >= since), default=0)
    fields = [(1 << bits) - 1]
    if version >= TCP_SINCE:
        fields.append(TCP_BIND_CONNECT)
    if version >= OTHERS_SINCE:
        fields.append(ABSTRACT_SOCKETS_SIGNALS)
    return struct.pack(f"={len(fields)}Q", *fields)
