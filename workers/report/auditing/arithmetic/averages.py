"""An amount over a count that gives an absurd average: `average_absurd`, by the bounds of averages.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workers.report.auditing.context import Evidence, place_of
from workers.report.catalogue import indicators, knowledge, load_yaml, require
from workers.report.chinese.units import units
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Metric, Severity, Status

_FILE = "averages.yaml"
_MONEY = "元"
# The clause of the amount or of the count, its verb included: 帮助35名农民工追回工资 has 11 characters.
_CLAUSE = re.compile(r"[，。；！？,;\n]")
_REACH = 20
# Between the count and its amount: one clause, no more.
_APART = 30


@dataclass(frozen=True, slots=True)
class Side:
    """What a figure must be: of one of these indicators, or have one of these words in its clause."""

    codes: frozenset[str]
    words: tuple[str, ...]

    def holds(self, metric: Metric, clause: str) -> bool:
        return metric.indicator in self.codes or any(word in clause for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """Least and most of the amount for one of the count; `of` and `of_en` call it by its name."""

    amount: Side
    count: Side
    unit: str
    low: float
    high: float
    of: str
    of_en: str


@knowledge
def averages() -> tuple[Average, ...]:
    """The pairs in the order of the file. CatalogueError names the entry that is wrong."""
    return tuple(_average(row) for row in load_yaml(_FILE)["averages"])


def _average(row: dict[str, object]) -> Average:
    key = str(row.get("amount"))
    for field in ("reason", "of", "examples", "unit"):
        require(row.get(field), _FILE, key, f"{field} is missing")
    low, high = float(str(row.get("low", 0))), float(str(row.get("high", "inf")))
    require(low < high, _FILE, key, "low is not below high")
    names = row["of"]
    require(isinstance(names, list) and len(names) == 2, _FILE, key, "of is the name in Chinese and in English")
    return Average(
        amount=_side(row, "amount"),
        count=_side(row, "count"),
        unit=str(row["unit"]),
        low=low,
        high=high,
        of=str(names[0]),  # type: ignore[index]
        of_en=str(names[1]),  # type: ignore[index]
    )


def _side(row: dict[str, object], key: str) -> Side:
    listed = row.get(key)
    require(isinstance(listed, list) and listed, _FILE, key, "must be a list of words and indicators")
    named = [str(each) for each in listed]  # type: ignore[attr-defined]
    for each in named:
        require("." not in each or each in indicators(), _FILE, key, f"{each} is not in the catalogue")
    return Side(frozenset(each for each in named if "." in each), tuple(each for each in named if "." not in each))


def audit_averages(evidence: Evidence, stated: Sequence[int]) -> Iterator[Finding]:
    """The figures of one sentence: each amount against the count right before it, or the next but one."""
    for place, at in enumerate(stated):
        for average in averages():
            amount = evidence.metrics[at]
            if _is_in(amount, average.unit) and average.amount.holds(amount, _clause(evidence.text, amount)):
                count = _count_of(evidence, average, stated[max(0, place - 2) : place], amount)
                if count is not None and not _is_sound(average, amount, evidence.metrics[count]):
                    yield _absurd(evidence, average, at, count)
                    break


def _is_in(amount: Metric, unit: str) -> bool:
    """人次 and 名 are 人; 册 and 张 are 份; only money is 元."""
    dimension = units().get(amount.unit)
    wanted = units()[unit]
    return dimension is not None and dimension.dimension is wanted.dimension and amount.value > 0


def _clause(text: str, metric: Metric) -> str:
    """The figure's clause, up to it and a little behind it (35名农民工)."""
    before = _CLAUSE.split(text[max(0, metric.start - _REACH) : metric.start])[-1]
    return before + _CLAUSE.split(text[metric.end : metric.end + 4])[0]


def _count_of(evidence: Evidence, average: Average, before: Sequence[int], amount: Metric) -> int | None:
    for at in reversed(before):
        count = evidence.metrics[at]
        if amount.start - count.end > _APART or count.end > amount.start:
            continue
        done = count.status is amount.status is Status.DONE and count.value >= 1
        if done and count.unit != amount.unit and average.count.holds(count, _clause(evidence.text, count)):
            return at
    return None


def _is_sound(average: Average, amount: Metric, count: Metric) -> bool:
    """A single case can be of any size; a stated mean (案均) is no total."""
    if count.value < 3 or amount.per is not None or count.per is not None:
        return True
    return average.low <= amount.value / count.value <= average.high


def _absurd(evidence: Evidence, average: Average, at: int, count_at: int) -> Finding:
    amount, count = evidence.metrics[at], evidence.metrics[count_at]
    mean = amount.value / count.value
    few = mean < average.low
    said = f"只有{mean:,.3g}{average.unit}" if few else f"高达{mean:,.0f}{average.unit}"
    return evidence.finding(
        FindingKind.AVERAGE_ABSURD,
        Severity.CHECK,
        message=f"“{count.quote}”与“{amount.quote}”放在一起不合常理："
        f"{average.of}{said}，{_hint(average, few=few)}。请核对。",
        message_en=f"{amount.quote} over {count.quote}: {average.of_en} would be {mean:,.3g}, which cannot be.",
        places=[place_of(amount), place_of(count)],
        metrics=[at, count_at],
    )


def _hint(average: Average, *, few: bool) -> str:
    if not few:
        return "可能多写了“万”“亿”或多了一位数字"
    return "可能漏写了“万”或少了数字" if average.unit == _MONEY else "可能少了数字"
