"""What a heading is, and which numbered lines are no headings but the items of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

# Below level 2 a longer first sentence is a numbered statement, not a name.
LONGEST_LOW = 50
# Inside a paragraph, right behind the heading above, a name is a phrase or two.
_LONGEST_INSIDE = 20
STATES_FIGURES = re.compile(
    r"\d[\d.,，]*(?:万|余|多)*(?:件|次|人|场|份|个|起|名|家|项|元|%|户|期|批|条|处)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """`[start, end)` of the text; the number ends at `number_end`, `start` where there is none.
    `runs_on` where no mark parts the name from a long sentence behind it: only its siblings can
    prove it.
    """

    start: int
    number_end: int
    end: int
    level: int
    value: int = 0
    opens_line: bool = True
    runs_on: bool = False


def is_name_like(folded: str, heading: Heading) -> bool:
    """Whether a heading inside a paragraph is a short name, closed by a stop,
    with the text it names behind it.

    >>> text = "1.加强统筹部署。全年听取汇报3次。1.召开会议3次。研究工作。"
    >>> [
    ...     is_name_like(
    ...         text, Heading(start=at, number_end=at + 2, end=text.index("。", at), level=3)
    ...     )
    ...     for at in (0, 18)
    ... ]
    [True, False]
    """
    if heading.end - heading.number_end > _LONGEST_INSIDE or STATES_FIGURES.search(
        folded, heading.number_end, heading.end
    ):
        return False
    closed = folded.startswith(("。", "："), heading.end)
    return closed and bool(folded[heading.end + 1 : heading.end + 2].strip())


def drop_enumerations(folded: str, headings: Sequence[Heading]) -> list[Heading]:
    """The headings without the numbered items that only look like them."""
    ends = {heading.start: after.start for heading, after in pairwise(headings)}
    leads = {heading.start for heading, after in pairwise(headings) if after.level > heading.level}
    bare = {heading.start for heading in headings if _says_no_more(folded, heading, ends)} - leads
    dropped = {
        item for group in _sibling_groups(headings) for item in _no_headings(folded, group, bare)
    }
    return [heading for heading in headings if heading not in dropped]


def _sibling_groups(headings: Sequence[Heading]) -> Iterator[list[Heading]]:
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
    """Those of these siblings that are no headings: all,
    or those that run on and have no neighbour to prove them.
    """
    if _is_enumeration(folded, group, bare):
        yield from group
        return
    proved = {heading.value for heading in group if not heading.runs_on}
    yield from (
        item for item in group if item.runs_on and not {item.value - 1, item.value + 1} & proved
    )


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
    if heading.end - heading.number_end > LONGEST_LOW:
        return True
    line_end = folded.find("\n", heading.end)
    rest = folded[heading.end + 1 : line_end if line_end >= 0 else len(folded)].strip()
    return not rest and bool(STATES_FIGURES.search(folded, heading.number_end, heading.end))
