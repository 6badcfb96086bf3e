"""Phrases in order, and what neighbours share: one unit for a list (3、5次),
both ends of a range (10—15场).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from workers.report.chinese.numerals import Numeral, find_numerals
from workers.report.extraction.phrases import Phrase, lone_phrase, read_phrase
from workers.report.extraction.quantity import RangeEnd
from workers.report.model import Bound

_LINE_START = re.compile(r"(?:^|\n)[ (]*$")
_SHARED = re.compile(r"[、和与及/]")
_RANGE = re.compile(r" ?(?:[-~—–―−‐‑‒⁓∼〜～]{1,2}|至|到) ?")
_PER_CENT = "百分之"


def _find_phrases(folded: str) -> Iterator[Phrase]:
    """The phrases in order, and the numerals without a unit that may begin a range."""
    end, last = 0, None
    for numeral in find_numerals(folded):
        if numeral.start < end:
            continue
        if last is not None and _goes_on_share(folded, last, numeral):
            numeral = numeral._replace(share=True)
        last = numeral
        phrase = read_phrase(folded, numeral)
        if phrase is None and _RANGE.match(folded, numeral.end):
            phrase = lone_phrase(numeral)
        if phrase is not None:
            end = phrase.end
            yield phrase


def _goes_on_share(folded: str, last: Numeral, numeral: Numeral) -> bool:
    """百分之十至十五: the second number is a share as well."""
    return (
        last.share
        and folded.startswith(_PER_CENT, last.start)
        and bool(_RANGE.fullmatch(folded, last.end, numeral.start))
    )


def read_phrases(folded: str) -> list[tuple[Phrase, str]]:
    """The phrases of the text with the rule that read each;
    the first of a list or range has the unit of the second.

    >>> read = read_phrases("开会3、5次，普法三至五万场")
    >>> [(phrase.value, phrase.unit and phrase.unit.name) for phrase, _ in read]
    [(3.0, '次'), (5.0, '次'), (30000.0, '场'), (50000.0, '场')]
    >>> [rule for _, rule in read]
    ['shared unit', 'number and unit', 'range', 'range']
    """
    read: list[tuple[Phrase, str]] = []
    for phrase in reversed(list(_find_phrases(folded))):
        following = read[-1][0] if read else None
        shared = (
            _share_unit(folded, phrase, following) if following else (phrase, "number and unit")
        )
        if shared[0].unit is None and phrase.han:
            continue  # part of a word
        read.append(shared)
        if shared[1] == "range" and following is not None:
            bound = Bound.AT_MOST if following.bound is Bound.EXACT else following.bound
            read[-2] = (replace(following, bound=bound, range_end=RangeEnd.UPPER), "range")
    return read[::-1]


def _share_unit(folded: str, phrase: Phrase, following: Phrase) -> tuple[Phrase, str]:
    between = folded[phrase.end : following.start]
    if len(between) > 4 or following.unit is None or not between:
        return phrase, "number and unit"
    lone = phrase.unit is None and not phrase.inexact
    if (
        lone
        and not phrase.before
        and phrase.han == following.han
        and _SHARED.fullmatch(between)
        and not _begins_line(folded, phrase.start)
    ):
        return _borrow_unit(phrase, following), "shared unit"
    if _RANGE.fullmatch(between) and (lone or phrase.unit == following.unit):
        low = _borrow_unit(phrase, following) if lone else phrase
        if low.value < following.value:
            bound = low.bound if low.before else Bound.AT_LEAST
            return replace(low, bound=bound, range_end=RangeEnd.LOWER), "range"
    return phrase, "number and unit"


def _borrow_unit(phrase: Phrase, following: Phrase) -> Phrase:
    """3—5万元, 三至五百件: a magnitude is shared as the unit is, where the first number is less
    than the one before it.
    """
    shared = following.size if phrase.value < following.value / following.size else 1.0
    return replace(
        phrase,
        value=phrase.value * shared,
        unit=following.unit,
        unit_start=following.unit_start,
        unit_end=following.unit_end,
    )


def _begins_line(folded: str, at: int) -> bool:
    return bool(_LINE_START.search(folded, max(0, at - 8), at))
