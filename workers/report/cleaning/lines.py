"""Lines of a text, and where its body begins and ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from workers.report.chinese.clauses import PROSE_MARK, STOPS
from workers.report.text import Change

# A number that opens a heading of the first levels; `1.5` is no number of a heading.
HEADING = re.compile(
    r"[（(]?[一二三四五六七八九十百]{1,3}[)）、.．]|第[一二三四五六七八九十]{1,3}[章节部]|[（(]\d{1,2}[)）]|\d{1,2}(?:、|[.．](?!\d))|[①-⑳]"
)
# Shorter lines with a comma are titles and headings as often as sentences.
_PROSE_LENGTH = 18
# Full width: the others stand in addresses too.
SENTENCE_MARK = re.compile(rf"[{STOPS}；]")
_ARTICLE = re.compile(r"报告|总结|汇报|情况")
# With all its spaces; longer lines are rows of an index.
_LONGEST_TITLE_LINE = 300


class Line(NamedTuple):
    """A line without the spaces at its ends; `[start, end)` is the line with its line end."""

    start: int
    end: int
    text: str

    def drop(self) -> Change:
        return Change(self.start, self.end, "")


@lru_cache(maxsize=1)  # several rules look at one text in a row
def split_lines(text: str) -> Sequence[Line]:
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
    return len(line) >= _PROSE_LENGTH and bool(PROSE_MARK.search(line))


def title_key(line: str) -> str | None:
    """What two printings of one title share; None for a line that is no title of a report."""
    # The shortest title has some eight characters (××镇法治建设报告), the longest some sixty.
    key = "".join(line.split()) if len(line) <= _LONGEST_TITLE_LINE else ""
    ends = SENTENCE_MARK.search(key) or key.endswith(("：", ":"))
    return (
        key
        if 8 <= len(key) <= 60 and _ARTICLE.search(key) and not ends and not is_prose(key)
        else None
    )


def said_titles(lines: Sequence[Line]) -> set[str | None]:
    """The keys of all titles that these lines say, alone or two or three together;
    None is among them.
    """
    texts = [line.text for line in lines if line.text]
    joined = ("".join(texts[at : at + count]) for at in range(len(texts)) for count in (1, 2, 3))
    return {title_key(text) for text in joined} | {None}


def body_bounds(lines: Sequence[Line], is_page: Callable[[str], bool]) -> tuple[int, int]:
    """The half-open range of line indexes from the first to the last line that is surely body.

    `is_page` tells long lines of the page (an index row, a footer) from sentences.
    A text without body is all head.
    """
    count = len(lines)
    first = next((at for at in range(count) if _is_body(lines[at].text, is_page)), count)
    last = next(
        (at + 1 for at in range(count - 1, first, -1) if _is_body(lines[at].text, is_page)),
        first + 1,
    )
    return first, min(last, count)


def _is_body(line: str, is_page: Callable[[str], bool]) -> bool:
    return (is_prose(line) or bool(HEADING.match(line))) and not is_page(line)
