"""How much a figure is said to have changed, against its two values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workers.report.auditing.arithmetic.shares import stated_share
from workers.report.auditing.context import Evidence, place_of
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Metric, Severity
from workers.report.relation_kinds import RelationKind
from workers.report.relations.growth import FELL, POINTS, ROSE, TIMES
from workers.report.relations.totals import rounded_to

_LEAST = 1e-9


def audit_growth(evidence: Evidence) -> Iterator[Finding]:
    """rate_impossible of growth and of points between two rates; sum_mismatch of a count."""
    for relation in evidence.relations_of(RelationKind.GROWTH_OF):
        change, new, old = (evidence.metrics[at] for at in relation.figures)
        rose = {ROSE: 1, FELL: -1}.get(relation.entry or "", 0)
        low, high = _possible(change, new, old, rose)
        stated, step = change.value, _step(change)
        # The last digit of a rate is rounded or cut.
        if not stated - step / 2 - _LEAST <= high or not low < stated + step + _LEAST:
            yield _finding(evidence, relation.figures, rose)


def _possible(change: Metric, new: Metric, old: Metric, rose: int) -> tuple[float, float]:
    """The least and the most that it can have changed by, for what its values are rounded to.

    In per cent of the old value where the change is a rate of two counts; in times of it (2.4倍
    is as much as, 增长1.4倍 is more by).
    """
    worth = {"%": 100.0, TIMES: 1.0}.get(change.unit or "")
    ends = [
        (rose * (after - before) if rose else after, before)
        for after in _range(new)
        for before in _range(old)
        if before > 0
    ]
    growths = [worth * by / before if worth and old.unit != "%" else by for by, before in ends]
    return min(growths), max(growths)


def _range(value: Metric) -> tuple[float, float]:
    slack = _step(value) / 2
    return value.value - slack, value.value + slack


def _step(metric: Metric) -> float:
    """The worth of the last digit of a rate, of points, of an amount; 0 of a count."""
    share = stated_share(metric) if metric.unit == "%" else None
    if share:
        return 100 / share.whole
    if metric.unit in {"%", POINTS, TIMES}:
        decimals = len(metric.quote.partition(".")[2].rstrip("个百分点%％倍"))
        return float(10**-decimals)
    return rounded_to(metric)


def _finding(evidence: Evidence, figures: Sequence[int], rose: int) -> Finding:
    change, new, old = (evidence.metrics[at] for at in figures)
    by, ratio = new.value - old.value, new.value / old.value
    if change.unit == TIMES and not rose:
        told, told_en, said = f"{ratio:.3g}倍", f"{ratio:.3g} times as much", ""
    else:
        way, way_en = ("增加", "a rise") if by > 0 else ("减少", "a fall")
        amount = {"%": f"{100 * abs(ratio - 1):.4g}%", TIMES: f"{abs(ratio - 1):.3g}倍"}.get(
            change.unit or "", f"{abs(by):.12g}{change.unit}"
        )
        told, told_en, said = way + amount, f"{way_en} of {amount}", "增加" if rose > 0 else "减少"
    is_count = change.unit not in {"%", POINTS, TIMES}
    return evidence.finding(
        FindingKind.SUM_MISMATCH if is_count else FindingKind.RATE_IMPOSSIBLE,
        Severity.CHECK,
        message=f"从“{old.quote}”到“{new.quote}”是{told}，文中却写{said}“{change.quote}”。"
        "请核对是哪一个数字写错了。",
        message_en=f"From {old.quote} to {new.quote} is {told_en}, not {change.quote}.",
        places=[place_of(evidence.metrics[at]) for at in figures],
        metrics=figures,
        suggestion=told,
    )
