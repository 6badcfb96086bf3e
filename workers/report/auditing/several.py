"""Reports bound together in one file: `two_reports`.

A title that is quoted, that stands in a list or is repeated is no second report: each has sections
of its own under it, and is another body's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workers.report.auditing.context import Evidence, count_han
from workers.report.chinese.folding import fold_wide
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.segmentation.issuers import name_in_title, official_name
from workers.report.segmentation.titles import Title, list_titles
from workers.report.text import Span

# Each has its parts, and says more than a notice does.
_FIRST, _SECOND = (re.compile(rf"^[ \u3000]*{number}、", re.MULTILINE) for number in "一二")
_FEWEST_CHARACTERS = 300
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Bound:
    """One of the reports: whose it is, and where its title stands."""

    issuer: str
    title: Title


def audit_several(evidence: Evidence) -> Iterator[Finding]:
    """two_reports, with the title of each."""
    # Cleaning takes a title that differs by a name for the head of a page.
    bound = find_bound(evidence.source.raw_text)
    if len(bound) < 2:
        return
    names = [one.issuer for one in bound]
    more, more_en = ("等", " and others") if len(names) > _MOST_NAMED else ("", "")
    yield Finding(
        kind=FindingKind.TWO_REPORTS,
        severity=Severity.CHECK,
        message=(
            f"一个文件里有{len(bound)}份报告（{'、'.join(names[:_MOST_NAMED])}{more}），"
            "其中的数字暂不进入汇总。请拆成单独的文件，分别放入；如果确是一份报告，请驳回本条。"
        ),
        message_en=(
            f"The file holds {len(bound)} reports ({', '.join(names[:_MOST_NAMED])}{more_en}). "
            "Its figures stay out of the panel: drop each report as a file of its own, or dismiss "
            "this if it is one report."
        ),
        spans=tuple(Span(one.title.start, one.title.end) for one in bound),
    )


def find_bound(text: str) -> Sequence[Bound]:
    """The reports of different bodies that the text holds one behind the other."""
    begun = list(_begun(text))
    ends = [*(one.title.start for one in begun[1:]), len(text)]
    found: list[Bound] = []
    for one, end in zip(begun, ends, strict=False):
        known = any(_is_same(one.issuer, other.issuer) for other in found)
        if not known and _has_parts(text[one.title.end : end]):
            found.append(one)
    return found


def _begun(text: str) -> Iterator[Bound]:
    """The titles that name a body, each where another body's stretch begins."""
    last = ""
    for title in list_titles(text, fold_wide(text)):
        issuer = official_name(name_in_title(title.text) or "")
        if issuer and not (last and _is_same(issuer, last)):
            last = issuer
            yield Bound(issuer, title)


def _is_same(one: str, other: str) -> bool:
    """Whether two names may be one body's: the shorter stands in the longer."""
    short, long = sorted((fold_wide(one), fold_wide(other)), key=len)
    return short.removesuffix("人民政府") in long


def _has_parts(stretch: str) -> bool:
    first = _FIRST.search(stretch)
    return (
        first is not None
        and _SECOND.search(stretch, first.end()) is not None
        and count_han(stretch, _FEWEST_CHARACTERS) == _FEWEST_CHARACTERS
    )
