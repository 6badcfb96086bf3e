"""A filter of system calls (seccomp): a list of what is allowed; the rest is refused or deadly.

Written as the kernel takes it, a program of the classic packet filter. The bindings of libseccomp
on PyPI load the system's library, which is not everywhere; a list without arguments needs no
compiler.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Mapping

from workers.stages.confinement.kernel import LINUX, prctl
from workers.stages.confinement.syscalls import (
    ALLOWED,
    AUDIT_ARCH,
    DEADLY,
    FILES,
    SIGNALS,
    Numbers,
    numbers_of,
)

# linux/prctl.h, linux/seccomp.h
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
KILL_PROCESS, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
# struct seccomp_data: the number, the architecture, and the lower half of the first argument.
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
# linux/bpf_common.h: load a word, return, jump where equal, jump where not below.
LOAD, RETURN, IF_EQUAL, IF_AT_LEAST = 0x20, 0x06, 0x15, 0x35
X32_CALLS = 0x40000000  # x86_64 answers them under the same architecture


def forbid_calls() -> bool:
    """From now on this process does nothing but compute.

    False where the kernel or the architecture has no filter.

    It must have given up new privileges before.
    """
    if not BEGINNING:
        return False
    program = b"".join((BEGINNING, _signals_to(os.getpid()), END))
    instructions = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: a count of instructions, and where they are.
    wrapped = ctypes.create_string_buffer(
        struct.pack("@HP", len(program) // 8, ctypes.addressof(instructions))
    )
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(wrapped)) == 0


def _step(code: int, operand: int, *, past: int = 0, otherwise: int = 0) -> bytes:
    """One instruction; a jump passes so many of the next ones where its test holds,
    and where it does not.
    """
    return struct.pack("=HBBI", code, past, otherwise, operand)


def _when_any(calls: Mapping[str, Numbers], action: int) -> bytes:
    return b"".join(
        _step(IF_EQUAL, number, otherwise=1) + _step(RETURN, action)
        for number in numbers_of(calls, MACHINE)
    )


def _beginning() -> bytes:
    """A call that came in for another architecture, or for the other set of numbers of x86_64,
    is deadly.
    """
    return (
        _step(LOAD, ARCHITECTURE)
        + _step(IF_EQUAL, AUDIT_ARCH[MACHINE], past=1)
        + _step(RETURN, KILL_PROCESS)
        + _step(LOAD, NUMBER)
        + _step(IF_AT_LEAST, X32_CALLS, otherwise=1)
        + _step(RETURN, KILL_PROCESS)
        + _when_any(ALLOWED, ALLOW)
    )


def _signals_to(pid: int) -> bytes:
    return b"".join(
        _step(IF_EQUAL, number, otherwise=4)
        + _step(LOAD, FIRST_ARGUMENT)
        + _step(IF_EQUAL, pid, otherwise=1)
        + _step(RETURN, ALLOW)
        + _step(RETURN, KILL_PROCESS)
        for number in numbers_of(SIGNALS, MACHINE)
    )


def _end() -> bytes:
    # "No such call", as an older kernel says: whoever tries what is newer than these lists
    # has a way to do without.
    rest = _step(RETURN, ERRNO | errno.ENOSYS)
    return _when_any(FILES, ERRNO | errno.EACCES) + _when_any(DEADLY, KILL_PROCESS) + rest


MACHINE = platform.machine()
# Made once, in the fork server; empty where the numbers of this architecture are not known.
BEGINNING, END = (_beginning(), _end()) if LINUX and MACHINE in AUDIT_ARCH else (b"", b"")
