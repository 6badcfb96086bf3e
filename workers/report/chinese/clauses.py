"""What patterns are made of: Chinese characters, years, marks; and what stands between two marks.

This is the one definition of each. Where something said ends, from the strongest mark to the
weakest (the points are those of GB/T 15834-2011):

    STOP             。！？, a line break    what is carried from clause to clause goes no further
    SENTENCE_END     and ；                 the sentences of `find_sentences`
    CLAUSE_END       and ，                 one thing said of one subject
    CLAUSE_OR_COLON  and ：                 what announces a list stands apart from it
    PHRASE_END       and 、                 one item of a list, one label

The same marks stand in classes for the inside of brackets: `rf"[^{CLAUSE_MARKS}]{{0,8}}"`. Both
widths stand in each, so that patterns and classes hold in clean text and in folded text alike.
"""

from __future__ import annotations

import re
from collections import deque

HAN = "\u4e00-\u9fff"
"""A Chinese character, inside brackets: the block of all that reports are written in."""

EVERY_HAN = rf"\u3400-\u4dbf{HAN}〇○\U00020000-\U0003ffff"
"""With the rare characters of names of places and people, and the circles that stand for zero."""

YEAR = r"(?:20[0-4]\d|二〇[〇一二三四][〇一二三四五六七八九])"
"""A year that a report may speak of, in folded text: reports began after the programme of 2004."""

STOPS = "。！？"
POINTS = "，、；：" + STOPS
"""The seven points of a Chinese text, full width."""

NARROW_POINTS = ",;:?!"
"""Those that keyboards also give half width."""

COMMAS, COLONS, SEMICOLONS, LIST_COMMA = "，,", "：:", "；;", "、"
PAUSES = COMMAS + SEMICOLONS + COLONS + LIST_COMMA
STOP_MARKS = STOPS + "!?\n"
SENTENCE_MARKS = STOP_MARKS + SEMICOLONS
CLAUSE_MARKS = SENTENCE_MARKS + COMMAS
PHRASE_MARKS = CLAUSE_MARKS + COLONS + LIST_COMMA

# The comma of 2,314件 parts no clauses.
_OF_A_NUMBER = r"(?!(?<=\d,)\d{3}(?!\d))"

STOP = re.compile(f"[{STOP_MARKS}]")
SENTENCE_END = re.compile(f"[{SENTENCE_MARKS}]")
CLAUSE_END = re.compile(f"[{CLAUSE_MARKS}]{_OF_A_NUMBER}")
CLAUSE_OR_COLON = re.compile(f"[{CLAUSE_MARKS}{COLONS}]{_OF_A_NUMBER}")
PHRASE_END = re.compile(f"[{PHRASE_MARKS}]{_OF_A_NUMBER}")

PROSE_MARK = re.compile(f"[。{COMMAS}{SEMICOLONS}]")
"""What sentences have, and titles, labels and cells lack."""


def is_han(character: str) -> bool:
    """Is it one Chinese character? False for the empty string.

    >>> is_han("镇"), is_han("〇"), is_han("")
    (True, False, False)
    """
    return "\u4e00" <= character <= "\u9fff"


def clause_start(text: str, at: int, reach: int, end: re.Pattern[str] = CLAUSE_END) -> int:
    """Where the clause that holds `at` begins, looked for at most `reach` characters back.

    >>> (
    ...     clause_start("受理2,314件，办结2,301件", 11, reach=40),
    ...     clause_start("受理2,314件", 7, reach=40),
    ... )
    (9, 0)
    """
    start = max(0, at - reach)
    last = deque(end.finditer(text, start, at), maxlen=1)
    return last[0].end() if last else start


def clause_before(text: str, at: int, reach: int, end: re.Pattern[str] = CLAUSE_END) -> str:
    """What the clause says before `at`, at most `reach` characters of it.

    >>> clause_before("受理86件，其中：办结84件", 11, reach=20)
    '其中：办结'
    >>> clause_before("受理86件，其中：办结84件", 11, reach=20, end=PHRASE_END)
    '办结'
    """
    return text[clause_start(text, at, reach, end) : at]


def clause_after(text: str, at: int, reach: int, end: re.Pattern[str] = CLAUSE_END) -> str:
    """What the clause says from `at` on, at most `reach` characters of it.

    >>> clause_after("调解纠纷86件，化解84件", 6, reach=20), clause_after("35名农民工", 3, reach=2)
    ('件', '农民')
    """
    until = at + reach
    mark = end.search(text, at, until)
    return text[at : mark.start() if mark else until]
