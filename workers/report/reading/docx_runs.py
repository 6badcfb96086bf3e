"""The text of a paragraph as Word shows it: fields by their results, symbols by what they show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from workers.report.reading.docx_styles import Style, is_hidden
from workers.report.reading.formulas import lowered, raised, read_equation, read_formula
from workers.report.reading.symbols import show_symbols, symbol
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
# Namespaces whose drawings are read; of another choice Word's own fallback is taken.
_KNOWN = re.compile(r"schemas\.(?:microsoft\.com/office/(?:word|drawing)|openxmlformats\.org)")
_SYMBOL_CODE = re.compile(r"\s*SYMBOL\s+(?:0x)?(?P<code>[0-9A-Fa-f]{1,5})", re.IGNORECASE)
_SYMBOL_FONT = re.compile(r"\\f\s*\"?(?P<font>[^\"\\]{1,40})")
_CHECKED, _EMPTY = "☑", "□"


@dataclass(slots=True)
class Field:
    """A field that is open: its code, whether its result has begun, the form field that it is."""

    code: str = ""
    has_result: bool = False
    form: etree._Element | None = None


@dataclass(slots=True)
class Runs:
    """Reads the runs of one paragraph after another; fields may reach over several.

    What hangs on a paragraph and stands beside it (text boxes, diagrams by the id of their part) is
    collected in `boxes` and `diagrams`.
    """

    styles: Mapping[str, Style]
    fields: list[Field] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    diagrams: list[str] = field(default_factory=list)
    pictures: int = 0
    paragraph_style: Style = field(default_factory=Style)

    def read(self, paragraph: etree._Element) -> str:
        properties = child(paragraph, "pPr")
        named = "" if properties is None else value_of(properties, "pStyle")
        self.paragraph_style = self.styles.get(named, Style())
        text = self._text(paragraph)
        # A code that does not end in its paragraph would hide the rest of the document.
        while self.fields and not self.fields[-1].has_result:
            self.fields.pop()
        return text

    def _text(self, node: etree._Element) -> str:
        pieces: list[str] = []
        for inner in node:
            piece = self._piece(inner)
            # A fraction behind a whole number is no digit of it.
            if (
                piece[:1].isdecimal()
                and local_name(inner) == "oMath"
                and pieces
                and pieces[-1][-1:].isdecimal()
            ):
                piece = " " + piece
            pieces.append(piece)
        return "".join(pieces)

    def _piece(self, node: etree._Element) -> str:
        name = local_name(node)
        if name in SKIPPED:
            return ""
        match name:
            case "r":
                return self._run(node)
            case "fldSimple":
                return self._text(node) or show_code(attribute(node, "instr"), None)
            case "oMath":
                return read_formula(node) if self._is_shown() else ""
            case "AlternateContent":
                return self._choice(node)
            case "sdt":
                return "" if _is_placeholder(node) else self._text(node)
            case "txbxContent":
                self.boxes.append(node)
                return ""
            case "textpath":
                return str(node.get("string", ""))
            case "blip" | "imagedata":
                self.pictures += 1
                return ""
            case "relIds":
                self.diagrams.append(attribute(node, "dm"))
                return ""
        return self._text(node) if len(node) else ""

    def _run(self, run: etree._Element) -> str:
        properties = child(run, "rPr")
        hidden = self._is_hidden(properties)
        font = _font(properties)
        pieces = []
        for node in run:
            shown = self._sign(node, font)
            pieces.append("" if hidden or not self._is_shown() else shown)
        return _aligned(properties, "".join(pieces))

    def _sign(self, node: etree._Element, font: str) -> str:
        """One child of a run; codes of fields are taken up on the way."""
        match local_name(node):
            case "fldChar":
                return self._mark_field(node)
            case "instrText":
                if self.fields and not self.fields[-1].has_result:
                    self.fields[-1].code += node.text or ""
                return ""
            case "t":
                return show_symbols(font, node.text or "")
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
            return "" if ended.has_result else show_code(ended.code, ended.form)
        return ""

    def _is_shown(self) -> bool:
        """Not within the code of a field."""
        return all(opened.has_result for opened in self.fields)

    def _is_hidden(self, properties: etree._Element | None) -> bool:
        own = is_hidden(properties)
        if own is not None:
            return own
        style = "" if properties is None else value_of(properties, "rStyle")
        return self.styles.get(style, Style()).hidden or self.paragraph_style.hidden

    def _choice(self, node: etree._Element) -> str:
        """The first choice that is known, else the fallback."""
        for choice in children(node, "Choice"):
            wanted = str(choice.get("Requires", "")).split()
            if wanted and all(_KNOWN.search(choice.nsmap.get(name) or "") for name in wanted):
                return self._text(choice)
        fallback = child(node, "Fallback")
        return "" if fallback is None else self._text(fallback)


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
    return said is not None and attribute(said, "val") not in {"0", "false", "off"}


def _is_placeholder(control: etree._Element) -> bool:
    """An empty control shows a prompt (单击输入文字), which is no text of the document."""
    properties = child(control, "sdtPr")
    shown = None if properties is None else child(properties, "showingPlcHdr")
    return shown is not None and attribute(shown, "val") not in {"0", "false", "off"}


def _font(properties: etree._Element | None) -> str:
    fonts = None if properties is None else child(properties, "rFonts")
    return "" if fonts is None else attribute(fonts, "ascii") or attribute(fonts, "hAnsi")


def _aligned(properties: etree._Element | None, text: str) -> str:
    """A raised note mark is no digit of the figure before it."""
    place = "" if properties is None else value_of(properties, "vertAlign")
    if place == "superscript":
        return raised(text) if text.isdecimal() else text
    return lowered(text) if place == "subscript" else text


def _hexadecimal(written: str) -> int:
    try:
        return int(written, 16)
    except ValueError:
        return 0
