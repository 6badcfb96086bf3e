"""One thing with two values in one report: `figures_conflict`.

Two figures are of one thing where their indicator can have only one value a year (one_value.yaml) and their clauses say
the same but for words that make no difference. A part, another period, another body, a target is another thing; in
doubt the two are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workers.report.auditing.context import Evidence, place_of
from workers.report.catalogue import indicators, knowledge, load_yaml, require
from workers.report.finding_kinds import FindingKind
from workers.report.model import Bound, Finding, Metric, Role, Severity, Status

_FILE = "one_value.yaml"
_CLAUSE = re.compile(r"[，。；：！？、,;:\n]")
_SENTENCE = re.compile(r"[。；！？;\n]")
# The longest clause that states one figure; what is longer says more than that.
_BEFORE, _AFTER = 24, 16
_NOT_A_WORD = re.compile(r"[^\u4e00-\u9fff]|[一二三四五六七八九]是|^[是在对向由]")
# Only disputes are mediated: this rate says of what it is.
_OF_DISPUTES = "调解成功率"
# 网格员队伍共有27名网格员: what is counted may be said on both sides of the number.
_TWICE = re.compile(r"([\u4e00-\u9fff]{2,8})(?:队伍|团队)?\1")
SHORTEST_KEY = 2
# 按期办结率 alone does not say of what: each office has its own.
_ACT_RATE = re.compile(
    r"(?:按期|按时|及时|初次|一次性?|成功|办结|办复|答复|回复|办理|化解|调解|调处|合格|通过|持证|上岗|整改|满意)|[率度]$"
)


# What is named in marks is no place or time.
_QUOTED = re.compile(r"“[^“”]{0,30}”|《[^《》]{0,40}》")
# 罚没款63.2万元全部上缴国库: what is said of the whole figure.
_PREDICATE = re.compile("全部|全数|均|都|已|无一?|全面|得到|惠及")
# Units that count the same, to the last one: 人次 counts a person again each time.
_SAME_UNITS = (
    {"人", "名", "位"},
    {"件", "起", "宗", "例"},
    {"次", "场", "场次", "期"},
    {"户", "家"},
    {"份", "册", "本"},
)
# A statement without the words of the whole year is held against others only where it says so much.
_SPECIFIC = 5
# The year's total may be said beside a figure of less than the year; farther apart than this they are of two things.
_APART = 3.0
# A thing is stated two, three times; what is said more often is a phrase.
_MOST_STATED = 4
_REGION = re.compile(r"全[县区市省州旗]")
_OF_A_REGION = re.compile(r"(?:县|区|市|省|州|旗)(?:人民政府|政府)?$")


@dataclass(frozen=True, slots=True)
class OneValue:
    """The indicators; words of the whole year, which any other needs; words that are taken out of a clause before it is
    compared; words of something less, of a class that holds for the clauses behind it, of one occasion, and what only
    looks like one of them."""

    codes: frozenset[str]
    whole: re.Pattern[str]
    idle: re.Pattern[str]
    narrower: re.Pattern[str]
    scoped: re.Pattern[str]
    occasion: re.Pattern[str]
    not_narrower: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure that states a thing: by an indicator of one value, of the whole year, or without saying so."""

    at: int
    is_sure: bool
    is_whole: bool
    roles: frozenset[Role]


@knowledge
def one_value() -> OneValue:
    """The words of one_value.yaml as patterns, the longest first."""
    loaded = load_yaml(_FILE)
    codes = frozenset(map(str, loaded["indicators"]))
    for code in codes:
        require(code in indicators(), _FILE, code, "is not in the catalogue")
    idle = sorted(
        {word for key in ("same", "having", "taking", "urging") for word in loaded[key]}, key=len, reverse=True
    )
    words = (_any(loaded[key]) for key in ("narrower", "scoped", "occasion", "not_narrower"))
    return OneValue(codes, _any(loaded["whole"]), _any(idle), *words)


def _any(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


def audit_conflicts(evidence: Evidence) -> Iterator[Finding]:
    """figures_conflict: each statement against those of its thing before it; one finding for each other value."""
    stated: dict[tuple[str, str], list[Statement]] = {}
    told: set[tuple[tuple[str, str], float]] = set()
    for at, metric in enumerate(evidence.metrics):
        named = _thing(evidence, at)
        if named is None:
            continue
        key, statement = named
        before = stated.setdefault(key, [])
        if (key, metric.value) not in told:
            for other in before:
                if _are_of_one(evidence, other, statement) and not agree(evidence.metrics[other.at], metric):
                    told.add((key, metric.value))
                    yield _conflict(evidence, at, other.at)
                    break
        if len(before) < _MOST_STATED:
            before.append(statement)


def _are_of_one(evidence: Evidence, one: Statement, other: Statement) -> bool:
    """Do both state the one value of their thing? Two that do not say of what period must stand in two parts."""
    first, second = evidence.metrics[one.at], evidence.metrics[other.at]
    if evidence.sentence_at(first.start) == evidence.sentence_at(second.start):
        return False
    if one.is_sure and other.is_sure:
        return True
    low, high = sorted((first.value, second.value))
    return high <= _APART * low and (one.is_whole or other.is_whole or one.roles.isdisjoint(other.roles))


def _thing(evidence: Evidence, at: int) -> tuple[tuple[str, str], Statement] | None:
    """Indicator and clause of what the figure states the one value of; null where it may be of something less."""
    known, metric = one_value(), evidence.metrics[at]
    if metric.indicator is None or metric.status is not Status.DONE or not metric.value:
        return None
    if metric.subject or metric.per or metric.period or metric.part_of is not None or _is_planned(evidence, metric):
        return None
    before = evidence.text[max(0, metric.start - 4 * _BEFORE) : metric.start]
    sentence = known.not_narrower.sub("", _QUOTED.sub("", _SENTENCE.split(before)[-1]))
    after = _PREDICATE.split(_CLAUSE.split(evidence.text[metric.end : metric.end + _AFTER])[0])[0]
    words = _CLAUSE.split(before)[-1][-_BEFORE:] + after
    said = sentence + known.not_narrower.sub("", words)
    above = sentence.removesuffix(_CLAUSE.split(sentence)[-1])
    if known.narrower.search(sentence) or known.scoped.search(above) or _is_of_a_region(evidence, words):
        return None
    is_whole = known.whole.search(said) is not None
    is_sure = metric.indicator in known.codes or known.whole.search(words) is not None
    key = _key(evidence, metric, words)
    if key is None or (not is_sure and (known.occasion.search(said) or len(key) < _SPECIFIC)):
        return None
    roles = evidence.sections[metric.section].roles if metric.section is not None else ()
    return (metric.indicator, key), Statement(at, is_sure, is_whole, frozenset(roles))


def _key(evidence: Evidence, metric: Metric, words: str) -> str | None:
    """What the clause says but for words that make no difference; null where too little is left to tell the thing."""
    own = evidence.segmented.header.place.township if evidence.segmented.header.place else None
    words = words.replace(own, "") if own else words
    key = _TWICE.sub(r"\1", _NOT_A_WORD.sub("", one_value().idle.sub("", words)))
    thing = key
    if metric.unit == "%":
        key = key.replace("纠纷", "") if _OF_DISPUTES in key else key
        thing = key if _OF_DISPUTES in key else _ACT_RATE.sub("", key)
    return key if len(thing) >= SHORTEST_KEY else None


def _is_of_a_region(evidence: Evidence, words: str) -> bool:
    """全县 in the report of one of its bureaus or towns is more than the body that reports."""
    issuer = evidence.segmented.header.issuer or ""
    return _REGION.search(words) is not None and bool(issuer) and not _OF_A_REGION.search(issuer)


def _is_planned(evidence: Evidence, metric: Metric) -> bool:
    return metric.section is not None and Role.PLAN in evidence.sections[metric.section].roles


def agree(one: Metric, other: Metric) -> bool:
    """Can both statements be of one number? 100余件 and 103件 can, 1.8万 and 17950 can.

    >>> from workers.report.model import Metric
    >>> def said(quote: str, value: float, bound: str) -> Metric:
    ...     return Metric(start=0, end=0, quote=quote, value=value, unit="件", bound=Bound(bound), status=Status.DONE,
    ...                   indicator=None)
    >>> agree(said("100余件", 100, "at_least"), said("103件", 103, "exact"))
    True
    >>> agree(said("128件", 128, "exact"), said("126件", 126, "exact"))
    False
    """
    if one.unit != other.unit and not any({one.unit, other.unit} <= units for units in _SAME_UNITS):
        return True  # 件 and 件次, 人 and 人次 count differently
    low, high = _range(one)
    other_low, other_high = _range(other)
    return low <= other_high and other_low <= high


def _range(metric: Metric) -> tuple[float, float]:
    """From what to what the number can be, as it is written."""
    step = _step(metric)
    if metric.bound is Bound.EXACT:
        rounded = step if "万" in metric.quote or "亿" in metric.quote or "." in metric.quote else 0
        return metric.value - rounded, metric.value + rounded
    if metric.bound is Bound.AT_LEAST:
        return metric.value, metric.value + max(step, 0.2 * metric.value)
    if metric.bound is Bound.AT_MOST:
        return metric.value - max(step, 0.2 * metric.value), metric.value
    return 0.8 * metric.value - step, 1.2 * metric.value + step


def _step(metric: Metric) -> float:
    """The worth of the last digit that is not nought: 1 of 128, 100 of 1200, 1000 of 1.8万."""
    digits = re.search(r"\d[\d,]*(?:\.(\d+))?", metric.quote)
    if digits is None:
        return 1
    unit = 1e8 if "亿" in metric.quote else 1e4 if "万" in metric.quote else 1
    if digits.group(1):
        return float(unit / 10 ** len(digits.group(1)))
    whole = digits.group().replace(",", "")
    return float(unit * 10 ** (len(whole) - len(whole.rstrip("0") or "1")))


def _conflict(evidence: Evidence, at: int, before: int) -> Finding:
    one, other = evidence.metrics[before], evidence.metrics[at]
    name = indicators()[other.indicator or ""].zh
    return evidence.finding(
        FindingKind.FIGURES_CONFLICT,
        Severity.CHECK,
        message=f"同一项数据前后不一致：“{name}”这里写的是“{other.quote}”，前面写的是“{one.quote}”。"
        "请核对哪一个准确；如果统计范围不同，请写明。",
        message_en=f"One thing with two values: {other.quote} here, {one.quote} before. Which is right?",
        places=[place_of(other), place_of(one)],
        metrics=[at, before],
    )
