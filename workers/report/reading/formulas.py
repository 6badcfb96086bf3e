"""Formulas (OMML, and Word's EQ fields) as one would read them out in a line: 46/50, 10³, √(2)."""

from __future__ import annotations

import re

from lxml import etree

from workers.report.reading.xmlnodes import attribute, child, children, local_name

_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_CAN_RAISE = re.compile(r"[0-9+\-−=()n]+")
_CAN_LOWER = re.compile(r"[0-9+\-−=()]+")
# What is more than one word needs brackets above or below a line.
_SIMPLE = re.compile(r"[\w.%]*")


def raised(text: str) -> str:
    """The text as it stands above the line.

    >>> raised("3"), raised("ab")
    ('³', '^(ab)')
    """
    return text.translate(_RAISED) if _CAN_RAISE.fullmatch(text) else f"^({text})" if text else ""


def lowered(text: str) -> str:
    """The text as it stands below the line."""
    return text.translate(_LOWERED) if _CAN_LOWER.fullmatch(text) else text


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
        case "sSup":
            return part("e") + raised(part("sup"))
        case "sSub":
            return part("e") + lowered(part("sub"))
        case "sSubSup":
            return part("e") + lowered(part("sub")) + raised(part("sup"))
        case "rad":
            return f"{raised(part('deg'))}√({part('e')})"
        case "d":
            return _bracketed(node)
        case "mr":
            return " ".join(read_formula(cell) for cell in children(node, "e"))
        case "m":
            return "; ".join(read_formula(row) for row in children(node, "mr"))
    return "".join(read_formula(inner) for inner in node if not local_name(inner).endswith("Pr"))


def _bracketed(node: etree._Element) -> str:
    properties = child(node, "dPr")
    named = {} if properties is None else {local_name(inner): inner for inner in properties}
    opening = attribute(named["begChr"], "val") if "begChr" in named else "("
    closing = attribute(named["endChr"], "val") if "endChr" in named else ")"
    return opening + ",".join(read_formula(part) for part in children(node, "e")) + closing


_EQ_FRACTION = re.compile(r"\\f\s?\(([^(),，]{0,40})[,，]([^(),，]{0,40})\)", re.IGNORECASE)
_EQ_CIRCLED = re.compile(r"\\o\\a[clr]\s?\([○〇◯][,，]([^()]{1,8})\)", re.IGNORECASE)
_EQ_SWITCH = re.compile(r"\\[a-z]{1,3}\d{0,3}(?=[\\(\s])", re.IGNORECASE)


def read_equation(code: str) -> str:
    """What an EQ field shows; a number in a circle stands in brackets.

    >>> read_equation(" EQ \\\\o\\\\ac(○,11) "), read_equation("EQ \\\\f(46,50)")
    ('（11）', '46/50')
    """
    shown = re.sub(r"^\s*eq\b", "", code, flags=re.IGNORECASE)
    shown = _EQ_CIRCLED.sub(lambda found: f"（{found[1]}）", shown)
    shown = _EQ_FRACTION.sub(lambda found: fraction(found[1], found[2]), shown)
    return _EQ_SWITCH.sub("", shown).strip()
