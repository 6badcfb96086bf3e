"""What the styles of a Word document say: of numbers, and of what is not shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from workers.report.reading.looks import Look
from workers.report.reading.xmlnodes import as_int, attribute, child, children, value_of

_OFF = {"0", "false", "off"}
# Not shown; and struck out, which is how an author takes words back without deleting them.
_HIDING = ("vanish", "strike", "dstrike")
# The paragraphs that name no style have the default one.
DEFAULT = ""
# A note mark that is set by hand: raised, and smaller than any text (half points).
_SMALL = 18
_FONTS = ("ascii", "hAnsi")


@dataclass(frozen=True, slots=True)
class Style:
    """`number` and `depth` are w:numId and w:ilvl; `look` is that of its text."""

    number: str = ""
    depth: int | None = None
    look: Look = field(default_factory=Look)


def read_styles(root: etree._Element | None) -> dict[str, Style]:
    """The styles by id, each with what it inherits; the default one of paragraphs as DEFAULT."""
    listed = [] if root is None else children(root, "style")
    nodes = {attribute(node, "styleId"): node for node in listed}
    styles = {name: _inherit(nodes, name) for name in nodes}
    for node in listed:
        if is_on(attribute(node, "default"), unsaid=False) and _is_of_paragraphs(node):
            styles[DEFAULT] = styles[attribute(node, "styleId")]
    return styles


def _is_of_paragraphs(style: etree._Element) -> bool:
    return attribute(style, "type") in {"", "paragraph"}


def _inherit(nodes: dict[str, etree._Element], name: str) -> Style:
    number, depth, look = "", None, Look()
    # Word stops at eleven generations; a circle of styles is an error of the file.
    for _ in range(11):
        node = nodes.get(name)
        if node is None:
            break
        number = number or _style_number(node)
        depth = _style_depth(node) if depth is None else depth
        look = look.over(look_of(child(node, "rPr")))
        name = value_of(node, "basedOn")
    return Style(number, depth, look)


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


def look_of(properties: etree._Element | None) -> Look:
    """How these run properties let text look."""
    if properties is None:
        return Look()
    said = [
        is_on(attribute(node, "val")) for name in _HIDING for node in children(properties, name)
    ]
    place = value_of(properties, "vertAlign")
    fonts = child(properties, "rFonts")
    names = [] if fonts is None else [attribute(fonts, name) for name in _FONTS]
    return Look(
        hidden=any(said) if said else None,
        raised=place == "superscript" if place else _is_set_above(properties),
        lowered=place == "subscript" if place else None,
        font=next(filter(None, names), ""),
    )


def _is_set_above(properties: etree._Element) -> bool | None:
    """Moved up and made small by hand; None where nothing is said of that."""
    up, size = value_of(properties, "position"), value_of(properties, "sz")
    return as_int(up, 0) > 0 and as_int(size, 2 * _SMALL) <= _SMALL if up and size else None


def is_on(value: str, *, unsaid: bool = True) -> bool:
    """A property that is stated without a value holds."""
    return value not in _OFF if value else unsaid
