"""Whether the characters before a suffix look like the name of a place
(schema/catalogue/place_names.yaml).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workers.report.catalogue import knowledge, load_yaml, require

_FILE = "place_names.yaml"
# 榆湾县, 三河坝镇, 四川北路街道: the names of Han places have up to four
# characters before their suffix.
LONGEST = 4
# A title or a signature bounds the name at both ends;
# 高新技术产业园区街道 is about the longest there.
LONGEST_BOUNDED = 8
_SUFFIX = re.compile(r"(?:自治[州县旗]|街道|地区|新区|林区|特区|苏木|[市县区旗盟州镇乡街])$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shapes:
    words: re.Pattern[str]
    marks: re.Pattern[str]
    endings: tuple[str, ...]
    common: frozenset[str]
    real: frozenset[str]
    short: frozenset[str]
    sounds: frozenset[str]


def is_name(place: str, *, bounded: bool = False) -> bool:
    """Whether a folded place, its suffix with it, looks like a name;
    `bounded` where nothing else can stand beside it.

    >>> is_name("榆湾县"), is_name("陈巴尔虎旗"), is_name("认真落实市"), is_name("示范县")
    (True, True, False, False)
    >>> is_name("全丰乡"), is_name("全丰乡", bounded=True)
    (False, True)
    """
    suffix = _SUFFIX.search(place)
    stem = place[: suffix.start()] if suffix else ""
    shapes = _name_shapes()
    if not suffix or not stem or place in shapes.common:
        return False
    if stem in shapes.real:
        return True
    if shapes.words.search(stem) or place.endswith(shapes.endings):
        return False
    if bounded:
        return len(stem) <= LONGEST_BOUNDED or _is_long_name(stem, suffix[0])
    if len(stem) == 1:
        return suffix[0] == "县" and stem in shapes.short
    return not shapes.marks.search(stem) and (
        len(stem) <= LONGEST or _is_long_name(stem, suffix[0])
    )


def _is_long_name(stem: str, suffix: str) -> bool:
    """The name of an ethnic-autonomous place, or one that is written by its sound."""
    sounds = sum(character in _name_shapes().sounds for character in stem)
    return "族" in stem or suffix.startswith("自治") or sounds * 4 >= len(stem) * 3


@knowledge
def _name_shapes() -> _Shapes:
    rows = load_yaml(_FILE)
    for key in ("words", "marks", "endings", "common", "real", "short", "sounds"):
        require(rows.get(key), _FILE, key, "is missing")
    return _Shapes(
        words=re.compile("|".join(map(re.escape, rows["words"]))),
        marks=re.compile(f"[{rows['marks']}]"),
        endings=tuple(
            f"{ending}{suffix}" for suffix, row in rows["endings"].items() for ending in row
        ),
        common=frozenset(rows["common"]),
        real=frozenset(rows["real"]),
        short=frozenset(rows["short"]),
        sounds=frozenset(rows["sounds"]),
    )
