"""Figures that cannot be true beside each other; a number alone that cannot be what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from workers.report.anomalies.evidence import Evidence
from workers.report.anomalies.rates import audit_rates, rate_name, words
from workers.report.model import Bound, Finding, Metric, Severity
from workers.report.text import Span

# 54余: a count to the last digit cannot have a remainder. 50余 can; 25余 is often written for a little over 25.
# 2079余万元 leaves out what is below ten thousand: so is money stated everywhere.
_ODD = re.compile(r"(?<![\d.．])(\d{0,6}[1-46-9])[余多](?=[\u4e00-\u9fff]|$)(?![百千万亿])")
# 共25件, 合计713条: a total after its parts, in a clause of its own.
_TOTAL = re.compile(r"[，,（(](?:共|共计|合计|总计)$")
# 其中 right after a total: 立案20件，其中; nothing may stand between, or 其中 means something else.
_AMONG = re.compile(r"[，,；;（(]?其中")
# Units of one kind of thing. 个 counts all sorts of things in one sentence, 次 acts and times.
_SAME_KIND = frozenset({"件", "起", "份", "人", "名", "户", "元", "条", "宗"})
MOST_PARTS = 8


def audit_arithmetic(evidence: Evidence) -> Iterator[Finding]:
    """rate_impossible, rate_over_100, part_exceeds_whole, sum_mismatch, odd_bound."""
    yield from audit_rates(evidence)
    yield from _rates_over_100(evidence)
    yield from _odd_bounds(evidence)
    for place in evidence.segmented.sentences:
        stated = evidence.metrics_in(place)
        yield from _parts_over_whole(evidence, stated)
        yield from _wrong_totals(evidence, stated)


def _rates_over_100(evidence: Evidence) -> Iterator[Finding]:
    seen: set[int] = set()
    for at, metric in enumerate(evidence.metrics):
        if metric.unit == "%" and metric.value > 100 and metric.start not in seen and _is_share(evidence.text, metric):
            seen.add(metric.start)
            yield _over_100(evidence, at)


def _is_share(text: str, metric: Metric) -> bool:
    clause = rate_name(text, metric)
    return any(word in clause for word in words("shares")) and not any(word in clause for word in words("growth"))


def _over_100(evidence: Evidence, at: int) -> Finding:
    metric = evidence.metrics[at]
    return evidence.finding(
        "rate_over_100",
        Severity.WRONG,
        message=f"“{rate_name(evidence.text, metric)}{metric.quote}”超过了100%：这样的比例最多是100%。"
        "请核对，可能多写了一位或漏了小数点。",
        message_en=f"{metric.quote}: a share of this kind cannot exceed 100 %. A digit too many, a lost decimal point?",
        places=[_span(metric)],
        metrics=[at],
    )


def _odd_bounds(evidence: Evidence) -> Iterator[Finding]:
    for at, metric in enumerate(evidence.metrics):
        found = _ODD.search(metric.quote)
        if found and metric.value >= 10:
            yield _odd_bound(evidence, at, found.group(1))


def _odd_bound(evidence: Evidence, at: int, number: str) -> Finding:
    quote = evidence.metrics[at].quote
    return evidence.finding(
        "odd_bound",
        Severity.NOTE,
        message=f"“{quote}”：{number}是确数，后面不应再加“余”或“多”。如果是准确数字，请去掉；如果是约数，请写整十数。",
        message_en=f"{quote}: an exact number with 余 or 多 (and more). Exact: drop it; rounded: write a round number.",
        places=[_span(evidence.metrics[at])],
        metrics=[at],
    )


def _parts_over_whole(evidence: Evidence, stated: tuple[int, ...]) -> Iterator[Finding]:
    """A part against the largest count of its unit before it: 其中 may go back to an earlier total."""
    largest: dict[str, float] = {}
    for at, following in pairwise(stated):
        whole, part = evidence.metrics[at], evidence.metrics[following]
        largest[whole.unit] = max(whole.value, largest.get(whole.unit, 0))
        among = _AMONG.match(evidence.text, whole.end)
        if among and _same_kind(whole, part) and part.value > largest[whole.unit]:
            yield _part_over(evidence, at, following)


def _same_kind(one: Metric, other: Metric) -> bool:
    sure = one.bound is Bound.EXACT and other.bound in {Bound.EXACT, Bound.AT_LEAST}
    return sure and one.unit == other.unit and one.unit in _SAME_KIND and one.status is other.status


def _part_over(evidence: Evidence, at: int, following: int) -> Finding:
    whole, part = evidence.metrics[at], evidence.metrics[following]
    return evidence.finding(
        "part_exceeds_whole",
        Severity.CHECK,
        message=f"“{whole.quote}”中的一部分写成了“{part.quote}”，部分比总数还多。请核对这两个数字。",
        message_en=f"A part ({part.quote}) exceeds its whole ({whole.quote}). Check both.",
        places=[_span(part), _span(whole)],
        metrics=[following, at],
    )


def _wrong_totals(evidence: Evidence, stated: tuple[int, ...]) -> Iterator[Finding]:
    for place, at in enumerate(stated):
        total = evidence.metrics[at]
        if place > 1 and _TOTAL.search(evidence.text[max(0, total.start - 4) : total.start]):
            parts = _parts_before(evidence, stated[max(0, place - MOST_PARTS) : place], total)
            if len(parts) > 1 and not _adds_up(evidence, parts, total):
                yield _wrong_total(evidence, at, parts)


def _parts_before(evidence: Evidence, stated: tuple[int, ...], total: Metric) -> tuple[int, ...]:
    """The list that ends right before the total: of its unit, joined by 、 or 和."""
    parts: list[int] = []
    after = total.start
    for at in reversed(stated):
        part = evidence.metrics[at]
        between = evidence.text[part.end : after]
        joined = len(between) <= 4 if not parts else "、" in between and not re.search(r"[，。；,;]", between)
        if not (joined and _same_kind(part, total) and total.bound is Bound.EXACT and part.bound is Bound.EXACT):
            break
        parts.append(at)
        after = part.start
    return tuple(reversed(parts))


def _adds_up(evidence: Evidence, parts: tuple[int, ...], total: Metric) -> bool:
    """Does any end of the list add up to the total? What stands before may belong to something else."""
    values = [evidence.metrics[at].value for at in parts]
    return any(abs(sum(values[first:]) - total.value) < 0.5 for first in range(len(values)))


def _wrong_total(evidence: Evidence, at: int, parts: tuple[int, ...]) -> Finding:
    total = evidence.metrics[at]
    listed = "、".join(evidence.metrics[part].quote for part in parts)
    added = sum(evidence.metrics[part].value for part in parts)
    return evidence.finding(
        "sum_mismatch",
        Severity.CHECK,
        message=f"“{listed}”相加是{added:.12g}，与合计“{total.quote}”不符。请核对。",
        message_en=f"{listed} add up to {added:.12g}, but the total is stated as {total.quote}.",
        places=[_span(total), *(_span(evidence.metrics[part]) for part in parts)],
        metrics=[at, *parts],
        suggestion=f"{added:.12g}{total.unit}",
    )


def _span(metric: Metric) -> Span:
    return Span(metric.start, metric.end)
