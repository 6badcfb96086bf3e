"""Every layer of the confinement, in the order in which one makes room for the next."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workers.stages.confinement.kernel import prctl
from workers.stages.confinement.landlock import give_up_files
from workers.stages.confinement.seccomp import forbid_calls, forbid_reaching_out

MEGABYTE = 1 << 20
# Nobody's, on every system (the kernel's overflow id).
NOBODY = 65534
# The fork server has begun with four descriptors and opens none itself.
MOST_DESCRIPTORS = 1024
# What programs are made of, beside their own folder; neither homes nor data nor other processes.
SYSTEM = tuple(
    Path(path)
    for path in (
        "/usr", "/lib", "/lib64", "/bin", "/opt", "/etc", "/var/cache/fontconfig",
        "/var/lib/libreoffice", "/var/spool/libreoffice",
    )
)  # fmt: skip
DEVICES = (Path("/dev/null"), Path("/dev/urandom"))
MOST_WRITTEN = 256 * MEGABYTE  # to one file
# linux/prctl.h
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """What holds a confined child here, beside the limits that every system has."""

    ordinary_user: bool
    no_new_privileges: bool
    landlock: int
    """Its version; 0 where the kernel has none."""
    seccomp: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a confined process may use: seconds of any clock, megabytes of memory, threads beside
    its first.
    """

    seconds: float
    megabytes: int
    threads: int = 0


def confine(line: int, limits: Limits, *, parent: int) -> Layers:
    """Leave this process its memory and the descriptor `line`, for good. It must be of one thread.

    What it has imported is there; it opens nothing any more, begins nothing but its threads,
    reaches nobody, and ends with its parent, or by itself soon after its seconds.
    """
    _close_all_but(line)
    os.setpgid(0, 0)
    ordinary = _become_nobody()
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user undoes it: after that
    if os.getppid() != parent:  # it ended before that
        os._exit(1)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _set_limits(limits)
    _set_limit(resource.RLIMIT_FSIZE, 0)
    _set_limit(resource.RLIMIT_NPROC, limits.threads)
    privileges = prctl(PR_SET_NO_NEW_PRIVS, 1) == 0
    landlock = give_up_files() if privileges else 0
    # After Landlock, which opens one: no descriptor has a number below 0,
    # so none comes to the one that is left.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    seccomp = privileges and forbid_calls(threads=limits.threads > 0)
    return Layers(
        ordinary_user=ordinary, no_new_privileges=privileges, landlock=landlock, seccomp=seccomp
    )


def confine_program(folder: Path, limits: Limits, *, installed: Path, parent: int) -> None:
    """The same for a whole program that this process is about to become.

    Of files it has its own, where it is `installed`, and the system's to read, and `folder`, which
    nobody else uses, to write; of processes only itself, and nobody to talk to.
    """
    _become_nobody()
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    _set_limits(limits)
    _set_limit(resource.RLIMIT_FSIZE, MOST_WRITTEN)
    if prctl(PR_SET_NO_NEW_PRIVS, 1) == 0:
        give_up_files(readable=(*SYSTEM, installed), writable=(*DEVICES, folder))
        forbid_reaching_out()


def missing_layers(layers: Layers) -> Iterator[str]:
    """A sentence for each layer that this system does not give."""
    if not layers.seccomp:
        yield (
            "Files are parsed without a filter of system calls, held by limits alone: seccomp of "
            "Linux is missing."
        )
    if not layers.landlock:
        yield (
            "Files are parsed without Landlock, the second wall before all other files: Linux 5.13 "
            "or newer has it."
        )
    if not layers.ordinary_user:
        yield (
            "Files are parsed by root, who may become no other user here: run fazhi "
            "as an ordinary user."
        )


def _close_all_but(line: int) -> None:
    os.closerange(0, line)
    os.closerange(line + 1, MOST_DESCRIPTORS)


def _become_nobody() -> bool:
    """Root's right to pass over limits and permissions goes;
    false where root may not become another.
    """
    if os.geteuid() == 0:
        with suppress(OSError):  # a user namespace that has no other user
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
    return os.geteuid() != 0


def _set_limits(limits: Limits) -> None:
    signal.alarm(int(limits.seconds) + 2)  # the worker ends it sooner, unless it was killed
    _set_limit(resource.RLIMIT_AS, limits.megabytes * MEGABYTE)
    _set_limit(resource.RLIMIT_CPU, int(limits.seconds) + 1)
    _set_limit(resource.RLIMIT_CORE, 0)


def _set_limit(which: int, limit: int) -> None:
    hard = resource.getrlimit(which)[1]
    allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(which, (allowed, allowed))
