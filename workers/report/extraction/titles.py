"""Titles in 《》: what a paper is called, not what is counted."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from workers.report.text import Span

_TITLE = re.compile(r"《[^《》\n]{1,80}》")
_END = re.compile(r"[）)]{0,2}》")


class Titles:
    """The titles of a stretch of text.

    >>> text = "出台《案卷评查办法》，评查60卷"
    >>> titles = Titles(text, Span(0, len(text)))
    >>> titles.hide(3, 7), titles.hide(7, 9), titles.hide(11, 13)
    (True, False, False)
    """

    __slots__ = ("_spans", "_text")

    def __init__(self, text: str, span: Span) -> None:
        self._text = text
        self._spans = [title.span() for title in _TITLE.finditer(text, span.start, span.end)]

    def hide(self, start: int, end: int) -> bool:
        """Is this word part of a title?

        The head of a title, which stands last (《…目录》), is heard all the same.
        """
        place = bisect_right(self._spans, (start, len(self._text))) - 1
        inside = place >= 0 and start < self._spans[place][1]
        return inside and not _END.match(self._text, end)

    def reach_back(self, start: int, characters: int, *, most: int) -> int:
        """The offset so many characters before `start`, the titles between not counted;
        `most` with them.
        """
        reach = start - characters
        for place in range(bisect_left(self._spans, (start, start)) - 1, -1, -1):
            left, right = self._spans[place]
            if right <= reach or reach < start - most:
                break
            reach -= right - max(left, reach)
        return reach
