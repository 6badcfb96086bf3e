"""An absurd average of an amount over a count: `average_absurd`, by averages.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from workers.report.auditing.context import Evidence, place_of
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Metric, Severity
from workers.report.relation_kinds import RelationKind
from workers.report.relations.averages import Average, averages

_MONEY = "元"
# A single case can be of any size.
_FEWEST = 3


def audit_averages(evidence: Evidence) -> Iterator[Finding]:
    """One finding for each amount: the first average that cannot be."""
    told: set[int] = set()
    for relation in evidence.relations_of(RelationKind.AVERAGE_OF):
        amount, count = relation.figures
        average = averages().get(relation.entry or "")
        if average is None or amount in told:
            continue
        if not _is_sound(average, evidence.metrics[amount], evidence.metrics[count]):
            told.add(amount)
            yield _absurd_finding(evidence, average, amount, count)


def _is_sound(average: Average, amount: Metric, count: Metric) -> bool:
    """A stated mean (案均) is no total."""
    if count.value < _FEWEST or amount.per is not None or count.per is not None:
        return True
    return average.low <= amount.value / count.value <= average.high


def _absurd_finding(evidence: Evidence, average: Average, at: int, count_at: int) -> Finding:
    amount, count = evidence.metrics[at], evidence.metrics[count_at]
    mean = amount.value / count.value
    few = mean < average.low
    said = f"只有{mean:,.3g}{average.unit}" if few else f"高达{mean:,.0f}{average.unit}"
    return evidence.finding(
        FindingKind.AVERAGE_ABSURD,
        Severity.CHECK,
        message=f"“{count.quote}”与“{amount.quote}”放在一起不合常理："
        f"{average.of}{said}，{_error_hint(average, few=few)}。请核对。",
        message_en=(
            f"{amount.quote} over {count.quote}: {average.of_en} would be "
            f"{mean:,.3g}, which cannot be."
        ),
        places=[place_of(amount), place_of(count)],
        metrics=[at, count_at],
    )


def _error_hint(average: Average, *, few: bool) -> str:
    if not few:
        return "可能多写了“万”“亿”或多了一位数字"
    return "可能漏写了“万”或少了数字" if average.unit == _MONEY else "可能少了数字"
