"""Dates that lost their marks or digits, and days that no calendar has: `damaged_date`."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from heapq import merge

from workers.report.auditing.context import Evidence, shorten_quote
from workers.report.chinese.clauses import CLAUSE_MARKS
from workers.report.chinese.seeking import either
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Role, Severity
from workers.report.text import Span

# A signature stands within the last lines; page furniture may follow it where
# cleaning did not know it.
LAST_LINES = 12
LEAP_YEAR = 2024  # a day without a year is held to the longest year

# The patterns that begin with a number are asked only where one stands (`Evidence.at_numbers`).
_LINE = re.compile(r"[^\n]{1,200}")
_GLUED = re.compile(r"(?<!\d)(20\d\d)(\d{2,4})(?!\d)")
_MARKLESS = (
    # 20241月30日, 2024年130日, 2024年1月30 at a line's end: one of the three marks is lost.
    re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
    re.compile(r"(?<!\d)(?P<year>20\d\d)年(?P<rest>\d{2,4})日"),
    # 2024328日, and at a clause's beginning 2024722，: both marks, or all three.
    re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<rest>\d{2,4})日"),
    re.compile(rf"(?<=[{CLAUSE_MARKS}])(?P<year>20\d\d)(?P<rest>\d{{3,4}})(?=，)"),
)
_DAYLESS = re.compile(
    r"(?<!\d)(?P<year>20\d\d)年(?P<month>\d{1,2})月(?P<day>\d{1,2})[ \u3000]{0,20}$"
)
# 自2024年7月1起施行, 2024年7月1，召开: the same in a sentence.
# 12日日, 9月月: a mark that stands twice.
_TWICE = re.compile(r"(?<!\d)(?:20\d\d年)?\d{1,2}月?\d{0,2}(?:日日|月月)(?![日月常均记报])")
_DAYLESS_IN_TEXT = re.compile(
    r"(?<!\d)(?P<year>20\d\d)年(?P<month>\d{1,2})月(?P<day>\d{1,2})(?=[，,]|起|前|至今|(?:召开|印发|举办|组织|开展|施行))"
)
_FULL = re.compile(r"(?<!\d)(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
_MONTH = re.compile(r"(?<!\d)(\d{4})年(\d{1,2})月(?!\d{1,2}日)")
# 2024年 月 日: a form that was never filled in; 2024年月30日: digits lost.
_UNFILLED = re.compile(
    r"(?<!\d)20\d\d年(?:[ \u3000]{0,6}月[ \u3000]{0,6}\d{0,2}日|\d{1,2}月[ \u3000]{0,6}日(?![常程])"
    r"|月(?=[，,底初中份以]))"
    # Without a year: 12月日前.
    r"|(?<![\d年.])\d{1,2}月日(?=[，。；、前起至止]|$)",
    re.MULTILINE,
)
# 年 月 日 in a line of its own.
_BLANK = re.compile(
    r"^[ \u3000]{0,40}年[ \u3000]{1,6}月[ \u3000]{1,6}日[ \u3000]{0,9}$", re.MULTILINE
)
# Sound dates are none of these.
_WORN = either((*_MARKLESS, _DAYLESS_IN_TEXT, _TWICE, _UNFILLED))
# 202年 and 20224年 are years that lost or gained a digit; 200年 may be a length of time.
_YEAR = re.compile(
    r"(?<![\d.])(?:20(?=年度|年\d{1,2}月)|20[12]|20[12]\d{2}|2\d\d(?=年\d{1,2}月))年"
    r"(?=[度，,]|\d{1,2}月|[以上下]|法治)"
)
# 二二四年, 二〇四年, 〇二四年 for 二〇二四年: a year in Chinese digits that lost one of them.
_HAN_YEAR = re.compile(
    r"[二〇○零](?<![〇○零一二三四五六七八九十百千第\d].)"
    r"(?:(?<=二)[〇○零一二]|(?<!二)[一二])[〇○零一二三四五六七八九]年"
)
# 20212025年: the dash between two years is lost, as in the names of plans.
_RANGE = re.compile(r"(?<!\d)(20\d\d)(20\d\d)年")


def audit_dates(evidence: Evidence) -> Iterator[Finding]:
    """damaged_date: in the signature the bare digits, everywhere the days that cannot be."""
    worn = any(evidence.at_numbers(_WORN))
    yield from _glued_dates(evidence)
    if worn:
        yield from _unmarked_dates(evidence)
    yield from _impossible_days(evidence)
    yield from _broken_years(evidence)
    for found in evidence.at_numbers(_TWICE) if worn else ():
        yield _damaged_date(
            evidence, found, why="日期里的字重复了", why_en="a mark of the date stands twice"
        )
    unfilled = evidence.at_numbers(_UNFILLED) if worn else ()
    for found in (*unfilled, *_blank_dates(evidence.text)):
        yield _damaged_date(evidence, found, why="日期没有填全", why_en="the date is not filled in")


def _unmarked_dates(evidence: Evidence) -> Iterator[Finding]:
    for pattern in _MARKLESS:
        for found in evidence.at_numbers(pattern):
            yield _markless_date(evidence, found)
    for found in evidence.at_numbers(_DAYLESS_IN_TEXT):
        year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
        meant = date(year, month, day) if _is_day(year, month, day) else None
        yield _damaged_date(
            evidence, found, why="日期丢了“日”", why_en="the date lost its 日 (day)", day=meant
        )


def _blank_dates(text: str) -> Iterator[re.Match[str]]:
    return _BLANK.finditer(text) if "年 " in text or "年\u3000" in text else iter(())


def _signature_lines(evidence: Evidence) -> Iterator[re.Match[str]]:
    """The lines of the signature; where none was recognised, the last lines of the text."""
    signed = [section.start for section in evidence.sections if Role.SIGNATURE in section.roles]
    lines = list(_LINE.finditer(evidence.text, signed[-1] if signed else 0))
    yield from lines[-LAST_LINES:]


def _glued_dates(evidence: Evidence) -> Iterator[Finding]:
    for line in _signature_lines(evidence):
        found = _GLUED.search(evidence.text, line.start(), line.end())
        alone = found and line.group().strip().strip("日期时间:： \u3000") == found.group()
        if found and alone:
            yield _glued_date(evidence, found)
        elif found := _DAYLESS.search(line.group()):
            yield _dayless_date(evidence, line, found)


def possible_days(year: int, digits: str) -> list[date]:
    """The days that month and day digits without marks can mean.

    >>> possible_days(2024, "130"), len(possible_days(2024, "111"))
    ([datetime.date(2024, 1, 30)], 2)
    """
    splits = [(digits[:cut], digits[cut:]) for cut in (1, 2) if 1 <= len(digits) - cut <= 2]
    padded = len(digits) == 4  # 1230 has two digits each; 0105 too
    return [
        date(year, int(month), int(day))
        for month, day in splits
        if _is_day(year, int(month), int(day)) and (padded or "0" not in (month[0], day[0]))
    ]


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _glued_date(evidence: Evidence, found: re.Match[str]) -> Finding:
    days = possible_days(int(found.group(1)), found.group(2))
    if len(days) == 1:
        # Eight digits are how machines write a day: odd in a signature,
        # but nothing is lost but the marks.
        severity = Severity.NOTE if len(found.group()) == 8 else Severity.CHECK
        return _damaged_date(
            evidence,
            found,
            why="日期丢了“年月日”",
            why_en="a date without its marks",
            day=days[0],
            severity=severity,
        )
    either = "或".join(map(_write_day, days))
    why = f"日期丢了“年月日”，可能是{either}" if days else "像是日期，但丢了“年月日”，数字也不对"
    return _damaged_date(
        evidence,
        found,
        why=why,
        why_en="a date without its marks, which can be read in no single way",
    )


def _markless_date(evidence: Evidence, found: re.Match[str]) -> Finding:
    year, groups = int(found["year"]), found.groupdict()
    if "rest" in groups:
        days = possible_days(year, found["rest"])
    else:
        days = (
            [date(year, month, day)]
            if _is_day(year, month := int(found["month"]), day := int(found["day"]))
            else []
        )
    day_meant = days[0] if len(days) == 1 else None
    return _damaged_date(
        evidence,
        found,
        why="日期里丢了“年”或“月”",
        why_en="a date lost one of its marks",
        day=day_meant,
    )


def _dayless_date(evidence: Evidence, line: re.Match[str], found: re.Match[str]) -> Finding:
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    meant = date(year, month, day) if _is_day(year, month, day) else None
    place = Span(line.start() + found.start(), line.start() + found.end("day"))
    return _damaged_at(
        evidence,
        place,
        why="落款日期末尾丢了“日”",
        why_en="the date lost its 日 (day)",
        day=meant,
        severity=Severity.NOTE,
    )


def _impossible_days(evidence: Evidence) -> Iterator[Finding]:
    for found in evidence.at_numbers(_FULL):
        year, month, day = (int(part) if part else LEAP_YEAR for part in found.groups())
        if not _is_day(max(year, 1), month, day):
            yield _damaged_date(
                evidence, found, why="日历上没有这一天", why_en="no calendar has this day"
            )
    for found in evidence.at_numbers(_MONTH):
        if not 1 <= int(found.group(2)) <= 12:
            yield _damaged_date(
                evidence, found, why="没有这个月份", why_en="there is no such month"
            )


def _broken_years(evidence: Evidence) -> Iterator[Finding]:
    for found in merge(
        evidence.at_numbers(_YEAR), _HAN_YEAR.finditer(evidence.text), key=re.Match.start
    ):
        yield _damaged_date(
            evidence,
            found,
            why="年份不是四位数，丢了或多了一位",
            why_en="a year that is not of four digits",
        )
    for found in evidence.at_numbers(_RANGE):
        first, last = found.groups()
        if first < last:
            place = Span(found.start(), found.end())
            repair = f"{first}—{last}年"
            yield _damaged_at(
                evidence,
                place,
                why="两个年份之间丢了横线",
                why_en="the dash between two years is lost",
                repair=repair,
            )


def _write_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _damaged_date(
    evidence: Evidence,
    found: re.Match[str],
    *,
    why: str,
    why_en: str,
    day: date | None = None,
    severity: Severity = Severity.CHECK,
) -> Finding:
    place = Span(found.start(), found.end())
    return _damaged_at(evidence, place, why=why, why_en=why_en, day=day, severity=severity)


def _damaged_at(
    evidence: Evidence,
    place: Span,
    *,
    why: str,
    why_en: str,
    day: date | None = None,
    repair: str | None = None,
    severity: Severity = Severity.CHECK,
) -> Finding:
    stands = shorten_quote(evidence.text[place.start : place.end])
    repair = _write_day(day) if day else repair
    should = f"应该是“{repair}”，请核对。" if repair else "请核对后补正。"
    return evidence.finding(
        FindingKind.DAMAGED_DATE,
        severity,
        message=f"“{stands}”：{why}。{should}",
        message_en=f"{stands}: {why_en}." + (f" Probably {repair}." if repair else ""),
        places=[place],
        suggestion=repair,
    )
