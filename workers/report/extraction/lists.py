"""Phrases in order, and what neighbours share: one unit for a list (3、5次),
both ends of a range (10—15场).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from workers.report.chinese.numerals import find_numerals
from workers.report.extraction.phrases import Phrase, read_phrase
from workers.report.model import Bound

_LINE_START = re.compile(r"(?:^|\n)[ (]*$")
_SHARED = re.compile(r"[、和与及/]")
_RANGE = re.compile(r" ?(?:[-~—–―]{1,2}|至|到) ?")


def _find_phrases(folded: str) -> Iterator[Phrase]:
    end = 0
    for numeral in find_numerals(folded):
        if numeral.start < end:
            continue
        phrase = read_phrase(folded, numeral)
        if phrase is not None:
            end = phrase.end
            yield phrase


def read_phrases(folded: str) -> list[tuple[Phrase, str]]:
    """The phrases of the text with the rule that read each;
    the first of a list or range has the unit of the second.

    >>> read = read_phrases("开会3、5次，普法10—15场")
    >>> [(phrase.value, phrase.unit and phrase.unit.name) for phrase, _ in read]
    [(3.0, '次'), (5.0, '次'), (10.0, '场'), (15.0, '场')]
    >>> [rule for _, rule in read]
    ['shared unit', 'number and unit', 'range', 'range']
    """
    read: list[tuple[Phrase, str]] = []
    for phrase in reversed(list(_find_phrases(folded))):
        following = read[-1][0] if read else None
        read.append(
            _share_unit(folded, phrase, following) if following else (phrase, "number and unit")
        )
        if read[-1][1] == "range" and following is not None and following.bound is Bound.EXACT:
            read[-2] = (replace(following, bound=Bound.AT_MOST), "range")
    return read[::-1]


def _share_unit(folded: str, phrase: Phrase, following: Phrase) -> tuple[Phrase, str]:
    between = folded[phrase.end : following.start]
    if len(between) > 4 or following.unit is None or phrase.han != following.han or not between:
        return phrase, "number and unit"
    lone = phrase.unit is None and not phrase.inexact
    if (
        lone
        and not phrase.before
        and _SHARED.fullmatch(between)
        and not _begins_line(folded, phrase.start)
    ):
        return _borrow_unit(phrase, following), "shared unit"
    if (
        _RANGE.fullmatch(between)
        and (lone or phrase.unit == following.unit)
        and phrase.value < following.value
    ):
        bound = phrase.bound if phrase.before else Bound.AT_LEAST
        return replace(_borrow_unit(phrase, following) if lone else phrase, bound=bound), "range"
    return phrase, "number and unit"


def _borrow_unit(phrase: Phrase, following: Phrase) -> Phrase:
    return replace(
        phrase, unit=following.unit, unit_start=following.unit_start, unit_end=following.unit_end
    )


def _begins_line(folded: str, at: int) -> bool:
    return bool(_LINE_START.search(folded, max(0, at - 8), at))
