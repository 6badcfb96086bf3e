"""Headings without a number: names on a line of their own,
and short run-in headings that open paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from workers.report.chinese.clauses import COLONS, HAN, LIST_COMMA, POINTS, STOPS
from workers.report.chinese.lines import lines_of
from workers.report.segmentation.enumerations import STATES_FIGURES, Heading
from workers.report.segmentation.roles import is_formal
from workers.report.text import Span

# `加强领导。成立……`: a phrase of two to fourteen characters, a stop or colon,
# and the paragraph goes on.
_RUN_IN = re.compile(f"([{HAN}“”{LIST_COMMA}，]{{2,14}})[。{COLONS}](?=[^\n]{{6}})")
_COUNTS = re.compile(
    "[一二三四五六七八九十]是|其[一二三次]|第[一二三]|首先|同时|此外|另外|目前|截至|全年|今年"
)
# A name on its own line: no sentence, no list, no field of a table.
_BARE_LINE = re.compile(f"[{HAN}“”《》{LIST_COMMA}，·—\\d ]{{4,30}}")
_SHORTEST_PARAGRAPH = 40
# A section may begin with a paragraph of its own; then more than two have to open with a name.
_FEWEST_AFTER_LEAD = 3


def find_run_ins(folded: str, headings: Sequence[Heading], start: int, end: int) -> list[Heading]:
    """The headings with those added that bear no number, between `start` (the title's end)
    and `end` (the signature).

    >>> text = "一、工作\\n加强领导。成立由书记任组长的小组。\\n服务群众。办理各类事项。"
    >>> numbered = [Heading(start=0, number_end=2, end=4, level=1)]
    >>> [text[found.start : found.end] for found in find_run_ins(text, numbered, 0, len(text))]
    ['一、工作', '加强领导', '服务群众']
    """
    if not any(heading.level == 1 for heading in headings):
        taken = {heading.start for heading in headings}
        formal = (line for line in _formal_lines(folded, start, end) if line.start not in taken)
        headings = sorted([*headings, *formal], key=lambda heading: heading.start)
    found: list[Heading] = []
    for heading, after in zip(headings, [*headings[1:], None], strict=False):
        found.append(heading)
        if not after or after.level <= heading.level:
            found.extend(_find_openings(folded, heading, after.start if after else end))
    return found


def _formal_lines(folded: str, start: int, end: int) -> Iterator[Heading]:
    """The formal names of sections (存在的问题) that stand on lines of their own,
    where level 1 has no numbers.
    """
    for line in lines_of(folded, start, end):
        bare = folded[line.start : line.end].rstrip("：")
        if 4 <= len(bare) <= 30 and is_formal(bare):
            yield Heading(
                start=line.start, number_end=line.start, end=line.start + len(bare), level=1
            )


def _find_openings(folded: str, heading: Heading, end: int) -> list[Heading]:
    """The headings without number in a section that has no numbered ones:
    all its paragraphs open so, or none does.
    """
    paragraphs = [
        line
        for line in lines_of(folded, heading.end, end)
        if folded[line.start : line.end].strip(POINTS)
    ]
    if len(paragraphs) < 2 or heading.level > 3:
        return []
    found = [_run_in_name(folded, paragraph) for paragraph in paragraphs]
    led_in = found[0] is None and len(found) > _FEWEST_AFTER_LEAD
    if not all(found[1:] if led_in else found):
        found = _name_lines(folded, paragraphs)
    level = heading.level + 1
    return [
        Heading(start=name.start, number_end=name.start, end=name.end, level=level)
        for name in found
        if name
    ]


def _run_in_name(folded: str, paragraph: Span) -> Span | None:
    found = _RUN_IN.match(folded, paragraph.start, paragraph.end)
    return Span(*found.span(1)) if found and not _COUNTS.match(found[1]) else None


def _name_lines(folded: str, paragraphs: Sequence[Span]) -> list[Span | None]:
    """The short lines, where each has a paragraph under it: name, text, name, text."""
    names: list[Span | None] = [
        paragraph for paragraph in paragraphs if _is_name_line(folded, paragraph)
    ]
    if len(names) < 2 or names[0] != paragraphs[0]:
        return []
    follows = pairwise(paragraphs)
    alone = sum(line in names and _is_paragraph(folded, below) for line, below in follows)
    return names if alone == len(names) else []


def _is_name_line(folded: str, line: Span) -> bool:
    words = folded[line.start : line.end]
    return (
        _BARE_LINE.fullmatch(words) is not None
        and not STATES_FIGURES.search(words)
        and not _COUNTS.match(words)
    )


def _is_paragraph(folded: str, line: Span) -> bool:
    return line.end - line.start >= _SHORTEST_PARAGRAPH and folded[line.end - 1] in STOPS + "；"
