"""Stated rates against the stated counts that they can belong to: `rate_impossible`.

A rate of n cases is k/n for a whole k ≤ n. Officials round the last decimal or cut it; both are allowed. A rate is
impossible only where no count in reach allows it, neither as the base nor (where its name allows that) as the part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from workers.report.anomalies.evidence import Evidence
from workers.report.anomalies.shares import Share, stated_share
from workers.report.catalogue import indicators, knowledge, load_yaml, require
from workers.report.model import Bound, Finding, Metric, Severity, Status
from workers.report.text import Span

_FILE = "rates.yaml"
_CLAUSE_END = re.compile(r"[，。；、！？,;\n]")
_PART_END = re.compile(r"[；;]")
# The longest name of a rate that was met, 行政机关负责人出庭应诉率, has 12 characters; 均达到 and the like follow it.
NAME_REACH = 20
# No sentence of this genre that states a rate was longer; what is farther away belongs to something else.
SENTENCE_REACH = 300
# More counts than this in reach: which of them the rate belongs to cannot be told.
MOST_COUNTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRule:
    """What a rate can be a share of: a count is its base (`of`), its part (`done`), or either."""

    of: frozenset[str]
    done: frozenset[str]


@knowledge
def rate_rules() -> Mapping[str, RateRule]:
    """The rules by the rate's indicator."""
    rules: dict[str, RateRule] = {}
    for row in load_yaml(_FILE)["rates"]:
        code = str(row.get("rate"))
        for named in (code, *row["of"], *row["done"]):
            require(named in indicators(), _FILE, code, f"{named} is not in the catalogue")
        require(code not in rules, _FILE, code, "stands twice")
        rules[code] = RateRule(of=frozenset(row["of"]), done=frozenset(row["done"]))
    return rules


@knowledge
def words(key: str) -> tuple[str, ...]:
    """A word list of the file: not_shares, narrower, shares, growth."""
    listed = load_yaml(_FILE).get(key)
    require(isinstance(listed, list) and listed, _FILE, key, "must be a list of words")
    return tuple(str(word) for word in listed or ())


def rate_name(text: str, metric: Metric) -> str:
    """The clause before the figure: the rate's name and its verb, 调解成功率达."""
    return _CLAUSE_END.split(text[max(0, metric.start - NAME_REACH) : metric.start])[-1]


def audit_rates(evidence: Evidence) -> Iterator[Finding]:
    """rate_impossible, one for each place."""
    seen: set[int] = set()
    for at, metric in enumerate(evidence.metrics):
        rule = rate_rules().get(metric.indicator or "")
        if rule and metric.start not in seen and _is_checkable(evidence.text, metric):
            found = list(_check(evidence, at, rule))
            seen.update(metric.start for _ in found)
            yield from found


def _is_checkable(text: str, metric: Metric) -> bool:
    """A bounded or planned rate states no result; a satisfaction rate is a share of the people who were asked."""
    exact = metric.bound is Bound.EXACT and metric.status is not Status.PLANNED
    return exact and 0 < metric.value < 100 and not any(word in rate_name(text, metric) for word in words("not_shares"))


def _check(evidence: Evidence, at: int, rule: RateRule) -> Iterator[Finding]:
    share = stated_share(evidence.metrics[at])
    if share is None:
        return
    for reach, severity in _reaches(evidence, at):
        counts = [other for other in evidence.metrics_in(reach) if _is_count(evidence, other, at, rule)]
        if not counts:
            continue
        if _are_telling(evidence, counts):
            yield from _judge(evidence, at, share, counts, rule, severity)
        return


def _reaches(evidence: Evidence, at: int) -> Iterator[tuple[Span, Severity]]:
    """Where its counts can stand, the nearest first: between semicolons, in the sentence, beside it in the section."""
    metric = evidence.metrics[at]
    place = evidence.sentence_at(metric.start)
    if place is None:
        return
    sentences = evidence.segmented.sentences
    whole = _near(sentences[place], metric)
    before = [cut.end() for cut in _PART_END.finditer(evidence.text, whole.start, metric.start)]
    after = _PART_END.search(evidence.text, metric.end, whole.end)
    yield Span(before[-1] if before else whole.start, after.start() if after else whole.end), Severity.WRONG
    yield whole, Severity.WRONG
    yield _near(Span(sentences[max(place - 1, 0)].start, whole.end), metric), Severity.CHECK


def _near(span: Span, metric: Metric) -> Span:
    """What of the span lies within reach of the figure, so that one endless sentence costs no more than many."""
    return Span(max(span.start, metric.start - SENTENCE_REACH), min(span.end, metric.end + SENTENCE_REACH))


def _is_count(evidence: Evidence, other: int, at: int, rule: RateRule) -> bool:
    """A count of this rate's kind, of the same section and period."""
    count, rate = evidence.metrics[other], evidence.metrics[at]
    same = count.section == rate.section and count.status is rate.status
    return same and count.indicator in rule.of | rule.done and count.value >= 1


def _are_telling(evidence: Evidence, counts: list[int]) -> bool:
    """With 余 or 近 the base is not known; with many counts it is not known which is the base."""
    stated = [evidence.metrics[other] for other in counts]
    exact = all(count.bound is Bound.EXACT and count.value == int(count.value) for count in stated)
    return exact and len(counts) <= MOST_COUNTS


def _judge(
    evidence: Evidence, at: int, share: Share, counts: list[int], rule: RateRule, severity: Severity
) -> Iterator[Finding]:
    stated = [evidence.metrics[other] for other in counts]
    bases = [int(count.value) for count in stated if count.indicator in rule.of]
    parts = [int(count.value) for count in stated if count.indicator in rule.done]
    if not _is_possible(share, stated, bases, parts):
        yield _impossible(evidence, at, counts, share, _base(stated, bases or parts), severity)
    elif pair := _own_part(evidence, at, counts, rule):
        part, base = (int(evidence.metrics[other].value) for other in pair)
        if part <= base and not share.is_ratio(part, base):
            yield _other_ratio(evidence, at, pair, share)


def _base(stated: list[Metric], counts: list[int]) -> int:
    """The base to name in the message: the largest count, or the total of a list."""
    return max([*counts, *(int(total) for total in _sums(stated))])


def _is_possible(share: Share, stated: list[Metric], bases: list[int], parts: list[int]) -> bool:
    sums = [int(total) for total in _sums(stated)]
    pairs = (share.is_ratio(part, base) for part in parts for base in bases if part <= base)
    return any(pairs) or any(map(share.of, [*bases, *parts, *sums])) or any(map(share.from_part, parts))


def _sums(stated: Iterable[Metric]) -> list[float]:
    """The totals of each indicator: disputes of three kinds can be one base."""
    totals: dict[str | None, list[float]] = {}
    for count in stated:
        totals.setdefault(count.indicator, []).append(count.value)
    return [sum(values) for values in totals.values() if len(values) > 1]


def _own_part(evidence: Evidence, at: int, counts: list[int], rule: RateRule) -> tuple[int, int] | None:
    """Part and base, where just these two are stated and the part bears the rate's own name (化解55件，化解率95%)."""
    if len(counts) != 2:
        return None
    base, part = counts
    codes = (evidence.metrics[base].indicator, evidence.metrics[part].indicator)
    if (
        codes[0] not in rule.of
        or codes[1] not in rule.done
        or evidence.metrics[part].start > evidence.metrics[at].start
    ):
        return None
    between = evidence.text[evidence.metrics[base].end : evidence.metrics[part].start]
    name = rate_name(evidence.text, evidence.metrics[at]).partition("率")[0]
    if len(name) < 2 or name[-2:] not in between or any(word in name for word in words("narrower")):
        return None
    return part, base


def _impossible(evidence: Evidence, at: int, counts: list[int], share: Share, base: int, severity: Severity) -> Finding:
    rate = evidence.metrics[at]
    figures = "、".join(dict.fromkeys(evidence.metrics[other].quote for other in counts))
    nearest = share.nearest(base)
    return evidence.finding(
        "rate_impossible",
        severity,
        message=f"“{rate.quote}”与“{figures}”对不上：总数是{base}时，没有哪个整数能算出这个比例，"
        f"最接近的是{'、'.join(nearest)}。请核对件数和比例。",
        message_en=f"{rate.quote} is no share of {figures}: of {base}, the nearest are {' and '.join(nearest)}.",
        places=[_span(rate), *(_span(evidence.metrics[other]) for other in counts)],
        metrics=[at, *counts],
        suggestion="；".join(nearest),
    )


def _other_ratio(evidence: Evidence, at: int, pair: tuple[int, int], share: Share) -> Finding:
    rate, part, base = (evidence.metrics[index] for index in (at, *pair))
    ratio = share.written(int(part.value), int(base.value))
    return evidence.finding(
        "rate_impossible",
        Severity.CHECK,
        message=f"“{rate.quote}”与前面的“{base.quote}”“{part.quote}”对不上："
        f"{part.value:.0f}÷{base.value:.0f}应为{ratio}。请核对件数和比例。",
        message_en=f"{rate.quote} does not follow from {base.quote} and {part.quote}, which give {ratio}.",
        places=[_span(rate), _span(part), _span(base)],
        metrics=[at, *pair],
        suggestion=ratio,
    )


def _span(metric: Metric) -> Span:
    return Span(metric.start, metric.end)
