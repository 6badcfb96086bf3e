"""Line breaks inside sentences: where a page or a column ended, not a paragraph."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from itertools import pairwise

from workers.report.chinese.clauses import (
    COLONS,
    COMMAS,
    HAN,
    LIST_COMMA,
    PROSE_MARK,
    SEMICOLONS,
    STOPS,
)
from workers.report.chinese.words import tokenise
from workers.report.cleaning.lines import HEADING
from workers.report.cleaning.phrases import phrases
from workers.report.text import Change

_END = (*STOPS, *SEMICOLONS, *COLONS, "…", "!", "?")
_CLOSERS = "”’》）)】』」"
_OPEN_ENDS = COMMAS + LIST_COMMA + "（《“‘〈〔("
_CONTINUES = STOPS + COMMAS + SEMICOLONS + "、：”’》）〉〕％%)"
# Words that begin something; nothing ends with them but a few words (行为, 参与, 方向 ...),
# which end headings, too.
_UNFINISHED = re.compile(
    r"(?:(?<!目)的|(?<![缓温总饱谐])和|(?<![参授给])与|(?<!普)及|或|(?<![存所])在|(?<![应相反])对|将|把|被|(?<![行作成有])为|以"
    r"|(?<![节条制合契])约|每|各|(?<!终)于|(?<![理自事])由|(?<!服)从|(?<![方导意志走])向|按|(?<![合兼])并|且|至|[^一二三四五六七八九十是公]共)$"
)
_MEASURED = re.compile(r"[0-9][年月日件次人个万亿余名场起份户条项元%％]")
# A figure with its unit is stated in a sentence and in no heading:
# of years and of 一件事 headings do speak.
_COUNTED = re.compile(r"[0-9][余多]?(?:[件次人名余场起份户条项元%％]|万元)")
_REST_COUNTED = re.compile(rf"[0-9]*{_COUNTED.pattern}")
_FULL_SENTENCE = re.compile(rf"[。{SEMICOLONS}]")
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
# A line of a paragraph that was broken at the edge of a column has at least this many characters on
# any paper; the lines of one column differ by a few, for punctuation and figures are narrow.
_COLUMN, _SLACK = 18, 4
_DIGITS_BEFORE, _YEAR = re.compile(r"(?<![0-9.,])[0-9]{1,3}$"), re.compile(r"20[0-3][0-9]年")
# Chinese beside a break; a few words on each side settle where the words of both part.
_WORDS_BEFORE, _WORDS_AFTER = re.compile(f"[{HAN}]{{1,9}}$"), re.compile(f"[{HAN}]{{1,9}}")
_WORD_LOOK = 9
# The tail and head of lines that are looked at.
_LOOK = 400
# A paragraph begins two characters in; a printed line is full to within three characters, where a
# figure or a mark was carried over, in a text of at least so many of them, and hardly one is wider.
_INDENT = re.compile(r"^(?:\u3000|[ \xa0]{2})", re.MULTILINE)
_RAGGED, _FEWEST_FULL, _MOST_RAGGED, _NARROWEST = 3.0, 5, 0.15, 16


def join_broken_lines(text: str) -> Iterator[Change]:
    """Drop a line break in mid-sentence; headings, titles, items, table rows,
    signatures and paragraphs stay apart.

    >>> text = (
    ...     "清溪镇报告\\n一、概况\\n全镇扎实开展法治宣传教育，发放各类资料共计三千\\n"
    ...     "余份。\\n清溪镇人民政府"
    ... )
    >>> [text[change.start - 1] + text[change.end] for change in join_broken_lines(text)]
    ['千余']
    """
    at, previous, sentence, blank = 0, (0, 0), False, False
    column = _find_column(text)
    for piece in text.split("\n"):
        start, end = at, at + len(piece)
        at = end + 1
        line = piece.strip()
        if not line:
            blank = True
            continue
        start += piece.index(line[0])
        before = text[max(previous[0], previous[1] - _LOOK) : previous[1]]
        joined = bool(before) and "\t" not in before + line
        if joined:
            goes_on = _is_carried_over(before, piece, column) if column and not blank else None
            joined = _is_broken(before, line, sentence, blank) if goes_on is None else goes_on
        if joined:
            yield Change(previous[1], start, _space_between(before, line))
        sentence = (joined and sentence) or _is_sentence(line[:_LOOK], joined)
        previous, blank = (start, start + len(line)), False


def _find_column(text: str) -> float:
    """The width of the column where paragraphs begin with an indent and every line that another one
    continues is full; zero where the text is not set so.

    >>> _find_column(
    ...     "　　全镇扎实推进依法行政，全年调解矛盾\\n"
    ...     + "纠纷46件，无一起激化，成功率100%。\\n" * 6
    ... )
    17.0
    """
    if not _INDENT.search(text):
        return 0.0
    lines = [line for line in text.split("\n") if line.strip() and "\t" not in line.strip()]
    full = [
        _line_width(line.strip()) for line, below in pairwise(lines) if not _INDENT.match(below)
    ]
    if len(full) < _FEWEST_FULL:
        return 0.0
    column = statistics.median(full)
    uneven = sum(abs(width - column) > _RAGGED for width in full)
    wider = sum(
        len(line) > column and _line_width(line.strip()) > column + _RAGGED for line in lines
    )
    is_set = (
        column >= _NARROWEST
        and uneven <= _MOST_RAGGED * len(full)
        and wider <= _MOST_RAGGED * len(full)
    )
    return column if is_set else 0.0


def _is_carried_over(before: str, piece: str, column: float) -> bool | None:
    """Does a line go on the one above in a column? None where that line is not full. An indent
    begins a paragraph, and so does a number after a full stop, whose indent a slanted page can
    hide.
    """
    if piece.lstrip()[0] in _CONTINUES:
        return None
    if _INDENT.match(piece):
        return False
    if _line_width(before) < column - _RAGGED:
        return None
    return not (HEADING.match(piece) and before.rstrip(_CLOSERS).endswith(_END))


def _line_width(line: str) -> float:
    """In Chinese characters, of which a letter or a digit takes half:
    three bytes of UTF-8, and one.

    >>> _line_width("调解46件")
    4.0
    """
    return (len(line.encode("utf-8", "replace")) + len(line)) / 4


def _is_broken(before: str, after: str, sentence: bool, blank: bool) -> bool:
    ended = before.rstrip(_CLOSERS).endswith(_END)
    if after[0] in _CONTINUES:
        return not ended
    if (
        ended
        or _BEGINS.match(after)
        or _DATE_LINE.match(after[:30])
        or phrases().label.match(after)
    ):
        return False
    if before[-1] in _OPEN_ENDS or _is_open(before, after):
        return True
    if _BEGINS_ANEW.match(after):
        return False
    if blank:
        return sentence and (_parts_what_is_one(before, after) or _cuts_number(before, after))
    return _parts_what_is_one(before, after) or (sentence and _goes_on(before, after))


def _parts_what_is_one(before: str, after: str) -> bool:
    """Does the break stand where no line ends: behind a word that begins something, in front of a
    unit, within a year or a word?
    """
    return bool(
        _UNFINISHED.search(before)
        or _MEASURED.match(before[-1] + after[0])
        or _is_year(before, after)
        or _cuts_word(before, after)
    )


def _cuts_number(before: str, after: str) -> bool:
    """Do digits go on, up to their unit?"""
    return before[-1].isdecimal() and _REST_COUNTED.match(after) is not None


def _is_year(before: str, after: str) -> bool:
    """Are the two ends of the lines the halves of a year, 20 and 24年?"""
    left = _DIGITS_BEFORE.search(before[-5:])
    return bool(left and _YEAR.match(left[0] + after[:4]))


def _cuts_word(before: str, after: str) -> bool:
    """Does the break stand inside a word of the dictionary,
    in lines too long to be the cells of a table?

    A heading shorter than a line of any page ended where its writer ended it.
    """
    if len(before) < _COLUMN and HEADING.match(before):
        return False
    left, right = _WORDS_BEFORE.search(before[-_WORD_LOOK:]), _WORDS_AFTER.match(after[:_WORD_LOOK])
    if not left or not right or len(before) + len(after) < _COLUMN:
        return False
    end = 0
    for word in tokenise(left[0] + right[0]):
        end += len(word)
        if end >= len(left[0]):
            return end > len(left[0])
    return False


def _is_sentence(line: str, goes_on: bool) -> bool:
    """Is the line part of a paragraph?

    A heading with a comma is none until a sentence has ended in it.
    """
    if _FULL_SENTENCE.search(line):
        return True
    if HEADING.match(line) and not goes_on and not _COUNTED.search(line):
        return False
    return len(line) >= _COLUMN and bool(PROSE_MARK.search(line))


def _goes_on(before: str, after: str) -> bool:
    """Is `after` the rest of a sentence: one ends in it, or it breaks off at the same column?"""
    if _FULL_SENTENCE.search(after[:_LOOK]) or after.endswith(_END):
        return True
    if len(after) < _COLUMN:
        return False
    return bool(PROSE_MARK.search(after[:_LOOK])) or abs(len(before) - len(after)) <= _SLACK


def _is_open(before: str, after: str) -> bool:
    """Is a bracket or quotation open at the break, and closed in the next line?"""
    return any(
        before.rfind(opening) > before.rfind(closing)
        and -1 < after[:_LOOK].find(closing) < _find_near(after, opening)
        for opening, closing in _PAIRS
    )


def _find_near(text: str, char: str) -> int:
    found = text.find(char, 0, _LOOK)
    return _LOOK if found < 0 else found


def _space_between(before: str, after: str) -> str:
    """A space between two foreign words; capitals are an abbreviation that was cut."""
    letters = before[-1] + after[0]
    return " " if letters.isascii() and letters.isalpha() and not letters.isupper() else ""
