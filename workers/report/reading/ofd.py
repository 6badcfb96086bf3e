"""OFD (GB/T 33190-2016) → the text of its pages.

The page says where each text begins and how far each character goes; `layout` makes lines of that.
What a template draws (the head of a form) comes before the page's own lines. Annotations,
watermarks and stamps are no text of the document and are left out.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from lxml import etree

from workers.errors import DamagedFile
from workers.report.reading.decoded import Decoded
from workers.report.reading.layout import Glyph, read_lines
from workers.report.reading.package import Package
from workers.report.reading.pages import PageText, bind_pages, is_unmapped
from workers.report.reading.placing import Sheet, place_lines
from workers.report.reading.xmlnodes import child, children, local_name

_ENTRY = "OFD.xml"
# Digits and Latin letters are about half as wide as they are high; what the font says is not asked.
_NARROW = 0.5
# So far above and below its base line a character reaches.
_ASCENT, _DESCENT = 0.88, 0.12
_A4 = (210.0, 297.0)
# So many drawings are the letters of a page, or a pattern over it.
_MANY_DRAWINGS = 20
# Blocks within blocks: no program nests them deeper.
_DEEPEST = 20

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class _File:
    """A part and where it stands, so that the names in it can be followed."""

    root: etree._Element
    folder: str


class _Parts:
    """The parts of the package by the names that others give them."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._names = {name.lower(): name for name in package.names()}

    def find(self, name: str, folder: str = "") -> _File | None:
        """A name is absolute or relative to where it is written;
        programs mix the two, and cases.
        """
        plain = name.strip().replace("\\", "/").lstrip("./")
        near = posixpath.normpath(posixpath.join(folder, plain))
        for wanted in (near, plain):
            known = self._names.get(wanted.lower())
            root = self._package.part(known) if known else None
            if known and root is not None:
                return _File(root, posixpath.dirname(known))
        return None


def read_ofd(data: bytes) -> Decoded:
    """The text of each page, in the order of the document. DamagedFile, TooLarge, ProtectedFile."""
    parts = _Parts(Package(data))
    entry = parts.find(_ENTRY)
    if entry is None:
        raise DamagedFile
    pages: list[PageText] = []
    for body in children(entry.root, "DocBody"):
        root = child(body, "DocRoot")
        document = parts.find(_said(root), entry.folder) if root is not None else None
        if document is not None:
            pages.extend(_read_document(parts, document))
    if not pages:
        raise DamagedFile("(no page)", "（没有页面）")
    return bind_pages(pages)


def _read_document(parts: _Parts, document: _File) -> Iterator[PageText]:
    common = children(document.root, "CommonData")
    templates = {
        node.get("ID", ""): node.get("BaseLoc", "")
        for node in chain.from_iterable(children(listed, "TemplatePage") for listed in common)
    }
    sizes = chain.from_iterable(children(listed, "PageArea") for listed in common)
    size = next(map(_page_size, sizes), _A4)
    for page in chain.from_iterable(
        children(listed, "Page") for listed in children(document.root, "Pages")
    ):
        found = parts.find(page.get("BaseLoc", ""), document.folder)
        if found is None:
            raise DamagedFile("(a page is missing)", "（缺少页面）")
        drawn = [
            templates.get(node.get("TemplateID", "")) for node in children(found.root, "Template")
        ]
        under = [parts.find(name, document.folder) for name in drawn if name]
        own = next(map(_page_size, children(found.root, "Area")), size)
        yield _read_page([part.root for part in [*under, found] if part], *own)


def _read_page(layers: Sequence[etree._Element], width: float, height: float) -> PageText:
    """Templates first; the size is that of the page, in millimetres."""
    drawn = [list(_glyphs(layer)) for layer in layers]
    lines = [line for glyphs in drawn for line in read_lines(glyphs)]
    return PageText(
        text="\n".join(line.text for line in lines),
        lines=tuple(place_lines(lines, Sheet(0.0, -height, width, 0.0))),
        unmapped=sum(is_unmapped(glyph.text) for glyphs in drawn for glyph in glyphs),
        pictured=max(_pictured(layer) for layer in layers) / (width * height),
    )


def _pictured(page: etree._Element) -> float:
    """The largest picture of the page; drawings of letters one by one are as good as one."""
    found = [node for node in page.iter() if local_name(node) in {"ImageObject", "CompositeObject"}]
    boxes = [_numbers(node.get("Boundary")) for node in found]
    areas = [box[2] * box[3] for box in boxes if len(box) == 4]
    return sum(areas) if len(areas) > _MANY_DRAWINGS else max(areas, default=0.0)


def _page_size(page_area: etree._Element) -> tuple[float, float]:
    """Its width and height; the upper left corner is the origin, whatever the box says of it."""
    box = child(page_area, "PhysicalBox")
    sides = _numbers(_said(box)) if box is not None else ()
    return (max(sides[2], 1.0), max(sides[3], 1.0)) if len(sides) == 4 else _A4


def _glyphs(page: etree._Element) -> Iterator[Glyph]:
    for content in children(page, "Content"):
        for layer in children(content, "Layer"):
            for text in _texts(layer):
                yield from _drawn(text)


def _texts(block: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    """The text objects that are shown, in the order in which they are drawn."""
    for node in block:
        if local_name(node) == "TextObject" and node.get("Visible", "true").lower() != "false":
            yield node
        elif local_name(node) == "PageBlock" and depth < _DEEPEST:
            yield from _texts(node, depth + 1)


def _drawn(text: etree._Element) -> Iterator[Glyph]:
    """The characters of one text object, placed on the page; y is turned to grow upwards."""
    pen = _Pen(
        origin=_pair(text.get("Boundary")),
        size=_number(text.get("Size"), 1.0),
        stretch=_number(text.get("HScale"), 1.0),
        matrix=_matrix(text.get("CTM")),
    )
    for code in children(text, "TextCode"):
        yield from _written(code, pen)


def _written(code: etree._Element, pen: _Pen) -> Iterator[Glyph]:
    x, y = _number(code.get("X"), 0.0), _number(code.get("Y"), 0.0)
    written = code.text or ""
    across, down = (_steps(code.get(name), len(written)) for name in ("DeltaX", "DeltaY"))
    upright = code.get("DeltaX") is None and code.get("DeltaY") is not None
    spaced = False
    for character in written:
        # Where no width is stated, the font's own holds.
        width = next(across, 0.0 if upright else pen.width(character))
        if not character.isspace():
            yield pen.draw(character, x, y, room=width, spaced=spaced)
        spaced = character.isspace()
        x += width
        y += next(down, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pen:
    """How the characters of one text object are drawn: where its box is, how large, turned how."""

    origin: tuple[float, float]
    size: float
    stretch: float
    matrix: Matrix

    def width(self, character: str) -> float:
        return self.size * self.stretch * (1.0 if character >= "\u2e80" else _NARROW)

    def draw(self, character: str, x: float, y: float, *, room: float, spaced: bool) -> Glyph:
        """Digits that are given the `room` of a Chinese character each
        stand as closely as those.
        """
        width = max(self.width(character), min(room, self.size * self.stretch))
        one = _placed(x, y - _ASCENT * self.size, self.matrix)
        other = _placed(x + width, y + _DESCENT * self.size, self.matrix)
        left, right = sorted((one[0], other[0]))
        high, low = sorted((one[1], other[1]))
        return Glyph(
            text=character,
            left=self.origin[0] + left,
            right=self.origin[0] + right,
            bottom=-(self.origin[1] + low),
            top=-(self.origin[1] + high),
            spaced=spaced,
        )


def _placed(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _steps(written: str | None, most: int) -> Iterator[float]:
    """The widths that are stated: `g 3 5.5 6` is 5.5 three times, then 6."""
    words = iter((written or "").split())
    for word in words:
        if word == "g":
            count, value = next(words, "0"), next(words, None)
            yield from repeat(_number(value, 0.0), min(int(_number(count, 0.0)), most))
        else:
            yield _number(word, 0.0)


def _numbers(written: str | None) -> Sequence[float]:
    return [_number(word, 0.0) for word in (written or "").split()]


def _pair(written: str | None) -> tuple[float, float]:
    first, second, *_ = (*_numbers(written), 0.0, 0.0)
    return first, second


def _number(written: str | None, default: float) -> float:
    try:
        value = float(written) if written else default
    except ValueError:
        return default
    return value if abs(value) < 1e9 else default


def _matrix(written: str | None) -> Matrix:
    values = _numbers(written)
    if len(values) != 6:
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    a, b, c, d, e, f = values
    return (a, b, c, d, e, f)


def _said(node: etree._Element) -> str:
    return (node.text or "").strip()
