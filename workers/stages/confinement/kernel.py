"""Two ways into the kernel that Python has no function for.

Both answer a negative number where it refuses.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Any

LINUX = sys.platform == "linux"
_LIBC = ctypes.CDLL(None)  # the C library that Python itself runs on


def prctl(option: int, *arguments: int) -> int:
    """prctl(2). -1 on systems without it."""
    return (
        _call(_LIBC.prctl, ctypes.c_int(option), *arguments, *(0,) * (4 - len(arguments)))
        if LINUX
        else -1
    )


def syscall(number: int, *arguments: int | bytes | None) -> int:
    """A system call by its number, which is the machine's own."""
    return _call(_LIBC.syscall, ctypes.c_long(number), *arguments) if LINUX else -1


def _call(function: Callable[..., Any], first: object, *arguments: int | bytes | None) -> int:
    wide = (
        ctypes.c_long(one) if isinstance(one, int) else ctypes.c_char_p(one) for one in arguments
    )
    return int(function(first, *wide))
