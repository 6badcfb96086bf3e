"""What the law asks of a report: its four items, and its day
(《法治政府建设与责任落实督察工作规定》第二十四条 ff.).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from workers.report.auditing.context import Evidence, count_han, shorten_quote
from workers.report.auditing.damage.endings import SHORTEST_REPORT, breaks_off
from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.comparison.bounds import due_day
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Role, Section, Severity
from workers.report.text import Span

_FILE = "law_items.yaml"
# The shortest sentence that says something of its item: 普法形式单一 (6).
SUBSTANCE = 6
MOST_MENTIONS = 3
_ATTACHMENT = re.compile(r"^[ \u3000]*附(?:件|表|录)?\d*[：:]", re.MULTILINE)
# Blank lines and marks may stand before the first words.
_ENOUGH = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class LawItem:
    """One mandated item: `mentions` finds it in passing,
    `titles` finds it as the title of a subsection.
    """

    role: Role
    zh: str
    en: str
    mentions: re.Pattern[str]
    titles: re.Pattern[str]


@knowledge
def law_items() -> tuple[LawItem, ...]:
    """The four items in the law's order."""
    rows = load_yaml(_FILE)["items"]
    require(
        len({row.get("role") for row in rows}) == 4,
        _FILE,
        "items",
        "the law names four different items",
    )
    return tuple(_law_item(row) for row in rows)


def _law_item(row: dict[str, object]) -> LawItem:
    role = str(row.get("role"))
    require(role in set(Role), _FILE, role, "is no role")
    for key in ("mentions", "titles"):
        require(
            isinstance(row.get(key), list) and row[key],
            _FILE,
            f"{role}.{key}",
            "must be a list of words",
        )
    return LawItem(
        role=Role(role),
        zh=str(row["zh"]),
        en=str(row["en"]),
        mentions=_any_of(row["mentions"]),
        titles=_any_of(row["titles"]),
    )


def _any_of(words: object) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(str(word)) for word in words))  # type: ignore[attr-defined]


def audit_law(evidence: Evidence) -> Iterator[Finding]:
    """The items that are missing, and the day; a text too short to be a report is only said to
    be cut off (endings.py), and what one that breaks off lacks may stand in its rest.
    """
    if count_han(evidence.text, SHORTEST_REPORT) < SHORTEST_REPORT:
        return
    if not breaks_off(evidence):
        yield from _missing_items(evidence)
    yield from _published_late(evidence)


def _missing_items(evidence: Evidence) -> Iterator[Finding]:
    for item in law_items():
        if not any(_has_substance(evidence, at) for at in _sections_of(evidence, item.role)):
            yield _missing_item(evidence, item)


def _sections_of(evidence: Evidence, role: Role) -> list[int]:
    return [at for at, section in enumerate(evidence.sections) if role in section.roles]


def _has_substance(evidence: Evidence, at: int) -> bool:
    """Is anything said under this heading: in its own text, after a colon in it,
    or in its subsections?
    """
    section = evidence.sections[at]
    count = count_han(
        _after_colon(section) + _first_words(evidence.text, section.heading_end, section.end),
        SUBSTANCE,
    )
    for below in islice(evidence.sections, at + 1, None):
        if count >= SUBSTANCE or not below.level > section.level:
            break
        count += count_han(_first_words(evidence.text, below.start, below.end), SUBSTANCE)
    return count >= SUBSTANCE


def _first_words(text: str, start: int, end: int) -> str:
    """The first characters of what is said here: not an attachment's name nor its table."""
    attachment = _ATTACHMENT.search(text, start, end)
    return text[start : min(attachment.start() if attachment else end, start + _ENOUGH)]


def _after_colon(section: Section) -> str:
    return (section.title or "").replace(":", "：").partition("：")[2]


def _missing_item(evidence: Evidence, item: LawItem) -> Finding:
    empty = [_title_span(evidence.sections[at]) for at in _sections_of(evidence, item.role)]
    if empty:
        return _item_without_text(evidence, item, empty)
    titled = [
        section for at, section in enumerate(evidence.sections) if _covers_item(evidence, at, item)
    ]
    if titled:
        return _item_in_subsection(evidence, item, titled[0])
    mentions = tuple(islice(_find_mentions(evidence, item), MOST_MENTIONS))
    return _item_in_passing(evidence, item, mentions) if mentions else _item_nowhere(evidence, item)


def _title_span(section: Section) -> Span:
    return Span(section.start, section.heading_end)


def _covers_item(evidence: Evidence, at: int, item: LawItem) -> bool:
    section = evidence.sections[at]
    return bool(
        section.title and section.level > 1 and item.titles.search(section.title)
    ) and _has_substance(evidence, at)


def _find_mentions(evidence: Evidence, item: LawItem) -> Iterator[Span]:
    for sentence in evidence.segmented.sentences:
        if item.mentions.search(evidence.text, sentence.start, sentence.end):
            yield sentence


_ASKED = "《法治政府建设与责任落实督察工作规定》要求年度报告写明这一项"


def _item_nowhere(evidence: Evidence, item: LawItem) -> Finding:
    return evidence.finding(
        FindingKind.LAW_ITEM_MISSING,
        Severity.CHECK,
        message=f"报告没有写“{item.zh}”。{_ASKED}，应当补写一节。",
        message_en=(
            "The report lacks one of the four items that the law demands: "
            f"{item.en}. Add a section."
        ),
        about=item.role,
    )


def _item_in_passing(evidence: Evidence, item: LawItem, mentions: tuple[Span, ...]) -> Finding:
    said = shorten_quote(evidence.text[mentions[0].start : mentions[0].end])
    return evidence.finding(
        FindingKind.LAW_ITEM_MISSING,
        Severity.CHECK,
        message=f"报告没有专门写“{item.zh}”，只在正文中提到（“{said}”）。{_ASKED}，请单独写一节。",
        message_en=(
            "An item that the law demands has no section, it is only mentioned in "
            f"passing: {item.en}."
        ),
        places=mentions,
        metrics=(),
        about=item.role,
    )


def _item_in_subsection(evidence: Evidence, item: LawItem, section: Section) -> Finding:
    title = shorten_quote(section.title or "")
    return evidence.finding(
        FindingKind.LAW_ITEM_MISSING,
        Severity.NOTE,
        message=f"“{item.zh}”没有单独成节，只写在小标题“{title}”之下。{_ASKED}，单独成节更便于查核。",
        message_en=(
            f"An item that the law demands has no section of its own, only a subsection: {item.en}."
        ),
        places=(_title_span(section),),
        metrics=(),
        about=item.role,
    )


def _item_without_text(evidence: Evidence, item: LawItem, titles: list[Span]) -> Finding:
    title = shorten_quote(evidence.text[titles[0].start : titles[0].end])
    return evidence.finding(
        FindingKind.LAW_ITEM_MISSING,
        Severity.CHECK,
        message=f"标题“{title}”之下没有内容，“{item.zh}”等于没有写。{_ASKED}，应当补写。",
        message_en=(
            f"There is a heading but nothing under it for an item that the law demands: {item.en}."
        ),
        places=titles,
        metrics=(),
        about=item.role,
    )


def _is_of_page(evidence: Evidence, day: date) -> bool:
    """Is it only the day on which a page was set up? The report may have been public before."""
    signed = any(
        str(day.year) in evidence.text[section.start : section.end]
        for section in evidence.sections
        if Role.SIGNATURE in section.roles
    )
    return evidence.cleaned.facts.published == day and not signed


def _published_late(evidence: Evidence) -> Iterator[Finding]:
    """The law wants the report of a year in public before 1 April of the next (the
    regulation's article 24).
    """
    header = evidence.segmented.header
    if header.year is None or header.published is None or header.published <= due_day(header.year):
        return
    day, due = header.published, due_day(header.year)
    yield evidence.finding(
        FindingKind.PUBLISHED_LATE,
        Severity.NOTE if _is_of_page(evidence, day) else Severity.CHECK,
        message=f"报告的日期是{day.year}年{day.month}月{day.day}日；"
        f"{header.year}年度的报告应当在{due.year}年{due.month}月{due.day}日之前公开。",
        message_en=(
            f"Dated {day.isoformat()}; the report of {header.year} was due before {due:%-d %B %Y}."
        ),
    )
