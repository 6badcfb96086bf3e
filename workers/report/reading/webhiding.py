"""What of a page no browser shows, or shows struck out: taken out before the page is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from workers.report.reading.webstyles import PageStyles, Said

# Far outside of any window; an indent of a heading that a picture replaces is as far.
_OFF_THE_PAGE = re.compile(r"-\s?\d{3,}")
_NOUGHT = re.compile(r"0+(?:\.0+)?(?:px|pt|em|rem|%)?")
_CUT_AWAY = re.compile(r"rect\(\s*[01](?:px)?[\s,]|inset\(\s*(?:50|100)%|circle\(\s*0")
_SHRUNK = re.compile(r"scale(?:3d|x|y)?\(\s*0(?:\.0+)?\s*[,)]|translate(?:3d|x|y)?\(\s*-\d{4}")
_PLACED = frozenset({"absolute", "fixed", "relative"})
_STRUCK = frozenset({"s", "strike", "del"})
# What one node hides that holds more of the page than this, its scripts show (a curtain before
# the whole page); where all that is hidden comes to more, they show that, too.
_SAFE_SHARE = 0.5
_MOST_CURTAINS = 20


def drop_hidden(tree: LexborHTMLParser, styles: PageStyles) -> None:
    """Take out what is not shown."""
    body = tree.body
    if body is None:
        return
    whole = max(_length(body), 1)
    struck: list[LexborNode] = []
    hidden: list[LexborNode] = []
    for node, is_struck in _unshown(body, styles, most=_SAFE_SHARE * whole):
        (struck if is_struck else hidden).append(node)
    if sum(map(_length, hidden)) > _SAFE_SHARE * whole:
        hidden = []
    for node in (*struck, *hidden):
        node.decompose()


def _length(node: LexborNode) -> int:
    return len(node.text(strip=True))


def _unshown(
    body: LexborNode, styles: PageStyles, *, most: float
) -> Iterator[tuple[LexborNode, bool]]:
    """The outermost nodes that are not shown, and whether they are struck out."""
    around, curtains = _around_shown(body, styles), 0
    stack = [body]
    while stack:
        node = stack.pop()
        said = styles.of(node)
        if node.tag in _STRUCK or "line-through" in _decoration(said):
            yield node, True
        elif curtains < _MOST_CURTAINS and _is_hidden(node, said, around):
            if _length(node) <= most:
                yield node, False
            else:
                curtains += 1
                stack.extend(node.iter())
        else:
            stack.extend(node.iter())


def _around_shown(body: LexborNode, styles: PageStyles) -> set[int]:
    """The nodes in which another takes back that its text is not seen, by their identity."""
    around: set[int] = set()
    for node in body.css("*"):
        above = node.parent if _shows_again(styles.of(node)) else None
        while above is not None and above.mem_id not in around:
            around.add(above.mem_id)
            above = above.parent
    return around


def _shows_again(said: Said) -> bool:
    size = said.get("font-size", "0")
    return said.get("visibility") == "visible" or not _NOUGHT.fullmatch(size)


def _decoration(said: Said) -> str:
    return said.get("text-decoration-line", "") + said.get("text-decoration", "")


def _is_hidden(node: LexborNode, said: Said, around_shown: set[int]) -> bool:
    if "hidden" in node.attributes or (node.tag == "dialog" and "open" not in node.attributes):
        return True
    unseen = said.get("visibility") in {"hidden", "collapse"}
    unwritten = _NOUGHT.fullmatch(said.get("font-size", ""))
    return is_hiding(said) or bool((unseen or unwritten) and node.mem_id not in around_shown)


def is_hiding(said: Said) -> bool:
    """Do these declarations keep the node and all within from being seen?

    >>> is_hiding({"display": "none"}), is_hiding({"left": "-9999px"})
    (True, False)
    >>> is_hiding({"left": "-9999px", "position": "absolute"})
    True
    """
    if said.get("display") == "none" or said.get("content-visibility") == "hidden":
        return True
    if said.get("mso-hide") == "all" or _NOUGHT.fullmatch(said.get("opacity", "")):
        return True
    if said.get("color") == "transparent" and "text" not in (
        said.get("background-clip", "") + said.get("-webkit-background-clip", "")
    ):
        return True
    return _is_off_the_page(said) or _is_cut_away(said)


def _is_off_the_page(said: Said) -> bool:
    sides = ["text-indent", "margin-left"]
    if said.get("position") in _PLACED:
        sides += ["left", "right", "top", "bottom"]
    return any(_OFF_THE_PAGE.match(said.get(side, "")) for side in sides)


def _is_cut_away(said: Said) -> bool:
    if said.get("overflow") in {"hidden", "clip"}:
        sides = ("height", "max-height", "width", "max-width")
        if any(_NOUGHT.fullmatch(said.get(side, "")) for side in sides):
            return True
    clip = said.get("clip-path", "") + (
        said.get("clip", "") if said.get("position") in _PLACED else ""
    )
    return bool(_CUT_AWAY.search(clip) or _SHRUNK.search(said.get("transform", "")))
