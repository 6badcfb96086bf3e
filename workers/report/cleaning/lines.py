"""Lines of a text, and where its body begins and ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from workers.report.text import Change

# A number that opens a heading of the first levels; `1.5` is no number of a heading.
HEADING = re.compile(
    r"[（(]?[一二三四五六七八九十百]{1,3}[)）、.．]|第[一二三四五六七八九十]{1,3}[章节部]|[（(]\d{1,2}[)）]|\d{1,2}(?:、|[.．](?!\d))|[①-⑳]"
)
_PROSE_MARKS = re.compile(r"[，。；,;]")
# Shorter lines with a comma are titles and headings as often as sentences.
_PROSE_LENGTH = 18


class Line(NamedTuple):
    """A line without the spaces at its ends; `[start, end)` is the line with its line end."""

    start: int
    end: int
    text: str

    def drop(self) -> Change:
        return Change(self.start, self.end, "")


def split_lines(text: str) -> list[Line]:
    """All lines, the empty ones too; together they are the text.

    >>> [line.text for line in split_lines("一、概况\\n  全镇 \\n")]
    ['一、概况', '全镇']
    """
    lines: list[Line] = []
    at = 0
    for piece in text.split("\n"):
        end = min(at + len(piece) + 1, len(text))
        if end > at:
            lines.append(Line(at, end, piece.strip()))
        at = end
    return lines


def is_prose(line: str) -> bool:
    """Is this a sentence of the body, whatever stands around it?

    >>> is_prose("全年调解矛盾纠纷46件，成功率100%，无一起激化。"), is_prose("来源：县司法局")
    (True, False)
    """
    return len(line) >= _PROSE_LENGTH and bool(_PROSE_MARKS.search(line))


def body_bounds(lines: Sequence[Line], is_page: Callable[[str], bool]) -> tuple[int, int]:
    """The half-open range of line indexes from the first to the last line that is surely body.

    `is_page` tells long lines of the page (an index row, a footer) from sentences. A text without body is all head.
    """
    count = len(lines)
    first = next((at for at in range(count) if _is_body(lines[at].text, is_page)), count)
    last = next((at + 1 for at in range(count - 1, first, -1) if _is_body(lines[at].text, is_page)), first + 1)
    return first, min(last, count)


def _is_body(line: str, is_page: Callable[[str], bool]) -> bool:
    return (is_prose(line) or bool(HEADING.match(line))) and not is_page(line)
