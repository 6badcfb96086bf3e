"""What a reader makes of a file's bytes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from workers.report.places import PlacedLine


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of each page, in order; the encoding where the format has one;
    how many pictures stand beside it; where its pages are drawn, the places of its lines, in the
    order of the text; how many pages are pictures with a hidden text.

    >>> decoded = Decoded(("清溪镇", "报告"))
    >>> decoded.text, decoded.page_starts
    ('清溪镇\\n报告', (0, 4))
    """

    pages: tuple[str, ...]
    encoding: str | None = None
    pictures: int = 0
    lines: tuple[PlacedLine, ...] = ()
    layered: int = 0

    @property
    def text(self) -> str:
        """The pages as one text, parted by line breaks."""
        return "\n".join(self.pages)

    @property
    def page_starts(self) -> tuple[int, ...]:
        """The offsets in `text` at which the pages begin."""
        return tuple(accumulate((len(page) + 1 for page in self.pages[:-1]), initial=0))


def is_blank(text: str) -> bool:
    """Whether a text has nothing but white space.

    >>> is_blank("\ufeff\u3000"), is_blank("清溪镇")
    (True, False)
    """
    return not text.strip("\ufeff \t\r\n\u3000\xa0")
