"""The text of a paragraph as Word shows it: fields by their results, symbols by what they show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from workers.report.reading.docx_styles import DEFAULT, Style, is_on, look_of
from workers.report.reading.equations import read_equation
from workers.report.reading.formulas import read_formula
from workers.report.reading.looks import Look
from workers.report.reading.symbols import symbol
from workers.report.reading.xmlnodes import as_int, attribute, child, children, local_name, value_of

# What Word does not show, or shows a second time: deletions, the old place of moved text, the
# reading above characters, properties.
SKIPPED = frozenset(
    {
        "del",
        "moveFrom",
        "delText",
        "delInstrText",
        "rt",
        "pPr",
        "rPr",
        "tblPr",
        "sectPr",
        "rubyPr",
        "sdtPr",
    }
)
_SIGNS = {"tab": "  ", "ptab": "  ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SYMBOL_CODE = re.compile(r"\s*SYMBOL\s+(?:0x)?(?P<code>[0-9A-Fa-f]{1,5})", re.IGNORECASE)
_SYMBOL_FONT = re.compile(r"\\f\s*\"?(?P<font>[^\"\\]{1,40})")
_CHECKED, _EMPTY = "☑", "□"
# Around a formula: a number before or behind it does not go on in it. No XML holds this character.
_EDGE = "\x00"
_PARTED = re.compile(rf"(?<=\d){_EDGE}+(?=\d)")


@dataclass(slots=True)
class Field:
    """A field that is open: its code, whether its result has begun and shows anything,
    the form field that it is.
    """

    code: str = ""
    has_result: bool = False
    is_shown: bool = False
    form: etree._Element | None = None


@dataclass(slots=True)
class Runs:
    """Reads the runs of one paragraph after another; fields may reach over several.

    What hangs on a paragraph and stands beside it (text boxes, words that are drawn, diagrams by
    the id of their part) is collected in `boxes`, `drawn` and `diagrams`.
    """

    styles: Mapping[str, Style]
    fields: list[Field] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    diagrams: list[str] = field(default_factory=list)
    pictures: int = 0
    paragraph_look: Look = field(default_factory=Look)

    def read(self, paragraph: etree._Element) -> str:
        properties = child(paragraph, "pPr")
        named = DEFAULT if properties is None else value_of(properties, "pStyle")
        self.paragraph_look = self.styles.get(named, Style()).look
        text = _PARTED.sub(" ", self._text(paragraph)).replace(_EDGE, "")
        # A code that does not end in its paragraph would hide the rest of the document.
        while self.fields and not self.fields[-1].has_result:
            self.fields.pop()
        return text

    def _text(self, node: etree._Element) -> str:
        return "".join(map(self._piece, node))

    def _piece(self, node: etree._Element) -> str:
        name = local_name(node)
        if name in SKIPPED:
            return ""
        match name:
            case "r":
                return self._run(node)
            case "fldSimple":
                return self._text(node) or _apart(show_code(attribute(node, "instr"), None))
            case "oMath":
                return _apart(read_formula(node)) if self._is_shown() else ""
            case "txbxContent":
                self.boxes.append(node)
                return ""
            case "textpath":
                self.drawn.append(str(node.get("string", "")))
                return ""
            case "blip" | "imagedata":
                self.pictures += 1
                return ""
            case "relIds":
                self.diagrams.append(attribute(node, "dm"))
                return ""
        return self._text(node) if len(node) else ""

    def _run(self, run: etree._Element) -> str:
        look = self._look(child(run, "rPr"))
        beside = len(self.boxes), len(self.drawn)
        pieces = []
        for node in run:
            shown = self._sign(node, look)
            pieces.append("" if look.hidden or not self._is_shown() else shown)
        if look.hidden:
            del self.boxes[beside[0] :], self.drawn[beside[1] :]
        text = "".join(pieces)
        for opened in self.fields if text else ():
            opened.is_shown = True
        return text

    def _sign(self, node: etree._Element, look: Look) -> str:
        """One child of a run; codes of fields are taken up on the way."""
        match local_name(node):
            case "fldChar":
                return self._mark_field(node)
            case "instrText":
                if self.fields and not self.fields[-1].has_result:
                    self.fields[-1].code += node.text or ""
                return ""
            case "t":
                return look.show(node.text or "")
            case "sym":
                return symbol(attribute(node, "font"), _hexadecimal(attribute(node, "char")))
            case name if name in _SIGNS:
                return _SIGNS[name]
        return self._piece(node)

    def _mark_field(self, node: etree._Element) -> str:
        kind = attribute(node, "fldCharType")
        if kind == "begin":
            self.fields.append(Field(form=child(node, "ffData")))
        elif kind == "separate" and self.fields:
            self.fields[-1].has_result = True
        elif kind == "end" and self.fields:
            ended = self.fields.pop()
            return "" if ended.is_shown else _apart(show_code(ended.code, ended.form))
        return ""

    def _is_shown(self) -> bool:
        """Not within the code of a field."""
        return all(opened.has_result for opened in self.fields)

    def _look(self, properties: etree._Element | None) -> Look:
        named = "" if properties is None else value_of(properties, "rStyle")
        style = self.styles[named] if named in self.styles and named else Style()
        return look_of(properties).over(style.look).over(self.paragraph_look)


def _apart(shown: str) -> str:
    return f"{_EDGE}{shown}{_EDGE}" if shown else ""


def show_code(code: str, form: etree._Element | None) -> str:
    """What a field shows that has no result of its own: a formula, a symbol, a box of a form.

    >>> show_code(' SYMBOL 254 \\\\f "Wingdings" ', None), show_code(" PAGE ", None)
    ('☑', '')
    """
    kind = code.split(maxsplit=1)[0].upper() if code.strip() else ""
    if kind == "EQ":
        return read_equation(code)
    if kind == "SYMBOL":
        return _symbol_field(code)
    if form is None:
        return ""
    if kind == "FORMDROPDOWN":
        return _chosen(child(form, "ddList"))
    if kind == "FORMCHECKBOX":
        return _CHECKED if _is_ticked(child(form, "checkBox")) else _EMPTY
    if kind == "FORMTEXT":
        asked = child(form, "textInput")
        return "" if asked is None else value_of(asked, "default")
    return ""


def _symbol_field(code: str) -> str:
    found, font = _SYMBOL_CODE.match(code), _SYMBOL_FONT.search(code)
    if found is None:
        return ""
    base = 16 if "0x" in code[: found.end()].lower() else 10
    try:
        return symbol(font["font"].strip() if font else "", int(found["code"], base))
    except ValueError:
        return ""


def _chosen(options: etree._Element | None) -> str:
    if options is None:
        return ""
    entries = [attribute(entry, "val") for entry in children(options, "listEntry")]
    chosen = as_int(value_of(options, "result") or value_of(options, "default"), 0)
    return entries[chosen] if 0 <= chosen < len(entries) else ""


def _is_ticked(box: etree._Element | None) -> bool:
    if box is None:
        return False
    said = child(box, "checked")
    said = child(box, "default") if said is None else said
    return said is not None and is_on(attribute(said, "val"))


def _hexadecimal(written: str) -> int:
    try:
        return int(written, 16)
    except ValueError:
        return 0
