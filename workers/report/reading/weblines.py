"""A page's text as lines: a block begins a line, a row of a table is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from workers.report.reading.formulas import lower_mark, raise_mark
from workers.report.reading.numbering import format_number, put_label
from workers.report.reading.webstyles import PageStyles
from workers.report.reading.xmlnodes import as_int

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body caption center dd details div dl dt fi"
        "eldset figcaption figure "
        "form h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table tbody textar"
        "ea tfoot thead tr ul",
    )
)
_CELLS = frozenset({"td", "th"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
# A cell of a data table is short; a longer one is the layout of the page.
_CELL_LENGTH = 400
_SHIFTS = {"super": raise_mark, "sub": lower_mark}
# The second part of these stands above, below or under the first (MathML).
_SECOND = {"msup": "super", "mover": "super", "msub": "sub", "munder": "sub"}


@dataclass(frozen=True, slots=True)
class HtmlLine:
    """A line; whether it stands in the article; whether it is nothing but links;
    the heading that it is.
    """

    text: str
    inside: bool
    is_linked: bool = False
    is_heading: bool = False


@dataclass(slots=True)
class _Builder:
    styles: PageStyles
    lines: list[HtmlLine] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    plain: int = 0  # characters that stand in no link
    inside: bool = False
    # How deep the walk is in what changes how text is read.
    links: int = 0
    kept: list[bool] = field(default_factory=list)
    headings: int = 0
    rows: int = 0
    shifts: list[str] = field(default_factory=list)
    # The number of an item that ended just now.
    label: str = ""

    def add(self, text: str) -> None:
        if self.kept and self.kept[-1] and not self.rows:
            first, *others = text.split("\n")
            self._append(first)
            for line in others:
                self.end_line()
                self._append(line)
            return
        text = _SPACE.sub(" ", text)
        if text != " " or self.pieces:
            self._append(text)

    def _append(self, text: str) -> None:
        if self.shifts:
            text = _SHIFTS[self.shifts[-1]](text)
        if self.label and text.strip():
            text, self.label = put_label(self.label, text).removeprefix(self.label), ""
        self.plain += 0 if self.links else len(text.strip())
        self.pieces.append(text)

    def end_line(self) -> None:
        written = "".join(self.pieces)
        line = written if "\t" in written else _SPACE.sub(" ", written)
        if line.strip():
            linked = not self.plain
            self.lines.append(HtmlLine(line.strip(" \t\r"), self.inside, linked, self.headings > 0))
        self.pieces.clear()
        self.plain = 0


def lines_of(
    body: LexborNode, article: LexborNode | None = None, styles: PageStyles | None = None
) -> list[HtmlLine]:
    """The lines that the page shows, in order; those of the article are `inside`.

    >>> from selectolax.lexbor import LexborHTMLParser
    >>> body = LexborHTMLParser(
    ...     "<p>一、概况</p><table><tr><td>调解</td><td>46件</td></tr></table>"
    ... ).body
    >>> [line.text for line in lines_of(body)]
    ['一、概况', '调解\\t46件']
    """
    builder = _Builder(styles or PageStyles())
    marked = (article or body).mem_id  # == would compare their markup
    for node, opens in _walk(body):
        if node.mem_id == marked:
            builder.end_line()
            builder.inside = opens
        _take(builder, node, opens=opens)
    builder.end_line()
    return builder.lines


def _take(builder: _Builder, node: LexborNode, *, opens: bool) -> None:
    """One node of the walk, as it opens or closes."""
    tag, step = node.tag or "", 1 if opens else -1
    if tag == "-text":
        builder.add(node.text(deep=False) or "")
        return
    if tag in _CELLS or (tag == "tr" and _is_data_row(node)):
        _take_cell(builder, node, opens=opens)
    elif tag == "br" and opens:
        builder.add(" ") if builder.rows else builder.end_line()
    elif tag in _BLOCKS and not builder.rows:
        builder.end_line()
    builder.links += step * (tag == "a")
    builder.headings += step * (tag in {"h1", "h2", "h3"})
    _take_styles(builder, node, opens=opens)
    if tag == "li" and opens and (label := _label(node, builder.styles)):
        builder.pieces.append(label)


def _take_styles(builder: _Builder, node: LexborNode, *, opens: bool) -> None:
    """What changes how the text of a node is read."""
    above = node.parent
    kept, shift = builder.styles.keeps_lines(node), builder.styles.shift(node)
    if above is not None and above.tag in _SECOND and node.prev is not None:
        shift = _SECOND[above.tag]
    if opens and above is not None and above.tag == "mfrac" and node.prev is not None:
        builder.pieces.append("/")
    if kept is not None:
        builder.kept.append(kept) if opens else builder.kept.pop()
    if shift in _SHIFTS:
        builder.shifts.append(shift) if opens else builder.shifts.pop()
    if not opens and builder.styles.of(node).get("mso-list") == "ignore":
        builder.label = "".join(builder.pieces).strip()


def _take_cell(builder: _Builder, node: LexborNode, *, opens: bool) -> None:
    if node.tag == "tr":
        if not builder.rows:
            builder.end_line()
        builder.rows += 1 if opens else -1
    elif not builder.rows:
        builder.end_line()
    elif opens and node.prev is not None and builder.pieces:
        builder.pieces.append("\t")


def _label(item: LexborNode, styles: PageStyles) -> str:
    """The number of an item of a list that counts in Chinese;
    others are numbered by files of styles, or not at all.
    """
    above = item.parent
    if above is None or above.tag != "ol" or not styles.numbers_in_chinese(above):
        return ""
    number = as_int(above.attributes.get("start") or "", 1) - 1
    for other in above.iter():
        if other.tag == "li":
            number = as_int(other.attributes.get("value") or "", number + 1)
        if other.mem_id == item.mem_id:
            break
    return format_number(number, "chineseCounting") + "、"


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Each node when it opens and when it closes, without recursion:
    pages nest as deep as they like.
    """
    stack: list[tuple[LexborNode, bool]] = [(root, True)]
    while stack:
        node, opens = stack.pop()
        yield node, opens
        if opens and node.tag != "-text":
            stack.append((node, False))
            children = list(node.iter(include_text=True))
            stack.extend((child, True) for child in reversed(children))


def _is_data_row(row: LexborNode) -> bool:
    cells = [cell for cell in row.iter() if cell.tag in _CELLS]
    texts = [cell.text() for cell in cells]
    return sum(bool(text.strip()) for text in texts) > 1 and max(map(len, texts)) <= _CELL_LENGTH
