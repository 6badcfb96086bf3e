"""What paper says again at the head of each page: the title, the name of a gazette."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from workers.report.cleaning.lines import HEADING, Line, is_prose, split_lines
from workers.report.text import Change

# The title stands among the first lines, on one or more of them.
_HEAD_LINES = 6
# Only a title or the name of a publication is said again so;
# the word of a table or the name of an office is not.
_PUBLICATION = re.compile(r"(?:报告|总结|公报|年报|工作情况)$")
_SHORTEST, _LONGEST = 6, 60
# The least text between two of them that a page holds,
# and how often one that is not the title must stand.
_PAGE, _OFTEN = 150, 3
# A head in small print is misread more often than a title: as many of its characters must be right,
# all its digits (but 〇, which the engine drops) among them.
_ALIKE, _SURE = 0.88, 12
_NO_DIGIT = re.compile(r"[^0-9一二三四五六七八九]")


def drop_running_heads(text: str) -> Iterator[Change]:
    """Drop the lines that say the title again on each page,
    and a publication's name that stands on each.

    >>> page = "全镇扎实推进依法行政。" * 20 + "\\n"
    >>> text = (
    ...     "清溪镇\\n关于2023年工作的报告\\n"
    ...     + (page + "清溪镇关于2023年工作的报告\\n") * 2
    ...     + "清溪镇"
    ... )
    >>> [text[change.start : change.end] for change in drop_running_heads(text)]
    ['清溪镇关于2023年工作的报告\\n', '清溪镇关于2023年工作的报告\\n']
    """
    lines = [line for line in split_lines(text) if line.text]
    places: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if (
            _SHORTEST <= len(line.text) <= _LONGEST
            and not HEADING.match(line.text)
            and not is_prose(line.text)
        ):
            places[_line_key(line.text)].append(at)
    titles = _possible_titles(lines)
    for key, found in places.items():
        if _PUBLICATION.search(key):
            yield from (
                lines[at].drop() for at in _said_again(lines, found, _title_place(key, titles))
            )


def _title_place(key: str, titles: Mapping[str, int]) -> int | None:
    """Where the title stands that this line says, read as it may be;
    None if it says another thing.
    """
    return next(
        (place for title, place in titles.items() if key == title or _is_alike(key, title)), None
    )


def _is_alike(key: str, title: str) -> bool:
    if (
        len(key) < _SURE
        or abs(len(key) - len(title)) > 2
        or _NO_DIGIT.sub("", key) != _NO_DIGIT.sub("", title)
    ):
        return False
    return SequenceMatcher(None, key, title, autojunk=False).ratio() >= _ALIKE


def _said_again(lines: Sequence[Line], found: Sequence[int], title: int | None) -> Sequence[int]:
    """Which of these equal lines go: of a title all below its own place, of another name all,
    if a page apart.
    """
    if title is not None:
        return [at for at in found if at > title and lines[at].start - lines[title].end >= _PAGE]
    apart = all(lines[two].start - lines[one].end >= _PAGE for one, two in pairwise(found))
    return found if apart and len(found) >= _OFTEN else []


def _possible_titles(lines: Sequence[Line]) -> dict[str, int]:
    """What the first lines say, alone and joined, and the line where it ends:
    one of them is the title.
    """
    head = [_line_key(line.text) for line in lines[:_HEAD_LINES]]
    said: dict[str, int] = {}
    for end in range(len(head)):
        for start in range(end + 1):
            said.setdefault("".join(head[start : end + 1]), end)
    return said


def _line_key(line: str) -> str:
    return "".join(line.split())
