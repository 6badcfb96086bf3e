"""Units that stand alone where a count should: `damaged_number`.

审查案件件，: the number between the words is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from workers.report.auditing.context import MOST_OF_ONE_KIND, Evidence
from workers.report.chinese.clauses import COMMAS, HAN, SEMICOLONS
from workers.report.chinese.words import tokenise
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.text import Span

# A unit at a clause's end with a Chinese character before it; the words before it settle whether it
# is a word's end (条件, 文件, 层次) or is counted in words (多次, 首个).
# 户, 项, 处 and 期 end names (重点户, 加分项, 信访处), 人次 and 场次 the heads of columns.
_UNIT = r"(?:余(?:人次|场次|件次)|余?[件起次场份个名条]|万元)"
_BEHIND = rf"(?=[。{COMMAS}{SEMICOLONS}])"
_LAST = re.compile(rf"[件起次场份个名条元](?<=[{HAN}]{{4}}){_BEHIND}")
_ENDS = re.compile(rf"[{HAN}]{{3,9}}?(?P<unit>{_UNIT}){_BEHIND}")
_REACH = 12  # the longest find
_COUNTS = frozenset(
    "一二两三四五六七八九十百千万亿几数多每各首本此该某这那哪半逐历上下再初整单双若第余今当同前后末全近约有无"
)
# 信访件, 交办件, 承诺件: what is handled is itself called so.
_PIECES = frozenset("办访诉报结诺督收发要急附邮零配快证信转交函批")
_NUMERALS = frozenset("两几数多百千万亿")
_SHORTEST_WORD = 2  # 件件, 个个: a unit that is said twice


def audit_counts(evidence: Evidence) -> Iterator[Finding]:
    """damaged_number, a note, at each unit whose number is lost."""
    for place in islice(find_lone_units(evidence.text), MOST_OF_ONE_KIND + 1):
        stands = evidence.text[place.start : place.end]
        yield evidence.finding(
            FindingKind.DAMAGED_NUMBER,
            Severity.NOTE,
            message=f"“{stands}”：量词前面的数字像是丢了。请对照原文补上。",
            message_en=f"{stands}: the number before the unit seems to be lost.",
            places=[place],
        )


def find_lone_units(text: str) -> Iterator[Span]:
    """The last words of the clauses that end in a unit without its number.

    >>> text = "审查案件件，创造条件，开展多次，法律服务室个。培训群众余人次，件件落实"
    >>> [text[start:end] for start, end in find_lone_units(text)]
    ['案件件', '服务室个', '群众余人次']
    """
    for found in _units_at_ends(text):
        words = tokenise(found[0])
        if len(words) > 1 and _is_lone(found["unit"], words):
            before = words[-len(_unit_words(words, found["unit"])) - 1]
            yield Span(found.end() - len(found["unit"]) - len(before), found.end())


def _units_at_ends(text: str) -> Iterator[re.Match[str]]:
    until = 0
    for last in _LAST.finditer(text):
        start = max(until, last.end() - _REACH)
        if found := _ENDS.search(text, start, last.end() + 1):
            until = found.end()
            yield found


def _unit_words(words: tuple[str, ...], unit: str) -> tuple[str, ...]:
    """The last words that together are the unit; empty where a word ends in it."""
    for count in (1, 2, 3):
        if "".join(words[-count:]) == unit:
            return words[-count:]
    return ()


def _is_lone(unit: str, words: tuple[str, ...]) -> bool:
    tail = _unit_words(words, unit)
    if not tail or len(tail) == len(words):
        return False
    before = words[-len(tail) - 1]
    if unit == "件" and before[-1] in _PIECES:
        return False
    return (
        len(before) >= _SHORTEST_WORD and before[-1] not in _COUNTS and not _NUMERALS & set(before)
    )
