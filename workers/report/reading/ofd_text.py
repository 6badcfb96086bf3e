"""What one text object of an OFD page draws: its characters where they stand, and the glyphs of its
font by which it draws them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat

from lxml import etree

from workers.report.reading.lines import Glyph, quarter_of
from workers.report.reading.ofd_pages import number_of, numbers_of, pair_of
from workers.report.reading.pages import is_unmapped
from workers.report.reading.xmlnodes import children

# Digits and Latin letters are about half as wide as they are high; what the font says is not asked.
_NARROW = 0.5
# So far above and below its base line a character reaches.
ASCENT, DESCENT = 0.88, 0.12

# What stands for glyphs that are no characters, each with the room of a Chinese one.
_UNKNOWN = "\u3000"

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is drawn for a character, or for some: the glyph of this `number` in the object's font;
    where there is none, the character itself. `matrix` is from the em of the font, y upwards, to
    the page, y downwards.
    """

    number: int | None
    glyph: Glyph
    matrix: Matrix


def text_glyphs(text: etree._Element) -> Iterator[Glyph]:
    """The characters of one text object, placed on the page; y is turned to grow upwards."""
    pen = _pen_of(text)
    for code in _codes(text):
        written = code.text or ""
        spaced = False
        for character, x, y, room in _placed_along(code, list(written), pen):
            if not character.isspace():
                yield pen.draw(character, x, y, room=room, spaced=spaced)
            spaced = character.isspace()


def text_letters(text: etree._Element) -> Iterator[Letter]:
    """What the text object draws, in its order."""
    pen, numbered, begin = _pen_of(text), _numbered(text), 0
    for code in _codes(text):
        written = code.text or ""
        letters = list(_letters(written, begin, numbered))
        begin += len(written)
        places = _placed_along(code, [character for _, character in letters], pen)
        for (number, _), (character, x, y, room) in zip(letters, places, strict=True):
            if number is not None or not character.isspace():
                glyph = pen.draw(character, x, y, room=room, spaced=False)
                yield Letter(number=number, glyph=glyph, matrix=pen.of_letter(x, y))


def glyph_numbers(text: etree._Element) -> list[str]:
    """The numbers of the glyphs that the object draws, as they are written."""
    return [number for one in text.iter("{*}Glyphs") for number in (one.text or "").split()]


def hidden_glyphs(text: etree._Element) -> int:
    """How many glyphs are drawn whose characters are blank; one over and over is a blank's own."""
    numbers = glyph_numbers(text)
    said = "".join(code.text or "" for code in children(text, "TextCode"))
    return len(numbers) if len(set(numbers)) > 1 and not said.strip() else 0


def needs_its_font(text: etree._Element) -> bool:
    """Does only its own font show what is written: glyphs without characters, private ones?"""
    said = "".join(code.text or "" for code in children(text, "TextCode"))
    return bool(hidden_glyphs(text)) or any(map(is_unmapped, said))


def _codes(text: etree._Element) -> list[etree._Element]:
    return children(text, "TextCode") if text.get("Alpha") != "0" else []


def _numbered(text: etree._Element) -> dict[int, tuple[int, list[int]]]:
    """At which character some stand that are drawn by glyphs: how many, and by which."""
    return {
        round(number_of(one.get("CodePosition"), 0.0)): (
            max(round(number_of(one.get("CodeCount"), 1.0)), 1),
            [round(number_of(number, 0.0)) for number in glyph_numbers(one)],
        )
        for one in children(text, "CGTransform")
    }


def _letters(
    written: str, begin: int, numbered: dict[int, tuple[int, list[int]]]
) -> Iterator[tuple[int | None, str]]:
    """The glyphs and characters that are drawn for what is written, which begins with the character
    `begin` of its object; one glyph for each character keeps it.
    """
    at, end = begin, begin + len(written)
    while at < end or at == begin:
        count, numbers = numbered.get(at, (1, None))
        said = written[at - begin : at - begin + count]
        if numbers is None:
            yield from ((None, character) for character in said)
        else:
            known = said if len(said) == len(numbers) else _UNKNOWN * len(numbers)
            yield from zip(numbers, known, strict=True)
        at += count


def _placed_along(
    code: etree._Element, characters: list[str], pen: _Pen
) -> Iterator[tuple[str, float, float, float]]:
    """Each with where it begins on its base line, and how much room it is given."""
    x, y = number_of(code.get("X"), 0.0), number_of(code.get("Y"), 0.0)
    across, down = (_steps(code.get(name), len(characters)) for name in ("DeltaX", "DeltaY"))
    upright = code.get("DeltaX") is None and code.get("DeltaY") is not None
    for character in characters:
        # Where no width is stated, the font's own holds.
        room = next(across, 0.0 if upright else pen.width(character))
        yield character, x, y, room
        x += room
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
        one = placed(x, y - ASCENT * self.size, self.matrix)
        other = placed(x + width, y + DESCENT * self.size, self.matrix)
        left, right = sorted((one[0], other[0]))
        high, low = sorted((one[1], other[1]))
        return Glyph(
            text=character,
            left=self.origin[0] + left,
            right=self.origin[0] + right,
            bottom=-(self.origin[1] + low),
            top=-(self.origin[1] + high),
            spaced=spaced,
            turn=quarter_of(-math.degrees(math.atan2(self.matrix[1], self.matrix[0]))),
        )

    def of_letter(self, x: float, y: float) -> Matrix:
        """From the em of the font to the page, for a glyph that begins here."""
        a, b, c, d, _, _ = self.matrix
        left, top = placed(x, y, self.matrix)
        wide, high = self.size * self.stretch, self.size
        return (
            a * wide, b * wide, -c * high, -d * high, self.origin[0] + left, self.origin[1] + top,
        )  # fmt: skip


def _pen_of(text: etree._Element) -> _Pen:
    return _Pen(
        origin=pair_of(text.get("Boundary")),
        size=number_of(text.get("Size"), 1.0),
        stretch=number_of(text.get("HScale"), 1.0),
        matrix=matrix_of(text.get("CTM")),
    )


def placed(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _steps(written: str | None, most: int) -> Iterator[float]:
    """The widths that are stated: `g 3 5.5 6` is 5.5 three times, then 6."""
    words = iter((written or "").split())
    for word in words:
        if word == "g":
            count, value = next(words, "0"), next(words, None)
            yield from repeat(number_of(value, 0.0), min(int(number_of(count, 0.0)), most))
        else:
            yield number_of(word, 0.0)


def matrix_of(written: str | None) -> Matrix:
    values = numbers_of(written)
    if len(values) != 6:
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    a, b, c, d, e, f = values
    return (a, b, c, d, e, f)
