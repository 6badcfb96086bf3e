"""Word documents (.docx): the text as Word shows it, with its generated numbers and without what
was deleted."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field

from lxml import etree

from workers.errors import DamagedFile
from workers.report.reading.decoded import Decoded
from workers.report.reading.docx_choices import settle_choices
from workers.report.reading.docx_runs import SKIPPED, Runs
from workers.report.reading.docx_styles import DEFAULT, Style, is_on, numbers_of, read_styles
from workers.report.reading.numbering import Numbering, put_label, read_numbering
from workers.report.reading.package import Package
from workers.report.reading.xmlnodes import as_int, attribute, child, local_name, value_of

# A part that another file is (w:altChunk): its bytes → its text.
ReadPart = Callable[[bytes], str]
_MAIN = "word/document.xml"
# Marks of a row and of a paragraph's end that are not shown.
_GONE_ROW = frozenset({"del", "moveFrom", "hidden"})
_GONE_END = frozenset({"del", "moveFrom", "vanish"})


def read_docx(data: bytes, read_part: ReadPart) -> Decoded:
    """The lines of the document; rows of a table are lines with tabs, notes stand at the end.

    `read_part` reads a whole file that is put in as a part of the text. DamagedFile, TooLarge.
    """
    package = Package(data)
    parts = Parts(package, main_part(package) or _MAIN)
    root = package.part(parts.main)
    if root is None:
        raise DamagedFile("(it lacks its main part)", "（缺少正文部分）")
    settle_choices(root)
    body = child(root, "body")
    if body is None:
        raise DamagedFile("(it lacks its main part)", "（缺少正文部分）")
    styles = read_styles(parts.of_type("styles"))
    lists = {name: style.number for name, style in styles.items() if style.number}
    numbering = read_numbering(parts.of_type("numbering"), lists)
    reader = Reader(parts, read_part, Runs(styles), numbering)
    lines = list(reader.lines(body))
    for kind in ("footnotes", "endnotes"):
        notes = parts.of_type(kind)
        lines += [] if notes is None else list(reader.notes(notes))
    return Decoded(("\n".join(lines),), pictures=reader.runs.pictures)


def main_part(package: Package) -> str | None:
    """The part that the package names as its document; None where it names none."""
    relations = package.part("_rels/.rels")
    for relation in [] if relations is None else relations:
        if attribute(relation, "Type").endswith("/officeDocument"):
            return posixpath.normpath("/" + attribute(relation, "Target")).lstrip("/")
    return None


class Parts:
    """The parts that belong to the main part, by their relationships; by their usual names where
    the package states none."""

    def __init__(self, package: Package, main: str) -> None:
        self.main = main
        self._package = package
        self._folder, name = posixpath.split(main)
        relations = package.part(posixpath.join(self._folder, "_rels", f"{name}.rels"))
        self._related = None if relations is None else list(relations)

    def of_type(self, kind: str) -> etree._Element | None:
        """The styles, the numbering, the notes."""
        path: str | None = posixpath.join(self._folder, f"{kind}.xml")
        if self._related is not None:
            found = (one for one in self._related if attribute(one, "Type").endswith(f"/{kind}"))
            path = next(map(self._path, found), None)
        part = self._package.part(path) if path else None
        if part is not None:
            settle_choices(part)
        return part

    def by_id(self, name: str) -> etree._Element | None:
        path = self._find(name)
        return self._package.part(path) if path else None

    def content(self, name: str) -> bytes | None:
        """The bytes of the part with this id; None where it is none,
        or lies outside of the file.
        """
        path = self._find(name)
        return self._package.content(path) if path else None

    def _find(self, name: str) -> str | None:
        for relation in self._related or ():
            if (
                attribute(relation, "Id") == name
                and attribute(relation, "TargetMode") != "External"
            ):
                return self._path(relation)
        return None

    def _path(self, relation: etree._Element) -> str:
        target = attribute(relation, "Target")
        return posixpath.normpath(posixpath.join("/" + self._folder, target)).lstrip("/")


@dataclass(slots=True)
class Reader:
    """Goes through the blocks of a document once, in order, for its numbers count."""

    parts: Parts
    read_part: ReadPart
    runs: Runs
    numbering: Numbering
    carried: str = field(default="")

    def lines(self, block: etree._Element) -> Iterator[str]:
        """The lines of all paragraphs and tables in the block."""
        for node in block:
            name = local_name(node)
            if name in SKIPPED:
                continue
            if name == "p":
                yield from self._paragraph(node)
            elif name == "tbl":
                yield from self._table(node)
            elif name == "altChunk":
                content = self.parts.content(attribute(node, "id"))
                yield from [] if content is None else self.read_part(content).split("\n")
            elif len(node):  # content controls, custom XML, insertions of whole paragraphs
                yield from self.lines(node)
        yield from self._carried()

    def notes(self, root: etree._Element) -> Iterator[str]:
        separators = {"separator", "continuationSeparator", "continuationNotice"}
        for note in root:
            if attribute(note, "type") not in separators:
                yield from self.lines(note)

    def _carried(self) -> Iterator[str]:
        """What waits for a paragraph to go on in, where none follows."""
        text, self.carried = self.carried, ""
        yield from text.split("\n") if text else ()

    def _paragraph(self, node: etree._Element) -> Iterator[str]:
        """The paragraph's lines; before them words that are drawn, behind them boxes and diagrams
        that hang on it.
        """
        properties = child(node, "pPr")
        text = self.carried + self.runs.read(node)
        drawn, self.runs.drawn = self.runs.drawn, []
        for words in drawn:
            yield from words.splitlines()
        if _is_joined(properties):
            self.carried = text
        else:
            self.carried = ""
            # An empty paragraph counts, too, though its number alone says nothing.
            label = self._label(properties)
            yield from (put_label(label, text) if text.strip() else text).split("\n")
        yield from self._beside()

    def _beside(self) -> Iterator[str]:
        boxes, self.runs.boxes = self.runs.boxes, []
        diagrams, self.runs.diagrams = self.runs.diagrams, []
        for box in boxes:
            with self._apart():
                yield from self.lines(box)
        for diagram in diagrams:
            yield from _diagram_lines(self.parts.by_id(diagram))

    @contextmanager
    def _apart(self) -> Iterator[None]:
        """While the reader is in what stands outside of the flow."""
        carried, self.carried = self.carried, ""
        yield
        self.carried = carried

    def _label(self, properties: etree._Element | None) -> str:
        named = DEFAULT if properties is None else value_of(properties, "pStyle")
        style = self.runs.styles.get(named, Style())
        numbers = numbers_of(properties)
        own = "" if numbers is None else value_of(numbers, "numId")
        depth = "" if numbers is None else value_of(numbers, "ilvl")
        # numId 0 takes the number of the style away.
        number = own or style.number
        linked = self.numbering.depth_of(number, named) if not depth else None
        stated = as_int(depth, 0) if depth else style.depth or 0
        return self.numbering.next_label(number, stated if linked is None else linked)

    def _table(self, node: etree._Element) -> Iterator[str]:
        yield from self._carried()
        for row in _deep(node, "tr"):
            if _has_mark(row, "trPr", _GONE_ROW):
                continue
            shown = (cell for cell in _deep(row, "tc") if not _has_mark(cell, "tcPr", {"cellDel"}))
            cells = [list(self.lines(cell)) for cell in shown]
            if len(cells) == 1:  # a frame around text
                yield from cells[0]
            else:
                yield "\t".join(
                    " ".join(line.strip() for line in cell if line.strip()) for cell in cells
                )


def _diagram_lines(data: etree._Element | None) -> Iterator[str]:
    """The texts of a SmartArt diagram, a line a shape."""
    for point in [] if data is None else data.iter("{*}pt"):
        text = "".join(node.text or "" for node in point.iter("{*}t"))
        if text.strip():
            yield text


def _deep(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, those in content controls too, but not of inner tables."""
    for inner in node:
        found = local_name(inner)
        if found == name:
            yield inner
        elif found not in SKIPPED and found not in {"tbl", "tr", "tc"} and len(inner):
            yield from _deep(inner, name)


def _has_mark(node: etree._Element | None, properties: str, marks: Set[str]) -> bool:
    """Do the properties of this name hold one of these marks, switched on?"""
    stated = None if node is None else child(node, properties)
    return stated is not None and any(
        local_name(mark) in marks and is_on(attribute(mark, "val")) for mark in stated
    )


def _is_joined(properties: etree._Element | None) -> bool:
    """Was the paragraph's end deleted, moved away or hidden? Then the next one goes on in its line.

    A paragraph without text that has no end is none: its number does not count.
    """
    return _has_mark(properties, "rPr", _GONE_END)
