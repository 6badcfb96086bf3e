"""Headings whose numbers leap (一、 三、): a heading's number, or a whole part,
is lost: `lost_characters`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.auditing.context import Evidence, shorten_quote
from workers.report.chinese.han_numbers import whole_number
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Section, Severity
from workers.report.text import Span

_NUMBER = re.compile("[（(]?([一二三四五六七八九十]{1,3})[、.．）)]")
_LEVELS = (1, 2)


def audit_numbering(evidence: Evidence) -> Iterator[Finding]:
    """lost_characters, a note, where exactly one number lacks between two headings of one
    level under one parent.
    """
    last: dict[int, int] = {}
    for section in evidence.sections:
        number = _number_of(section)
        if number is None:
            continue
        before = last.get(section.level)
        last = {level: told for level, told in last.items() if level < section.level} | {
            section.level: number
        }
        if before is not None and number == before + 2:
            yield _leap_finding(evidence, section)


def _number_of(section: Section) -> int | None:
    found = _NUMBER.match(section.title or "") if section.level in _LEVELS else None
    return whole_number(found[1]) if found else None


def _leap_finding(evidence: Evidence, section: Section) -> Finding:
    title = evidence.text[section.start : section.heading_end]
    number = _NUMBER.match(title)
    return evidence.finding(
        FindingKind.LOST_CHARACTERS,
        Severity.NOTE,
        message=f"“{shorten_quote(title)}”：前面少了一个序号，可能丢了一个标题或者一部分内容。请对照原文核对。",
        message_en=(
            f"{shorten_quote(title)}: the number before it is missing; "
            "a heading or a part may be lost."
        ),
        places=[Span(section.start, section.start + (number.end() if number else 1))],
        metrics=(),
    )
