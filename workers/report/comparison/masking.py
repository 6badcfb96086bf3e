"""A report without what a copyist changes: names of places and bodies, numbers, dates,
marks and spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workers.report.chinese.clauses import HAN
from workers.report.model import Header
from workers.report.text import Span

NAME, NUMBER = "*", "0"

# What a township is called changes with its kind, so a copy of a town's report for a
# sub-district changes these too.
_FOLDED = {
    "街道办事处": "镇政府",
    "人民政府": "政府",
    "办事处": "政府",
    "党工委": "党委",
    "街道": "镇",
    "社区": "村",
    "乡": "镇",
    "区": "县",
    "市": "县",
}
# Arabic with its separators and sign, or Han numerals;
# 一些 and 统一 are masked too, in both texts alike.
_NUMBER = r"[0-9０-９]+(?:[.,．:/][0-9０-９]+)*[%％‰]?|[〇零一二三四五六七八九十百千万亿两]+"
# The two characters before the suffix of a place that the header does not name: most names of
# places have two. Where they are no name, the same characters are masked in both texts, which costs
# a little sharpness and no equality.
_PLACE = rf"[{HAN}]{{2}}(?=街道|社区|[镇乡村县]|[市区](?!场|民|域|间|别|分))"
_WORDS = re.compile(r"[^\W_]+")
# A place or body without its kind: 松涧 of 松涧镇. Shorter ones would be found inside other words.
_SUFFIX = re.compile(
    r"(?:人民政府|街道办事处|办事处|街道|自治[州县旗]|特别行政区|[省市县区旗镇乡盟州])+$"
)
_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Masked:
    """`text` without marks; its character `at` stands for
    `[starts[at], ends[at])` of the clean text.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """The stretch of the clean text that the masked stretch stands for; not empty."""
        return Span(self.starts[start], self.ends[end - 1])


def own_names(header: Header) -> tuple[str | None, ...]:
    """The names in a report that another's copy of it changes."""
    place = header.place
    return header.issuer, place.township, place.county, place.province


def mask_text(text: str, names: Iterable[str | None] = ()) -> Masked:
    """The text with its own `names` (of the issuer and its places) masked,
    and all that looks like another's.

    >>> one = mask_text("2024年，松涧镇排查纠纷53件。", ["松涧镇人民政府", "洛岭县"])
    >>> other = mask_text("2023年,兰汀街道排查纠纷1,208件", ["兰汀街道"])
    >>> one.text, one.text == other.text, one.span(2, 3)
    ('0年*镇排查纠纷0件', True, Span(start=6, end=8))
    """
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def put_mask(shown: str, start: int, end: int) -> None:
        characters.extend(shown)
        starts.extend([start] * len(shown))
        ends.extend([end] * len(shown))

    at = 0
    for found in _masking_pattern(names).finditer(text):
        _keep_words(text, at, found.start(), characters, starts, ends)
        put_mask(_shown_for(found), found.start(), found.end())
        at = found.end()
    _keep_words(text, at, len(text), characters, starts, ends)
    return Masked("".join(characters), starts, ends)


def _keep_words(
    text: str, start: int, end: int, characters: list[str], starts: list[int], ends: list[int]
) -> None:
    for word in _WORDS.finditer(text, start, end):
        characters.extend(word.group())
        starts.extend(range(word.start(), word.end()))
        ends.extend(range(word.start() + 1, word.end() + 1))


def _shown_for(found: re.Match[str]) -> str:
    if found.lastgroup == "folded":
        return _FOLDED[found.group()]
    return NUMBER if found.lastgroup == "number" else NAME


def _masking_pattern(names: Iterable[str | None]) -> re.Pattern[str]:
    own = {stem for name in names if name for stem in _name_stems(name)}
    parts = [f"(?P<number>{_NUMBER})", f"(?P<place>{_PLACE})", f"(?P<folded>{'|'.join(_FOLDED)})"]
    if own:
        parts.insert(0, f"(?P<name>{'|'.join(map(re.escape, sorted(own, key=len, reverse=True)))})")
    return re.compile("|".join(parts))


def _name_stems(name: str) -> list[str]:
    """The name without its kind; of a department (青禾县水利局) its place and its own name."""
    parts = re.split(r"(?<=[省市县区旗镇乡])(?=[^省市县区旗镇乡]{3,}$)", name)
    stems = [_SUFFIX.sub("", part) for part in parts]
    return [stem for stem in stems if len(stem) >= _SHORTEST_NAME]
