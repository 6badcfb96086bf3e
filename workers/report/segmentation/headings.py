"""Which markers open a heading, and where the heading ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from workers.report.segmentation.lines import trim
from workers.report.segmentation.markers import Marker, find_markers
from workers.report.segmentation.roles import formal_opening
from workers.report.text import Span

# A heading that names a section is shorter; real ones of level 1 reach some 50 characters.
LONGEST = 80
# Below level 2 a longer first sentence is a numbered statement, not a name.
_LONGEST_LOW = 50
# A first heading may be glued to the title, which stands in the first hundred characters.
_TITLE_ENDS = re.compile(r"\A[^。；]{0,100}(?:报告|总结|汇报|情况|如下)\Z")
_SHORTEST_BEFORE_GAP = 4
_LONGEST_AFTER_GAP = 20
_STOP = re.compile(r"[。！？；\n]|：|(?<=[^（第])一是")
_SENTENCE_ENDS = "。！？”）"
STATES_FIGURES = re.compile(r"\d[\d.,，]*(?:万|余|多)*(?:件|次|人|场|份|个|起|名|家|项|元|%|户|期|批|条|处)")
# A name has a dozen characters and more before a sentence is glued to it; together they are longer than a line's name.
_SHORTEST_GLUED, _LONGEST_GLUED = 6, 32
_ONSET = re.compile(
    r"[\u4e00-\u9fff]{2}(?:镇|乡|街道)(?:党委|党工委|认真|坚持|始终|严格|深入|全面|切实|积极)|[我全本](?:镇|乡|县|区|市|局)|(?:镇|乡|县|区|市|街道)(?:党委|党工委|委、)"
)
_ATTACHMENTS = re.compile(r"^ *附件? ?[：:\d]", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """`[start, end)` of the text; the number ends at `number_end`, `start` where there is none. `runs_on` where no mark
    parts the name from a long sentence behind it: only its siblings can prove it."""

    start: int
    number_end: int
    end: int
    level: int
    value: int = 0
    opens_line: bool = True
    runs_on: bool = False


def find_headings(folded: str) -> list[Heading]:
    """The numbered headings of the text, in its order.

    >>> text = "一、工作情况（一）普法。三、五月各办一场。\\n二、不足"
    >>> [text[heading.start : heading.end] for heading in find_headings(folded=text)]
    ['一、工作情况', '（一）普法', '二、不足']
    """
    until = _ATTACHMENTS.search(folded)
    reach = until.start() if until and until.start() > len(folded) // 2 else len(folded)
    accepted = _Chain(folded)
    for marker in find_markers(folded[:reach]):
        accepted.offer(marker)
    return _cut_at_next(folded, _drop_enumerations(folded, accepted.headings))


class _Chain:
    """The headings so far. A marker inside a line must go on from them; one that opens a line need not."""

    def __init__(self, folded: str) -> None:
        self.folded = folded
        self.headings: list[Heading] = []
        self._last = [0, 0, 0, 0, 0]

    def offer(self, marker: Marker) -> None:
        heading = _heading_at(self.folded, marker)
        if heading is None or not self._takes(marker, heading):
            return
        self.headings.append(heading)
        self._last[heading.level :] = [heading.value] + [0] * (4 - heading.level)

    def _takes(self, marker: Marker, heading: Heading) -> bool:
        if marker.pointless:
            return 1 < marker.value == self._last[3] + 1 and not heading.runs_on
        return marker.opens_line or (not heading.runs_on and self._goes_on(marker, heading))

    def _goes_on(self, marker: Marker, heading: Heading) -> bool:
        """Whether a marker inside a line is a heading whose line break was lost."""
        if marker.value != self._last[marker.level] + 1:
            return False
        if marker.value == 1 and self._follows_heading(marker):
            return True
        if marker.level == 1 and marker.value == 1 and _TITLE_ENDS.search(self.folded, 0, marker.start):
            return True
        if marker.level == 1:
            return marker.before in _SENTENCE_ENDS + "：" or bool(formal_opening(self._title(heading)))
        if marker.level == 2:
            return marker.before in "。！？" or (marker.value > 1 and not _cites(self.folded, marker))
        return marker.value > 1 and marker.before in "。！？" and heading.end - heading.start <= _LONGEST_LOW // 2

    def _follows_heading(self, marker: Marker) -> bool:
        """Whether nothing stands between the heading above and this marker of a lower level."""
        if not self.headings or marker.level <= self.headings[-1].level:
            return False
        end = self.headings[-1].end
        return marker.start - end <= LONGEST and not self.folded[end : marker.start].strip()

    def _title(self, heading: Heading) -> str:
        return self.folded[heading.number_end : heading.end]


def _cites(folded: str, marker: Marker) -> bool:
    """Whether the number is one of a list or of a law's items (第（二）项) rather than a heading's."""
    return marker.before in "第；、，和及至或（：“" or folded.startswith(("项", "款", "条", "目", "类"), marker.end)


def _heading_at(folded: str, marker: Marker) -> Heading | None:
    """The heading that this marker may open: up to the first sentence end, or the first clause if that is too far."""
    limit = min(len(folded), marker.end + LONGEST)
    stop = _STOP.search(folded, marker.end, limit)
    end = stop.start() if stop else limit
    endless = stop is None and limit < len(folded)
    if endless:
        comma = folded.find("，", marker.end, limit)
        end = comma if comma > 0 else limit
    title = _before_gap(folded, trim(folded, marker.end, end))
    title = _before_subject(folded, title)
    if title.end - title.start < 2:
        return None
    return Heading(
        start=marker.start,
        number_end=marker.end,
        end=title.end,
        level=marker.level,
        value=marker.value,
        opens_line=marker.opens_line,
        runs_on=endless and marker.level > 2,
    )


def _before_subject(folded: str, title: Span) -> Span:
    """The title up to the subject of a sentence that was glued to it: 加强学习松坪镇党委坚持……."""
    if title.end - title.start <= _LONGEST_GLUED:
        return title
    onset = _ONSET.search(folded, title.start + _SHORTEST_GLUED, title.end)
    return Span(title.start, onset.start()) if onset else title


def _before_gap(folded: str, title: Span) -> Span:
    """The title up to a space, where what follows is too long to be the rest of a name: a line break became a space."""
    gap = folded.find(" ", title.start + _SHORTEST_BEFORE_GAP, title.end)
    return Span(title.start, gap) if gap > 0 and title.end - gap > _LONGEST_AFTER_GAP else title


def _cut_at_next(folded: str, headings: Sequence[Heading]) -> list[Heading]:
    """The headings, each ending before the next one that stands on the same line, and after its formal words where
    the text that followed on a line of its own was glued to it."""
    cut: list[Heading] = []
    for at, heading in enumerate(headings):
        end = heading.end
        if at + 1 < len(headings):
            end = min(end, trim(folded, heading.start, headings[at + 1].start).end)
        if not heading.opens_line and end == heading.end:
            opening = formal_opening(folded[heading.number_end : end])
            end = heading.number_end + opening if opening else end
        cut.append(replace(heading, end=end))
    return cut


def _drop_enumerations(folded: str, headings: Sequence[Heading]) -> list[Heading]:
    """The headings without the numbered items that only look like them."""
    ends = {heading.start: after.start for heading, after in pairwise(headings)}
    bare = {heading.start for heading in headings if _says_no_more(folded, heading, ends)}
    dropped = {item for group in _groups(headings) for item in _no_headings(folded, group, bare)}
    return [heading for heading in headings if heading not in dropped]


def _groups(headings: Sequence[Heading]) -> Iterator[list[Heading]]:
    """The headings of levels 2 to 4 by parent: siblings stand or fall together."""
    open_groups: dict[int, list[Heading]] = {}
    for heading in headings:
        for level in [level for level in open_groups if level > heading.level]:
            yield open_groups.pop(level)
        if heading.level > 1:
            open_groups.setdefault(heading.level, []).append(heading)
    yield from open_groups.values()


def _says_no_more(folded: str, heading: Heading, ends: Mapping[int, int]) -> bool:
    """Whether the heading is a whole sentence with nothing of its own behind it."""
    return folded[heading.end : ends.get(heading.start, len(folded))].strip() == "。"


def _no_headings(folded: str, group: Sequence[Heading], bare: Set[int]) -> Iterator[Heading]:
    """Those of these siblings that are no headings: all, or the ones that run on and have no neighbour to prove them."""
    if _is_enumeration(folded, group, bare):
        yield from group
        return
    proved = {heading.value for heading in group if not heading.runs_on}
    yield from (item for item in group if item.runs_on and not {item.value - 1, item.value + 1} & proved)


def _is_enumeration(folded: str, group: Sequence[Heading], bare: Set[int]) -> bool:
    """Whether these siblings are items of one sentence, or statements that were merely numbered."""
    items = [folded[heading.start : heading.end + 1] for heading in group]
    if len(group) > 1 and sum(item.endswith("；") for item in items[:-1]) * 2 > len(group) - 1:
        return True
    if group[0].level == 2:
        return False
    if len(group) > 1 and all(heading.start in bare for heading in group):
        return True
    statements = sum(_is_statement(folded, heading) for heading in group)
    return statements * 2 > len(group)


def _is_statement(folded: str, heading: Heading) -> bool:
    if heading.end - heading.number_end > _LONGEST_LOW:
        return True
    line_end = folded.find("\n", heading.end)
    rest = folded[heading.end + 1 : line_end if line_end >= 0 else len(folded)].strip()
    return not rest and bool(STATES_FIGURES.search(folded, heading.number_end, heading.end))
