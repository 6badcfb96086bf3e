"""Word documents (.docx): the text as Word shows it, with its generated numbers and without what was deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from workers.errors import DamagedFile
from workers.report.reading.numbering import Numbering, read_numbering
from workers.report.reading.package import Package
from workers.report.reading.xmlnodes import as_int, attribute, child, children, local_name, value_of

# What Word does not show, or shows a second time: deletions, the old place of moved text, fallbacks of drawings,
# field codes, the reading above characters, properties.
_SKIPPED = frozenset(
    {
        "del",
        "moveFrom",
        "Fallback",
        "instrText",
        "delText",
        "delInstrText",
        "rt",
        "pPr",
        "tblPr",
        "sectPr",
        "rubyPr",
        "sdtPr",
    }
)
_SIGNS = {"tab": "  ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OFF = {"0", "false", "off"}


def read_docx(data: bytes) -> str:
    """The lines of the document; rows of a table are lines with tabs, notes stand at the end. DamagedFile, TooLarge."""
    package = Package(data)
    root = package.part(_main_part(package))
    body = None if root is None else child(root, "body")
    if body is None:
        raise DamagedFile("(it lacks its main part)")
    styles = read_styles(package.part("word/styles.xml"))
    lists = {name: style.number for name, style in styles.items() if style.number}
    reader = Reader(styles, read_numbering(package.part("word/numbering.xml"), lists))
    lines = list(reader.lines(body))
    for name in ("footnotes", "endnotes"):
        notes = package.part(f"word/{name}.xml")
        lines += [] if notes is None else list(reader.notes(notes))
    return "\n".join(lines)


def _main_part(package: Package) -> str:
    relations = package.part("_rels/.rels")
    for relation in [] if relations is None else relations:
        if attribute(relation, "Type").endswith("/officeDocument"):
            return attribute(relation, "Target").lstrip("/")
    return "word/document.xml"


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says about numbers and about being hidden; `number` and `depth` are w:numId and w:ilvl."""

    number: str = ""
    depth: int | None = None
    hidden: bool = False


def read_styles(root: etree._Element | None) -> dict[str, Style]:
    """The styles by id, each with what it inherits."""
    nodes = {} if root is None else {attribute(node, "styleId"): node for node in children(root, "style")}
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
        hidden = _hidden(child(node, "rPr")) if hidden is None else hidden
        name = value_of(node, "basedOn")
    return Style(number, depth, bool(hidden))


def _numbers(node: etree._Element | None) -> etree._Element | None:
    return None if node is None else child(node, "numPr")


def _style_number(node: etree._Element) -> str:
    numbers = _numbers(child(node, "pPr"))
    return "" if numbers is None else value_of(numbers, "numId")


def _style_depth(node: etree._Element) -> int | None:
    numbers = _numbers(child(node, "pPr"))
    depth = "" if numbers is None else value_of(numbers, "ilvl")
    return as_int(depth, 0) if depth else None


def _hidden(properties: etree._Element | None) -> bool | None:
    vanish = None if properties is None else child(properties, "vanish")
    return None if vanish is None else attribute(vanish, "val") not in _OFF


@dataclass(slots=True)
class Reader:
    """Goes through the blocks of a document once, in order, for its numbers count."""

    styles: dict[str, Style]
    numbering: Numbering
    boxes: list[etree._Element] = field(default_factory=list)
    carried: str = ""

    def lines(self, block: etree._Element) -> Iterator[str]:
        """The lines of all paragraphs and tables in the block."""
        for node in block:
            name = local_name(node)
            if name in _SKIPPED:
                continue
            if name == "p":
                yield from self._paragraph(node)
            elif name == "tbl":
                yield from self._table(node)
            elif len(node):  # content controls, custom XML, insertions of whole paragraphs
                yield from self.lines(node)

    def notes(self, root: etree._Element) -> Iterator[str]:
        for note in root:
            if attribute(note, "type") not in {"separator", "continuationSeparator", "continuationNotice"}:
                yield from self.lines(note)

    def _paragraph(self, node: etree._Element) -> Iterator[str]:
        """The paragraph's lines, then those of the text boxes that hang on it."""
        properties = child(node, "pPr")
        text = self._text(node)
        boxes, self.boxes = self.boxes, []
        label = self._label(properties) if text.strip() else ""
        if _is_joined(properties):
            self.carried += label + text
        else:
            whole, self.carried = self.carried + label + text, ""
            yield from whole.split("\n")
        for box in boxes:
            yield from self.lines(box)

    def _label(self, properties: etree._Element | None) -> str:
        style = self.styles.get("" if properties is None else value_of(properties, "pStyle"), Style())
        numbers = _numbers(properties)
        own = "" if numbers is None else value_of(numbers, "numId")
        depth = "" if numbers is None else value_of(numbers, "ilvl")
        # numId 0 takes the number of the style away.
        number = own or style.number
        return self.numbering.next_label(number, as_int(depth, 0) if depth else style.depth or 0)

    def _table(self, node: etree._Element) -> Iterator[str]:
        for row in _deep(node, "tr"):
            if _is_deleted(row):
                continue
            cells = [list(self.lines(cell)) for cell in _deep(row, "tc")]
            if len(cells) == 1:  # a frame around text
                yield from cells[0]
            else:
                yield "\t".join(" ".join(line.strip() for line in cell if line.strip()) for cell in cells)

    def _text(self, node: etree._Element) -> str:
        pieces: list[str] = []
        for inner in node:
            name = local_name(inner)
            if name in _SKIPPED:
                continue
            if name == "r" and self._is_hidden(inner):
                continue
            if name == "t":
                pieces.append(inner.text or "")
            elif name in _SIGNS:
                pieces.append(_SIGNS[name])
            elif name == "txbxContent":
                self.boxes.append(inner)
            elif len(inner):
                pieces.append(self._text(inner))
        return "".join(pieces)

    def _is_hidden(self, run: etree._Element) -> bool:
        properties = child(run, "rPr")
        own = _hidden(properties)
        style = "" if properties is None else value_of(properties, "rStyle")
        return self.styles.get(style, Style()).hidden if own is None else own


def _deep(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, those in content controls too, but not those of inner tables."""
    for inner in node:
        found = local_name(inner)
        if found == name:
            yield inner
        elif found not in _SKIPPED and found not in {"tbl", "tr", "tc"} and len(inner):
            yield from _deep(inner, name)


def _is_deleted(row: etree._Element) -> bool:
    properties = child(row, "trPr")
    return properties is not None and child(properties, "del") is not None


def _is_joined(properties: etree._Element | None) -> bool:
    """Was the paragraph's end deleted? Then the next one goes on in its line."""
    mark = None if properties is None else child(properties, "rPr")
    return mark is not None and child(mark, "del") is not None
