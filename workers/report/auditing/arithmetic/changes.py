"""How much a figure is said to have changed, against its two values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workers.report.auditing.arithmetic.shares import stated_share
from workers.report.auditing.context import Evidence, place_of
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Metric, Severity
from workers.report.relation_kinds import RelationKind
from workers.report.relations.changes import direction
from workers.report.relations.totals import rounded_to

_REACH = 8
_LEAST = 1e-9


def audit_changes(evidence: Evidence) -> Iterator[Finding]:
    """rate_impossible of growth and of points between two rates; sum_mismatch of a count."""
    for relation in evidence.relations_of(RelationKind.CHANGE_OF):
        change, new, old = (evidence.metrics[at] for at in relation.figures)
        rose = direction(evidence.text[max(0, change.start - _REACH) : change.start])
        low, high = _possible(change, new, old, rose)
        stated, step = change.value, _step(change)
        # The last digit of a rate is rounded or cut.
        if not stated - step / 2 - _LEAST <= high or not low < stated + step + _LEAST:
            yield _finding(evidence, relation.figures, rose)


def _possible(change: Metric, new: Metric, old: Metric, rose: int) -> tuple[float, float]:
    """The least and the most that it can have changed by, for what its values are rounded to.

    In per cent of the old value where the change is a rate of two counts.
    """
    ends = [(rose * (after - before), before) for after in _range(new) for before in _range(old)]
    growths = [100 * by / before if change.unit == "%" else by for by, before in ends if before > 0]
    return min(growths), max(growths)


def _range(value: Metric) -> tuple[float, float]:
    slack = _step(value) / 2
    return value.value - slack, value.value + slack


def _step(metric: Metric) -> float:
    """The worth of the last digit of a rate, of points, of an amount; 0 of a count."""
    share = stated_share(metric) if metric.unit == "%" else None
    if share:
        return 100 / share.whole
    if metric.unit == "%" or metric.unit == "个百分点":
        decimals = len(metric.quote.partition(".")[2].rstrip("个百分点%％"))
        return float(10**-decimals)
    return rounded_to(metric)


def _finding(evidence: Evidence, figures: Sequence[int], rose: int) -> Finding:
    change, new, old = (evidence.metrics[at] for at in figures)
    by = new.value - old.value
    is_rate = change.unit == "%"
    amount = f"{100 * abs(by) / old.value:.4g}%" if is_rate else f"{abs(by):.12g}{change.unit}"
    way, way_en = ("增加", "a rise") if by > 0 else ("减少", "a fall")
    count = not is_rate and change.unit != "个百分点"
    return evidence.finding(
        FindingKind.SUM_MISMATCH if count else FindingKind.RATE_IMPOSSIBLE,
        Severity.CHECK,
        message=f"从“{old.quote}”到“{new.quote}”是{way}{amount}，"
        f"文中却写{'增加' if rose > 0 else '减少'}“{change.quote}”。请核对是哪一个数字写错了。",
        message_en=(
            f"From {old.quote} to {new.quote} is {way_en} of {amount}, not of {change.quote}."
        ),
        places=[place_of(evidence.metrics[at]) for at in figures],
        metrics=figures,
        suggestion=amount,
    )
