"""What the styles of a page say of its nodes, as far as that decides what is read.

Only the page's own rules are asked (files of styles are not there). Of several that speak of a
node the weightiest counts, as in a browser: important ones, those in the tag, the more specific
selector, the later one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_RULE = re.compile(r"(?P<selectors>[^{}@;]{1,300})\{(?P<said>[^{}]{0,2000})\}")
_TELLING = re.compile(
    r"display|visibility|content-visibility|white-space(?:-collapse)?|text-decoration(?:-line)?"
    r"|position|left|right|top|bottom|margin-left|text-indent|(?:max-)?(?:width|height)|overflow"
    r"|font-size|opacity|color|(?:-webkit-)?(?:background-clip|clip|clip-path|transform)"
    r"|mso-hide|mso-list|list-style(?:-type)?|vertical-align"
)
# A page has some hundred rules; more of them than this are a framework's.
_MOST_RULES = 3_000
# What a selector asks that depends on who looks (a pointer, a press), or is no node of the page.
_DYNAMIC = re.compile(
    r"::|:(?:hover|focus|active|visited|link|target|checked|before|after|first-l|host|root|is|where)"
)
_ID, _CLASS = re.compile(r"#[\w-]+"), re.compile(r"\.[\w-]+|\[[^\]]*\]|:[\w-]+")
_NAME = re.compile(r"(?:^|[\s>+~(])[a-zA-Z][\w-]*")
# The window in which a page is read, in pixels.
_WINDOW = 1440
_BOUND = re.compile(
    r"\(\s*(?P<which>min|max)-(?:device-)?width\s*:\s*(?P<width>\d{1,5})(?:\.\d+)?px\s*\)"
)

_KEPT = frozenset({"pre", "textarea", "xmp", "listing", "plaintext"})
_SHIFTED = {"sup": "super", "sub": "sub"}

Said = dict[str, str]
# important, in the tag, ids, classes, names, place in the styles
Weight = tuple[bool, bool, int, int, int, int]
_IN_TAG = (True, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class PageStyles:
    """What the page's rules say of its nodes, by their identity, each with its weight."""

    rules: Mapping[int, Mapping[str, tuple[Weight, str]]] = field(default_factory=dict)

    def of(self, node: LexborNode) -> Said:
        """What is said of this node by itself; what holds around it is not asked."""
        said = self.rules.get(node.mem_id, {})
        own = node.attributes.get("style")
        if own:
            said = dict(said)
            _add(said, read_declarations(own), _IN_TAG)
        return {name: value for name, (_, value) in said.items()}

    def keeps_lines(self, node: LexborNode) -> bool | None:
        """Do line breaks in the node's text end lines? None where it goes on as around it."""
        said = self.of(node)
        collapse = said.get("white-space-collapse", "")
        space = said.get("white-space", collapse)
        if not space:
            return True if node.tag in _KEPT else None
        return space.startswith(("pre", "break-spaces"))

    def numbers_in_chinese(self, node: LexborNode) -> bool:
        """Is this a list that counts 一、二、三?"""
        said = self.of(node)
        kind = said.get("list-style-type", said.get("list-style", ""))
        return "cjk-ideographic" in kind or "chinese" in kind

    def shift(self, node: LexborNode) -> str:
        """Whether the node's text stands above its line ("super"), below it ("sub") or on it."""
        return self.of(node).get("vertical-align", _SHIFTED.get(node.tag or "", ""))


def read_declarations(written: str) -> dict[str, tuple[bool, str]]:
    """The declarations that matter, in lower case, and whether they are important.

    >>> read_declarations("color: red; DISPLAY : None; white-space:pre-wrap !important")
    {'color': (False, 'red'), 'display': (False, 'none'), 'white-space': (True, 'pre-wrap')}
    """
    said: dict[str, tuple[bool, str]] = {}
    for piece in written.lower().split(";"):
        name, _, stated = piece.partition(":")
        value, _, more = stated.partition("!")
        important = more.strip() == "important"
        if value.strip() and _TELLING.fullmatch(name.strip()):
            before = said.get(name.strip(), (False, ""))
            if important or not before[0]:
                said[name.strip()] = (important, value.strip())
    return said


def read_styles(tree: LexborHTMLParser) -> PageStyles:
    """The page's rules, laid over its nodes."""
    rules: dict[int, dict[str, tuple[Weight, str]]] = {}
    for place, (selectors, said) in enumerate(_rules(tree)):
        for selector in selectors.split(","):
            for node in _selected(tree, selector.strip()):
                weight = (False, *_specificity(selector), place)
                _add(rules.setdefault(node.mem_id, {}), said, weight)
    return PageStyles(rules)


def _add(
    over: dict[str, tuple[Weight, str]],
    said: Mapping[str, tuple[bool, str]],
    weight: tuple[bool, int, int, int, int],
) -> None:
    for name, (important, value) in said.items():
        whole = (important, *weight)
        if name not in over or over[name][0] <= whole:
            over[name] = (whole, value)


def _specificity(selector: str) -> tuple[int, int, int]:
    """How closely a selector names its nodes: by ids, by classes, by tags.

    >>> _specificity("#zoom p.note"), _specificity("div > p")
    ((1, 1, 1), (0, 0, 2))
    """
    found = (_ID, _CLASS, _NAME)
    ids, classes, names = (len(pattern.findall(selector)) for pattern in found)
    return ids, classes, names


def _rules(tree: LexborHTMLParser) -> Iterator[tuple[str, dict[str, tuple[bool, str]]]]:
    count = 0
    for style in tree.css("style"):
        if not _is_for_window(style.attributes.get("media") or "all"):
            continue
        for found in _RULE.finditer(_without_conditions(_COMMENT.sub("", style.text()))):
            count += 1
            if count > _MOST_RULES:
                return
            if said := read_declarations(found["said"]):
                yield found["selectors"].strip(), said


def _is_for_window(media: str) -> bool:
    """Does a condition hold for a person at a screen?

    >>> [_is_for_window(media) for media in ("screen", "print", "screen and (max-width:600px)")]
    [True, False, False]
    """
    return any(map(_is_met, media.lower().split(",")))


def _is_met(query: str) -> bool:
    wide = {"min": lambda width: width <= _WINDOW, "max": lambda width: width >= _WINDOW}
    for bound in _BOUND.finditer(query):
        if not wide[bound["which"]](int(bound["width"])):
            return False
    rest = set(re.findall(r"[\w-]+|\(", _BOUND.sub("", query)))
    return rest <= {"only", "screen", "all", "and"}


def _without_conditions(style: str) -> str:
    """The rules that hold for a window, those of other media left out."""
    kept, depth, left_out = [], 0, None
    for piece in re.split(r"([{}])", style):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth -= 1
        elif left_out is None and (at := piece.lower().rfind("@media")) >= 0:
            if not _is_for_window(piece[at + len("@media") :]):
                left_out = depth
            piece = piece[:at]
        if left_out is None:
            kept.append(piece)
        elif piece == "}" and depth <= left_out:
            left_out = None
    return "".join(kept)


def _selected(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """The nodes that the selector names; none where it asks for a state (:hover) or is wrong."""
    if not selector or _DYNAMIC.search(selector):
        return []
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError):
        return []
