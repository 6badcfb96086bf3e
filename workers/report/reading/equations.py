"""The formulas of EQ fields, which Word made before it had others, as one reads them in a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.report.chinese.clauses import COMMAS, SEMICOLONS
from workers.report.reading.formulas import fraction, lower_mark, raise_mark

# A switch with its options, each behind a backslash of its own; it may hold more of its kind.
_SWITCH = re.compile(
    r"\\(?P<name>[a-z])(?P<options>(?:\s*\\[a-z]{2}[\s-]*\d*)*)\s*\(", re.IGNORECASE
)
_OPTION = re.compile(r"\\[a-z]{2}[\s-]*\d*\s*|\\[a-z]\s*", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([,;()\\])")
_SEPARATORS = COMMAS + SEMICOLONS
_CIRCLES = frozenset("○〇◯")
# No field nests its switches deeper.
_DEEPEST = 10


def read_equation(code: str) -> str:
    """What an EQ field shows; a number in a circle stands in brackets.

    >>> read_equation(" EQ \\\\o\\\\ac(○,11) "), read_equation("EQ \\\\f(46,50)")
    ('（11）', '46/50')
    >>> read_equation("eq \\\\s\\\\up 5(1)"), read_equation("EQ \\\\x\\\\to(46)")
    ('¹', '46')
    """
    return _read(re.sub(r"^\s*eq\b", "", code, flags=re.IGNORECASE), 0).strip()


def _read(code: str, depth: int) -> str:
    """The code with its switches shown, from the left."""
    written, at = "", 0
    while depth < _DEEPEST and (switch := _SWITCH.search(code, at)):
        arguments, end = _arguments(code, switch.end())
        shown = [_read(argument, depth + 1).strip() for argument in arguments]
        written += _plain(code[at : switch.start()])
        written += _show(switch["name"].lower(), switch["options"].lower(), shown)
        at = end
    return written + _plain(code[at:])


def _plain(code: str) -> str:
    return _OPTION.sub("", _ESCAPED.sub(r"\1", code))


def _arguments(code: str, start: int) -> tuple[list[str], int]:
    """The arguments of a switch from behind its bracket, and where they end."""
    found, depth = [""], 1
    for at in range(start, len(code)):
        one = code[at]
        escaped = code[at - 1] == "\\"
        depth += 0 if escaped else (one == "(") - (one == ")")
        if not depth:
            return found, at + 1
        if depth == 1 and one in _SEPARATORS and not escaped:
            found.append("")
        else:
            found[-1] += one
    return found, len(code)


def _show(name: str, options: str, arguments: Sequence[str]) -> str:
    match name, arguments:
        case "f", [above, below]:
            return fraction(above, below)
        case "o", [circle, inner] if circle in _CIRCLES:
            return f"（{inner}）"
        case "o", _:
            return "".join(arguments)
        case "s", _:
            text = " ".join(arguments)
            return lower_mark(text) if "\\do" in options else raise_mark(text)
        case "r", [*degree, inner]:
            return f"{raise_mark(''.join(degree))}√({inner})"
        case "b", _:
            return f"({','.join(arguments)})"
        case "l", _:
            return ",".join(arguments)
        case "d", _:
            return ""
    return " ".join(arguments)
