"""What the styles of a Word document say: of numbers, and of what is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from workers.report.reading.xmlnodes import as_int, attribute, child, children, value_of

_OFF = {"0", "false", "off"}
# Not shown; and struck out, which is how an author takes words back without deleting them.
_HIDING = ("vanish", "strike", "dstrike")


@dataclass(frozen=True, slots=True)
class Style:
    """`number` and `depth` are w:numId and w:ilvl; `hidden` where its text is not shown."""

    number: str = ""
    depth: int | None = None
    hidden: bool = False


def read_styles(root: etree._Element | None) -> dict[str, Style]:
    """The styles by id, each with what it inherits."""
    listed = [] if root is None else children(root, "style")
    nodes = {attribute(node, "styleId"): node for node in listed}
    return {name: _inherit(nodes, name) for name in nodes}


def _inherit(nodes: dict[str, etree._Element], name: str) -> Style:
    number, depth, hidden = "", None, None
    # Word stops at eleven generations; a circle of styles is an error of the file.
    for _ in range(11):
        node = nodes.get(name)
        if node is None:
            break
        number = number or _style_number(node)
        depth = _style_depth(node) if depth is None else depth
        hidden = is_hidden(child(node, "rPr")) if hidden is None else hidden
        name = value_of(node, "basedOn")
    return Style(number, depth, bool(hidden))


def numbers_of(node: etree._Element | None) -> etree._Element | None:
    """The numbering (w:numPr) in these paragraph properties."""
    return None if node is None else child(node, "numPr")


def _style_number(node: etree._Element) -> str:
    numbers = numbers_of(child(node, "pPr"))
    return "" if numbers is None else value_of(numbers, "numId")


def _style_depth(node: etree._Element) -> int | None:
    numbers = numbers_of(child(node, "pPr"))
    depth = "" if numbers is None else value_of(numbers, "ilvl")
    return as_int(depth, 0) if depth else None


def is_hidden(properties: etree._Element | None) -> bool | None:
    """Do these run properties hide the text? None where they say nothing of it."""
    if properties is None:
        return None
    said = [
        attribute(node, "val") not in _OFF
        for name in _HIDING
        for node in children(properties, name)
    ]
    return any(said) if said else None
