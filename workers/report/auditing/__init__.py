"""What cannot be true in one report: a module a group of kinds (DESIGN 6).

genre (is it a report at all) · law · header (years, stale text) · arithmetic (rates, limits, parts,
sums, averages, conflicts) · damage (numbers and dates, phrases, passages) · endings (what breaks
off).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from workers.report.auditing.arithmetic import audit_arithmetic
from workers.report.auditing.context import MOST_OF_ONE_KIND, Evidence
from workers.report.auditing.damage import audit_damage
from workers.report.auditing.damage.endings import audit_endings
from workers.report.auditing.genre import audit_genre
from workers.report.auditing.header import audit_header
from workers.report.auditing.law import audit_law
from workers.report.auditing.several import audit_several
from workers.report.auditing.stale import audit_stale
from workers.report.model import Cleaned, Finding, Metric, Relation, Segmented, Severity, Source
from workers.report.text import Span

__all__ = ["MOST_OF_ONE_KIND", "audit_report"]

# What is asked of a report, and what of any text that states figures.
_OF_REPORTS = (audit_law, audit_header, audit_stale)
_OF_TEXTS = (audit_arithmetic, audit_damage, audit_endings)
_WEIGHT = {Severity.WRONG: 0, Severity.CHECK: 1, Severity.NOTE: 2}


def audit_report(
    source: Source,
    cleaned: Cleaned,
    segmented: Segmented,
    metrics: tuple[Metric, ...],
    relations: tuple[Relation, ...],
) -> tuple[Finding, ...]:
    """The findings, those of the whole report first, then in the order of the text;
    one place gives one finding.
    """
    evidence = Evidence(
        source=source, cleaned=cleaned, segmented=segmented, metrics=metrics, relations=relations
    )
    found = list(audit_genre(evidence)) or list(audit_several(evidence))
    groups = _OF_TEXTS if found else (*_OF_REPORTS, *_OF_TEXTS)
    found += [finding for group in groups for finding in group(evidence)]
    ordered = sorted(_one_per_place(found), key=lambda finding: finding.spans[:1])
    return tuple(_within_bounds(ordered))


def _one_per_place(found: Iterable[Finding]) -> list[Finding]:
    """Of the findings about the same damage, the most telling;
    those of the whole report are all kept.
    """
    found = tuple(found)
    kept = [finding for finding in found if not _is_placed(finding)]
    taken: list[Span] = []
    for finding in sorted(filter(_is_placed, found), key=_telling_first):
        place = bisect_left(taken, finding.spans[0])
        if not any(
            _do_overlap(finding.spans[0], other) for other in taken[max(place - 1, 0) : place + 1]
        ):
            taken.insert(place, finding.spans[0])
            kept.append(finding)
    return kept


def _is_placed(finding: Finding) -> bool:
    return finding.kind.rank is not None and bool(finding.spans)


def _telling_first(finding: Finding) -> tuple[int, int, Span]:
    assert finding.kind.rank is not None
    return _WEIGHT[finding.severity], finding.kind.rank, finding.spans[0]


def _do_overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _within_bounds(found: Iterable[Finding]) -> Iterator[Finding]:
    """The first findings of each kind; the last of them says that there are more."""
    found = tuple(found)
    totals, seen = Counter(finding.kind for finding in found), Counter[str]()
    for finding in found:
        seen[finding.kind] += 1
        if seen[finding.kind] == MOST_OF_ONE_KIND < totals[finding.kind]:
            message = f"{finding.message}同类问题还有很多，请整体核对原文件。"
            yield replace(
                finding, message=message, message_en=f"{finding.message_en} There are many more."
            )
        elif seen[finding.kind] <= MOST_OF_ONE_KIND:
            yield finding
