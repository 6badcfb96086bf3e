"""What the styles of an OpenDocument text say: of numbers, of fonts, and of what is not shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from workers.report.reading.looks import Look
from workers.report.reading.numbering import Level
from workers.report.reading.xmlnodes import as_int, attribute, child, children, local_name

# How OpenDocument names a form of numbers, by its first members; the words of ISO 29500 for them.
_FORMS = {
    "": "none",
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "01, 02, 03, ...": "decimalZero",
    "一, 二, 三, ...": "chineseCounting",
    "壹, 贰, 叁, ...": "chineseLegalSimplified",
    "壹, 貳, 參, ...": "ideographLegalTraditional",
    "①, ②, ③, ...": "decimalEnclosedCircle",
    "甲, 乙, 丙, ...": "ideographTraditional",
    "子, 丑, 寅, ...": "ideographZodiac",
    "１, ２, ３, ...": "decimalFullWidth",
}
_DEEPEST_STYLE = 20
# The list of the headings that stand in no list.
OUTLINE = "outline"


@dataclass(frozen=True, slots=True)
class Style:
    """The look of a style's text; the list style that it names: empty is none, None unsaid."""

    look: Look = field(default_factory=Look)
    numbers: str | None = None


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles by family and name, and the levels of the list styles by name."""

    named: dict[tuple[str, str], Style]
    lists: dict[str, dict[int, Level]]

    def find(self, family: str, name: str) -> Style:
        return self.named.get((family, name), Style())


def read_styles(roots: Iterable[etree._Element]) -> Styles:
    """The styles of these parts; those of a later part go over those of an earlier one."""
    fonts: dict[str, str] = {}
    nodes: dict[tuple[str, str], etree._Element] = {}
    lists: dict[str, dict[int, Level]] = {}
    for node in (node for root in roots for group in root for node in group):
        match local_name(node):
            case "font-face":
                fonts[attribute(node, "name")] = attribute(node, "font-family").strip("'\"")
            case "style":
                nodes[attribute(node, "family"), attribute(node, "name")] = node
            case "list-style":
                lists[attribute(node, "name")] = _levels(node)
            case "outline-style":
                lists[OUTLINE] = _levels(node)
    return Styles({key: _inherit(nodes, key, fonts) for key in nodes}, lists)


def _inherit(
    nodes: dict[tuple[str, str], etree._Element], key: tuple[str, str], fonts: dict[str, str]
) -> Style:
    family, name = key
    look, numbers = Look(), None
    for _ in range(_DEEPEST_STYLE):  # a circle of styles is an error of the file
        node = nodes.get((family, name))
        if node is None:
            break
        look = look.over(_look(child(node, "text-properties"), fonts))
        own = [
            str(value)
            for key, value in node.attrib.items()
            if str(key).endswith("}list-style-name")
        ]
        numbers = own[0] if own and numbers is None else numbers
        name = attribute(node, "parent-style-name")
    return Style(look, numbers)


def _look(properties: etree._Element | None, fonts: dict[str, str]) -> Look:
    """Struck out is how an author takes words back without deleting them."""
    if properties is None:
        return Look()
    place = attribute(properties, "text-position").split()[:1]
    display = attribute(properties, "display")
    through = [attribute(properties, f"text-line-through-{name}") for name in ("style", "type")]
    said = [display == "none"] * bool(display) + [struck != "none" for struck in through if struck]
    font = attribute(properties, "font-name")
    return Look(
        hidden=any(said) if said else None,
        raised=_is_above(place[0]) if place else None,
        lowered=_is_below(place[0]) if place else None,
        font=fonts.get(font, font) or attribute(properties, "font-family").strip("'\""),
    )


def _is_above(place: str) -> bool:
    return place == "super" or (place.endswith("%") and not place.startswith(("-", "0%")))


def _is_below(place: str) -> bool:
    return place == "sub" or (place.endswith("%") and place.startswith("-"))


def _levels(style: etree._Element) -> dict[int, Level]:
    """The levels from 0, as `numbering` counts them."""
    levels: dict[int, Level] = {}
    for node in style:
        depth = as_int(attribute(node, "level"), 1) - 1
        if local_name(node) in {"list-level-style-number", "outline-level-style"}:
            levels[depth] = _level(node, depth, levels)
        elif local_name(node).startswith("list-level-style-"):
            levels[depth] = Level(form="bullet")
    return levels


def _level(node: etree._Element, depth: int, above: dict[int, Level]) -> Level:
    form = attribute(node, "num-format")
    return Level(
        start=as_int(attribute(node, "start-value"), 1),
        form=_FORMS.get(form, "decimal"),
        text=_pattern(node, depth, above),
        space=any(
            attribute(label, "label-followed-by") == "space"
            for properties in children(node, "list-level-properties")
            for label in children(properties, "list-level-label-alignment")
        ),
    )


def _pattern(node: etree._Element, depth: int, above: dict[int, Level]) -> str:
    """The label in Word's words: %1 is the number of the first level."""
    stated = attribute(node, "num-list-format")
    if stated:
        for at in range(10):
            stated = stated.replace(f"%{at + 1}%", f"%{at + 1}")
        return stated
    first = max(depth + 1 - as_int(attribute(node, "display-levels"), 1), 0)
    shown = [
        at for at in range(first, depth) if above.get(at, Level()).form not in {"none", "bullet"}
    ]
    numbers = ".".join(f"%{at + 1}" for at in (*shown, depth))
    return attribute(node, "num-prefix") + numbers + attribute(node, "num-suffix")
