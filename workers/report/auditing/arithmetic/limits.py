"""A figure alone that cannot be what it says: `rate_over_100`, `odd_bound`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.auditing.context import Evidence, place_of
from workers.report.chinese.clauses import HAN, clause_before
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Metric, Severity
from workers.report.relations.words import rate_words

# 54余: a count to the last digit cannot have a remainder. 50余 can; 25余 is often written for a
# little over 25. 2079余万元 leaves out what is below ten thousand: so is money stated everywhere.
_ODD = re.compile(rf"(?<![\d.．])(\d{{0,6}}[1-46-9])[余多](?=[{HAN}]|$)(?![百千万亿])")
# 近600余件: less than it and more than it at once. 约200余件 says the same thing twice, which is
# only bad style.
_BOTH_WAYS = re.compile(r"^(?:近|不到|不足)[\d,.万千百亿]{1,12}[余多]")
# A rate's name and its verb stand in one clause: the longest met, 行政机关负责人出庭应诉率均达到,
# has 16 characters.
_NAME_REACH = 24
_ITEM = re.compile(r"[、和及与]")


def audit_limits(evidence: Evidence) -> Iterator[Finding]:
    """rate_over_100 and odd_bound, one for each place."""
    yield from _rates_over_100(evidence)
    for at, metric in enumerate(evidence.metrics):
        exact = _ODD.search(metric.quote)
        if exact and metric.value >= 10:
            yield _odd_bound(evidence, at, exact.group(1))
        elif _BOTH_WAYS.match(metric.quote):
            yield _both_ways(evidence, at)


def _rates_over_100(evidence: Evidence) -> Iterator[Finding]:
    seen: set[int] = set()
    for at, metric in enumerate(evidence.metrics):
        if metric.unit == "%" and metric.value > 100 and metric.start not in seen:
            clause = clause_before(evidence.text, metric.start, _NAME_REACH)
            if _is_share(clause):
                seen.add(metric.start)
                yield _over_100(evidence, at, clause)


def _is_share(clause: str) -> bool:
    """Does the clause name a share? The name is in the last item, or before 分别 of all of them.

    >>> _is_share("备案率和审查率分别为100%、"), _is_share("办件量同比增长")
    (True, False)
    >>> _is_share("培训任务完成率达")
    False
    """
    if any(word in clause for word in rate_words("growth")):
        return False
    last = _ITEM.split(clause)[-1]
    name = last if "率" in last or "度" in last else clause
    if any(word in name for word in rate_words("open_ended")):
        return any(word in name for word in rate_words("shares") if "率" in word)
    return "率" in name or any(word in name for word in rate_words("shares"))


def _over_100(evidence: Evidence, at: int, clause: str) -> Finding:
    metric = evidence.metrics[at]
    known = any(word in clause for word in rate_words("shares"))
    return evidence.finding(
        FindingKind.RATE_OVER_100,
        # A rate whose name the catalogue does not have may be of another base (参保率 of those who
        # live there).
        Severity.WRONG if known else Severity.CHECK,
        message=f"“{clause}{metric.quote}”超过了100%：这样的比例最多是100%。请核对，可能多写了一位或漏了小数点。",
        message_en=(
            f"{metric.quote}: a share of this kind cannot exceed 100 %. A digit too "
            "many, a lost decimal point?"
        ),
        places=[place_of(metric)],
        metrics=[at],
    )


def _odd_bound(evidence: Evidence, at: int, number: str) -> Finding:
    metric = evidence.metrics[at]
    return evidence.finding(
        FindingKind.ODD_BOUND,
        Severity.NOTE,
        message=f"“{metric.quote}”：{number}是确数，后面不应再加“余”或“多”。"
        "如果是准确数字，请去掉；如果是约数，请写整十数。",
        message_en=(
            f"{metric.quote}: an exact number with 余 or 多 (and more). Drop it, or "
            "write a round number."
        ),
        places=[place_of(metric)],
        metrics=[at],
        suggestion=_without_remainder(metric),
    )


def _without_remainder(metric: Metric) -> str:
    return re.sub("[余多]", "", metric.quote)


def _both_ways(evidence: Evidence, at: int) -> Finding:
    metric = evidence.metrics[at]
    return evidence.finding(
        FindingKind.ODD_BOUND,
        Severity.NOTE,
        message=f"“{metric.quote}”前面说不到这个数，后面又说超过这个数，自相矛盾。请只保留一种说法。",
        message_en=(
            f"{metric.quote} says less than the number and more than it at once. "
            "Keep one of the two."
        ),
        places=[place_of(metric)],
        metrics=[at],
    )
