"""Which markers open a heading, and where the heading ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from workers.report.chinese.clauses import COLONS, HAN, SEMICOLONS, SENTENCE_MARKS, STOPS
from workers.report.chinese.lines import trim
from workers.report.segmentation.enumerations import (
    LONGEST_LOW,
    Heading,
    drop_enumerations,
    is_name_like,
)
from workers.report.segmentation.markers import Marker, find_markers
from workers.report.segmentation.roles import formal_opening
from workers.report.text import Span

# A heading that names a section is shorter; real ones of level 1 reach some 50 characters.
LONGEST = 80
# A first heading may be glued to the title, which stands in the first hundred characters.
_TITLE_ENDS = re.compile(rf"\A[^。{SEMICOLONS}]{{0,100}}(?:报告|总结|汇报|情况|如下)\Z")
_SHORTEST_BEFORE_GAP = 4
_LONGEST_AFTER_GAP = 20
_STOP = re.compile(rf"[{SENTENCE_MARKS}{COLONS}]|(?<=[^（第])一是")
_SENTENCE_ENDS = STOPS + "”）"
# A name has a dozen characters and more before a sentence is glued to it;
# together they are longer than a line's name.
_SHORTEST_GLUED, _LONGEST_GLUED = 6, 32
_ONSET = re.compile(
    rf"[{HAN}]{{2}}(?:镇|乡|街道)(?:党委|党工委|认真|坚持|始终|严格|深入|全面|切实|积极)|[我全本](?:镇|乡|县|区|市|局)|(?:镇|乡|县|区|市|街道)(?:党委|党工委|委、)"
)
_ATTACHMENTS = re.compile(r"^ *附件? ?[：:\d]", re.MULTILINE)


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
        accepted.offer_marker(marker)
    return _cut_at_next(folded, drop_enumerations(folded, accepted.headings))


class _Chain:
    """The headings so far.

    A marker inside a line must go on from them; one that opens a line need not.
    """

    def __init__(self, folded: str) -> None:
        self.folded = folded
        self.headings: list[Heading] = []
        self._last = [0, 0, 0, 0, 0]

    def offer_marker(self, marker: Marker) -> None:
        heading = _heading_at(self.folded, marker)
        if heading is None or not self._takes_marker(marker, heading):
            return
        self.headings.append(heading)
        self._last[heading.level :] = [heading.value] + [0] * (4 - heading.level)

    def _takes_marker(self, marker: Marker, heading: Heading) -> bool:
        if marker.pointless:
            return 1 < marker.value == self._last[3] + 1 and not heading.runs_on
        return marker.opens_line or (not heading.runs_on and self._goes_on(marker, heading))

    def _goes_on(self, marker: Marker, heading: Heading) -> bool:
        """Whether a marker inside a line is a heading whose line break was lost."""
        if marker.value != self._last[marker.level] + 1:
            return False
        if marker.value == 1 and self._follows_heading(marker, heading):
            return True
        if (
            marker.level == 1
            and marker.value == 1
            and _TITLE_ENDS.search(self.folded, 0, marker.start)
        ):
            return True
        if marker.level == 1:
            return marker.before in _SENTENCE_ENDS + "：" or bool(
                formal_opening(self._title_of(heading))
            )
        if marker.level == 2:
            return marker.before in STOPS or (
                marker.value > 1 and not _is_cited(self.folded, marker)
            )
        return (
            marker.value > 1
            and marker.before in STOPS
            and heading.end - heading.start <= LONGEST_LOW // 2
        )

    def _follows_heading(self, marker: Marker, heading: Heading) -> bool:
        """Whether nothing stands between the heading above and this marker of a lower level, or a
        full stop only before what reads like a name.
        """
        if not self.headings or marker.level <= self.headings[-1].level:
            return False
        end = self.headings[-1].end
        between = self.folded[end : marker.start].strip() if marker.start - end <= LONGEST else "-"
        return not between or (between == "。" and is_name_like(self.folded, heading))

    def _title_of(self, heading: Heading) -> str:
        return self.folded[heading.number_end : heading.end]


def _is_cited(folded: str, marker: Marker) -> bool:
    """Whether the number is one of a list or of a law's items (第（二）项)
    rather than a heading's.
    """
    return marker.before in "第；、，和及至或（：“" or folded.startswith(
        ("项", "款", "条", "目", "类"), marker.end
    )


def _heading_at(folded: str, marker: Marker) -> Heading | None:
    """The heading that this marker may open: up to the first sentence end,
    or the first clause if that is too far.
    """
    limit = min(len(folded), marker.end + LONGEST)
    stop = _STOP.search(folded, marker.end, limit)
    endless = stop is None and limit < len(folded)
    whole = trim(folded, marker.end, stop.start() if stop else limit)
    title = _before_gap(folded, whole)
    endless = endless and title == whole
    if endless:
        comma = folded.find("，", marker.end, limit)
        title = trim(folded, marker.end, comma if comma > 0 else limit)
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
    """The title up to a space, where what follows is too long to be the rest of a name:
    a line break became a space.
    """
    gap = folded.find(" ", title.start + _SHORTEST_BEFORE_GAP, title.end)
    return Span(title.start, gap) if gap > 0 and title.end - gap > _LONGEST_AFTER_GAP else title


def _cut_at_next(folded: str, headings: Sequence[Heading]) -> list[Heading]:
    """The headings, each ending before the next one that stands on the same line, and after its
    formal words where the text that followed on a line of its own was glued to it.
    """
    cut: list[Heading] = []
    for at, heading in enumerate(headings):
        end = heading.end
        if at + 1 < len(headings):
            end = min(end, trim(folded, heading.start, headings[at + 1].start).end)
        if not heading.opens_line and end == heading.end:
            opening = formal_opening(folded[heading.number_end : end])
            end = heading.number_end + opening if opening else end
        cut.append(heading if end == heading.end else replace(heading, end=end))
    return cut
