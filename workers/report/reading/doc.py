"""Word 97 to 2003 documents (.doc, .dot, .wps): the text as Word shows it, for where LibreOffice
is not there to convert them."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping

from workers.errors import DamagedFile
from workers.report.reading.compound import BROKEN_COMPOUND
from workers.report.reading.decoded import Decoded
from workers.report.reading.doc_file import (
    STYLE,
    Properties,
    Stretch,
    WordFile,
    number_of,
)
from workers.report.reading.doc_lists import DocStyle, read_doc_lists, read_doc_styles
from workers.report.reading.docx_runs import Field, show_code
from workers.report.reading.formulas import lowered, raised
from workers.report.reading.numbering import Numbering
from workers.report.reading.rtf_flow import Flow
from workers.report.reading.symbols import show_symbols, symbol

# Properties of characters [2.6.1] and paragraphs [2.6.2]. Not shown, and struck out, which is how
# an author takes words back without deleting them.
_DELETED, _HIDDEN, _STRUCK, _STRUCK_TWICE = 0x0800, 0x083C, 0x0837, 0x2A53
_CHARACTER_STYLE, _RAISED, _SYMBOL, _FONT = 0x4A30, 0x2A48, 0x6A09, 0x4A4F
_DEEPEST_TABLE = 20
# How far above the line, in half points; from here on the number is that of one below it.
_HEIGHT, _BELOW = 0x4845, 0x8000
_TOGGLES = frozenset({_HIDDEN, _STRUCK, _STRUCK_TWICE})
_DEPTH, _LIST = 0x260A, 0x460B
_IN_TABLE, _ROW_END, _TABLE_DEPTH, _INNER_CELL, _INNER_ROW = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
# The parts of the text in their order [2.5.3], parts of the table stream by their places.
_NOTES, _HEADERS, _MACROS, _COMMENTS, _END_NOTES, _BOXES = 1, 2, 3, 4, 5, 6
_FONTS, _ANCHORS, _BOX_TEXTS = 15, 40, 56
_SIGNS = {"\t": "  ", "\v": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": "", "\x13": "", "\x14": ""}
_MARKS = re.compile("[\x00-\x1f]")
_DRAWN, _PICTURE = "\x08", "\x01"


def read_doc(data: bytes) -> Decoded:
    """The lines of the document; rows of a table are lines with tabs, notes stand at the end.

    DamagedFile, ProtectedFile; NeedsOffice where it is older than Word 97.
    """
    try:
        return Reader(WordFile(data)).read()
    except BROKEN_COMPOUND as error:
        raise DamagedFile() from error


class Reader:
    """Goes through the characters once, in order, for lists count."""

    def __init__(self, file: WordFile) -> None:
        self._file = file
        self._styles = read_doc_styles(file)
        self._numbering: Numbering = read_doc_lists(file)
        self._fonts = _read_fonts(file.part(_FONTS))
        self._fields: list[Field] = []
        self._pictures = 0
        self._boxes: dict[int, list[str]] = {}

    def read(self) -> Decoded:
        starts = [sum(self._file.counts[:at]) for at in range(8)]

        def part(number: int) -> list[str]:
            return self._lines(starts[number], starts[number] + self._file.counts[number])

        self._boxes = self._read_boxes(starts[_BOXES])
        lines = part(0)
        lines += [line for box in self._boxes.values() for line in box]
        lines += [line for kind in (_NOTES, _END_NOTES) for line in part(kind) if line.strip()]
        return Decoded(("\n".join(lines),), pictures=self._pictures)

    def _lines(self, first: int, last: int) -> list[str]:
        flow = Flow()
        position = first
        for stretch in self._file.stretches(first, last):
            self._take(flow, stretch, position)
            position += len(stretch.text)
        return flow.end()

    def _take(self, flow: Flow, stretch: Stretch, position: int) -> None:
        at = 0
        for found in _MARKS.finditer(stretch.text):
            flow.pieces.append(self._show(stretch, stretch.text[at : found.start()]))
            at = found.end()
            self._mark(flow, stretch, found.start(), position + found.start())
        flow.pieces.append(self._show(stretch, stretch.text[at:]))

    def _mark(self, flow: Flow, stretch: Stretch, index: int, position: int) -> None:
        """A character that means something else than itself [2.4.1]."""
        mark = stretch.text[index]
        paragraph = self._file.paragraph(stretch.at + index * stretch.width)
        match mark:
            case "\r" | "\x07" | "\f":
                self._end(flow, mark, paragraph)
            case "\x13":
                self._fields.append(Field())
            case "\x14" if self._fields:
                self._fields[-1].has_result = True
            case "\x15" if self._fields:
                ended = self._fields.pop()
                shown = "" if ended.has_result else show_code(ended.code, None)
                flow.pieces.append(shown if self._is_shown() else "")
            case mark if mark == _PICTURE:
                self._pictures += 1
            case mark if mark == _DRAWN:
                flow.boxes += self._boxes.pop(position, [])
            case mark if mark in _SIGNS:
                flow.pieces.append(self._show(stretch, _SIGNS[mark]))

    def _end(self, flow: Flow, mark: str, paragraph: Properties) -> None:
        """The end of a paragraph, a cell, a row."""
        depth = number_of(paragraph, _TABLE_DEPTH) or number_of(paragraph, _IN_TABLE)
        depth = min(depth, _DEEPEST_TABLE)
        if number_of(paragraph, _ROW_END) or number_of(paragraph, _INNER_ROW):
            flow.pieces.clear()
            flow.end_row(max(depth, 1))
            return
        flow.label = self._label(paragraph)
        if mark == "\x07" or number_of(paragraph, _INNER_CELL):
            flow.end_cell(max(depth, 1))
        else:
            flow.end_paragraph(depth)

    def _label(self, paragraph: Properties) -> str:
        said = {**self._style(number_of(paragraph, STYLE)).paragraph, **paragraph}
        number = number_of(said, _LIST)
        return self._numbering.next_label(str(number), number_of(said, _DEPTH)) if number else ""

    def _style(self, number: int) -> DocStyle:
        return self._styles[number] if number < len(self._styles) else DocStyle({}, {})

    def _show(self, stretch: Stretch, text: str) -> str:
        """The text as it is shown; the code of a field is taken up instead."""
        if not text:
            return ""
        if not self._is_shown():
            if self._fields and not self._fields[-1].has_result:
                self._fields[-1].code += text
            return ""
        look = self._look(stretch)
        if any(number_of(look, kind) & 1 for kind in (_DELETED, _HIDDEN, _STRUCK, _STRUCK_TWICE)):
            return ""
        if _SYMBOL in look:
            font, code = struct.unpack("<HH", look[_SYMBOL])
            return symbol(self._fonts.get(font, ""), code) * len(text)
        shown = show_symbols(self._fonts.get(number_of(look, _FONT), ""), text)
        place, height = number_of(look, _RAISED), number_of(look, _HEIGHT)
        if place == 1 or 0 < height < _BELOW:
            return raised(shown) if shown.isdecimal() else shown
        return lowered(shown) if place == 2 else shown

    def _look(self, stretch: Stretch) -> Properties:
        """What the paragraph's style, the characters' style and the characters themselves say."""
        style = self._style(number_of(self._file.paragraph(stretch.at), STYLE)).characters
        own = stretch.properties
        named = self._style(number_of(own, _CHARACTER_STYLE, len(self._styles))).characters
        return {**style, **named, **_own(own, {**style, **named})}

    def _is_shown(self) -> bool:
        return all(opened.has_result for opened in self._fields)

    def _read_boxes(self, start: int) -> dict[int, list[str]]:
        """The lines of text boxes, by where they hang; those that hang nowhere last."""
        texts, count = self._file.part(_BOX_TEXTS), self._file.counts[_BOXES]
        if not count or not texts:
            return {}
        anchors = _read_anchors(self._file.part(_ANCHORS))
        number = (len(texts) - 4) // 26
        ends = struct.unpack_from(f"<{number + 1}I", texts)
        boxes: dict[int, list[str]] = {}
        for at in range(number):
            shape = struct.unpack_from("<14xI", texts, 4 * (number + 1) + 22 * at)[0]
            lines = self._lines(start + ends[at], start + min(ends[at + 1], count))
            boxes.setdefault(anchors.get(shape, -1 - at), []).extend(lines)
        return {at: lines for at, lines in boxes.items() if any(line.strip() for line in lines)}


def _own(own: Properties, style: Properties) -> dict[int, bytes]:
    """0x80 and 0x81 say: as the style, and the contrary of it [2.9.327]."""
    return {
        code: bytes([number_of(style, code) ^ (held[0] & 1)])
        if held[:1] >= b"\x80" and code in _TOGGLES
        else held
        for code, held in own.items()
    }


def _read_anchors(plan: bytes) -> Mapping[int, int]:
    """Shapes → the positions that they hang on [2.8.37]."""
    number = (len(plan) - 4) // 30
    if number <= 0:
        return {}
    places = struct.unpack_from(f"<{number}I", plan)
    shapes = (struct.unpack_from("<I", plan, 4 * (number + 1) + 26 * at)[0] for at in range(number))
    return dict(zip(shapes, places, strict=True))


def _read_fonts(table: bytes) -> dict[int, str]:
    """The names of the fonts by their numbers [2.9.286]."""
    if not table:
        return {}
    at, fonts = 4, {}
    for number in range(struct.unpack_from("<H", table)[0]):
        size = table[at]
        name = table[at + 40 : at + 1 + size].decode("utf-16-le", "replace")
        fonts[number] = name.partition("\0")[0]
        at += 1 + size
    return fonts
