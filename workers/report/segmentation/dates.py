"""Years and dates, in the forms in which the reports write them. All take folded text."""

from __future__ import annotations

import re
from datetime import date

from workers.report.chinese.clauses import YEAR
from workers.report.chinese.han_numbers import spelled_number, whole_number

_SMALL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_WRITTEN = re.compile(rf"({YEAR}) ?[年.\-/] ?({_SMALL}) ?[月.\-/] ?({_SMALL})(?!\d) ?日?")
# What is left when the marks between the figures were lost: 2024130, 20241月30日, 2024年130日.
_DAMAGED = re.compile(r"(?<!\d)(20[0-4]\d)年?(?:(\d{1,2})月(\d{1,2})|(\d{2,4}))日?(?!\d)")
_NAMED_YEAR = re.compile(rf"(?<![\d.])({YEAR}) ?(?=年|[—\-－～至])")


def find_date(folded: str) -> date | None:
    """The first date of the stretch.

    A date that lost its marks counts where only one day can be meant.

    >>> find_date("二〇二一年十二月二十日"), find_date("2024130"), find_date("2023111")
    (datetime.date(2021, 12, 20), datetime.date(2024, 1, 30), None)
    """
    found = _WRITTEN.search(folded)
    if found:
        return _valid_day(spelled_number(found[1]), whole_number(found[2]), whole_number(found[3]))
    damaged = _DAMAGED.search(folded)
    if not damaged:
        return None
    year, month, day, run = damaged.groups()
    if run is None:
        return _valid_day(int(year), int(month), int(day))
    return _only_day(int(year), run)


def is_date(folded: str) -> bool:
    """Whether the whole stretch is one date, in brackets or not.

    >>> is_date("（2023年2月3日）"), is_date("2023年2月3日召开")
    (True, False)
    """
    bare = folded.strip(" （）〔〕[]")
    found = _WRITTEN.fullmatch(bare) or _DAMAGED.fullmatch(bare)
    return found is not None and find_date(bare) is not None


def find_years(folded: str) -> list[int]:
    """The years that the stretch names, in its order.

    >>> find_years("2022年的340件降至2023年的281件，二〇二四年")
    [2022, 2023, 2024]
    """
    return [year for found in _NAMED_YEAR.finditer(folded) if (year := spelled_number(found[1]))]


def _valid_day(year: int | None, month: int | None, day: int | None) -> date | None:
    try:
        return date(year or 0, month or 0, day or 0)
    except ValueError:
        return None


def _only_day(year: int, run: str) -> date | None:
    """The day that a run of figures means, where it can be cut into month
    and day in one way only.
    """
    cuts = [2] if len(run) == 4 else range(1, len(run))
    days = {
        _valid_day(year, int(run[:cut]), int(run[cut:]))
        for cut in cuts
        if run[cut] != "0" or len(run) == 4
    }
    days.discard(None)
    return days.pop() if len(days) == 1 else None
