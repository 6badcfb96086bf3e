"""One sentence with its quantities: which words are each quantity's own,
and what is carried to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from workers.report.chinese.clauses import CLAUSE_OR_COLON, COMMAS, HAN, PHRASE_MARKS, SEMICOLONS
from workers.report.extraction.context import AHEAD, CARRY, LEVEL_CLAUSE, LEVEL_SENTENCE, LEVEL_STOP
from workers.report.extraction.lexicon import Hit, Lexicon
from workers.report.extraction.quantity import Quantity
from workers.report.extraction.titles import Titles
from workers.report.text import Span

# A figure's own words stand close to it; a longer stretch is a sentence without commas,
# or no prose at all.
REACH_BEFORE = 48
REACH_AFTER = 36
# What joins the things of a list. 和, 及, 与 join only beside a number:
# elsewhere they are parts of words (和解, 及时).
_JOIN_BEFORE = re.compile(rf"[{COMMAS}{SEMICOLONS}、]|(?:和|及|与|以及|并)$")
_JOIN_AFTER = re.compile(r"、|和(?![解谐])|以?及(?!时)|与(?!会)")
# After the number these begin another statement, not the thing that is counted.
_NOT_COUNTED = re.compile(
    rf"[{PHRASE_MARKS}）)（(]|和(?![解谐])|以?及(?!时)|与(?!会)|并|以上|左右|的同时"
)
# An inserted remark with a number of its own: 48名负责人述法（其中21名…）.
_BRACKET = re.compile(r"[（(](?=[^（()）]*$)")
# What goes on from one counted thing to the next, and the light verb that opens what
# is said of all of them.
_LISTED = re.compile(rf"[{HAN}“”（）()]{{1,14}}(?:、|和|及|与|以及)[{HAN}]{{0,4}}")
_PREDICATE = re.compile(
    rf"向(?=[{HAN}])|书面|进行|开展|予以|实施|作出|做出|(?=述法)|荣?获(?=[{HAN}“])|被(?=[评授表通命])"
)
LONGEST_LIST = 8
# Where a noun that stands after the number ends: what goes on is a predicate.
_NOUN_ENDS = re.compile(
    rf"$|[^{HAN}“\"]|[的等和及并均都已被将应可能由为作获入实进开完全纳得通落向上参共印发制定公出列执召组联各围认积依不适享受]|在(?![编职岗册校建])|以及|达到"
)
# Where the noun that says the kind ends: before what cannot begin another noun.
_KIND_ENDS = re.compile(
    rf"$|[^{HAN}“\"]|[的等和及并均都已被将应可能由为作获入实进开完全纳得通落向上参列各依不适享受]|在(?![编职岗册校建])|以及|达到"
)
# What parts the thing counted from what is said of it: 8项重大行政决策全部履行程序 counts no 程序.
_SAID_OF_ALL = re.compile(r"全部|均|都|严格|履行|纳入|[进入]驻|参加|参与|实现|完成|接受|收到|担任")
# What may stand between a noun and its number.
_TO_NUMBER = re.compile(
    r"(?:[”\"]|等|各|共|计|约|近|达|为|有|总|合|累|[（(][^（）()]{1,12}[）)]|各类|[：: ]){0,4}$"
)
_NOUN_REACH = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A quantity's own words: those `before` the number and `after` the unit, as spans,
    and the catalogue's in them.
    """

    before: Span
    after: Span
    hits: tuple[Hit, ...]


class Sentence:
    """One sentence with its quantities, read once:
    the catalogue's words in it and where its clauses end.
    """

    __slots__ = (
        "_costs",
        "_marks",
        "_numbers",
        "_places",
        "_starts",
        "_stretches",
        "_text",
        "_titles",
        "hits",
        "quantities",
        "span",
    )

    def __init__(
        self, text: str, span: Span, quantities: Sequence[Quantity], lexicon: Lexicon
    ) -> None:
        self._text = text
        self.span = span
        self.quantities = quantities
        self._numbers = [quantity.start for quantity in quantities]
        self.hits = lexicon.find(text, span.start, span.end)
        self._titles = Titles(text, span)
        self._starts = [hit.start for hit in self.hits]
        self._marks = [
            mark.start() for mark in CLAUSE_OR_COLON.finditer(text, span.start, span.end)
        ]
        self._stretches: dict[int, Stretch] = {}
        self._costs: dict[tuple[int, int], float | None] = {}
        self._places: dict[int, list[int]] = {}
        for hit in self.hits:
            for number in hit.topics:
                self._places.setdefault(number, []).append(hit.start)

    def stretch(self, at: int) -> Stretch:
        """The own words of the quantity at this index."""
        if at not in self._stretches:
            self._stretches[at] = self._read_stretch(at)
        return self._stretches[at]

    def _read_stretch(self, at: int) -> Stretch:
        quantity = self.quantities[at]
        before, after = self._words_before(at), self._words_after(at)
        hits = self.hits[
            bisect_left(self._starts, before.start) : bisect_left(self._starts, after.end)
        ]
        # A word that reaches over an edge belongs to the neighbour as much as to this one.
        inside = [hit for hit in hits if hit.end <= quantity.start or after.start <= hit.start]
        own = [
            hit
            for hit in inside
            if hit.end <= after.end and not self._titles.hide(hit.start, hit.end)
        ]
        own += self._shared_predicate(at)
        return Stretch(before=before, after=after, hits=tuple(own))

    def is_head(self, at: int, hit: Hit) -> bool:
        """Is this word the whole end of that noun: no 企业 in 5个企业问题?"""
        behind = hit.start >= self.quantities[at].end
        if behind and not _KIND_ENDS.match(self._text, hit.end):
            return self._ends_run(at, hit)
        return self.is_counted(at, hit)

    def _ends_run(self, at: int, hit: Hit) -> bool:
        """Is it the last of the words that stand without a gap behind the unit:
        12个乡镇便民服务中心?
        """
        end = self.quantities[at].end
        for word in self.stretch(at).hits:
            if word.start == end:
                end = word.end
        return hit.end == end

    def is_counted(self, at: int, hit: Hit) -> bool:
        """Is this word the head of the noun that the quantity counts:
        5项程序, 57条检查计划, 检查规范19项?
        """
        quantity, stretch = self.quantities[at], self.stretch(at)
        if hit.start >= quantity.end:
            if self._ends_run(at, hit):
                return True
            if hit.end - quantity.end > _NOUN_REACH or _SAID_OF_ALL.search(
                self._text, quantity.end, hit.end
            ):
                return False
            return bool(_NOUN_ENDS.match(self._text, hit.end))
        if stretch.after.end > stretch.after.start:
            return False
        return bool(_TO_NUMBER.fullmatch(self._text, hit.end, quantity.start))

    def cost(self, word_set: int, at: int) -> float | None:
        """What it costs to carry a word of this set to `at` from before it in the sentence;
        None where none stands.
        """
        # Many triggers carry the same topics to one figure.
        if (word_set, at) not in self._costs:
            self._costs[word_set, at] = self._cost(word_set, at)
        return self._costs[word_set, at]

    def _cost(self, word_set: int, at: int) -> float | None:
        places = self._places.get(word_set)
        index = bisect_right(places, at - 1) if places else 0
        if not places or not index or at - places[index - 1] > CARRY:
            return None
        first, last = (
            bisect_right(self._marks, places[index - 1]),
            bisect_right(self._marks, at - 1),
        )
        crossed = [self._text[mark] for mark in self._marks[first:last]]
        stops = sum(mark in SEMICOLONS for mark in crossed)
        return (
            (LEVEL_CLAUSE if not crossed else LEVEL_SENTENCE)
            + 0.3 * len(crossed)
            + LEVEL_STOP * stops
        )

    def is_ahead(self, word_set: int, at: int, *, counted: bool = False) -> bool:
        """Does a word of this set stand in the sentence right after `at`:
        召开常务会议6次，专题听取…? `counted`: also with a number of its own, where it opens the
        next clause.
        """
        places = self._places.get(word_set, [])
        index = bisect_left(places, at)
        if index == len(places) or places[index] - at > AHEAD:
            return False
        word = places[index]
        opens = counted and word - at <= 1
        return "其中" not in self._text[at:word] and (opens or not self._has_number(word))

    def _has_number(self, word: int) -> bool:
        """Does a number of its own follow the word at this offset in its clause?"""
        mark = bisect_left(self._marks, word)
        end = self._marks[mark] if mark < len(self._marks) else self.span.end
        following = bisect_right(self._numbers, word)
        return following < len(self._numbers) and self._numbers[following] < end

    def last(self, word_set: int, before: int) -> int:
        """Where in the sentence a word of this set last stands before this offset;
        -1 where none does.
        """
        places = self._places.get(word_set, [])
        index = bisect_left(places, before)
        return places[index - 1] if index else -1

    def _words_before(self, at: int) -> Span:
        start = self.quantities[at].start
        mark = bisect_right(self._marks, start - 1)
        left = self._marks[mark - 1] + 1 if mark else self.span.start
        if at and self.quantities[at - 1].end > left:
            left = self._start_between(self.quantities[at - 1].end, start)
        return Span(max(left, self._titles.reach_back(start, REACH_BEFORE, most=CARRY)), start)

    def _start_between(self, left: int, right: int) -> int:
        """Between two numbers of a clause (8名网格长和22名…):
        where the words of the second begin.
        """
        between = self._text[left:right]
        if _JOIN_AFTER.match(between):
            return left
        joined = _JOIN_BEFORE.search(between)
        return left + joined.end() if joined else left

    def _words_after(self, at: int) -> Span:
        end = self.quantities[at].end
        if _NOT_COUNTED.match(self._text, end):
            return Span(end, end)
        right = min(self._clause_end(at), end + REACH_AFTER)
        if at + 1 < len(self.quantities) and self.quantities[at + 1].start <= right:
            right = self._before_next(end, self.quantities[at + 1].start)
        return Span(end, max(end, right))

    def _clause_end(self, at: int) -> int:
        mark = bisect_right(self._marks, self.quantities[at].end - 1)
        return self._marks[mark] if mark < len(self._marks) else self.span.end

    def _before_next(self, end: int, following: int) -> int:
        """Where in front of the next number of the clause the words of the one before it end."""
        bracket = _BRACKET.search(self._text, end, following)
        joined = _JOIN_BEFORE.search(self._text, end, following)
        if bracket or joined:
            return min(found.start() for found in (bracket, joined) if found)
        # What touches the next number is that one's (对31家企业开展检查87次).
        hits = self.hits[bisect_left(self._starts, end) : bisect_left(self._starts, following)]
        for at in range(len(hits) - 1, -1, -1):
            if hits[at].end <= following and _TO_NUMBER.fullmatch(
                self._text, hits[at].end, following
            ):
                return max(hits[at].start, hits[at - 1].end if at else 0)
        return following - 2

    def _shared_predicate(self, at: int) -> Sequence[Hit]:
        """What is said of a whole list of counted things,
        behind the last: 对5份文件、8份合同进行审查.
        """
        last = at
        while last + 1 < len(self.quantities) and last - at < LONGEST_LIST and self._lists_on(last):
            last += 1
        end = self.quantities[last].end
        said = (
            _PREDICATE.search(self._text, end, min(self._clause_end(last), end + REACH_AFTER))
            if last > at
            else None
        )
        if not said:
            return ()
        until = self._clause_end(last)
        hits = self.hits[bisect_left(self._starts, said.end()) : bisect_left(self._starts, until)]
        return [hit for hit in hits if hit.end <= until]

    def _lists_on(self, at: int) -> bool:
        """Do the words after this number go on with 、 or 和 to the next?"""
        end, following = self.quantities[at].end, self.quantities[at + 1].start
        return following - end <= REACH_AFTER and bool(
            _LISTED.fullmatch(self._text, end, following)
        )

    def numberless_clause(self, at: int) -> Stretch | None:
        """The clause before the quantity's own, where that has no number;
        None where there is none.
        """
        before = self.stretch(at).before
        mark = bisect_left(self._marks, before.start - 1)
        if (
            self._marks[mark : mark + 1] != [before.start - 1]
            or self._text[before.start - 1] not in COMMAS
        ):
            return None
        left = max(
            self._marks[mark - 1] + 1 if mark else self.span.start, before.start - REACH_BEFORE
        )
        if at and self.quantities[at - 1].end > left:
            return None
        hits = self.hits[bisect_left(self._starts, left) : bisect_left(self._starts, before.start)]
        own = tuple(
            hit
            for hit in hits
            if hit.end < before.start and not self._titles.hide(hit.start, hit.end)
        )
        return Stretch(before=Span(left, before.end), after=self.stretch(at).after, hits=own)
