"""What stands around a quantity: its own stretch, the sentence before it, the sentence before that, the headings."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workers.report.metrics.lexicon import Hit, Lexicon
from workers.report.metrics.quantity import Quantity
from workers.report.model import Section, Segmented
from workers.report.text import Span

CLAUSE_MARKS = re.compile(r"[，,；;：:。！!？?\n]")
# A semicolon does not end what is carried (受理纠纷9件；化解8件), it only makes it dearer.
SENTENCE_STOPS = re.compile(r"[。！!？?\n]")
# A figure's own words stand close to it; a longer stretch is a sentence without commas, or no prose at all.
REACH_BEFORE = 48
REACH_AFTER = 36
# How far back a topic is carried: three or four clauses of ordinary length, and one sentence before.
CARRY = 240
# What joins the things of a list. 和, 及, 与 join only beside a number: elsewhere they are parts of words (和解, 及时).
_JOIN_BEFORE = re.compile(r"[、；;，,]|(?:和|及|与|以及|并)$")
_JOIN_AFTER = re.compile(r"、|和(?![解谐])|以?及(?!时)|与(?!会)")
# After the number these begin another statement, not the thing that is counted.
_NOT_COUNTED = re.compile(r"[、，,；;：:。！？）)（(\n]|和(?![解谐])|以?及(?!时)|与(?!会)|并|以上|左右|的同时")

# An inserted remark with a number of its own: 48名负责人述法（其中21名…）.
_BRACKET = re.compile(r"[（(](?=[^（()）]*$)")
# What goes on from one counted thing to the next, and the light verb that opens what is said of all of them.
_LISTED = re.compile(r"[\u4e00-\u9fff“”（）]{1,14}(?:、|和|及|与|以及)[\u4e00-\u9fff]{0,4}")
_PREDICATE = re.compile(r"进行|开展|予以|实施|作出|做出")
LONGEST_LIST = 8
# Where a noun that stands after the number ends: what goes on is a predicate.
_NOUN_ENDS = re.compile(
    r"$|[^\u4e00-\u9fff“\"]|[的等和及并均都已被将应可能由在为作获入实进开完全纳得通落向上参共印发制定公出列执]|以及|达到"
)
# What may stand between a noun and its number.
_TO_NUMBER = re.compile(r"(?:等|各|共|计|约|近|达|为|有|总|合|累|[（(][^（）()]{1,12}[）)]|各类|[：: ]){0,4}$")
_NOUN_REACH = 14

# A title says what a paper is called, not what is counted: of its words only the head, which stands last, is heard.
_TITLE_END = re.compile(r"[）)]{0,2}》")
_TITLE = re.compile(r"《[^《》\n]{1,80}》")

# Weights of trust (spec order: own words, the clause, the sentence, the heading), as what is taken off a score.
LEVEL_CLAUSE = 0.5
LEVEL_SENTENCE = 1.0
LEVEL_STOP = 1.5
LEVEL_PREVIOUS = 5.0
LEVEL_HEADING = 4.0
LEVEL_PARENT = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A quantity's own words: those `before` the number and `after` the unit, as spans, and the catalogue's in them."""

    before: Span
    after: Span
    hits: tuple[Hit, ...]


class Sentence:
    """One sentence with its quantities, read once: the catalogue's words in it and where its clauses end."""

    __slots__ = ("_marks", "_places", "_starts", "_stretches", "_text", "_titles", "hits", "quantities", "span")

    def __init__(self, text: str, span: Span, quantities: Sequence[Quantity], lexicon: Lexicon) -> None:
        self._text = text
        self.span = span
        self.quantities = quantities
        self.hits = lexicon.find(text, span.start, span.end)
        self._titles = [title.span() for title in _TITLE.finditer(text, span.start, span.end)]
        self._starts = [hit.start for hit in self.hits]
        self._marks = [mark.start() for mark in CLAUSE_MARKS.finditer(text, span.start, span.end)]
        self._stretches: dict[int, Stretch] = {}
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
        before, after = self._before(at), self._after(at)
        hits = self.hits[bisect_left(self._starts, before.start) : bisect_left(self._starts, after.end)]
        # A word that reaches over an edge belongs to the neighbour as much as to this one.
        inside = [hit for hit in hits if hit.end <= quantity.start or after.start <= hit.start]
        own = [hit for hit in inside if hit.end <= after.end and not self._is_in_title(hit)]
        own += self._predicate(at)
        return Stretch(before=before, after=after, hits=tuple(own))

    def _is_in_title(self, hit: Hit) -> bool:
        place = bisect_right(self._titles, (hit.start, len(self._text))) - 1
        inside = place >= 0 and hit.start < self._titles[place][1]
        return inside and not _TITLE_END.match(self._text, hit.end)

    def is_counted(self, at: int, hit: Hit) -> bool:
        """Is this word the head of the noun that the quantity counts: 5项程序, 57条检查计划, 检查规范19项?"""
        quantity, stretch = self.quantities[at], self.stretch(at)
        if hit.start >= quantity.end:
            if hit.start == quantity.end:
                return True
            return hit.end - quantity.end <= _NOUN_REACH and bool(_NOUN_ENDS.match(self._text, hit.end))
        if stretch.after.end > stretch.after.start:
            return False
        return bool(_TO_NUMBER.fullmatch(self._text, hit.end, quantity.start))

    def cost(self, word_set: int, at: int) -> float | None:
        """What it costs to carry a word of this set to `at` from before it in the sentence; null where none stands."""
        places = self._places.get(word_set)
        index = bisect_right(places, at - 1) if places else 0
        if not places or not index or at - places[index - 1] > CARRY:
            return None
        first, last = bisect_right(self._marks, places[index - 1]), bisect_right(self._marks, at - 1)
        crossed = [self._text[mark] for mark in self._marks[first:last]]
        stops = sum(mark in "；;" for mark in crossed)
        return (LEVEL_CLAUSE if not crossed else LEVEL_SENTENCE) + 0.3 * len(crossed) + LEVEL_STOP * stops

    def last(self, word_set: int, before: int) -> int:
        """Where in the sentence a word of this set last stands before this offset; -1 where none does."""
        places = self._places.get(word_set, [])
        index = bisect_left(places, before)
        return places[index - 1] if index else -1

    def _before(self, at: int) -> Span:
        start = self.quantities[at].start
        mark = bisect_right(self._marks, start - 1)
        left = self._marks[mark - 1] + 1 if mark else self.span.start
        if at and self.quantities[at - 1].end > left:
            left = self._shared(self.quantities[at - 1].end, start)
        return Span(max(left, self._reach(start)), start)

    def _reach(self, start: int) -> int:
        """How far back the own words of a number at `start` may begin: titles between do not count."""
        reach = start - REACH_BEFORE
        for title in range(bisect_left(self._titles, (start, start)) - 1, -1, -1):
            left, right = self._titles[title]
            if right <= reach or reach < start - CARRY:
                break
            reach -= right - max(left, reach)
        return reach

    def _shared(self, left: int, right: int) -> int:
        """Between two numbers of a clause (8名网格长和22名…): where the words of the second begin."""
        between = self._text[left:right]
        if _JOIN_AFTER.match(between):
            return left
        joined = _JOIN_BEFORE.search(between)
        return left + joined.end() if joined else left

    def _after(self, at: int) -> Span:
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
            if hits[at].end <= following and _TO_NUMBER.fullmatch(self._text, hits[at].end, following):
                return max(hits[at].start, hits[at - 1].end if at else 0)
        return following - 2

    def _predicate(self, at: int) -> Sequence[Hit]:
        """What is said of a whole list of counted things, behind the last: 对5份文件、8份合同进行审查."""
        last = at
        while last + 1 < len(self.quantities) and last - at < LONGEST_LIST and self._lists_on(last):
            last += 1
        end = self.quantities[last].end
        said = _PREDICATE.search(self._text, end, min(self._clause_end(last), end + REACH_AFTER)) if last > at else None
        if not said:
            return ()
        until = self._clause_end(last)
        hits = self.hits[bisect_left(self._starts, said.end()) : bisect_left(self._starts, until)]
        return [hit for hit in hits if hit.end <= until]

    def _lists_on(self, at: int) -> bool:
        """Do the words after this number go on with 、 or 和 to the next?"""
        end, following = self.quantities[at].end, self.quantities[at + 1].start
        return following - end <= REACH_AFTER and bool(_LISTED.fullmatch(self._text, end, following))

    def lent(self, at: int) -> Stretch | None:
        """The clause before the quantity's own, where that has no number; null where there is none."""
        before = self.stretch(at).before
        mark = bisect_left(self._marks, before.start - 1)
        if mark >= len(self._marks) or self._marks[mark] != before.start - 1 or self._text[before.start - 1] not in "，,":
            return None
        left = max(self._marks[mark - 1] + 1 if mark else self.span.start, before.start - REACH_BEFORE)
        if at and self.quantities[at - 1].end > left:
            return None
        hits = self.hits[bisect_left(self._starts, left) : bisect_left(self._starts, before.start)]
        own = tuple(hit for hit in hits if hit.end < before.start and not self._is_in_title(hit))
        return Stretch(before=Span(left, before.end), after=self.stretch(at).after, hits=own)


class Background:
    """What is carried from outside the sentence: the sentence before it, the headings over it."""

    __slots__ = ("_headings", "_lexicon", "_parents", "_segmented", "_text")

    def __init__(self, text: str, segmented: Segmented, lexicon: Lexicon) -> None:
        self._text = text
        self._segmented = segmented
        self._lexicon = lexicon
        self._headings: dict[int, Mapping[int, float]] = {}
        self._parents = _parents(segmented.sections)

    def costs(self, sentence: Sentence, section: int | None) -> Mapping[int, float]:
        """The word sets that stand there, and what it costs to carry each."""
        costs = dict(self._headings_over(section))
        for number in self._previous(sentence.span.start):
            costs[number] = min(costs.get(number, LEVEL_PREVIOUS), LEVEL_PREVIOUS)
        return costs

    def _previous(self, start: int) -> set[int]:
        if start == 0 or self._text[start - 1] == "\n":
            return set()
        low = max(0, start - CARRY)
        line = self._text.rfind("\n", low, start)
        stop = self._text.rfind("。", low, start - 1)
        return _sets(self._lexicon, self._text, Span(max(low, line + 1, stop + 1), start))

    def _headings_over(self, section: int | None) -> Mapping[int, float]:
        if section is None:
            return {}
        if section not in self._headings:
            self._headings[section] = self._read_headings(section)
        return self._headings[section]

    def _read_headings(self, section: int) -> Mapping[int, float]:
        here, parent = self._segmented.sections[section], self._parents[section]
        above = self._headings_over(parent)
        costs = {number: max(cost, LEVEL_PARENT) for number, cost in above.items()}
        heading = Span(here.start, here.heading_end)
        return costs | dict.fromkeys(_sets(self._lexicon, self._text, heading), LEVEL_HEADING)


def _parents(sections: Sequence[Section]) -> list[int | None]:
    """For each section the nearest one before it of a higher rank; 0 (no heading) has none and is none's."""
    parents: list[int | None] = []
    open_at: dict[int, int] = {}
    for at, section in enumerate(sections):
        above = [level for level in open_at if level < section.level]
        parents.append(open_at[max(above)] if above else None)
        open_at = {level: place for level, place in open_at.items() if level < section.level}
        if section.level:
            open_at[section.level] = at
    return parents


def _sets(lexicon: Lexicon, text: str, span: Span) -> set[int]:
    return {number for hit in lexicon.find(text, span.start, span.end) for number in hit.topics}
