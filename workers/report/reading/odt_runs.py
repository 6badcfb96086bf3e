"""The text of a paragraph of an OpenDocument text: white space, spans, fields, notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from workers.report.reading.looks import Look
from workers.report.reading.odt_styles import Styles
from workers.report.reading.xmlnodes import as_int, attribute, child, local_name

# White space of the XML is one blank; what stands for a blank or a line break is kept apart until
# that is done. No XML holds these two characters.
_BLANK, _BREAK = "\x00", "\x01"
_WHITE = re.compile(r"[ \t\r\n]+")
_SHOWN = str.maketrans({_BLANK: " ", _BREAK: "\n"})
_MOST_BLANKS = 1000
# Comments, the reading above characters, the number of a note: not the text, or not of it.
_SKIPPED = frozenset(
    {"annotation", "annotation-end", "placeholder", "ruby-text", "note-citation", "script"}
)
_SIGNS = frozenset({"s", "tab", "line-break"})
_DRAWN = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"


@dataclass(slots=True)
class Runs:
    """Reads one paragraph after another; what stands beside or below one is collected."""

    styles: Styles
    boxes: list[etree._Element] = field(default_factory=list)
    notes: list[etree._Element] = field(default_factory=list)

    def read(self, paragraph: etree._Element) -> str:
        if any(map(_is_hidden, paragraph.iter("{*}hidden-paragraph"))):
            return ""
        style = self.styles.find("paragraph", attribute(paragraph, "style-name"))
        text = _WHITE.sub(" ", self._text(paragraph, style.look))
        return text.strip(" ").translate(_SHOWN)

    def _text(self, node: etree._Element, look: Look) -> str:
        pieces = [look.show(node.text or "")]
        for inner in node:
            pieces.append(self._piece(inner, look))
            pieces.append(look.show(inner.tail or ""))
        return "".join(pieces)

    def _piece(self, node: etree._Element, look: Look) -> str:
        name = local_name(node)
        if not name or name in _SKIPPED or _is_hidden(node):
            return ""
        if node.tag == f"{{{_DRAWN}}}a":
            return self._text(node, look)
        if node.tag.startswith(f"{{{_DRAWN}}}"):
            if not look.hidden:
                self.boxes.append(node)
            return ""
        if name == "note":
            body = child(node, "note-body")
            if body is not None and not look.hidden:
                self.notes.append(body)
            return ""
        if name in _SIGNS:
            return "" if look.hidden else _sign(node)
        if name == "span":
            style = self.styles.find("text", attribute(node, "style-name"))
            return self._text(node, style.look.over(look))
        return self._text(node, look)


def _is_hidden(field: etree._Element) -> bool:
    """A field that hides its text, or its paragraph, on a condition that holds."""
    return local_name(field).startswith("hidden-") and attribute(field, "is-hidden") == "true"


def _sign(node: etree._Element) -> str:
    """A blank, a tab, a line break, which stand as elements."""
    name = local_name(node)
    if name == "line-break":
        return _BREAK
    return (
        2 * _BLANK if name == "tab" else min(as_int(attribute(node, "c"), 1), _MOST_BLANKS) * _BLANK
    )
