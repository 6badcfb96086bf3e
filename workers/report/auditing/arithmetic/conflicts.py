"""One thing with two values in one report: `figures_conflict`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.auditing.context import Evidence, place_of
from workers.report.catalogue import indicators
from workers.report.finding_kinds import FindingKind
from workers.report.model import Bound, Finding, Metric, Severity
from workers.report.relation_kinds import RelationKind

# Units that count the same, to the last one: 人次 counts a person again each time.
_SAME_UNITS = (
    {"人", "名", "位"},
    {"件", "起", "宗", "例"},
    {"次", "场", "场次", "期"},
    {"户", "家"},
    {"份", "册", "本"},
)

_DIGITS = re.compile(r"\d[\d,]*(?:\.(\d+))?")


def audit_conflicts(evidence: Evidence) -> Iterator[Finding]:
    """Each statement against those of its thing before it; one finding for each other value."""
    first: dict[int, int] = {}
    told: set[tuple[int, float]] = set()
    for relation in evidence.relations_of(RelationKind.SAME_AS):
        at, before = relation.figures
        thing = first.setdefault(at, first.get(before, before))
        metric = evidence.metrics[at]
        if (thing, metric.value) not in told and not can_agree(evidence.metrics[before], metric):
            told.add((thing, metric.value))
            yield _conflict_finding(evidence, at, before)


def can_agree(one: Metric, other: Metric) -> bool:
    """Can both statements be of one number? 100余件 and 103件 can, 1.8万 and 17950 can.

    >>> from workers.report.model import Metric, Status
    >>> def said(quote: str, value: float, bound: str) -> Metric:
    ...     return Metric(
    ...         start=0,
    ...         end=0,
    ...         quote=quote,
    ...         value=value,
    ...         unit="件",
    ...         bound=Bound(bound),
    ...         status=Status.DONE,
    ...         indicator=None,
    ...     )
    >>> can_agree(said("100余件", 100, "at_least"), said("103件", 103, "exact"))
    True
    >>> can_agree(said("128件", 128, "exact"), said("126件", 126, "exact"))
    False
    """
    if one.unit != other.unit and not any({one.unit, other.unit} <= units for units in _SAME_UNITS):
        return True  # 件 and 件次, 人 and 人次 count differently
    low, high = _value_range(one)
    other_low, other_high = _value_range(other)
    return low <= other_high and other_low <= high


def _value_range(metric: Metric) -> tuple[float, float]:
    """The lowest and highest value of the number as it is written."""
    step = _last_digit(metric)
    if metric.bound is Bound.EXACT:
        rounded = step if "万" in metric.quote or "亿" in metric.quote or "." in metric.quote else 0
        return metric.value - rounded, metric.value + rounded
    if metric.bound is Bound.AT_LEAST:
        return metric.value, metric.value + max(step, 0.2 * metric.value)
    if metric.bound is Bound.AT_MOST:
        return metric.value - max(step, 0.2 * metric.value), metric.value
    return 0.8 * metric.value - step, 1.2 * metric.value + step


def _last_digit(metric: Metric) -> float:
    """The worth of the last digit that is not nought: 1 of 128, 100 of 1200, 1000 of 1.8万."""
    digits = _DIGITS.search(metric.quote)
    if digits is None:
        return 1
    unit = 1e8 if "亿" in metric.quote else 1e4 if "万" in metric.quote else 1
    if digits.group(1):
        return float(unit / 10 ** len(digits.group(1)))
    whole = digits.group().replace(",", "")
    return float(unit * 10 ** (len(whole) - len(whole.rstrip("0") or "1")))


def _conflict_finding(evidence: Evidence, at: int, before: int) -> Finding:
    one, other = evidence.metrics[before], evidence.metrics[at]
    named = indicators().get(other.indicator or "")
    name = f"“{named.zh}”" if named else ""
    return evidence.finding(
        FindingKind.FIGURES_CONFLICT,
        Severity.CHECK,
        message=f"同一项数据前后不一致：{name}这里写的是“{other.quote}”，前面写的是“{one.quote}”。"
        "请核对哪一个准确；如果统计范围不同，请写明。",
        message_en=(
            f"One thing with two values: {other.quote} here, {one.quote} before. Which is right?"
        ),
        places=[place_of(other), place_of(one)],
        metrics=[at, before],
    )
