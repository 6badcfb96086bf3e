"""Figures that cannot be true beside each other; a figure alone that cannot be what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.report.auditing.arithmetic.averages import audit_averages
from workers.report.auditing.arithmetic.conflicts import audit_conflicts
from workers.report.auditing.arithmetic.limits import audit_limits
from workers.report.auditing.arithmetic.parts import audit_parts
from workers.report.auditing.arithmetic.rates import audit_rates
from workers.report.auditing.arithmetic.sums import audit_sums
from workers.report.auditing.context import Evidence
from workers.report.model import Finding
from workers.report.text import Span

# 受理86件。其中… ; 以上三项共计…: the sentence states parts or the total of what the one before counts.
_GOES_ON = re.compile(
    r"[ \u3000]*(?:其中|当中|包括|分别[为是]|以上|上述|[两三四五][项类]|合计|共计|总计"
    r"|(?:已|已经)?成功(?:化解|调解|调处)|(?:已|均已|目前已?)(?:办结|化解|整改|调解|审结))"
)
# So that one list without end costs no more than many.
_LONGEST = 400


def audit_arithmetic(evidence: Evidence) -> Iterator[Finding]:
    """rates, limits, conflicts of the whole report; averages, parts and sums sentence by sentence."""
    yield from audit_rates(evidence)
    yield from audit_limits(evidence)
    yield from audit_conflicts(evidence)
    for place in evidence.segmented.sentences:
        yield from audit_averages(evidence, evidence.metrics_in(place))
    for place in _statements(evidence):
        stated = _once(evidence, evidence.metrics_in(place))
        yield from audit_parts(evidence, place, stated)
        yield from audit_sums(evidence, stated)


def _statements(evidence: Evidence) -> Iterator[Span]:
    """The sentences; one that goes on with the figures of the one before (其中…, 以上共计…, a list with ；) together
    with it."""
    joined: Span | None = None
    for place in evidence.segmented.sentences:
        near = joined is not None and not evidence.text[joined.end : place.start].strip(" \u3000")
        listed = joined is not None and evidence.text[joined.end - 1 : joined.end] in {"；", ";"}
        if (
            joined
            and near
            and (listed or _GOES_ON.match(evidence.text, place.start))
            and place.end - joined.start < _LONGEST
        ):
            joined = Span(joined.start, place.end)
            continue
        if joined:
            yield joined
        joined = place
    if joined:
        yield joined


def _once(evidence: Evidence, stated: Sequence[int]) -> list[int]:
    """The figures without the twins of those that state two things."""
    return list({evidence.metrics[at].start: at for at in reversed(stated)}.values())[::-1]
