"""System calls by number, and what becomes of them in a confined child.

Numbers: asm/unistd.h of each architecture.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Numbers(NamedTuple):
    """A call's number on each architecture; None where it has none."""

    x86_64: int | None
    aarch64: int | None


# AUDIT_ARCH_… of linux/audit.h, which the kernel compares with the way that a call came in.
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def numbers_of(calls: Mapping[str, Numbers], machine: str) -> list[int]:
    """The calls' numbers on an architecture, one of AUDIT_ARCH.

    >>> numbers_of({"read": Numbers(0, 63), "open": Numbers(2, None)}, "aarch64")
    [63]
    """
    found = (getattr(numbers, machine) for numbers in calls.values())
    return [number for number in found if number is not None]


# Computing, memory, time, and the one descriptor that the child has left.
ALLOWED = {
    "read": Numbers(0, 63),
    "write": Numbers(1, 64),
    "close": Numbers(3, 57),
    "lseek": Numbers(8, 62),
    "mmap": Numbers(9, 222),
    "munmap": Numbers(11, 215),
    "mremap": Numbers(25, 216),
    "mprotect": Numbers(10, 226),
    "madvise": Numbers(28, 233),
    "brk": Numbers(12, 214),
    "rt_sigaction": Numbers(13, 134),
    "rt_sigprocmask": Numbers(14, 135),
    "rt_sigreturn": Numbers(15, 139),
    "sigaltstack": Numbers(131, 132),
    "futex": Numbers(202, 98),
    "sched_yield": Numbers(24, 124),
    "sched_getaffinity": Numbers(204, 123),
    "nanosleep": Numbers(35, 101),
    "clock_nanosleep": Numbers(230, 115),
    "clock_gettime": Numbers(228, 113),
    "clock_getres": Numbers(229, 114),
    "gettimeofday": Numbers(96, 169),
    "time": Numbers(201, None),
    "getpid": Numbers(39, 172),
    "getppid": Numbers(110, 173),
    "gettid": Numbers(186, 178),
    "getuid": Numbers(102, 174),
    "geteuid": Numbers(107, 175),
    "getgid": Numbers(104, 176),
    "getegid": Numbers(108, 177),
    "getrandom": Numbers(318, 278),
    "getrusage": Numbers(98, 165),
    "times": Numbers(100, 153),
    "uname": Numbers(63, 160),
    "sysinfo": Numbers(99, 179),
    "getcpu": Numbers(309, 168),
    "rseq": Numbers(334, 293),
    "set_robust_list": Numbers(273, 99),
    "set_tid_address": Numbers(218, 96),
    "membarrier": Numbers(324, 283),
    "arch_prctl": Numbers(158, None),
    "restart_syscall": Numbers(219, 128),
    "exit": Numbers(60, 93),
    "exit_group": Numbers(231, 94),
}

# Allowed towards the child itself: that is how a C library ends a program that has gone wrong.
SIGNALS = {
    "kill": Numbers(62, 129),
    "tkill": Numbers(200, 130),
    "tgkill": Numbers(234, 131),
}

# There are no files. Refused and not deadly: importing and tracing look for some and do without.
FILES = {
    "open": Numbers(2, None),
    "openat": Numbers(257, 56),
    "openat2": Numbers(437, 437),
    "stat": Numbers(4, None),
    "lstat": Numbers(6, None),
    "newfstatat": Numbers(262, 79),
    "statx": Numbers(332, 291),
    "access": Numbers(21, None),
    "faccessat": Numbers(269, 48),
    "faccessat2": Numbers(439, 439),
    "readlink": Numbers(89, None),
    "readlinkat": Numbers(267, 78),
    "getdents": Numbers(78, None),
    "getdents64": Numbers(217, 61),
    "getcwd": Numbers(79, 17),
    "statfs": Numbers(137, 43),
}

# No reader has a use for these: whoever calls one is no reader any more, and ends.
DEADLY = {
    "socket": Numbers(41, 198),
    "socketpair": Numbers(53, 199),
    "connect": Numbers(42, 203),
    "bind": Numbers(49, 200),
    "listen": Numbers(50, 201),
    "accept": Numbers(43, 202),
    "accept4": Numbers(288, 242),
    "sendto": Numbers(44, 206),
    "sendmsg": Numbers(46, 211),
    "sendmmsg": Numbers(307, 269),
    "recvfrom": Numbers(45, 207),
    "recvmsg": Numbers(47, 212),
    "recvmmsg": Numbers(299, 243),
    "clone": Numbers(56, 220),
    "clone3": Numbers(435, 435),
    "fork": Numbers(57, None),
    "vfork": Numbers(58, None),
    "execve": Numbers(59, 221),
    "execveat": Numbers(322, 281),
    "ptrace": Numbers(101, 117),
    "process_vm_readv": Numbers(310, 270),
    "process_vm_writev": Numbers(311, 271),
    "process_madvise": Numbers(440, 440),
    "kcmp": Numbers(312, 272),
    "pidfd_open": Numbers(434, 434),
    "pidfd_getfd": Numbers(438, 438),
    "pidfd_send_signal": Numbers(424, 424),
    "rt_sigqueueinfo": Numbers(129, 138),
    "rt_tgsigqueueinfo": Numbers(297, 240),
    "mount": Numbers(165, 40),
    "umount2": Numbers(166, 39),
    "move_mount": Numbers(429, 429),
    "open_tree": Numbers(428, 428),
    "fsopen": Numbers(430, 430),
    "fsmount": Numbers(432, 432),
    "pivot_root": Numbers(155, 41),
    "chroot": Numbers(161, 51),
    "unshare": Numbers(272, 97),
    "setns": Numbers(308, 268),
    "open_by_handle_at": Numbers(304, 265),
    "bpf": Numbers(321, 280),
    "perf_event_open": Numbers(298, 241),
    "userfaultfd": Numbers(323, 282),
    "io_uring_setup": Numbers(425, 425),
    "io_uring_enter": Numbers(426, 426),
    "io_uring_register": Numbers(427, 427),
    "keyctl": Numbers(250, 219),
    "add_key": Numbers(248, 217),
    "request_key": Numbers(249, 218),
    "init_module": Numbers(175, 105),
    "finit_module": Numbers(313, 273),
    "kexec_load": Numbers(246, 104),
}

# What a whole program (LibreOffice) does, too: it is loaded, has threads, and listens at a socket
# of its own for a second one of its kind; at none does it connect.
OF_PROGRAMS = frozenset(
    {
        "execve", "clone", "clone3", "fork", "vfork", "socket", "socketpair", "connect", "bind",
        "listen", "accept", "accept4", "recvfrom", "recvmsg", "sendto", "sendmsg",
    }
)  # fmt: skip
