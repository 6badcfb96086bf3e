"""Errors of recognition and of copying that the text around them proves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.chinese.clauses import (
    COLONS,
    COMMAS,
    EVERY_HAN,
    HAN,
    LIST_COMMA,
    PAUSES,
    POINTS,
    SENTENCE_MARKS,
)
from workers.report.text import Change

_GAP = "[ \xa0\u2002-\u200a]"
_ANY_GAP = re.compile(_GAP)
# The gap stands first in each pattern, so that a text is scanned for gaps and nothing else.
# Without 〇, which beside a digit may be a zero that was misread.
_PLAIN = rf"\u3400-\u4dbf{HAN}"
_WORD_GAP = re.compile(rf"{_GAP}(?<=[{EVERY_HAN}].)(?=[{EVERY_HAN}])")
_DIGIT_GAP = re.compile(rf"{_GAP}(?:(?<=[{_PLAIN}].)(?=[0-9])|(?<=[0-9%％].)(?=[{_PLAIN}]))")
_OPENING, _CLOSING = "“‘《〈（【〔", "”’》〉）】〕"
# The numbers of headings, and what a bracket closes before another one opens.
_NUMBERED = r"(?<=[（(][一二三四五六七八九十][）)].)|(?<=[（(]十[一二三四五六七八九][）)].)"
_BRACKETED = rf"(?<=[”’》〉〕】].)(?={_GAP}{{0,3}}（)"
_MARK_GAP = re.compile(
    rf"{_GAP}(?:(?<=[{POINTS}{_OPENING}].)|{_NUMBERED}|{_BRACKETED}){_GAP}{{0,3}}(?=\S)"
    rf"|{_GAP}(?<=\S.){_GAP}{{0,3}}(?=[{POINTS}{_CLOSING}％%])"
)
# The four digits of a year in pieces; the century is what proves them one number.
_SPLIT_YEAR = re.compile(
    rf"(?:1(?<![0-9.].){_GAP}?9|2(?<![0-9.].){_GAP}?0)(?:{_GAP}?[0-9]){{2}}{_GAP}?(?=[年〕])"
)
# A bracketed number of a heading has nothing behind it but the heading.
_SPECK = re.compile(
    rf"[（(](?<=^.)[一二三四五六七八九十]{{1,3}}[)）](?P<speck>[.·．])(?=[{HAN}])", re.MULTILINE
)
_SPLIT_DECIMAL = re.compile(rf"(?:{_GAP}\.{_GAP}?|\.{_GAP})(?=[0-9]{{1,2}}{_GAP}?[%％万亿])")
_ZEROS = re.compile(
    rf"(?<![A-Za-z0-9.])(?<![A-Za-z]\n)[0-9][0-9OoQ〇○]{{0,12}}[OoQ〇○][0-9OoQ〇○]{{0,12}}"
    rf"(?=[ ]?[{EVERY_HAN}%％。{PAUSES}）)\t〕]|\.[0-9]|$)"
    r"|(?<=[0-9]\.)[0-9]?[OoQ〇○]{1,2}(?=[%％万亿])",
    re.MULTILINE,
)
_ZEROS_SIGN = re.compile(r"[OoQ〇○](?<=[0-9OoQ〇○.].)")
_ONES = re.compile(
    r"(?<![A-Za-z0-9.])(?=[0-9lI|]{4}年)(?=[^年]{0,3}[0-9])[12lI|][0-9lI|]{3}(?=年)|(?<=[年月])[0-9lI|]{1,2}(?=[月日])"
)
_CHINESE_YEAR = re.compile(
    r"[一二](?<![0-9〇一二三四五六七八九].)[0OoＯ○〇零一二三四五六七八九]{3}(?=年)"
)
_DOUBLED = re.compile(rf"([{POINTS}])(?<!！)(?<!？)\1(?!\1)(?<!\1\1\1)")
# Two bodies that sign one beside the other, or a body and its date.
_SIGNED = re.compile(
    rf"^[{HAN}]{{2,25}}(?:委员会|政府|办事处|局|党委|工委)(?P<gap> )"
    rf"(?=[{HAN}]{{2,25}}(?:委员会|政府|办事处|局|党委|工委)$|[0-9]{{4}}年[0-9]{{1,2}}月[0-9]{{1,2}}日$)",
    re.MULTILINE,
)
# The number of a heading at the start of a line, or of what was one.
_HEADED = re.compile(
    r"(?P<number>[（(一二三四五六七八九十\d](?<![^\n 。].)"
    r"(?:(?<=[（(])[一二三四五六七八九十]{1,3}[）)]|(?<=[一二三四五六七八九十])[一二三四五六七八九十]{0,2}、"
    rf"|(?<=\d)\d?[.、．](?!\d)))(?=[{HAN}])"
)
_STOP = re.compile(rf"[{SENTENCE_MARKS}{COLONS}]")
_SHORTEST_HEADING, _LONGEST_HEADING, _LONGEST_HEADED = 6, 40, 45
# A text broken into lines of a page has many pieces of nearly one length,
# on any paper more than fifteen characters.
_FEWEST_PIECES, _NARROWEST, _SLACK = 12, 16, 3
_UNEVEN = 3
_QUOTED = re.compile(r"[“《「『](?P<inside>[^“”《》\n]{1,60})[”》」』]")


# 中共中央 国务院, 中共松坪镇委员会 松坪镇人民政府: two bodies, wherever they are named.
_BESIDE = re.compile(
    rf"(?:中共中央(?:办公厅)?|中共[{HAN}]{{2,20}}委(?:员会)?|[{HAN}]{{2,20}}(?:党委|党工委))(?P<gap>{_GAP})"
    rf"(?=国务院|[{HAN}]{{2,20}}(?:人民政府|办事处))"
)
# 松坪县教育局 2024年法治政府建设报告: a title's own space, in a line without sentence.
_BEFORE_YEAR = re.compile(
    rf"^[{HAN}]{{2,25}}(?:委员会|政府|办事处|局|党委|工委)(?P<gap>{_GAP})"
    rf"(?=20\d\d年度?[{HAN}]{{0,20}}(?:报告|情况|总结)$)",
    re.MULTILINE,
)


# Each of the three has its gap behind the last character of a body's name.
_BODY_GAP = re.compile(rf"{_GAP}(?<=[央厅委会府处局].)")


def join_split_words(text: str) -> Iterator[Change]:
    """Drop the single space between two Chinese characters; longer gaps, and those of slogans and
    signatures, and the one that alone parts a heading from its text, stay.

    >>> [
    ...     change.start
    ...     for change in join_split_words("半坡 乡坚持“学法用法守法 护航经济发展”，甲乡  乙镇")
    ... ]
    [2]
    """
    kept = (
        {at for found in _QUOTED.finditer(text) for at in _slogan_gaps(found)}
        if " " in text
        else set()
    )
    kept |= _signature_gaps(text) | set(_heading_gaps(text))
    return (
        Change(*found.span(), "") for found in _WORD_GAP.finditer(text) if found.start() not in kept
    )


def drop_spaces_at_marks(text: str) -> Iterator[Change]:
    """Drop spaces beside Chinese punctuation.

    >>> [change.start for change in drop_spaces_at_marks("普法， 深入 ；")]
    [3, 6]
    """
    return (Change(*found.span(), "") for found in _MARK_GAP.finditer(text))


def drop_specks(text: str) -> Iterator[Change]:
    """Drop the point that dust left between the number of a heading and its words.

    >>> [change.start for change in drop_specks("（六）.做优法律服务")]
    [3]
    """
    return (Change(*found.span("speck"), "") for found in _SPECK.finditer(text))


def drop_spaces_at_digits(text: str) -> Iterator[Change]:
    """Drop the single space between a figure and a Chinese character;
    the space between two figures stays.

    >>> [change.start for change in drop_spaces_at_digits("网格 86 个，12 34")]
    [2, 5]
    """
    kept = _signature_gaps(text)
    return (
        Change(*found.span(), "")
        for found in _DIGIT_GAP.finditer(text)
        if found.start() not in kept
    )


def join_split_years(text: str) -> Iterator[Change]:
    """Drop the spaces inside a year, and around the point of a share; other figures stay apart.

    >>> [change.start for change in join_split_years("2 024年 97. 5% 1 234件")]
    [1, 9]
    """
    if not _ANY_GAP.search(text):
        return
    for found in _SPLIT_YEAR.finditer(text):
        yield from (Change(at, at + 1, "") for at in range(*found.span()) if not text[at].isdigit())
    for found in _SPLIT_DECIMAL.finditer(text):
        if text[max(found.start() - 1, 0) : found.start()].isdigit():
            yield Change(*found.span(), ".")


def restore_zeros(text: str) -> Iterator[Change]:
    """O, o, Q, 〇 among digits become 0 where the word begins with a digit; O2O and CO2 stay.

    >>> [(change.start, change.after) for change in restore_zeros("2O24年1OO%，O2O平台")]
    [(0, '2024'), (5, '100')]
    """
    table = str.maketrans("OoQ〇○", "00000")
    if _ZEROS_SIGN.search(text):
        for found in _ZEROS.finditer(text):
            yield Change(*found.span(), found[0].translate(table))


def restore_ones(text: str) -> Iterator[Change]:
    """l, I, | become 1 inside a date, where nothing but a digit can stand.

    >>> [(change.start, change.after) for change in restore_ones("20l9年l2月3l日，5l水")]
    [(0, '2019'), (5, '12'), (8, '31')]
    """
    if not any(char in text for char in "lI|"):
        return
    table = str.maketrans("lI|", "111")
    for found in _ONES.finditer(text):
        if not found[0].isdigit():
            yield Change(*found.span(), found[0].translate(table))


def restore_chinese_zeros(text: str) -> Iterator[Change]:
    """○, O, 0 in a year written in Chinese become 〇; 零 stays.

    >>> [(change.start, change.after) for change in restore_chinese_zeros("二O二四年二○一九年")]
    [(0, '二〇二四'), (5, '二〇一九')]
    """
    table = str.maketrans("0OoＯ○", "〇〇〇〇〇")
    for found in _CHINESE_YEAR.finditer(text):
        after = found[0].translate(table)
        if after != found[0]:
            yield Change(*found.span(), after)


def drop_doubled_marks(text: str) -> Iterator[Change]:
    """Of two equal marks one stays; three and more are somebody's dots.

    >>> [change.start for change in drop_doubled_marks("全部办结。。另有，，。。。")]
    [4, 8]
    """
    return (Change(found.start(), found.start() + 1, "") for found in _DOUBLED.finditer(text))


def _slogan_gaps(found: re.Match[str]) -> Iterator[int]:
    """Gaps of a quotation that part it in pieces of four characters and more (a slogan,
    a title of two halves).
    """
    pieces = found["inside"].split(" ")
    # The halves of a slogan are about as long, and hold no marks.
    if (
        len(pieces) < 2
        or min(map(len, pieces)) < 4
        or max(map(len, pieces)) - min(map(len, pieces)) > _UNEVEN
    ):
        return
    if re.search(f"[{COMMAS}{LIST_COMMA}]", found["inside"]):
        return
    at = found.start("inside")
    for piece in pieces[:-1]:
        at += len(piece)
        yield at
        at += 1


def _heading_gaps(text: str) -> Iterator[int]:
    """The gaps that end a heading where all line breaks became spaces: what follows is too long to
    be its rest, and the gap is not one of those at which every full line of the page was broken.
    """
    width = None
    for found in _HEADED.finditer(text):
        stop = _STOP.search(text, found.end(), found.end() + _LONGEST_HEADED)
        if stop:
            continue
        width = width or _column_width(text)
        start = found.end("number")
        for gap in _ANY_GAP.finditer(text, start + _SHORTEST_HEADING, start + _LONGEST_HEADING):
            if gap.end() - found.start("number") < width:
                yield gap.start()
                break


def _column_width(text: str) -> float:
    """How long a stretch between two spaces must be to fill a line of the page;
    endless where spaces are rare.
    """
    lengths = sorted(len(piece) for piece in text.split(" "))
    middle = lengths[len(lengths) // 2]
    return (
        middle - _SLACK if len(lengths) > _FEWEST_PIECES and middle >= _NARROWEST else float("inf")
    )


def _signature_gaps(text: str) -> set[int]:
    """The gaps beside the names of bodies that are official style."""
    if not _BODY_GAP.search(text):
        return set()
    return {
        found.start("gap")
        for pattern in (_SIGNED, _BESIDE, _BEFORE_YEAR)
        for found in pattern.finditer(text)
    }
