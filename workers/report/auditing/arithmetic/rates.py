"""Stated rates against the stated counts that they can belong to: `rate_impossible`.

A rate of n cases is k/n for a whole k ≤ n. Officials round the last decimal or cut it; both are allowed. A rate is
impossible only where no count in reach allows it, neither as the base nor (where its name allows that) as the part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from workers.report.auditing.arithmetic.impossible import impossible, not_all, other_ratio
from workers.report.auditing.arithmetic.nearest import (
    all_of_them,
    can_be_nearest,
    is_telling,
    nearest_counts,
    part_and_base,
)
from workers.report.auditing.arithmetic.proportions import audit_proportion
from workers.report.auditing.arithmetic.ratenames import name_in_order
from workers.report.auditing.arithmetic.shares import Share, stated_share
from workers.report.auditing.context import Evidence, is_change
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRule:
    """What a rate can be a share of: a count is its base (`of`), its part (`done`), or either."""

    of: frozenset[str]
    done: frozenset[str]


# A rate of no rule is only held against what its words tie it to.
_NO_RULE = RateRule(of=frozenset(), done=frozenset())


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
    in_order = name_in_order(text[max(0, metric.start - 3 * NAME_REACH) : metric.start])
    return in_order or _CLAUSE_END.split(text[max(0, metric.start - NAME_REACH) : metric.start])[-1]


def audit_rates(evidence: Evidence) -> Iterator[Finding]:
    """rate_impossible, one for each place."""
    seen: set[int] = set()
    for at, metric in enumerate(evidence.metrics):
        if metric.unit == "%" and metric.start not in seen and _is_checkable(evidence.text, metric):
            rule = rate_rules().get(metric.indicator or "", _NO_RULE)
            found = list(_check(evidence, at, rule)) or list(_check_words(evidence, at))
            found = [] if _follows(evidence, at) else found
            seen.update(metric.start for _ in found)
            yield from found
        elif metric.unit == "%" and metric.start not in seen:
            yield from list(audit_proportion(evidence, at)) or _check_pair(evidence, at)


def _is_checkable(text: str, metric: Metric) -> bool:
    """A bounded or planned rate states no result; a satisfaction rate is a share of the people who were asked."""
    exact = metric.bound is Bound.EXACT and metric.status is not Status.PLANNED
    return exact and 0 < metric.value < 100 and not any(word in rate_name(text, metric) for word in words("not_shares"))


def _check(evidence: Evidence, at: int, rule: RateRule) -> Iterator[Finding]:
    """By the counts of the rule in the sentence, by the words before the rate, then by the sentence before."""
    share = stated_share(evidence.metrics[at])
    reaches = list(_reaches(evidence, at))
    if share is None or not reaches:
        return
    for reach, severity in reaches[:-1]:
        if counts := _counts(evidence, reach, at, rule):
            if is_telling(evidence, counts):
                yield from _judge(evidence, at, share, counts, rule, severity)
            return
    if counts := nearest_counts(evidence, at, reaches[0][0]):
        if is_telling(evidence, counts) and not can_be_nearest(evidence, at, share, counts):
            yield impossible(evidence, at, counts, share, _base(evidence, counts), Severity.CHECK)
        return
    before, severity = reaches[-1]
    counts = _counts(evidence, before, at, rule)
    if counts and is_telling(evidence, counts):
        yield from _judge(evidence, at, share, counts, rule, severity)


def _check_words(evidence: Evidence, at: int) -> Iterator[Finding]:
    """By part and base right before the rate, and by 全部办结 beside a rate below 100 %."""
    share, reaches = stated_share(evidence.metrics[at]), [reach for reach, _ in _reaches(evidence, at)]
    if share is None or not reaches:
        return
    reach = reaches[0]
    if pair := part_and_base(evidence, at, reach) or part_and_base(evidence, at, reaches[1]):
        part, base = (int(evidence.metrics[other].value) for other in pair)
        if not share.is_ratio(part, base):
            yield other_ratio(evidence, at, pair, share)
        return
    narrower = any(word in rate_name(evidence.text, evidence.metrics[at]) for word in words("narrower"))
    if not narrower and (all_done := all_of_them(evidence, at, reach)):
        yield not_all(evidence, at, all_done)


def _follows(evidence: Evidence, at: int) -> bool:
    """47名参加，45名合格，合格率95.7%: part and base right beside the rate give it, whatever else stands near."""
    share, reaches = stated_share(evidence.metrics[at]), [reach for reach, _ in _reaches(evidence, at)]
    pair = part_and_base(evidence, at, reaches[0]) if share and reaches else None
    if share is None or pair is None:
        return False
    part, base = (int(evidence.metrics[other].value) for other in pair)
    return share.is_ratio(part, base)


def _check_pair(evidence: Evidence, at: int) -> Iterator[Finding]:
    """自动履行35件，自动履行率: a rate that is held against nothing else, by its own part; not how people felt."""
    metric = evidence.metrics[at]
    exact = metric.bound is Bound.EXACT and metric.status is not Status.PLANNED and 0 < metric.value < 100
    if exact and not any(word in rate_name(evidence.text, metric) for word in words("of_people_asked")):
        yield from _check_words(evidence, at)


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


def _counts(evidence: Evidence, reach: Span, at: int, rule: RateRule) -> list[int]:
    return [other for other in evidence.metrics_in(reach) if _is_count(evidence, other, at, rule)]


def _is_count(evidence: Evidence, other: int, at: int, rule: RateRule) -> bool:
    """A count of this rate's kind, of the same section and period."""
    count, rate = evidence.metrics[other], evidence.metrics[at]
    same = count.section == rate.section and count.status is rate.status
    known = count.indicator in rule.of | rule.done and count.value >= 1
    return same and known and not is_change(evidence.text, count)


def _judge(
    evidence: Evidence, at: int, share: Share, counts: list[int], rule: RateRule, severity: Severity
) -> Iterator[Finding]:
    stated = [evidence.metrics[other] for other in counts]
    bases = [int(count.value) for count in stated if count.indicator in rule.of]
    parts = [int(count.value) for count in stated if count.indicator in rule.done]
    if not _is_possible(share, stated, bases, parts):
        yield impossible(evidence, at, counts, share, _base(evidence, counts), severity)


def _base(evidence: Evidence, counts: Sequence[int]) -> int:
    """The base to name in the message: the largest count, or the total of a list."""
    stated = [evidence.metrics[other] for other in counts]
    return int(max([*(count.value for count in stated), *_sums(stated)]))


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
