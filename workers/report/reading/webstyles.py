"""What the styles of a page say of its text: hidden, struck out, off the page; lines that are kept.

Only the page's own rules are asked (files of styles are not there), and of them only what matters
for reading. A page whose rules hide most of its text is shown by its scripts: there they are not
believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"(?P<selectors>[^{}@;]{1,300})\{(?P<said>[^{}]{0,2000})\}")
_TELLING = frozenset(
    {
        "display",
        "visibility",
        "white-space",
        "text-decoration",
        "text-decoration-line",
        "left",
        "top",
        "text-indent",
        "font-size",
        "opacity",
        "mso-hide",
        "list-style",
        "list-style-type",
    }
)
# Far outside of any window; an indent of a heading that a picture replaces is as far.
_OFF_THE_PAGE = re.compile(r"-\s?\d{3,}")
_NOUGHT = re.compile(r"0+(?:\.0+)?(?:px|pt|em|%)?")
_STRUCK = frozenset({"s", "strike", "del"})
_KEPT = frozenset({"pre", "textarea", "xmp", "listing"})
# A page has some hundred rules; more of them than this are a framework's.
_MOST_RULES = 3_000
_SAFE_SHARE = 0.5

Said = dict[str, str]


@dataclass(frozen=True, slots=True)
class PageStyles:
    """What the page's rules say of its nodes, by their identity."""

    rules: Mapping[int, Said] = field(default_factory=dict)

    def hides(self, node: LexborNode) -> bool:
        """Does no browser show the node, or show it struck out?"""
        tag = node.tag
        if tag == "-text":
            return False
        if tag == "-comment" or tag in _STRUCK or "hidden" in node.attributes:
            return True
        return is_hiding(self._of(node))

    def keeps_lines(self, node: LexborNode) -> bool:
        """Do line breaks in the node's text end lines?"""
        return node.tag in _KEPT or self._of(node).get("white-space", "").startswith(
            ("pre", "break-spaces")
        )

    def numbers_in_chinese(self, node: LexborNode) -> bool:
        """Is this a list that counts 一、二、三?"""
        said = self._of(node)
        kind = said.get("list-style-type", said.get("list-style", ""))
        return "cjk-ideographic" in kind or "chinese" in kind

    def _of(self, node: LexborNode) -> Said:
        own = node.attributes.get("style")
        said = self.rules.get(node.mem_id, {})
        return {**said, **read_declarations(own)} if own else said


def read_declarations(written: str) -> Said:
    """The declarations that matter, in lower case; the last of a name holds.

    >>> read_declarations("color: red; DISPLAY : None; white-space:pre-wrap !important")
    {'display': 'none', 'white-space': 'pre-wrap'}
    """
    pairs = (piece.partition(":") for piece in written.lower().split(";"))
    said = {name.strip(): value.partition("!")[0].strip() for name, _, value in pairs}
    return {name: value for name, value in said.items() if name in _TELLING and value}


def is_hiding(said: Said) -> bool:
    """Do these declarations keep the text from being seen?"""
    if said.get("display") == "none" or said.get("visibility") in {"hidden", "collapse"}:
        return True
    if said.get("mso-hide") == "all" or "line-through" in "".join(
        said.get(name, "") for name in ("text-decoration", "text-decoration-line")
    ):
        return True
    if any(_NOUGHT.fullmatch(said.get(name, "")) for name in ("font-size", "opacity")):
        return True
    return any(_OFF_THE_PAGE.match(said.get(name, "")) for name in ("left", "top", "text-indent"))


def read_styles(tree: LexborHTMLParser) -> PageStyles:
    """The page's rules, in their order, laid over its nodes."""
    rules: dict[int, Said] = {}
    for selectors, said in _rules(tree):
        for node in _selected(tree, selectors):
            rules.setdefault(node.mem_id, {}).update(said)
    return PageStyles(rules if _can_be_believed(tree, rules) else {})


def _rules(tree: LexborHTMLParser) -> Iterator[tuple[str, Said]]:
    count = 0
    for sheet in tree.css("style"):
        for found in _RULE.finditer(_without_conditions(_COMMENT.sub("", sheet.text()))):
            count += 1
            if count > _MOST_RULES:
                return
            if said := read_declarations(found["said"]):
                yield found["selectors"].strip(), said


def _without_conditions(sheet: str) -> str:
    """The rules that hold always: those for print or for small windows stand
    in blocks of their own.
    """
    kept, depth, condition = [], 0, None
    for piece in re.split(r"([{}])", sheet):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth -= 1
        elif condition is None and "@media" in piece.lower():
            condition = depth
            piece = piece[: piece.lower().index("@media")]
        if condition is None:
            kept.append(piece)
        elif piece == "}" and depth <= condition:
            condition = None
        elif piece not in "{}" and depth == condition:
            kept.append(piece)
    return "".join(kept)


def _selected(tree: LexborHTMLParser, selectors: str) -> list[LexborNode]:
    """The nodes that the selectors name; none where they ask for a state (:hover) or are wrong."""
    if ":" in selectors:
        return []
    try:
        return tree.css(selectors)
    except (SelectolaxError, ValueError):
        return []


def _can_be_believed(tree: LexborHTMLParser, rules: Mapping[int, Said]) -> bool:
    body = tree.body
    if body is None or not any(is_hiding(said) for said in rules.values()):
        return True
    hidden = sum(
        len(node.text(strip=True))
        for node in body.traverse()
        if is_hiding(rules.get(node.mem_id, {}))
    )
    return hidden <= _SAFE_SHARE * max(len(body.text(strip=True)), 1)
