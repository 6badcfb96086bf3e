"""Everything that may be the number of a heading, before it is judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workers.report.chinese.clauses import COLONS, HAN
from workers.report.chinese.han_numbers import SMALL_NUMERALS, whole_number

# A figure behind number and mark makes another number (1.2万; 2、3场),
# unless it opens a year or a hotline.
_NO_FIGURE = r"(?:(?!\d)|(?=20\d\d ?年)|(?=12345))"
_NUMBER = rf"[{SMALL_NUMERALS}]{{1,3}}"
# A dash in place of 一 is a common slip of scanners; a mark of its own follows it.
_FORMS = (
    (
        f"(?P<l1>(?<![第{SMALL_NUMERALS}百千其之〇])(?:{_NUMBER} ?[、.]|[—－]、)"
        f"|第{_NUMBER}(?:部分|章)[ {COLONS}、])"
    ),
    rf"(?P<l2>（ ?{_NUMBER} ?）[、.]?|(?<![（{SMALL_NUMERALS}]){_NUMBER}）|[㈠-㈩])",
    rf"(?P<l3>(?<![\d.：:/\-—～“《])\d{{1,2}} ?[.、]{_NO_FIGURE}|[⒈-⒛])",
    # A number that lost its point: what is counted in this genre does not follow it.
    rf"(?P<l3x>(?<=\n)\d{{1,2}}(?=[{HAN}])(?![年月日号点时分秒个名件次场人家户起份条项种类批届级期万亿余多元位支台处所座里村社组亩米公吨升度倍成路线楼栋层岁省市县区镇乡街大小部本篇幅张块辆套班轮间])"
    r")",
    r"(?P<l4>（ ?\d{1,2} ?）|(?<![（\d.])\d{1,2}）|[①-⑳]|[⑴-⒇])",
)
# The characters that can open a number, named first, make the search three times as quick.
_MARKER = re.compile(rf"(?=[{SMALL_NUMERALS}\d（第—－㈠-㈩⒈-⒛①-⑳⑴-⒇])(?:{'|'.join(_FORMS)})")
_ROWS = (("㈠", "㈩"), ("⒈", "⒛"), ("①", "⑳"), ("⑴", "⒇"))
# 一、二级; 三、四季度; 一、二、三产业: the next number follows,
# and then a word that both numbers count.
_COUNTED_ON = re.compile(rf"([{SMALL_NUMERALS}]{{1,2}})[、级类季等批期线产次月届中年种者把审]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A number that may open a heading: `[start, end)`. `before` is the character in front of it,
    spaces left out, a line break where it opens its line; `pointless` where a figure stands without
    its point.
    """

    start: int
    end: int
    level: int
    value: int
    before: str
    pointless: bool = False

    @property
    def opens_line(self) -> bool:
        return self.before == "\n"


def find_markers(folded: str) -> Iterator[Marker]:
    """All of them, in the order of the text.

    >>> [
    ...     (marker.level, marker.value)
    ...     for marker in find_markers("一、成效\\n（一）普法。1.2万人，②一、二级")
    ... ]
    [(1, 1), (2, 1), (4, 2)]
    """
    for found in _MARKER.finditer(folded):
        form = found.lastgroup or "l1"
        level = int(form[1])
        value = _marker_value(found[0])
        if value and not _counts_on(folded, found.end(), value):
            before = _character_before(folded, found.start())
            pointless = form.endswith("x")
            yield Marker(
                start=found.start(),
                end=found.end(),
                level=level,
                value=value,
                before=before,
                pointless=pointless,
            )


def _marker_value(written: str) -> int | None:
    for first, last in _ROWS:
        if first <= written <= last:
            return ord(written) - ord(first) + 1
    bare = "".join(
        character for character in written if character in SMALL_NUMERALS or character.isdecimal()
    )
    return whole_number(bare or "一")


def _counts_on(folded: str, at: int, value: int) -> bool:
    found = _COUNTED_ON.match(folded, at)
    return found is not None and whole_number(found[1]) == value + 1


def _character_before(folded: str, at: int) -> str:
    while at > 0 and folded[at - 1] == " ":
        at -= 1
    return folded[at - 1] if at else "\n"
