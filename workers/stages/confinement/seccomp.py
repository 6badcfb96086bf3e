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
    OF_PROGRAMS,
    SIGNALS,
    Numbers,
    numbers_of,
)

# linux/prctl.h, linux/seccomp.h
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
KILL_PROCESS, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
# struct seccomp_data: the number, the architecture, and the lower halves of arguments.
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, SECOND_ARGUMENT, THIRD_ARGUMENT = 0, 4, 16, 24, 32
# linux/bpf_common.h: load a word, return, jump where equal, jump where not below.
LOAD, RETURN, IF_EQUAL, IF_AT_LEAST, IF_ANY_BIT = 0x20, 0x06, 0x15, 0x35, 0x45
# linux/sched.h, linux/socket.h
CLONE_THREAD, AF_UNIX = 0x10000, 1
X32_CALLS = 0x40000000  # x86_64 answers them under the same architecture


def forbid_calls(*, threads: bool = False) -> bool:
    """From now on this process does nothing but compute, with `threads` in more than one of them.

    False where the kernel or the architecture has no filter.

    It must have given up new privileges before.
    """
    steps = (BEGINNING, _signals_to(os.getpid()), THREADS if threads else b"", END)
    return bool(BEGINNING) and _install(b"".join(steps))


def forbid_reaching_out() -> bool:
    """From now on this process, and the program that it becomes, begins no other and connects to
    nothing; False as above.
    """
    return bool(PROGRAM) and _install(PROGRAM)


def _install(program: bytes) -> bool:
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


def _entrance() -> bytes:
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
    )


def _program() -> bytes:
    """What a whole program may do: all but what is deadly, or refused here."""
    deadly = {name: numbers for name, numbers in DEADLY.items() if name not in OF_PROGRAMS}
    refused = {name: DEADLY[name] for name in ("connect", "fork", "vfork")}
    refuse = ERRNO | errno.EACCES
    (socket,) = numbers_of({"socket": DEADLY["socket"]}, MACHINE)
    return (
        _entrance()
        + _when_any(deadly, KILL_PROCESS)
        + _when_any(refused, refuse)
        + _threads(refuse)
        + _judge(socket, (FIRST_ARGUMENT, IF_EQUAL, AF_UNIX), ALLOW, refuse)
        # LibreOffice asks whether it may write in the folders that all share, and where not, lays
        # its socket into its own.
        + b"".join(
            _judge(number, (argument, IF_EQUAL, os.W_OK), refuse, ALLOW)
            for name, argument in (("access", SECOND_ARGUMENT), ("faccessat", THIRD_ARGUMENT))
            for number in numbers_of({name: FILES[name]}, MACHINE)
        )
        + _step(RETURN, ALLOW)
    )


def _threads(otherwise: int) -> bytes:
    """Threads may begin; of another process `otherwise`."""
    (clone,) = numbers_of({"clone": DEADLY["clone"]}, MACHINE)
    return (
        # Its flags lie in memory, where no filter sees them; the C library then takes `clone`.
        _when_any({"clone3": DEADLY["clone3"]}, ERRNO | errno.ENOSYS)
        + _judge(clone, (FIRST_ARGUMENT, IF_ANY_BIT, CLONE_THREAD), ALLOW, otherwise)
    )


def _judge(number: int, asks: tuple[int, int, int], passed: int, failed: int) -> bytes:
    """One call by one argument of it: the argument, a test, what it is tested against."""
    argument, test, operand = asks
    return (
        _step(IF_EQUAL, number, otherwise=4)
        + _step(LOAD, argument)
        + _step(test, operand, otherwise=1)
        + _step(RETURN, passed)
        + _step(RETURN, failed)
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
KNOWN = LINUX and MACHINE in AUDIT_ARCH
BEGINNING = _entrance() + _when_any(ALLOWED, ALLOW) if KNOWN else b""
THREADS = _threads(KILL_PROCESS) if KNOWN else b""
END, PROGRAM = (_end(), _program()) if KNOWN else (b"", b"")
