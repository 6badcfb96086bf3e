"""Formulas (OMML) as one would read them out in a line: 46/50, 10³, √(2)."""

from __future__ import annotations

import re

from lxml import etree

from workers.report.reading.xmlnodes import attribute, child, children, local_name

_NARROW = str.maketrans("０１２３４５６７８９（）", "0123456789()")
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_CAN_RAISE = re.compile(r"[0-9+\-−=()n]+")
_CAN_LOWER = re.compile(r"[0-9+\-−=()]+")
# The marks of notes: one, or several with what stands between them.
_MARKS = re.compile(r"\s*[(+\-−]?[0-9]+\)?(?:\s?[,，、;；\-–~～]\s?\(?[0-9]+\)?){0,9}\s*")
# What one text may be divided into.
_RUNS = frozenset({"r", "t"})
# Taken back, or there for its width only.
_UNSHOWN = frozenset({"del", "moveFrom", "phant"})
# What is more than one word needs brackets above or below a line.
_SIMPLE = re.compile(r"[\w.%]*")


def raised(text: str) -> str:
    """The text as it stands above the line.

    >>> raised("3"), raised("ab")
    ('³', '^(ab)')
    """
    return text.translate(_RAISED) if _CAN_RAISE.fullmatch(text) else f"^({text})" if text else ""


def lowered(text: str) -> str:
    """The text as it stands below the line.

    >>> lowered("2"), lowered("max"), lowered("1,2")
    ('₂', 'max', '_(1,2)')
    """
    if _CAN_LOWER.fullmatch(text):
        return text.translate(_LOWERED)
    return f"_({text})" if text[:1].isdecimal() else text


def raise_mark(text: str) -> str:
    """Raised text of a line: figures are no digits of what they stand at,
    letters (a title's ®) stay as they are.

    >>> raise_mark("1"), raise_mark("1、2"), raise_mark("th")
    ('¹', '¹、²', 'th')
    """
    return _plain(text).translate(_RAISED) if _MARKS.fullmatch(_plain(text)) else text


def lower_mark(text: str) -> str:
    """The same for text below the line.

    >>> lower_mark("2"), lower_mark("注")
    ('₂', '注')
    """
    return _plain(text).translate(_LOWERED) if _MARKS.fullmatch(_plain(text)) else text


def _plain(text: str) -> str:
    """With digits as wide as Latin letters."""
    return text.translate(_NARROW)


def fraction(above: str, below: str) -> str:
    """One text over another.

    >>> fraction("46", "50"), fraction("a+b", "c")
    ('46/50', '(a+b)/c')
    """
    return "/".join(part if _SIMPLE.fullmatch(part) else f"({part})" for part in (above, below))


def read_formula(node: etree._Element) -> str:
    """An `m:oMath`, or a part of one, in a line."""
    parts = {local_name(inner): inner for inner in node}

    def part(name: str) -> str:
        return read_formula(parts[name]) if name in parts else ""

    match local_name(node):
        case "t":
            return node.text or ""
        case "f":
            return fraction(part("num"), part("den"))
        case "sSup" | "sSub" | "sSubSup":
            return part("e") + lowered(part("sub")) + raised(part("sup"))
        case "sPre":
            return lowered(part("sub")) + raised(part("sup")) + part("e")
        case "nary":
            sign = _stated(node, "naryPr").get("chr", "∫")
            return sign + lowered(part("sub")) + raised(part("sup")) + part("e")
        case "limLow" | "limUpp":
            return f"{part('e')}({part('lim')})"
        case "rad":
            return f"{raised(part('deg'))}√({part('e')})"
        case "d":
            return _bracketed(node)
        case "mr":
            return " ".join(read_formula(cell) for cell in children(node, "e"))
        case "m" | "eqArr":
            rows = (inner for inner in node if local_name(inner) in {"mr", "e"})
            return "; ".join(map(read_formula, rows))
    return _side_by_side(node)


def _side_by_side(node: etree._Element) -> str:
    """The parts one after the other; a number that one part ends with does not go on in the next,
    but that runs may divide one.
    """
    written, last = "", ""
    for inner in node:
        name = local_name(inner)
        text = "" if name in _UNSHOWN or name.endswith("Pr") else read_formula(inner)
        apart = (
            (name != last or name not in _RUNS)
            and text[:1].isdecimal()
            and written[-1:].isdecimal()
        )
        written += f" {text}" if apart else text
        last = name if text else last
    return written


def _stated(node: etree._Element, properties: str) -> dict[str, str]:
    """What the properties of this name state, each by its value."""
    stated = child(node, properties)
    return {} if stated is None else {local_name(one): attribute(one, "val") for one in stated}


def _bracketed(node: etree._Element) -> str:
    stated = _stated(node, "dPr")
    inner = ",".join(read_formula(part) for part in children(node, "e"))
    return stated.get("begChr", "(") + inner + stated.get("endChr", ")")
