"""Quantity → what it is about: a code of the catalogue, or none.

The trust falls from the words that stand at the figure itself (the thing counted, the verb), over
the clauses before it, to the heading; a figure with no words of its own takes the name of the one
that it continues.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from workers.report.chinese.clauses import COMMAS, LIST_COMMA, PAUSES, SEMICOLONS, STOP
from workers.report.extraction.context import Background
from workers.report.extraction.evidence import Evidence
from workers.report.extraction.given_name import NOTHING, Name
from workers.report.extraction.quantity import Quantity, QuantityKind, RangeEnd
from workers.report.extraction.told import Told, taken_name
from workers.report.extraction.triggers import Catalogue, catalogue
from workers.report.extraction.wholes import LONGEST_LIST
from workers.report.extraction.wording import Sentence, Stretch
from workers.report.model import Segmented
from workers.report.text import Span

__all__ = ["Name", "name_quantities", "rank_names"]

# 其中 and its like open a part of what was counted before.
_PART = re.compile(rf"[{PAUSES}\s]*(?:其中|包括|包含|含)")
_JOINED = re.compile(r"[、\s]|(?:以?及|和|与)(?![解谐时])")
_JOINED_ONLY = re.compile(r"[、\s,，共计约近超达]*")
_ONLY_DONE = re.compile(
    r"(?:全年|今年|年内|年度|本年度|截至目前|目前|共|累计|总计|合计|先后|已|开展|组织|举办|召开|进行|完成|实施|举行|集中"
    r"|全镇|全乡|全街道|全县|全区|全市|全局|共有|现有|拥有|有|达|约|近|[ ：:]){1,5}"
)
# 3、5场 and 10—15场: two figures of one thing.
_BETWEEN = re.compile(
    r"[、/和与及至到~—–-]{1,2}(?:20\d\d年度?)?(?:第[一二三四五六七八九十]批|[国省市区县镇村]级)?"
)
_WIDEST = 12
# 均, 都, 各: one figure that is stated of each thing before it. 分别: each thing has its own.
_EACH = re.compile(
    r"(?:均|都|皆|各|双双)(?:已|实现|保持|达到|达成|达|为|是|有|在|超过|超|[约近到至全]){0,4}[“\"]?$"
)
_RESPECTIVELY = re.compile(r"分别(?:是|为|达到|达|有|完成|[约近到至]){0,3}$")
# 参考率、通过率和优秀率100%: one rate that is stated of several, each by its name.
_RATES = re.compile(
    rf"率(?:、|和|与|以?及)[^{COMMAS}{SEMICOLONS}{LIST_COMMA}]{{0,6}}"
    r"率(?:均|都|为|达|到|是|[约近超至]){0,3}$"
)
_NAME_SPLIT = re.compile(r"[、/]|和|与|以及|及(?!时)")


def name_quantities(
    folded: str, segmented: Segmented, quantities: Sequence[Quantity]
) -> tuple[tuple[Name, ...], ...]:
    """For each quantity its names, at least one: two where one figure is stated of two things."""
    known = catalogue()
    names: list[tuple[Name, ...]] = []
    for sentence, evidence in _weighed(folded, segmented, quantities, known):
        names += _Namer(folded, sentence, evidence, known).names()
    return tuple(names)


def rank_names(
    folded: str, segmented: Segmented, quantities: Sequence[Quantity]
) -> Iterator[Mapping[str | None, float]]:
    """For each quantity the codes that its own words speak for, and with how many points."""
    for sentence, evidence in _weighed(folded, segmented, quantities, catalogue()):
        for at in range(len(sentence.quantities)):
            yield evidence.ranked(at, sentence.stretch(at))


def _weighed(
    folded: str, segmented: Segmented, quantities: Sequence[Quantity], known: Catalogue
) -> Iterator[tuple[Sentence, Evidence]]:
    """Each sentence with quantities, and what speaks for their names."""
    background = Background(folded, segmented, known.lexicon)
    # A semicolon does not end what is carried (受理纠纷9件；化解8件), it only makes it dearer.
    ends = [0, *(stop.end() for stop in STOP.finditer(folded)), len(folded)]
    for index, group in groupby(
        quantities, key=lambda quantity: bisect_right(ends, quantity.start)
    ):
        sentence = Sentence(folded, Span(ends[index - 1], ends[index]), tuple(group), known.lexicon)
        yield sentence, Evidence(known, sentence, background)


class _Namer:
    """Names the quantities of one sentence, in order;
    what was named before is what later ones may continue.
    """

    __slots__ = ("_done", "_evidence", "_links", "_sentence", "_text", "_told")

    def __init__(self, text: str, sentence: Sentence, evidence: Evidence, known: Catalogue) -> None:
        self._text = text
        self._sentence = sentence
        self._evidence = evidence
        self._links = known.links
        self._done: list[tuple[Name, ...]] = []
        self._told = Told(text, sentence, self._done, known)

    def names(self) -> list[tuple[Name, ...]]:
        for at, quantity in enumerate(self._sentence.quantities):
            unnamed = quantity.kind in (
                QuantityKind.CHANGE,
                QuantityKind.DURATION,
            ) or self._is_fraction(quantity)
            self._done.append(
                (NOTHING,) if unnamed else self._range_names(at) or self._names_of(at)
            )
        self._share_backwards()
        return self._done

    def _range_names(self, at: int) -> tuple[Name, ...] | None:
        """三至五次: the upper end is of the same thing as the lower."""
        quantities = self._sentence.quantities
        ends = at > 0 and (quantities[at - 1].range_end, quantities[at].range_end)
        if ends != (RangeEnd.LOWER, RangeEnd.UPPER) or self._done[-1] == (NOTHING,):
            return None
        return tuple(taken_name(name) for name in self._done[-1])

    def _is_fraction(self, quantity: Quantity) -> bool:
        """三分之二的纠纷当天化解: a part of what was told before, no rate of it;
        百分之九十八 is one.
        """
        written = self._text[quantity.start : quantity.end]
        return quantity.kind is QuantityKind.RATE and "分之" in written and "百分之" not in written

    def _names_of(self, at: int) -> tuple[Name, ...]:
        stretch = self._sentence.stretch(at)
        before = self._text[stretch.before.start : stretch.before.end]
        several = self._one_each(at, stretch) if _is_of_each(before) else None
        if several:
            return several
        name = self._name_at_its_place(at) or self._evidence.best(at, stretch)
        gone_on = self._told.names(at, name)
        if gone_on or name:
            return gone_on or (name or NOTHING,)
        return (
            self._told.names_of_people(at)
            or self._continued_names(at, stretch, before)
            or self._widened_names(at, stretch, before)
            or self._borrowed_names(at, stretch, before)
            or (NOTHING,)
        )

    def _continued_names(self, at: int, stretch: Stretch, before: str) -> tuple[Name, ...] | None:
        """The names of an earlier quantity of the sentence that this one goes on from,
        a little less certain.
        """
        quantity = self._sentence.quantities[at]
        part, linked = _PART.match(before), self._links.fullmatch(before)
        # Nothing before it but a comma, and a thing of its own behind it:
        # a new statement (…100%，292个证照共用).
        if (
            not part
            and stretch.after.end > stretch.after.start
            and not before.strip(COMMAS + LIST_COMMA + " ")
        ):
            return None
        # A share of a share is no rate of the thing itself (其中三分之二当天化解).
        if part and quantity.kind is QuantityKind.RATE:
            return None
        if part or linked:
            return self._names_taken_over(at, range(at - 1, max(-1, at - 1 - LONGEST_LIST), -1))
        same_unit = at > 0 and self._sentence.quantities[at - 1].unit == quantity.unit
        return self._names_taken_over(at, [at - 1]) if same_unit and _JOINED.match(before) else None

    def _names_taken_over(self, at: int, earlier: Sequence[int]) -> tuple[Name, ...] | None:
        """The names of the first of these that counts the same sort of thing."""
        quantity, quantities = self._sentence.quantities[at], self._sentence.quantities
        units = self._evidence.unit_classes(quantity) - {"any"}
        for place in earlier:
            other = quantities[place]
            if other.kind is quantity.kind and not units.isdisjoint(
                self._evidence.unit_classes(other)
            ):
                named = self._done[place] != (NOTHING,)
                return tuple(taken_name(name) for name in self._done[place]) if named else None
        return None

    def _widened_names(self, at: int, stretch: Stretch, before: str) -> tuple[Name, ...] | None:
        """轮训2期、118人次: the words before the number next to it, read for this one's unit."""
        if not at or not _JOINED_ONLY.fullmatch(before):
            return None
        quantities = self._sentence.quantities
        # After a comma, with a thing of its own behind it and another unit: a new statement.
        if (
            stretch.after.end > stretch.after.start
            and not before
            and quantities[at].unit != quantities[at - 1].unit
        ):
            return None
        wider = self._sentence.stretch(at - 1)
        both = replace(stretch, before=wider.before, hits=(*wider.hits, *stretch.hits))
        name = self._evidence.best(at, both)
        return (taken_name(name),) if name and name.indicator else None

    def _borrowed_names(self, at: int, stretch: Stretch, before: str) -> tuple[Name, ...] | None:
        """开展集中学习，全年累计组织20次: a clause that only says that it was done counts
        what the last one names.
        """
        if stretch.after.end > stretch.after.start or not _ONLY_DONE.fullmatch(before):
            return None
        wider = self._sentence.numberless_clause(at)
        name = self._evidence.best(at, wider) if wider else None
        return (taken_name(name),) if name and name.indicator else None

    def _one_each(self, at: int, stretch: Stretch) -> tuple[Name, ...] | None:
        """办结率和满意率均达100%: the names of the things before 均, where there are several."""
        names = [self._evidence.best(at, piece) for piece in self._list_pieces(stretch)]
        found = {name.indicator: name for name in names if name and name.indicator}
        return tuple(found.values()) if len(names) > 1 and found else None

    def _name_at_its_place(self, at: int) -> Name | None:
        """参考率、合格率分别为98%、100%: each figure takes the thing at its
        own place in the list.
        """
        first = at
        while first and at - first < LONGEST_LIST and self._is_joined_only(first):
            first -= 1
        stretch = self._sentence.stretch(first)
        if not _RESPECTIVELY.search(self._text[stretch.before.start : stretch.before.end]):
            return None
        pieces = list(self._list_pieces(stretch))
        return (
            self._evidence.best(first, pieces[at - first]) if at - first < len(pieces) > 1 else None
        )

    def _is_joined_only(self, at: int) -> bool:
        start, end = self._sentence.quantities[at - 1].end, self._sentence.quantities[at].start
        return end - start <= 2 and bool(_JOINED.match(self._text[start:end]))

    def _list_pieces(self, stretch: Stretch) -> Iterator[Stretch]:
        """The stretch once for each thing of the list before the number,
        with the words of that thing only.
        """
        start, end = stretch.before
        cuts = [cut.span() for cut in _NAME_SPLIT.finditer(self._text, start, end)]
        for left, right in zip(
            [start, *(cut[1] for cut in cuts)], [*(cut[0] for cut in cuts), end], strict=True
        ):
            hits = tuple(hit for hit in stretch.hits if left <= hit.start and hit.end <= right)
            yield replace(stretch, before=Span(left, right), hits=hits)

    def _share_backwards(self) -> None:
        """3、5场宣讲: the first number has the words of the second."""
        quantities = self._sentence.quantities
        for at in range(len(quantities) - 2, -1, -1):
            here, following = quantities[at], quantities[at + 1]
            touching = following.start - here.end <= _WIDEST and _BETWEEN.fullmatch(
                self._text, here.end, following.start
            )
            if touching and self._done[at] == (NOTHING,) and here.unit == following.unit:
                self._done[at] = tuple(taken_name(name) for name in self._done[at + 1])


def _is_of_each(before: str) -> bool:
    """Is the figure behind these words stated of each thing that they list?"""
    return bool(_EACH.search(before) or _RATES.search(before))
