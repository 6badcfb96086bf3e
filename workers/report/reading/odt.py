"""OpenDocument texts (.odt, .fodt): the text as LibreOffice shows it,
with its generated numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from workers.errors import DamagedFile, ProtectedFile
from workers.report.reading.decoded import Decoded
from workers.report.reading.numbering import put_label
from workers.report.reading.odt_lists import Lists
from workers.report.reading.odt_runs import Runs
from workers.report.reading.odt_styles import read_styles
from workers.report.reading.package import Package, parse_xml
from workers.report.reading.xmlnodes import as_int, attribute, child, local_name

# Deletions, forms, declarations, what an index is made from: nothing of the text that is shown.
_SKIPPED = re.compile(
    r"tracked-changes|forms|.*-decls|.*-source|annotation|annotation-end|title|desc|object|image|scripts"
)
_MOST_CELLS = 100
# Pictures within a flat file; the parser takes no text as long as theirs.
_PICTURE = re.compile(rb"<office:binary-data>[^<]*</office:binary-data>")


def read_odt(data: bytes) -> Decoded:
    """The lines of a zipped text. DamagedFile, TooLarge, ProtectedFile."""
    return _read(*open_content(data))


def open_content(data: bytes) -> tuple[etree._Element, etree._Element | None]:
    """The content and the styles of a zipped file. DamagedFile, TooLarge, ProtectedFile."""
    package = Package(data)
    manifest = package.part("META-INF/manifest.xml")
    if manifest is not None and any(
        local_name(node) == "encryption-data" for node in manifest.iter()
    ):
        raise ProtectedFile
    content, styles = package.part("content.xml"), package.part("styles.xml")
    if content is None:
        raise DamagedFile("(it lacks its main part)", "（缺少正文部分）")
    return content, styles


def read_flat_odt(data: bytes) -> Decoded:
    """The lines of a text that is one XML file. DamagedFile."""
    return _read(open_flat(data), None)


def open_flat(data: bytes) -> etree._Element:
    """The root of a file that is one XML file. DamagedFile."""
    return parse_xml(_PICTURE.sub(b"", data).strip())


def _read(content: etree._Element, styles: etree._Element | None) -> Decoded:
    """Rows of a table are lines with tabs, notes stand at the end."""
    body = child(content, "body")
    text = None if body is None else child(body, "text")
    if text is None:
        raise DamagedFile("(it lacks its main part)", "（缺少正文部分）")
    known = read_styles(root for root in (styles, content) if root is not None)
    reader = Reader(Runs(known), Lists(known))
    lines = list(reader.lines(text))
    return Decoded(("\n".join(lines + reader.notes),))


@dataclass(slots=True)
class Reader:
    """Goes through the blocks of a text once, in order, for its numbers count."""

    runs: Runs
    lists: Lists
    notes: list[str] = field(default_factory=list)

    def lines(self, block: etree._Element) -> Iterator[str]:
        """The lines of all paragraphs, lists and tables in the block."""
        for node in block:
            name = local_name(node)
            if not name or _SKIPPED.fullmatch(name) or _is_hidden(node):
                continue
            if name in {"p", "h"}:
                yield from self._paragraph(node)
            elif name == "list":
                yield from self._list(node)
            elif name == "table":
                yield from self._table(node)
            else:  # sections, indexes, frames, shapes
                yield from self.lines(node)

    def _paragraph(self, node: etree._Element) -> Iterator[str]:
        """The paragraph's lines, then those of the boxes that hang on it."""
        text = self.runs.read(node)
        boxes, self.runs.boxes = self.runs.boxes, []
        notes, self.runs.notes = self.runs.notes, []
        label = self.lists.next_label(node)
        yield from (put_label(label, text) if text.strip() else text).split("\n")
        for box in boxes:
            yield from self._apart(box)
        for note in notes:
            self.notes.extend(self._apart(note))

    def _apart(self, block: etree._Element) -> Iterator[str]:
        """What stands outside of the flow has lists of its own."""
        with self.lists.apart():
            yield from self.lines(block)

    def _list(self, node: etree._Element) -> Iterator[str]:
        with self.lists.within(node):
            for item in node:
                if local_name(item) == "list-item":
                    self.lists.begin_item(item)
                yield from self.lines(item)

    def _table(self, node: etree._Element) -> Iterator[str]:
        for row in _rows(node):
            cells = [list(self._apart(cell)) for cell in _cells(row)]
            if len(cells) == 1:  # a frame around text
                yield from cells[0]
            elif cells:
                yield "\t".join(
                    " ".join(line.strip() for line in cell if line.strip()) for cell in cells
                )


def _is_hidden(node: etree._Element) -> bool:
    """A section that is not shown."""
    return local_name(node) == "section" and (
        attribute(node, "display") == "none" or attribute(node, "is-hidden") == "true"
    )


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows, those of heads and groups too, but not of inner tables."""
    for node in table:
        if attribute(node, "visibility") in {"collapse", "filter"}:
            continue
        if local_name(node) == "table-row":
            yield node
        elif local_name(node) in {"table-header-rows", "table-rows", "table-row-group"}:
            yield from _rows(node)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    """The cells; of those that another covers only the ones below it keep their place."""
    beside = 0
    for node in row:
        if local_name(node) == "table-cell":
            beside = as_int(attribute(node, "number-columns-spanned"), 1) - 1
            times = as_int(attribute(node, "number-columns-repeated"), 1)
            # Empty ones fill a page to its edge.
            yield from [node] * (
                min(times, _MOST_CELLS) if any(map(str.strip, map(str, node.itertext()))) else 1
            )
        elif local_name(node) == "covered-table-cell":
            if beside <= 0:
                yield etree.Element("covered")
            beside -= 1
