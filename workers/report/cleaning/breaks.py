"""Line breaks inside sentences: where a page or a column ended, not a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.cleaning.lines import HEADING
from workers.report.cleaning.phrases import phrases
from workers.report.text import Change

_END = ("。", "！", "？", "；", "：", "…", "!", "?", ";", ":")
_CLOSERS = "”’》）)】』」"
_OPEN_ENDS = "，、（《“‘〈〔,("
_CONTINUES = "，。；、：！？”’》）〉〕％%,;)"
# Words that begin something; nothing ends with them.
_UNFINISHED = re.compile(r"(?:[的和与及或在对将把被为以约每各于由从向按并且至]|[^一二三四五六七八九十是]共)$")
_MEASURED = re.compile(r"[0-9][年月日件次人个万亿余名场起份户条项元%％]")
_SENTENCE = re.compile(r"[，。；,;]")
_FULL_SENTENCE = re.compile(r"[。；]")
# What begins a paragraph or an item, or stands alone at the end of a report.
_BEGINS = re.compile(
    r"[一二三四五六七八九十]{1,2}(?:[是要、.．)）]|方面)|第[一二三四五六七八九十]|[（(][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}(?:、|[.．](?!\d))|[①-⑳●•◆■★※*—-]|附件|附[:：]|抄送|[（(]此件|\[|【"
)
# Words that begin a new sentence as a rule: after a line without a mark they begin a paragraph.
_BEGINS_ANEW = re.compile(r"特此|现将|目前，|同时，|此外，|下一步，")
_DATE_LINE = re.compile(
    r"[（(]?(?:[12]\d{3}年\d{1,2}月\d{1,2}日|二[〇○零O0][一二三四五六七八九〇○]{2}年.{2,6}日)[)）]?$"
)
_PAIRS = (("《", "》"), ("“", "”"), ("（", "）"), ("〔", "〕"))
# A line of a paragraph that was broken at the edge of a column has at least this many characters on any paper;
# the lines of one column differ by a few, for punctuation and figures are narrow.
_COLUMN, _SLACK = 18, 4
# The tail and head of lines that are looked at.
_LOOK = 400


def join_broken_lines(text: str) -> Iterator[Change]:
    """Drop a line break in mid-sentence; headings, titles, items, table rows, signatures and paragraphs stay apart.

    >>> text = "清溪镇报告\\n一、概况\\n全镇扎实开展法治宣传教育，发放各类资料共计三千\\n余份。\\n清溪镇人民政府"
    >>> [text[change.start - 1] + text[change.end] for change in join_broken_lines(text)]
    ['千余']
    """
    at, previous, sentence, blank = 0, (0, 0), False, False
    for piece in text.split("\n"):
        start, end = at, at + len(piece)
        at = end + 1
        line = piece.strip()
        if not line:
            blank = True
            continue
        start += piece.index(line[0])
        before = text[max(previous[0], previous[1] - _LOOK) : previous[1]]
        joined = bool(before) and "\t" not in before + line and _is_broken(before, line, sentence, blank)
        if joined:
            yield Change(previous[1], start, _glue(before, line))
        sentence = (joined and sentence) or _is_sentence(line[:_LOOK], joined)
        previous, blank = (start, start + len(line)), False


def _is_broken(before: str, after: str, sentence: bool, blank: bool) -> bool:
    ended = before.rstrip(_CLOSERS).endswith(_END)
    if after[0] in _CONTINUES:
        return not ended
    if ended or _BEGINS.match(after) or _DATE_LINE.match(after[:30]) or phrases().label.match(after):
        return False
    if before[-1] in _OPEN_ENDS or _is_open(before, after):
        return True
    if blank or _BEGINS_ANEW.match(after):
        return False
    if _UNFINISHED.search(before) or _MEASURED.match(before[-1] + after[0]):
        return True
    return sentence and _goes_on(before, after)


def _is_sentence(line: str, goes_on: bool) -> bool:
    """Is the line part of a paragraph? A heading with a comma is none until a sentence has ended in it."""
    if _FULL_SENTENCE.search(line):
        return True
    if HEADING.match(line) and not goes_on:
        return False
    return len(line) >= _COLUMN and bool(_SENTENCE.search(line))


def _goes_on(before: str, after: str) -> bool:
    """Is `after` the rest of a sentence: one ends in it, or it breaks off at the same column?"""
    if _FULL_SENTENCE.search(after[:_LOOK]) or after.endswith(_END):
        return True
    if len(after) < _COLUMN:
        return False
    return bool(_SENTENCE.search(after[:_LOOK])) or abs(len(before) - len(after)) <= _SLACK


def _is_open(before: str, after: str) -> bool:
    """Is a bracket or quotation open at the break, and closed in the next line?"""
    return any(
        before.rfind(opening) > before.rfind(closing) and -1 < after[:_LOOK].find(closing) < _first(after, opening)
        for opening, closing in _PAIRS
    )


def _first(text: str, char: str) -> int:
    found = text.find(char, 0, _LOOK)
    return _LOOK if found < 0 else found


def _glue(before: str, after: str) -> str:
    """A space between two foreign words; capitals are an abbreviation that was cut."""
    letters = before[-1] + after[0]
    return " " if letters.isascii() and letters.isalpha() and not letters.isupper() else ""
