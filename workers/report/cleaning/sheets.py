"""What paper adds to a text: page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from workers.report.cleaning.lines import Line, split_lines
from workers.report.text import Change

# The engine reads dashes as 一 and loses one of a pair: notes on OCR name `一2一`, `-3一`, `--1`, `第4页共6页.`
_MARKED = re.compile(
    r"[—\-–_·.~－一]{1,3}[ \t]?\d{1,3}[ \t]?[—\-–_·.~－一]{1,3}"
    r"|第[ \t]?\d{1,3}[ \t]?页[ \t]?[,，/]?[ \t]?(?:共[ \t]?\d{1,3}[ \t]?页)?[.。]?"
    r"|[Pp]age[ \t]?\d{1,3}(?:[ \t]?of[ \t]?\d{1,3})?"
)
_BARE = re.compile(r"(?:[—\-–－]{1,3}[ \t]?)?(?P<number>\d{1,3})(?:[ \t]?[—–－]{1,3}|[ \t]?/[ \t]?\d{1,3})?")
# The longest form, "第 100 页，共 100 页。"; the least that stands on a page of a report.
_LONGEST, _PAGE_LENGTH = 20, 150


def drop_page_numbers(text: str) -> Iterator[Change]:
    """Drop lines that are a page number: - 2 -, 第 2 页; bare figures only where they count the pages in order.

    >>> list(drop_page_numbers("调解协\\n- 2 -\\n议35份。\\n46\\n"))
    [Change(start=4, end=10, after='')]
    """
    short = [line for line in split_lines(text) if 0 < len(line.text) <= _LONGEST]
    marked = [line for line in short if _MARKED.fullmatch(line.text)]
    yield from (line.drop() for line in marked)
    yield from (line.drop() for line in _counted(short) if line not in marked)


def _counted(lines: list[Line]) -> list[Line]:
    """The bare figures, if they are nothing but 1, 2, 3 … (from any number on), a page apart; else none."""
    bare = [(line, int(found["number"])) for line in lines if (found := _BARE.fullmatch(line.text))]
    pairs = list(pairwise(bare))
    in_order = all(after == before + 1 for (_, before), (_, after) in pairs)
    apart = all(after.start - before.end >= _PAGE_LENGTH for (before, _), (after, _) in pairs)
    return [line for line, _ in bare] if len(bare) > 1 and in_order and apart else []
