"""l, I and | that stand for 1 in a figure: only where nothing but a figure can stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.chinese.clauses import HAN, PAUSES
from workers.report.text import Change

# What is counted in reports; not every word that follows a letter (5l水, I类, I期).
_UNIT = (
    "(?:[件次人名场份处起户条个万元台项家余卷宗期支辆座批轮节堂村岁年月日号多篇〕%％"
    "]|平方米|公里|亿|小时|热线)"
)
_UNIT_ONE = "[件次人名场份处起户条]"
# The longest figure is an amount in 元 to the cent.
_MIXED = re.compile(
    rf"(?<![A-Za-z0-9.|])(?=[lI|.,]{{0,12}}[0-9])(?=[0-9.,]{{0,12}}[lI|])[0-9lI|][0-9lI|.,]{{0,14}}(?={_UNIT})"
    rf"|(?<=[{HAN}{PAUSES}（])[lI](?={_UNIT_ONE})"
    r"|(?<=[“\"])(?=[0-9lI.·]{0,4}[lI])[0-9lI]{1,2}[·.][0-9lI]{1,2}(?=[”\"])"
)
_BAR = re.compile(r"[0-9lI]\||\|[0-9lI]")
_TABLE = str.maketrans("lI|", "111")
_LOOK = 2000


def restore_ones_in_figures(text: str) -> Iterator[Change]:
    """l and I among digits before a unit, and alone before one, become 1;
    | only in prose, for it parts cells.

    >>> found = restore_ones_in_figures(
    ...     "调解l2件、成功率97.I%，开展l次，整改1|处。5l水、I类。\\n行政许可|46件|"
    ... )
    >>> [(change.start, change.after) for change in found]
    [(2, '12'), (9, '97.1'), (17, '1'), (22, '11')]
    """
    if not any(char in text for char in "lI|"):
        return
    for found in _MIXED.finditer(text):
        if "|" not in found[0] or _is_prose(text, found.start(), found.end()):
            after = found[0].translate(_TABLE)
            if after != found[0]:
                yield Change(*found.span(), after)


def _is_prose(text: str, start: int, end: int) -> bool:
    """Is the line of this figure a sentence whose bars all touch a digit,
    and not a row of cells?
    """
    first = max(text.rfind("\n", max(start - _LOOK, 0), start) + 1, start - _LOOK, 0)
    last = text.find("\n", end, end + _LOOK)
    line = text[first : last if last >= 0 else end + _LOOK]
    bars = sum(1 for _ in _BAR.finditer(line))
    return "。" in line and line.count("|") <= bars and "|" not in {line[0], line[-1]}
