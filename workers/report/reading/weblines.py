"""A page's text as lines: a block begins a line, a row of a table is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

_BLOCKS = {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt"}
_BLOCKS |= {
    "fieldset",
    "figcaption",
    "figure",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
}
_BLOCKS |= {"main", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"}
_CELLS = frozenset({"td", "th"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s?:\s?none|visibility\s?:\s?hidden|mso-hide\s?:\s?all", re.IGNORECASE)
# A cell of a data table is short; a longer one is the layout of the page.
_CELL_LENGTH = 400


@dataclass(frozen=True, slots=True)
class HtmlLine:
    """A line and whether it stands in the article."""

    text: str
    inside: bool


@dataclass(slots=True)
class _Builder:
    lines: list[HtmlLine] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    inside: bool = False

    def add(self, text: str) -> None:
        text = _SPACE.sub(" ", text)
        if text == " " and not self.pieces:
            return
        self.pieces.append(text)

    def end_line(self) -> None:
        line = _SPACE.sub(" ", "".join(self.pieces)) if "\t" not in "".join(self.pieces) else "".join(self.pieces)
        if line.strip():
            self.lines.append(HtmlLine(line.strip(" \t"), self.inside))
        self.pieces.clear()


def lines_of(body: LexborNode, article: LexborNode) -> list[HtmlLine]:
    """The lines that the page shows, in order.

    >>> from selectolax.lexbor import LexborHTMLParser
    >>> body = LexborHTMLParser("<p>一、概况</p><table><tr><td>调解</td><td>46件</td></tr></table>").body
    >>> [line.text for line in lines_of(body, body)]
    ['一、概况', '调解\\t46件']
    """
    builder = _Builder()
    rows = 0  # depth of data rows: inside them blocks do not end lines
    for node, opens in _walk(body):
        if node.mem_id == article.mem_id:  # == would compare their markup
            builder.end_line()
            builder.inside = opens
        tag = node.tag
        if tag == "-text":
            builder.add(node.text(deep=False) or "")
        elif tag == "tr" and _is_data_row(node):
            if not rows:
                builder.end_line()
            rows += 1 if opens else -1
        elif tag in _CELLS:
            if rows and opens and node.prev is not None and builder.pieces:
                builder.pieces.append("\t")
            elif not rows:
                builder.end_line()
        elif tag == "br" and opens:
            builder.add(" ") if rows else builder.end_line()
        elif tag in _BLOCKS and not rows:
            builder.end_line()
    builder.end_line()
    return builder.lines


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Each node when it opens and when it closes, without recursion: pages nest as deep as they like."""
    stack: list[tuple[LexborNode, bool]] = [(root, True)]
    while stack:
        node, opens = stack.pop()
        if opens and _is_hidden(node):
            continue
        yield node, opens
        if opens and node.tag != "-text":
            stack.append((node, False))
            children = list(node.iter(include_text=True))
            stack.extend((child, True) for child in reversed(children))


def _is_hidden(node: LexborNode) -> bool:
    style = node.attributes.get("style") if node.tag not in {"-text", "-comment"} else None
    return node.tag == "-comment" or bool(style and _HIDDEN.search(style))


def _is_data_row(row: LexborNode) -> bool:
    cells = [cell for cell in row.iter() if cell.tag in _CELLS]
    texts = [cell.text() for cell in cells]
    return sum(bool(text.strip()) for text in texts) > 1 and max(map(len, texts)) <= _CELL_LENGTH
