"""OFD (GB/T 33190-2016) → the text of its pages.

The page says where each text begins and how far each character goes; `layout` makes lines of that.
What a template draws (the head of a form) comes before the page's own lines. Annotations,
watermarks and stamps are no text of the document and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from workers.errors import DamagedFile, DrawnLetters
from workers.report.reading.decoded import Decoded
from workers.report.reading.layout import page_lines
from workers.report.reading.lines import Glyph
from workers.report.reading.ofd_pages import (
    OfdPage,
    Parts,
    list_pages,
    numbers_of,
    objects_of,
    pair_of,
)
from workers.report.reading.ofd_text import (
    glyph_numbers,
    hidden_glyphs,
    matrix_of,
    needs_its_font,
    placed,
    text_glyphs,
)
from workers.report.reading.package import Package
from workers.report.reading.pages import (
    FILLS,
    PageText,
    Recogniser,
    bind_pages,
    is_unmapped,
    name_pages,
)
from workers.report.reading.placing import PageBox, place_lines
from workers.report.reading.xmlnodes import local_name

# So many drawings are the letters of a page, or a pattern over it.
_MANY_DRAWINGS = 20


def read_ofd(data: bytes, recogniser: Recogniser | None = None) -> Decoded:
    """The text of each page, in the order of the document; of a scanned one, what is recognised.

    DamagedFile, TooLarge, ProtectedFile, DrawnLetters; PagesWithoutText where nobody recognises.
    """
    pages = list(list_pages(Parts(Package(data))))
    if not pages:
        raise DamagedFile("(no page)", "（没有页面）")
    read = [_read_page(page) for page in pages]
    lost = [at for at, one in enumerate(read) if one.is_lost]
    if drawn := [at + 1 for at in lost if not _shows(pages[at])]:
        raise DrawnLetters(*name_pages(drawn))
    if recogniser:
        for at in lost:
            read[at] = recogniser.read_page(recogniser.draw_ofd(data, at), first=at == 0)
    return bind_pages(read)


def _shows(page: OfdPage) -> bool:
    """Is what cannot be read of it seen: one picture that fills it, letters drawn one by one,
    glyphs of fonts that are in the file?
    """
    texts = [text for layer in page.layers for text in layer.iter("{*}TextObject")]
    if any(needs_its_font(text) and not _has_glyphs(text, page) for text in texts):
        return False
    filled = max(map(_pictured, page.layers)) > FILLS * page.width * page.height
    drawn = any(map(_has_many_drawings, page.layers))
    return filled or drawn or any(_has_glyphs(text, page) for text in texts)


def _has_glyphs(text: etree._Element, page: OfdPage) -> bool:
    return bool(glyph_numbers(text)) and text.get("Font", "") in page.files


def _has_many_drawings(layer: etree._Element) -> bool:
    return len(_areas(layer, "CompositeObject")) > _MANY_DRAWINGS


def _areas(layer: etree._Element, *kinds: str) -> list[float]:
    found = [node for node in layer.iter() if local_name(node) in kinds]
    boxes = [numbers_of(node.get("Boundary")) for node in found]
    return [box[2] * box[3] for box in boxes if len(box) == 4]


def _read_page(page: OfdPage) -> PageText:
    width, height = page.width, page.height
    drawn = [
        [glyph for glyph in glyphs_of(layer, page.units) if glyph.is_within((0, -height, width, 0))]
        for layer in page.layers
    ]
    read = [page_lines(glyphs) for glyphs in drawn]
    upright = [line for lines, _ in read for line in lines]
    text = "\n".join(
        line.text for line in (*upright, *(line for _, lines in read for line in lines))
    )
    return PageText(
        text=text,
        lines=tuple(place_lines(upright, PageBox(0.0, -height, width, 0.0))),
        unmapped=sum(map(is_unmapped, text)) + sum(map(_hidden, page.layers)),
        pictured=max(_pictured(layer) for layer in page.layers) / (width * height),
    )


def _hidden(layer: etree._Element) -> int:
    return sum(map(hidden_glyphs, layer.iter("{*}TextObject")))


def _pictured(page: etree._Element) -> float:
    """The largest picture of the page; drawings of letters one by one are as good as one."""
    areas = _areas(page, "ImageObject", "CompositeObject")
    return sum(areas) if len(areas) > _MANY_DRAWINGS else max(areas, default=0.0)


def glyphs_of(page: etree._Element, units: Mapping[str, etree._Element]) -> Iterator[Glyph]:
    """The characters on a page; `units` are the drawings that it uses by their ids."""
    for node in objects_of(page):
        if local_name(node) == "TextObject":
            yield from text_glyphs(node)
        elif local_name(node) == "CompositeObject":
            yield from _unit_glyphs(node, units)


def _unit_glyphs(drawing: etree._Element, units: Mapping[str, etree._Element]) -> Iterator[Glyph]:
    """The characters of a drawing that is put in; those are placed within its own box."""
    unit = units.get(drawing.get("ResourceID", ""))
    left, top = pair_of(drawing.get("Boundary"))
    matrix = matrix_of(drawing.get("CTM"))
    for text in [] if unit is None else unit.iter("{*}TextObject"):
        for glyph in text_glyphs(text):
            one = placed(glyph.left, -glyph.top, matrix)
            other = placed(glyph.right, -glyph.bottom, matrix)
            across, down = sorted((one[0], other[0])), sorted((one[1], other[1]))
            yield glyph.at((left + across[0], -top - down[1], left + across[1], -top - down[0]))
