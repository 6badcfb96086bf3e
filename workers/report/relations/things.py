"""One thing stated twice in a report, far apart.

Two figures are of one thing where their indicator can have only one value a year (one_value.yaml)
and their clauses say the same but for words that make no difference. A part, another period,
another body, a target is another thing; in doubt the two are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workers.report.catalogue import indicators, knowledge, load_yaml, require
from workers.report.chinese.clauses import (
    HAN,
    PHRASE_END,
    SENTENCE_END,
    YEAR,
    clause_after,
    clause_before,
    clause_start,
)
from workers.report.model import Metric, Relation, Role, Segmented, Status
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.acts import are_told_apart
from workers.report.relations.view import View
from workers.report.relations.words import any_of
from workers.report.text import Span

_FILE = "one_value.yaml"
# The longest clause that states one figure; what is longer says more than that.
_BEFORE, _AFTER = 24, 16
_SENTENCE = 96
_NOT_A_WORD = re.compile(
    rf"[^{HAN}]|[一二三四五六七八九]是"
    "|^(?:下面|现|现在|以下)?(?:就|是|在|对|向|由|经|从|将|把|围绕|针对|关于|按照|根据)"
)
_YEAR = re.compile(rf"{YEAR}年度?")
# Only disputes are mediated: this rate says of what it is.
_OF_DISPUTES = "调解成功率"
# 网格员队伍共有27名网格员: what is counted may be said on both sides of the number.
_TWICE = re.compile(rf"([{HAN}]{{2,8}})(?:队伍|团队)?\1")
_SHORTEST = 2
# 按期办结率 alone does not say of what: each office has its own.
_ACT_RATE = re.compile(
    r"按期|按时|及时|初次|一次性?|成功|办结|办复|答复|回复|办理|化解|调解|调处|合格|通过|持证|上岗|整改|满意|[率度]$"
)
# What is named in marks is no place or time.
_QUOTED = re.compile(r"“[^“”]{0,30}”|《[^《》]{0,40}》")
# 罚没款63.2万元全部上缴国库: what is said of the whole figure.
# 就办理的78件行政处罚案件情况作一分析: nor is what is done with it.
PREDICATE = re.compile(
    "全部|全数|悉数|如数|足额|均|都|已|无一?|全面|得到|惠及|[中里]$|情况|较|比|同比|占|涉及|逐[件一项份个]|进行|提出|出具|作[了一出]"
)
_OF_ALL = re.compile("全部|全数|均|都|无一")
# A statement without the words of the whole year is held against others only where it says so much.
_SPECIFIC = 5
# The year's total may be said beside a figure of less than the year; farther apart than this they
# are of two things.
_APART = 3.0
# A thing is stated two, three times; what is said more often is a phrase.
_MOST_STATED = 4
# 在提升素养方面: what it is good for, not a class of cases.
_AIM = re.compile(
    "(?:加强|加大|强化|提升|提高|推进|落实|规范|健全|完善|深化|抓好|做好|优化|夯实)"
    rf"[{HAN}]{{2,12}}"
)
# 在宣传方面，全年…: whose clause says that it is of the whole year.
_TOPIC = re.compile(rf"[{HAN}]{{2,12}}方面")
# 近年来投入加大，站点已达241个: what there is by now.
_BY_NOW = re.compile("已达|达到|现有|共有|目前|现已")
# Of a thing that has no indicator, or two: so much must be said.
_NAMED = 4
# 规范性文件备案率: a rate whose name says of what.
_LONG_RATE = re.compile(rf"[{HAN}]{{5,}}率")
_OF_ALL_YEARS = re.compile("累计(?:创建|建成|建设|建立|设立|培养|培育|成立|打造|命名|评选|选树)")
_OF_BODY = re.compile(r"全(?:[县区市省州旗局镇乡]|街道|系统)")
_REGION = re.compile(r"全[县区市省州旗]")
_OF_A_REGION = re.compile(r"(?:县|区|市|省|州|旗)(?:人民政府|政府)?$")


@dataclass(frozen=True, slots=True)
class OneValue:
    """The indicators; words of the whole year, which any other needs.

    Words that are taken out of a clause before it is compared; words of something less, of a class
    that holds for the clauses behind it, of one occasion, and what only looks like one of them.
    """

    codes: frozenset[str]
    whole: re.Pattern[str]
    idle: re.Pattern[str]
    narrower: re.Pattern[str]
    scoped: re.Pattern[str]
    occasion: re.Pattern[str]
    not_narrower: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A figure that states a thing: surely, for the whole year, or without saying so.

    `is_all`: something is said of all that it counts (87件均已办结). `of_body`: 全局, 全县.
    """

    at: int
    is_sure: bool
    is_whole: bool
    is_all: bool
    of_body: bool
    roles: frozenset[Role]


@knowledge
def one_value() -> OneValue:
    """The words of one_value.yaml as patterns, the longest first."""
    loaded = load_yaml(_FILE)
    codes = frozenset(map(str, loaded["indicators"]))
    for code in codes:
        require(code in indicators(), _FILE, code, "is not in the catalogue")
    idle = sorted(
        {word for key in ("same", "having", "taking", "urging") for word in loaded[key]},
        key=len,
        reverse=True,
    )
    words = (
        re.compile(any_of(loaded[key]))
        for key in ("narrower", "scoped", "occasion", "not_narrower")
    )
    return OneValue(codes, re.compile(any_of(loaded["whole"])), re.compile(any_of(idle)), *words)


def find_same(view: View, segmented: Segmented, parts: Mapping[int, int]) -> Iterator[Relation]:
    """same_as: each statement of a thing with those of it before."""
    stated: dict[str, list[Statement]] = {}
    reader = _Reader(view, segmented, parts)
    for at, metric in enumerate(view.metrics):
        named = reader.thing(at)
        if named is None:
            continue
        key, statement = named
        before = stated.setdefault(key, [])
        start = clause_start(view.text, metric.start, _BEFORE, PHRASE_END)
        for other in before:
            if _is_one_measure(view, key, other, statement) and _are_of_one(
                view, key, other, statement
            ):
                yield Relation(
                    kind=RelationKind.SAME_AS,
                    figures=(at, other.at),
                    said=Span(start, metric.end),
                    sure=Sure.SAID if statement.is_sure and other.is_sure else Sure.IMPLIED,
                )
        if len(before) < _MOST_STATED:
            before.append(statement)


def _is_one_measure(view: View, key: str, one: Statement, other: Statement) -> bool:
    """Have both one indicator? Else the words must be many, and say that it is all of them."""
    first, second = (view.metrics[each.at].indicator for each in (one, other))
    if first == second is not None:
        return True
    surely = one.is_sure and other.is_sure
    return len(key) >= _NAMED and ((surely and None in (first, second)) or other.is_all)


def _are_of_one(view: View, key: str, one: Statement, other: Statement) -> bool:
    """Do both state the one value of their thing? Two that do not say of what period must stand in
    two parts.
    """
    first, second = view.metrics[one.at], view.metrics[other.at]
    if view.sentence_at(first.start) == view.sentence_at(second.start):
        return False
    # 应急办罚款7920元。执法大队罚款2050元: two bodies, each with its own.
    # Of a key of few words, 罚款, the sentences say of what.
    of_body = (one.of_body and other.of_body) or (one.is_whole and other.is_whole)
    if len(key) < _NAMED and not of_body and are_told_apart(view, one.at, other.at):
        return False
    if one.is_sure and other.is_sure:
        return True
    low, high = sorted((first.value, second.value))
    apart = one.is_whole or other.is_whole or one.roles.isdisjoint(other.roles)
    return high <= _APART * low and apart


@dataclass(frozen=True, slots=True)
class _Reader:
    """What a figure states, by its clause and the sentence before it."""

    view: View
    segmented: Segmented
    parts: Mapping[int, int]

    def thing(self, at: int) -> tuple[str, Statement] | None:
        """The clause of what the figure states the one value of.

        None where it may be of something less.
        """
        known, metric = one_value(), self.view.metrics[at]
        after = clause_after(self.view.text, metric.end, _AFTER, PHRASE_END)
        words = self.view.clause(at, _BEFORE, PHRASE_END) + PREDICATE.split(after)[0]
        named = metric.unit == "%" and _LONG_RATE.search(words) is not None
        surely = metric.indicator in known.codes or known.whole.search(words) is not None or named
        of_body, is_all = _OF_BODY.search(words) is not None, _OF_ALL.search(after)
        if not (metric.indicator or surely or of_body or is_all) or not self._is_of_all(at):
            return None
        sentence = clause_before(self.view.text, metric.start, _SENTENCE, SENTENCE_END)
        sentence = known.not_narrower.sub("", _QUOTED.sub("", sentence))
        above = sentence[: clause_start(sentence, len(sentence), len(sentence), PHRASE_END)]
        whole = known.whole.search(words)
        scoped = not of_body and known.scoped.search((_TOPIC if whole else _AIM).sub("", above))
        less = scoped or known.narrower.search(sentence)
        key = None if less or self._is_of_a_region(words) else self._key(metric, words)
        if key is None:
            return None
        said = sentence + known.not_narrower.sub("", words)
        is_sure = surely or (of_body and len(key) >= _SPECIFIC)
        if not is_sure and (known.occasion.search(said) or len(key) < _SPECIFIC):
            return None
        is_whole = known.whole.search(said) is not None
        return key, Statement(
            at=at,
            is_sure=is_sure,
            is_whole=is_whole,
            is_all=is_all is not None,
            of_body=of_body,
            roles=self._roles(metric),
        )

    def _is_of_all(self, at: int) -> bool:
        """Is it the year's result of the body itself, and no part of another figure?"""
        metric = self.view.metrics[at]
        period = metric.period and not _BY_NOW.search(self.view.clause(at, _BEFORE, PHRASE_END))
        less = metric.subject or metric.per or period or at in self.parts
        done = metric.status is Status.DONE and Role.PLAN not in self._roles(metric)
        return done and bool(metric.value) and not less

    def _roles(self, metric: Metric) -> frozenset[Role]:
        within = metric.section is not None
        return frozenset(self.segmented.sections[metric.section or 0].roles if within else ())

    def _key(self, metric: Metric, words: str) -> str | None:
        """What the clause says but for words that make no difference.

        None where too little is left.
        """
        own = self.segmented.header.place.township
        words = words.replace(own, "") if own else words
        key = _TWICE.sub(r"\1", _NOT_A_WORD.sub("", one_value().idle.sub("", _YEAR.sub("", words))))
        thing = key
        if metric.unit == "%":
            key = key.replace("纠纷", "") if _OF_DISPUTES in key else key
            thing = key if _OF_DISPUTES in key else _ACT_RATE.sub("", key)
        # 累计创建132个 is of all years, and so compared with others of all years.
        key = f"累计{key}" if _OF_ALL_YEARS.search(words) else key
        # 化解纠纷 is 纠纷化解: the order of the words makes no difference.
        return "".join(sorted(key)) if len(thing) >= _SHORTEST else None

    def _is_of_a_region(self, words: str) -> bool:
        """全县 in the report of one of its bureaus or towns is more than the body that reports."""
        issuer = self.segmented.header.issuer or ""
        return bool(issuer and _REGION.search(words)) and not _OF_A_REGION.search(issuer)
