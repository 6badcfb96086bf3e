"""RTF: the text as Word shows it, with the numbers of lists that the file states.

One pass over the file with a stack of its groups. Bytes are decoded by the font they stand in, for
a Chinese character is two of them and each may be written in its own way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from workers.errors import DamagedFile
from workers.report.reading.decoded import Decoded
from workers.report.reading.docx_runs import show_code
from workers.report.reading.formulas import lower_mark, raise_mark
from workers.report.reading.mended import mend_misread
from workers.report.reading.rtf_flow import Flow
from workers.report.reading.rtf_words import (
    CHARACTERS,
    CHARSETS,
    READ,
    SKIPPED,
    name_of,
    page_of,
    tokens_of,
)
from workers.report.reading.symbols import show_symbols

# No program nests groups or tables so deep.
_DEEPEST, _DEEPEST_TABLE = 1000, 20
# Fewer characters are what is left of pictures.
_FEWEST = 3
# No label, code of a field or name of a font that means anything is longer.
_LONGEST = 2000
# Toggles of a run, by the name of what they set.
_TOGGLES = {
    "v": "hidden",
    "deleted": "deleted",
    "mvf": "deleted",
    "strike": "struck",
    "striked": "struck",
}
# A note mark that is set by hand: raised, and smaller than any text (half points).
_SMALL = 18
_APART = {"footnote": "note", "shptxt": "box", "dptxbxtext": "box"}


@dataclass(slots=True)
class Font:
    name: str = ""
    page: str = ""


@dataclass(slots=True)
class Field:
    """A field's code, and whether its result shows anything."""

    code: str = ""
    is_shown: bool = False


@dataclass(slots=True)
class Group:
    """What holds between two braces; a group begins with what holds around it.

    `kind` is what its words are: text, label, code, font or nothing. `opened` is what ends with it.
    """

    kind: str = "text"
    fallback: int = 1
    font: int = -1
    hidden: bool = False
    deleted: bool = False
    struck: bool = False
    place: int = 0
    up: int = 0
    size: int = 2 * _SMALL
    table: int = 0
    flow: Flow = field(default_factory=Flow)
    field: Field | None = None
    opened: str = ""
    is_fresh: bool = True
    is_optional: bool = False

    def above(self) -> int:
        """1 for what stands above the line, -1 for what stands below."""
        return self.place or int(self.up > 0 and self.size <= _SMALL)

    def shows(self) -> bool:
        return self.kind != "text" or not (self.hidden or self.deleted or self.struck)


def read_rtf(data: bytes) -> Decoded:
    """The lines of the document; rows of tables are lines with tabs, notes stand at the end.

    DamagedFile.
    """
    reader = Reader(page_of(data))
    reader.read(data)
    text = "\n".join(reader.lines)
    # Characters beyond the first plane are written as two.
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if len("".join(whole.split())) < _FEWEST:
        return Decoded(("",))
    # Programs state another code page than they write in.
    return Decoded((mend_misread(whole) or whole,))


class Reader:
    """Goes once through the tokens of a file."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.fonts: dict[int, Font] = {}
        self.group = Group()
        self.lines: list[str] = []
        self._outer: list[Group] = []
        self._notes: list[str] = []
        self._pending = bytearray()
        self._skip = 0

    def read(self, data: bytes) -> None:
        """`DamagedFile` where the file ends before its first group does."""
        match, at = tokens_of(self.page).match, data.find(b"{")
        while (token := match(data, at)) is not None:
            at = token.end()
            if token["word"] == b"bin":
                at += max(_number(token, 0), 0)
            self._take(token)
            if not self._outer:
                break
        if self._outer:
            raise DamagedFile
        self.lines = self.group.flow.end() + self._notes

    def _take(self, token: re.Match[bytes]) -> None:
        kind = token.lastgroup
        if kind == "brace":
            self._flush()
            self._skip = 0
            self._open() if token["brace"] == b"{" else self._close()
        elif kind in {"text", "hex"}:
            self._bytes(token["text"] or bytes([int(token["hex"], 16)]))
        elif kind is not None:
            self._word((token["word"] or token["mark"]).decode("latin-1"), token)

    def _open(self) -> None:
        if len(self._outer) >= _DEEPEST:
            raise DamagedFile("(its groups are nested too deeply)", "（嵌套过深）")
        self._outer.append(self.group)
        self.group = replace(self.group, opened="", is_fresh=True, is_optional=False)

    def _close(self) -> None:
        ended, self.group = self.group, self._outer.pop()
        if ended.opened == "field" and ended.field and not ended.field.is_shown:
            self._put_formula(show_code(ended.field.code, None))
        elif ended.opened == "note":
            self._notes.extend(line.strip() for line in ended.flow.end())
        elif ended.opened == "box":
            self.group.flow.boxes.extend(ended.flow.end())

    def _bytes(self, written: bytes) -> None:
        """Text, but for what stands for a character that \\u has given already."""
        self.group.is_fresh = False
        if self.group.kind == "nothing":
            return
        passed = min(self._skip, len(written))
        self._skip -= passed
        self._pending += written[passed:]

    def _flush(self) -> None:
        if self._pending:
            font = self.fonts.get(self.group.font)
            page = (font.page if font else "") or self.page
            written, self._pending = bytes(self._pending), bytearray()
            self._put(written.decode(page, errors="replace"))

    def _put(self, text: str) -> None:
        group = self.group
        font = self.fonts.get(group.font)
        match group.kind:
            case "text" if group.shows() and text:
                if group.field:
                    group.field.is_shown = True
                group.flow.pieces.append(
                    _placed(show_symbols(font.name if font else "", text), group.above())
                )
            case "label":
                group.flow.label = (group.flow.label + text)[:_LONGEST]
            case "code" if group.field:
                group.field.code = (group.field.code + text)[:_LONGEST]
            case "font" if font:
                font.name = (font.name + text.strip().rstrip(";"))[:_LONGEST]

    def _put_formula(self, shown: str) -> None:
        """A number before it does not go on in it."""
        before = "".join(self.group.flow.pieces[-1:])
        self._put(f" {shown}" if before[-1:].isdecimal() and shown[:1].isdecimal() else shown)

    def _word(self, word: str, token: re.Match[bytes]) -> None:
        self._flush()
        group = self.group
        is_fresh, group.is_fresh = group.is_fresh, word == "*"
        if word == "ud" and self._outer[-1:] and self._outer[-1].opened == "upr":
            group.kind = "text"  # the same in Unicode
        if group.kind == "nothing":
            return
        if word == "*":
            group.is_optional = is_fresh
        elif word in SKIPPED or (group.is_optional and is_fresh and word not in READ):
            group.kind = "nothing"
        elif word == "u":
            self._put(chr(_number(token, 0) % 0x10000))
            self._skip = group.fallback
        elif self._skip and word not in {"par", "cell", "row"}:
            self._skip -= 1
        elif word in CHARACTERS:
            self._put(CHARACTERS[word])
        elif not self._begin(word) and not self._format(word, token):
            self._end(word)

    def _begin(self, word: str) -> bool:
        """Words that say what a group holds."""
        group = self.group
        match word:
            case "fonttbl":
                group.kind = "font"
            case "listtext" | "pntext":
                group.kind = "label" if group.kind == "text" and group.shows() else "nothing"
            case "field":
                group.field, group.opened = Field(), "field"
            case "fldinst":
                group.kind = "code"
            case "upr":
                group.kind, group.opened = "nothing", "upr"
            case "mden":
                self._put("/")
            case "footnote" | "shptxt" | "dptxbxtext" if group.kind == "text" and group.shows():
                group.flow, group.opened, group.table, group.place = Flow(), _APART[word], 0, 0
            case "footnote" | "shptxt" | "dptxbxtext":
                group.kind = "nothing"
            case _:
                return False
        return True

    def _format(self, word: str, token: re.Match[bytes]) -> bool:
        """Words that say how text looks or where it stands."""
        group, value = self.group, _number(token, 1)
        match word:
            case "uc":
                group.fallback = max(value, 0)
            case "f":
                group.font = value
                if group.kind == "font":
                    self.fonts[value] = Font()
            case "fcharset" | "cpg" if group.kind == "font" and group.font in self.fonts:
                page = CHARSETS.get(value, "") if word == "fcharset" else name_of(value)
                self.fonts[group.font].page = page
            case "up" | "dn":
                group.up = value if word == "up" else -value
            case "fs":
                group.size = value
            case "v" | "deleted" | "mvf" | "strike" | "striked":
                setattr(group, _TOGGLES[word], value != 0)
            case "super" | "sub" | "nosupersub" | "msup" | "msub":
                group.place = {"super": 1, "msup": 1, "sub": -1, "msub": -1}.get(word, 0) * (
                    value != 0
                )
            case "plain":
                group.hidden = group.struck = False
                group.place = group.up = 0
                group.size = 2 * _SMALL
            case "pard":
                group.table = 0
            case "intbl":
                group.table = max(group.table, 1)
            case "itap":
                group.table = min(max(value, 0), _DEEPEST_TABLE)
            case _:
                return False
        return True

    def _end(self, word: str) -> None:
        """Words that end a paragraph, a cell, a row."""
        group = self.group
        if group.kind != "text":
            return
        match word:
            case "par" | "sect" | "\r" | "\n":
                group.flow.end_paragraph(group.table)
            case "cell":
                group.flow.end_cell(1)
            case "row":
                group.flow.end_row(1)
            case "nestcell":
                group.flow.end_cell(max(group.table, 2))
            case "nestrow":
                group.flow.end_row(max(group.table, 2))


def _number(token: re.Match[bytes], default: int) -> int:
    return int(token["number"]) if token["number"] else default


def _placed(text: str, place: int) -> str:
    """A raised note mark is no digit of the figure before it."""
    if not place:
        return text
    return raise_mark(text) if place > 0 else lower_mark(text)
