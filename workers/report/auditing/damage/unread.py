"""Numbers that nobody can read whole (一万二件, 1 28件, 五十（51）件): damaged, and no figure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from workers.report.auditing.context import MOST_OF_ONE_KIND, Evidence, shorten_quote
from workers.report.chinese.folding import fold_narrow
from workers.report.extraction.quantities import UNREAD, Rejected, judge_numbers
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.text import Span


def audit_unread(evidence: Evidence) -> Iterator[Finding]:
    """damaged_number for each number that was left out because it cannot be read."""
    folded = fold_narrow(evidence.text)
    unread = (
        Span(judged.start, judged.end)
        for judged in judge_numbers(evidence.text, folded, evidence.segmented)
        if isinstance(judged, Rejected) and judged.why == UNREAD
    )
    for place in islice(unread, MOST_OF_ONE_KIND + 1):
        quote = shorten_quote(evidence.text[place.start : place.end])
        yield evidence.finding(
            FindingKind.DAMAGED_NUMBER,
            Severity.CHECK,
            message=f"“{quote}”：这个数读不完整，或者可以读成两个数，没有计入。请对照原文补上。",
            message_en=f"{quote}: this number cannot be read whole, or can be read as two.",
            places=[place],
        )
