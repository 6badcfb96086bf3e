"""Commas that were read as points, and wide gaps inside a clause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.chinese.clauses import CLAUSE_MARKS, COLONS, EVERY_HAN, PROSE_MARK
from workers.report.text import Change

# A number of a heading (一.加强), an abbreviation and a name (买买提.艾力)
# have points of their own.
_POINT = re.compile(rf"\.(?<=[{EVERY_HAN}].)(?=[{EVERY_HAN}])")
_NUMBERED = re.compile(r"[一二三四五六七八九十百第\n]")
# The characters that names of other languages are written with.
_OF_NAMES = frozenset(
    "阿艾爱安奥巴拜班比不布达代丹迪地丁杜多尔法菲夫古哈海罕合胡吉加江杰卡凯克库拉莱里力利林鲁路伦罗洛马麦曼买米莫穆木那纳乃尼诺帕皮普恰乔热萨赛沙什斯苏塔特提"
    "图吐土托瓦维沃乌西希夏谢雅亚衣伊依义尤玉约扎泽孜佐"
)
# A writer who ends his sentences with 。 does not end one in twenty with a point inside a line.
_FEWEST_STOPS, _STOPS_A_POINT = 8, 10
_WIDE_GAP = re.compile(rf"\u3000(?<=[{EVERY_HAN}].)(?=[{EVERY_HAN}])")
_CLAUSE_END = re.compile(rf"[{CLAUSE_MARKS}{COLONS}]")
_LOOK = 60


def restore_commas(text: str) -> Iterator[Change]:
    """A point between two Chinese characters becomes a comma in a text whose sentences end in 。 (a
    fax reads ， so); points of numbers and of names stay.

    >>> text = "开展培训12场。" * 10 + "组织普法小分队.录制短视频，买买提.艾力到会"
    >>> [text[change.start - 1 : change.end + 1] for change in restore_commas(text)]
    ['队.录']
    """
    found = [point.start() for point in _POINT.finditer(text) if not _is_own(text, point.start())]
    if found and text.count("。") >= max(_FEWEST_STOPS, _STOPS_A_POINT * len(found)):
        yield from (Change(at, at + 1, "，") for at in found)


def join_wide_gaps(text: str) -> Iterator[Change]:
    """Drop an ideographic space that stands alone in a clause of a sentence;
    those of lists of names stay.

    >>> text = "承接赋　权事项60项，涉及甲村　乙村　丙村。\\n清溪镇委员会　清溪镇人民政府"
    >>> [text[change.start - 1 : change.end + 1] for change in join_wide_gaps(text)]
    ['赋　权']
    """
    gaps = [found.start() for found in _WIDE_GAP.finditer(text)]
    for before, at, after in zip(
        [-_LOOK, *gaps], gaps, [*gaps[1:], len(text) + _LOOK], strict=False
    ):
        alone = before < 0 or _CLAUSE_END.search(text, before, at)
        if alone and _CLAUSE_END.search(text, at, after) and _is_sentence(text, at):
            yield Change(at, at + 1, "")


def _is_own(text: str, at: int) -> bool:
    start = text.rfind("\n", max(at - 4, 0), at)
    numbered = _NUMBERED.match(text[at - 1]) and (start >= 0 or at < 4 or "第" in text[at - 3 : at])
    name = _OF_NAMES.issuperset(text[max(at - 2, 0) : at]) and _OF_NAMES.issuperset(
        text[at + 1 : at + 3]
    )
    return bool(numbered) or name


def _is_sentence(text: str, at: int) -> bool:
    """Does a mark of a sentence stand in the same line, near enough?"""
    before = max(text.rfind("\n", max(at - _LOOK, 0), at), at - _LOOK, 0)
    end = text.find("\n", at, at + _LOOK)
    return bool(PROSE_MARK.search(text, before, end if end >= 0 else at + _LOOK))
