"""What paper adds to a text: page numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from workers.report.chinese.clauses import HAN
from workers.report.cleaning.lines import Line, split_lines
from workers.report.text import Change

# The engine reads dashes as 一 and loses one of a pair:
# notes on OCR name `一2一`, `-3一`, `--1`, `第4页共6页.`
_MARKED = re.compile(
    r"[—\-–_·.~－一]{1,3}[ \t]?\d{1,3}[ \t]?[—\-–_·.~－一]{1,3}"
    r"|第[ \t]?\d{1,3}[ \t]?页[ \t]?[,，/]?[ \t]?(?:共[ \t]?\d{1,3}[ \t]?页)?[.。]?"
    r"|[Pp]age[ \t]?\d{1,3}(?:[ \t]?of[ \t]?\d{1,3})?"
)
_BARE = re.compile(
    r"(?P<dash>[—\-–－]{1,3}[ \t]?)?(?P<number>\d{1,3})(?:[ \t]?[—–－]{1,3}|[ \t]?/[ \t]?\d{1,3})?"
)
_NUMBER = re.compile(r"\d{1,3}")
# What a gazette prints at the head of the page that the page number ends.
_GAZETTE = re.compile(rf"[{HAN}]{{2,20}}公报")
# The longest form, "第 100 页，共 100 页。"; the least that stands on a page of a report.
_LONGEST, _PAGE_LENGTH = 20, 150


def drop_page_numbers(text: str) -> Iterator[Change]:
    """Drop lines that are a page number: - 2 -, 第 2 页; bare figures only where they count the
    pages in order; and the name of a gazette below one.

    >>> list(drop_page_numbers("调解协\\n- 2 -\\n议35份。\\n46\\n"))
    [Change(start=4, end=10, after='')]
    """
    lines = [line for line in split_lines(text) if line.text]
    short = [line for line in lines if len(line.text) <= _LONGEST]
    marked = {line for line in short if _MARKED.fullmatch(line.text)}
    bare = [
        (line, found)
        for line in short
        if line not in marked and (found := _BARE.fullmatch(line.text))
    ]
    numbers = {*marked, *_counted_pages(bare, lines), *_half_marked(short, marked)}
    gazettes = {
        line
        for above, line in pairwise(lines)
        if above in numbers and _GAZETTE.fullmatch(line.text)
    }
    dropped = [line in numbers or line in gazettes for line in lines]
    for at, line in enumerate(lines):
        if dropped[at]:
            # The empty lines around it part two pages, not two paragraphs.
            start = lines[at - 1].end if at and not dropped[at - 1] else line.start
            yield Change(start, lines[at + 1].start if at + 1 < len(lines) else line.end, "")


def _counted_pages(
    bare: Sequence[tuple[Line, re.Match[str]]], lines: Sequence[Line]
) -> Sequence[Line]:
    """The bare figures, if they are nothing but 1, 2, 3 … (from any number on), a page apart; else
    none. However little stands on the last page, its number ends the text.
    """
    pairs = list(pairwise(bare))
    in_order = all(
        int(after["number"]) == int(before["number"]) + 1 for (_, before), (_, after) in pairs
    )
    apart = [after.start - before.end >= _PAGE_LENGTH for (before, _), (after, _) in pairs]
    ends = len(bare) > 2 and bare[-1][0] == lines[-1]
    counts = len(bare) > 1 and in_order and all(apart[:-1] if ends else apart)
    return [line for line, _ in bare] if counts else []


def _half_marked(lines: Iterable[Line], marked: Collection[Line]) -> Iterator[Line]:
    """Numbers that lost one of their two dashes, where they go on the count
    of those that kept both.
    """
    last: list[int] = []
    for line in lines:
        found = _BARE.fullmatch(line.text)
        if line in marked:
            last.append(int(_NUMBER.findall(line.text)[0]))
        elif (
            found
            and found["dash"]
            and len(last) > 1
            and int(found["number"]) == last[-1] + 1 == last[-2] + 2
        ):
            last.append(last[-1] + 1)
            yield line
