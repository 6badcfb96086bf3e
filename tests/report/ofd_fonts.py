"""OFD files that show their text by glyphs of a font in the file, and do not say its characters."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from fontTools import subset
from fontTools.ttLib import TTFont

from tests.report.docx import package
from tests.report.ofds import OFD, SIZE, ofd, page
from tests.scans import FACE, FONT


@dataclass(frozen=True, slots=True)
class PartFont:
    """A font of some characters, with no map of them; `numbers` are their glyphs."""

    data: bytes
    numbers: Mapping[str, int]


@cache
def part_font(characters: str, *, bare: bool = False) -> PartFont:
    """The machine's font with these characters only; `bare` as its outlines alone (CFF), whose
    glyphs keep the numbers that they have in the whole font.
    """
    with TTFont(FONT, fontNumber=FACE, lazy=True) as font:
        cutter = subset.Subsetter(subset.Options(layout_features=[], name_IDs=[]))
        cutter.populate(text=characters)
        cutter.subset(font)
        mapped = font.getBestCmap()
        names = {character: mapped[ord(character)] for character in characters}
        if bare:
            numbers = {one: int(name.removeprefix("cid")) for one, name in names.items()}
            return PartFont(font.getTableData("CFF "), numbers)
        del font["cmap"]
        cut = io.BytesIO()
        font.save(cut)
        return PartFont(cut.getvalue(), {one: font.getGlyphID(name) for one, name in names.items()})


def glyphs(written: str, x: float, y: float, font: PartFont, more: str = "") -> str:
    """One text object whose base line begins at x, y: glyphs, and a blank for its characters."""
    numbers = " ".join(str(font.numbers[character]) for character in written)
    steps = " ".join(str(SIZE if character >= "\u2e80" else SIZE / 2) for character in written)
    return (
        f'<ofd:TextObject Boundary="{x} {y - SIZE} 150 8" Size="{SIZE}" Font="3" {more}>'
        f'<ofd:CGTransform GlyphCount="{len(written)}"><ofd:Glyphs>{numbers}</ofd:Glyphs>'
        f'</ofd:CGTransform><ofd:TextCode X="0" Y="{SIZE}" DeltaX="{steps}"> </ofd:TextCode>'
        "</ofd:TextObject>"
    )


def with_font(data: bytes, font: bytes) -> bytes:
    """The file with this font, number 3."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    named = b"<ofd:PublicRes>Res.xml</ofd:PublicRes></ofd:CommonData>"
    document = parts["Doc_0/Document.xml"].replace(b"</ofd:CommonData>", named)
    listed = '<ofd:Font ID="3" FontName="f"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font>'
    resources = f'<ofd:Res {OFD} BaseLoc="Res"><ofd:Fonts>{listed}</ofd:Fonts></ofd:Res>'
    more = {"Doc_0/Document.xml": document, "Doc_0/Res.xml": resources, "Doc_0/Res/f.ttf": font}
    return package({**parts, **more})


def in_glyphs(lines: Sequence[str], *, bare: bool = False, data: bytes | None = None) -> bytes:
    """A file of one page with these lines, which it only shows; `data` in place of its font."""
    font = part_font("".join(dict.fromkeys("".join(lines))), bare=bare)
    drawn = "".join(glyphs(line, 20, 30 + 10 * at, font) for at, line in enumerate(lines))
    return with_font(ofd(page(drawn)), font.data if data is None else data)
