"""Typography that is unusual but consistent, brought to one form without loss."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.chinese.characters import NARROW_ALPHANUMERICS, changed_runs
from workers.report.chinese.clauses import EVERY_HAN, NARROW_POINTS, POINTS
from workers.report.chinese.folding import fold_narrow, fold_wide
from workers.report.text import Change

# Chinese marks that make a neighbour part of a Chinese sentence as much as a character does.
MARKS = POINTS + "“”‘’《》〈〉（）【】〔〕…—％%"
_WIDE = re.compile(
    "[０-９Ａ-Ｚａ-ｚ．％](?:(?<=％)|(?<=[0-9０-９Ool]．)|(?<![％．])[０-９Ａ-Ｚａ-ｚ]*)"
)
_WIDE_TABLE = NARROW_ALPHANUMERICS | {ord("．"): ord(".")}
# Up to four spaces may stand between a mark and the text; drop_spaces_at_marks takes them away.
_SPACES = " \xa0"
_MARKS = re.compile(f"[{NARROW_POINTS}][{NARROW_POINTS}]*")
_BESIDE = re.compile(rf"[{EVERY_HAN}{MARKS}]")
_BRACKETS = re.compile(r"[()\n]")
_CHINESE = re.compile(rf"[{EVERY_HAN}]")
_YEAR_BRACKETS = re.compile(r"[\[〔](?P<year>[12][0-9]{3})[\]〕](?=\s{0,3}[0-9]{1,5}\s{0,3}号)")
_STOP = re.compile(rf"\.(?<=[{EVERY_HAN}”’》）)].)(?=[ \t\u3000]*$)", re.MULTILINE)
_BLANK = r"[ \t\u3000\xa0\u2000-\u200a]"
# From the first of several on, at the beginning of a line or at its end.
_TRIM = re.compile(
    rf"{_BLANK}(?:(?<=^.){_BLANK}*|(?<!{_BLANK}.){_BLANK}*$)",
    re.MULTILINE,
)


def write_plain_characters(text: str) -> Iterator[Change]:
    """Radicals and compatibility ideographs become the character that they look like, vertical
    and small marks the common one.

    >>> text = "⼀、⾏政⽴案46件﹐罚款1﹐234元"
    >>> [(change.start, change.after) for change in write_plain_characters(text)]
    [(0, '一'), (2, '行'), (4, '立'), (9, '，'), (13, ',')]
    """
    for start, end, plain in changed_runs(text):
        between_digits = text[max(start - 1, 0) : start].isdigit() and text[end : end + 1].isdigit()
        if plain:
            yield Change(start, end, fold_narrow(plain) if between_digits else plain)


def narrow_wide_forms(text: str) -> Iterator[Change]:
    """Full-width digits and letters become half-width,
    with the point and the per cent sign between or after them.

    >>> [(change.start, change.after) for change in narrow_wide_forms("罚款１２．５万元，１００％")]
    [(2, '12'), (4, '.'), (5, '5'), (9, '100'), (12, '%')]
    """
    return (
        Change(*found.span(), found[0].translate(_WIDE_TABLE)) for found in _WIDE.finditer(text)
    )


def widen_marks(text: str) -> Iterator[Change]:
    """Half-width , ; : ? ! beside Chinese become full-width;
    those between digits (2,314 and 12:30) stay.

    >>> [(change.start, change.after) for change in widen_marks("2023年,受理2,314件:12:30起")]
    [(5, '，'), (14, '：')]
    """
    for found in _MARKS.finditer(text):
        start, end = found.span()
        if start and _BESIDE.match(text, start - 1):
            yield Change(start, end, fold_wide(found[0]))
            continue
        before, after = (
            text[max(start - 5, 0) : start].rstrip(_SPACES)[-1:],
            text[end : end + 5].lstrip(_SPACES)[:1],
        )
        between_digits = before.isdigit() and after.isdigit()
        if not between_digits and (
            _BESIDE.match(before) or (before.strip() and _BESIDE.match(after))
        ):
            yield Change(start, end, fold_wide(found[0]))


def widen_brackets(text: str) -> Iterator[Change]:
    """Half-width round brackets become full-width where Chinese stands in them or beside them;
    f(x) stays.

    >>> [(change.start, change.after) for change in widen_brackets("村(居)调委会 f(x) (一)概况")]
    [(1, '（'), (3, '）'), (13, '（'), (15, '）')]
    """
    open_at: list[int] = []
    for found in _BRACKETS.finditer(text):
        at = found.start()
        if found[0] == "\n":
            yield from _widen_single(text, open_at)
            open_at = []
        elif found[0] == "(":
            open_at.append(at)
        elif open_at:
            start = open_at.pop()
            if _is_chinese(text, start, at + 1):
                yield Change(start, start + 1, "（")
                yield Change(at, at + 1, "）")
        elif _is_chinese(text, at, at + 1):
            yield Change(at, at + 1, "）")
    yield from _widen_single(text, open_at)


def widen_year_brackets(text: str) -> Iterator[Change]:
    """The year in the number of a document stands in 〔 and 〕,
    also where one of them came as a square bracket.

    >>> [
    ...     (text[change.start], change.after)
    ...     for text in ["泽府发〔2023]22号"]
    ...     for change in widen_year_brackets(text)
    ... ]
    [(']', '〕')]
    """
    for found in _YEAR_BRACKETS.finditer(text):
        for at, bracket in ((found.start(), "〔"), (found.end() - 1, "〕")):
            if text[at] != bracket:
                yield Change(at, at + 1, bracket)


def widen_full_stops(text: str) -> Iterator[Change]:
    """A half-width stop that ends a Chinese line becomes 。; in 1.5 and in names it stays.

    >>> [(change.start, change.after) for change in widen_full_stops("全部办结.\\n1.5万元")]
    [(4, '。')]
    """
    return (Change(*found.span(), "。") for found in _STOP.finditer(text))


def curl_quotes(text: str) -> Iterator[Change]:
    """Straight double quotes of a Chinese line, if they pair up, become “ and ”.

    >>> [(change.start, change.after) for change in curl_quotes('开展"八五"普法')]
    [(2, '“'), (5, '”')]
    """
    at = text.find('"')
    while at >= 0:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        end = len(text) if end < 0 else end
        places = [found.start() for found in re.finditer('"', text[start:end])]
        if (
            len(places) % 2 == 0
            and _CHINESE.search(text, start, end)
            and not {"“", "”"} & set(text[start:end])
        ):
            yield from (
                Change(start + p, start + p + 1, "“”"[turn % 2]) for turn, p in enumerate(places)
            )
        at = text.find('"', end)


def trim_lines(text: str) -> Iterator[Change]:
    """Drop the indent and the trailing spaces of lines.

    >>> list(trim_lines("\\u3000\\u3000全镇 \\n"))
    [Change(start=0, end=2, after=''), Change(start=4, end=5, after='')]
    """
    return (Change(*found.span(), "") for found in _TRIM.finditer(text))


def _widen_single(text: str, places: list[int]) -> Iterator[Change]:
    return (Change(at, at + 1, "（") for at in places if _is_chinese(text, at, at + 1))


def _is_chinese(text: str, start: int, end: int) -> bool:
    """Does Chinese stand in the stretch (of which the first fifty characters are looked at)
    or right beside it?
    """
    return bool(
        _CHINESE.search(text, start, min(end, start + 50))
        or (start and _CHINESE.match(text, start - 1))
        or (end < len(text) and _CHINESE.match(text, end))
    )
