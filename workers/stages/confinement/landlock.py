"""Landlock: this process gives up files, TCP, and signals to and sockets of others.

Linux 5.13 and newer.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

from workers.stages.confinement.kernel import syscall

# The same on every architecture; linux/landlock.h.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION, PATH_BENEATH = 1, 1
# What a ruleset can take away, by the version (ABI) that brought it:
# bits of files, of TCP, of reaching others.
FILES = ((1, 13), (2, 14), (3, 15), (5, 16))
TCP_SINCE, OTHERS_SINCE = 4, 6
TCP_BIND_CONNECT, ABSTRACT_SOCKETS_SIGNALS = 0b11, 0b11
# Running, reading, looking into folders; what can be done to a file, not to a folder.
READ_AND_RUN = 1 << 0 | 1 << 2 | 1 << 3
OF_A_FILE = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15


def landlock_version() -> int:
    """The kernel's version of Landlock; 0 where it has none or it is turned off."""
    return max(0, syscall(CREATE_RULESET, None, 0, ASK_VERSION))


def give_up_files(*, readable: Iterable[Path] = (), writable: Iterable[Path] = ()) -> int:
    """Restrict this process to what lies at or below these paths, nothing unless told;
    the version that does. 0 where the kernel has none: then nothing changed.

    It must have given up new privileges before. What is open stays open.
    """
    version = landlock_version()
    ruleset = _ruleset(version)
    handle = syscall(CREATE_RULESET, ruleset, len(ruleset), 0) if version else -1
    if handle < 0:
        return 0
    try:
        for path in readable:
            _allow(handle, path, READ_AND_RUN)
        for path in writable:
            _allow(handle, path, _all_of_files(version))
        return version if syscall(RESTRICT_SELF, handle, 0) == 0 else 0
    finally:
        os.close(handle)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    """A rule for this path; one that is not there needs none."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= OF_A_FILE
        # struct landlock_path_beneath_attr, packed.
        rule = struct.pack("=Qi", rights, place)
        syscall(ADD_RULE, ruleset, PATH_BENEATH, rule, 0)
    finally:
        os.close(place)


def _ruleset(version: int) -> bytes:
    """struct landlock_ruleset_attr, as long as this version knows it."""
    fields = [_all_of_files(version)]
    if version >= TCP_SINCE:
        fields.append(TCP_BIND_CONNECT)
    if version >= OTHERS_SINCE:
        fields.append(ABSTRACT_SOCKETS_SIGNALS)
    return struct.pack(f"={len(fields)}Q", *fields)


def _all_of_files(version: int) -> int:
    return (1 << max((count for since, count in FILES if version >= since), default=0)) - 1
