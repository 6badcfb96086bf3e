"""The pages of a file whose text is drawn (PDF, OFD): what was read of each, and what could not be.

A page that would be lost without a word is a reason to refuse the whole file: a person must know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from workers.errors import PagesWithoutText
from workers.report.chinese.clauses import is_han
from workers.report.places import PlacedLine
from workers.report.reading.decoded import Decoded
from workers.report.reading.mended import is_misread

# With fewer characters than these under a picture that fills this share of it, a page is a scan
# that somebody numbered.
_FEW_CHARACTERS = 15
FILLS = 0.5
# Fonts without a map to Unicode give other characters than those that are seen; a stray symbol
# happens everywhere.
_UNMAPPED = 0.02
# What so many characters are shows; of a text no letter makes up half, and other scripts than
# Chinese are not judged.
_TELLING, _ONE_FOR_ALL, _ODD = 20, 0.5, 0.5
_PRIVATE = range(0xE000, 0xF900)
LOST = "\ufffd"
# A picture with more is not decoded: A3 at 600 dpi has 70 million, in colour of three bytes each.
MAX_PIXELS = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """One page: its text and the places of its lines in it, how many of its characters stand for
    none, the share that a picture fills (0 to 1); `layered` where its text is hidden over that."""

    text: str
    lines: tuple[PlacedLine, ...] = ()
    unmapped: int = 0
    pictured: float = 0.0
    layered: bool = False

    @property
    def is_lost(self) -> bool:
        """Is it a picture, or written in characters that stand for none?"""
        characters = sum(not character.isspace() for character in self.text)
        if characters < _FEW_CHARACTERS and self.pictured > FILLS:
            return True
        if self.unmapped > max(_UNMAPPED * characters, 1):
            return True
        return characters >= _TELLING and _is_nonsense("".join(self.text.split()))


class Recogniser(Protocol):
    """Who reads pictures of pages: `recognition`, where it is installed.

    A picture is an array of rows, columns, and red, green and blue.
    """

    def open_pictures(self, data: bytes) -> Iterator[Any]:
        """The pages of a picture file. DamagedFile, TooLarge."""

    def draw_ofd(self, data: bytes, at: int) -> Any:
        """The picture of a page of an OFD file, counted from 0."""

    def read_page(self, page: Any, *, first: bool) -> PageText:
        """The text of a page; `first` of its document or not."""


def _is_nonsense(text: str) -> bool:
    """Does a font's map give other characters than are seen: rare Chinese ones, marked Latin ones,
    one for all?

    >>> [_is_nonsense(text) for text in ("再庙谨翉似漆愴廋旒揵", "口" * 30, "目录……" * 9, "Annual")]
    [True, True, False, False]
    """
    letters = [one for one in text if one.isalnum()]
    if letters and max(Counter(letters).values()) > _ONE_FOR_ALL * len(text):
        return True
    odd = "".join(one for one in text if is_han(one) or "\xa0" < one < "\u0100")
    return len(odd) > _ODD * len(text) and is_misread(odd)


def is_unmapped(character: str) -> bool:
    """Does the character mean something only in the font that it is drawn with?

    >>> is_unmapped("\ue11e"), is_unmapped("\ufffd"), is_unmapped("镇")
    (True, True, False)
    """
    return character == LOST or ord(character) in _PRIVATE


def name_pages(numbers: Sequence[int]) -> tuple[str, str]:
    """The pages in English and in Chinese.

    >>> name_pages([2, 3])
    ('(2, 3)', '（第 2、3 页）')
    """
    said = [str(number) for number in numbers]
    return f"({', '.join(said)})", f"（第 {'、'.join(said)} 页）"


def bind_pages(pages: Sequence[PageText]) -> Decoded:
    """The pages as one text. PagesWithoutText names those that cannot be read by their text.

    >>> bind_pages([PageText(text="一、概况"), PageText(text="— 2 —", pictured=0.9)])
    Traceback (most recent call last):
    workers.errors.PagesWithoutText: ... (2)
    """
    lost = [number for number, page in enumerate(pages, 1) if page.is_lost]
    if lost:
        raise PagesWithoutText(*name_pages(lost), pages=len(lost))
    bound = Decoded(tuple(page.text for page in pages))
    lines = (
        line.moved(page=number, by=start)
        for number, (page, start) in enumerate(zip(pages, bound.page_starts, strict=True))
        for line in page.lines
    )
    return replace(bound, lines=tuple(lines), layered=sum(page.layered for page in pages))
