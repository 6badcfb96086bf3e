"""Stated zeros: clauses that deny that a countable thing happened.

The negation is grammar and stands here; what can be denied is knowledge:
`denied` in the catalogue's triggers.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workers.report.chinese.clauses import (
    CLAUSE_MARKS,
    CLAUSE_OR_COLON,
    COLONS,
    HAN,
    clause_before,
    clause_start,
)
from workers.report.extraction.confidence import OF_ZEROS, confidence_of
from workers.report.extraction.lexicon import Hit
from workers.report.extraction.matching import matched_length
from workers.report.extraction.triggers import Catalogue, Denial, catalogue
from workers.report.model import Bound, Metric, Role, Segmented, Status
from workers.report.text import Span

# A verb of happening or getting after 未 (未发生, 未收到);
# 未 with another verb says how a thing was done (未及时化解).
_HAPPENED = (
    r"(?:有|曾|被)?(?:发生|出现|收到|接到|接收|受理|发现|查处|查出|制定|出台|发布|制发|印发|产生|引发|引起|形成|新增|涉及|办理"
    r"|作出|做出|实施|存在|接获|提起|参与|承办|公布|下发|报送|被|有|因)"
)
# After 没有 and 无 the thing itself stands, not how something was done (没有及时处理…)
# nor a fixed word (无论, 无障碍).
_THING = (
    r"(?!及时|严格|充分|按|建立|得到|落实|做到|很|完全|真正|认真|把|将|对|能|引起|有效|重视|处理|解决|化解|达到|开展|执行|履行|公开|主动"
    r"|论|法(?!院)|障碍|缝|偿|线|人机|私|证|死角|疑|形|愧|限|害|效|关|需|须|烟|毒|纸|照|力|从|不|感|盲|差别|条件|理|物业)"
)
# 零 is a digit or a part of a word but before these things (零投诉, “零”上访);
# the list is what else it begins.
_ZERO_OF = (
    rf"零[“”\"]?(?=[{HAN}])(?!距离|容忍|跑|售|星|散|工|碎|部|件|基础|门槛|接触|时差"
    "|障碍|成本|延|等待|发生|报告)"
)
_NEGATION = re.compile(
    rf"未(?:{_HAPPENED}|(?=败诉|被纠错|被撤销))|没有?+(?:{_HAPPENED}|再有|再)?+{_THING}|无(?<![有毫绝从虽空]无){_THING}"
    rf"|不存在|{_ZERO_OF}"
)
# What happened nought times, said behind the thing: 民转刑案件零发生, 行政败诉案件为零.
_NOUGHT = ("零发生", "为零")
_BEHIND = re.compile(r"(?:实现|保持|继续|持续|均|为){0,2}[“\"]?(?:零发生|为零)[”\"]?")
_TIGHT_END = re.compile(rf"[{CLAUSE_MARKS}{COLONS}、”\"]")
_ITEM_SPLIT = re.compile(r"、|以及|及(?!时)|和(?![解谐])|与(?!会)|或者?")
# What belongs to the thing but is no word of the catalogue.
_TAIL = re.compile(r"(?:案件|事件|申请|通知|情况|行为|现象|问题|情形|的|或|等|类|案|件){0,6}")
# What has a number of its own was not denied (未办理完结的信访件3件);
# 无讼村 and its like are names.
_NO_DENIAL = re.compile(r"\d")
_NAME_OF_PLACE = re.compile(r"[”\"]?(?:村|社区|乡|镇|街道|单位|家庭|网格|企业|校园|创建)")
# A clause is short; what stands further away is not denied by it.
_REACH = 60

_AIM = re.compile(r"确保|力争|争取")
_PRESENT = re.compile(r"截至|目前|已|全年未|今年")
# A lost case that closes a list says what the cases before it are (行政复议、行政诉讼败诉案件).
_LOST = "oversight.lost_cases"
_MAY_BE_LOST = frozenset({"oversight.reconsiderations", "oversight.lawsuits"})


@dataclass(frozen=True, slots=True)
class _Zero:
    """A denied thing: its code, its unit, the span of the clause that denies it."""

    span: Span
    code: str
    unit: str
    why: str


def find_zeros(text: str, folded: str, segmented: Segmented) -> tuple[Metric, ...]:
    """One metric of value 0 for each thing denied that has an indicator;
    several may share one span.

    >>> from workers.report.model import Header
    >>> bare = Segmented(header=Header(), sections=(), sentences=())
    >>> text = "全年无复议、应诉案件。"
    >>> [(zero.quote, zero.indicator) for zero in find_zeros(text, text, bare)]
    [('无复议、应诉案件', 'oversight.reconsiderations'), ('无复议、应诉案件', 'oversight.lawsuits')]
    """
    starts = [section.start for section in segmented.sections]
    metrics = []
    for zero in _find_denied(folded, catalogue()):
        place = bisect_right(starts, zero.span.start) - 1
        section = place if place >= 0 and zero.span.start < segmented.sections[place].end else None
        plan = section is not None and Role.PLAN in segmented.sections[section].roles
        metrics.append(_as_metric(text, folded, zero, section, plan))
    return tuple(metrics)


def _as_metric(text: str, folded: str, zero: _Zero, section: int | None, plan: bool) -> Metric:
    return Metric(
        start=zero.span.start,
        end=zero.span.end,
        quote=text[zero.span.start : zero.span.end],
        value=0.0,
        unit=zero.unit,
        bound=Bound.EXACT,
        status=_status_of(folded, zero.span, plan),
        indicator=zero.code,
        section=section,
        confidence=confidence_of(OF_ZEROS),
        why=zero.why,
    )


def _status_of(folded: str, span: Span, plan: bool) -> Status:
    """An aim is planned wherever it stands (确保无民转刑案件),
    and in a plan all but what is said of the present.
    """
    clause = clause_before(folded, span.start, _REACH, CLAUSE_OR_COLON)
    if _AIM.search(clause) and "已" not in clause:
        return Status.PLANNED
    return Status.PLANNED if plan and not _PRESENT.search(clause) else Status.DONE


def _find_denied(folded: str, known: Catalogue) -> Iterator[_Zero]:
    taken = 0
    for negation in _NEGATION.finditer(folded):
        if negation.start() < taken:
            continue
        tight = negation[0].startswith("零")
        ends = _TIGHT_END if tight else CLAUSE_OR_COLON
        end = ends.search(folded, negation.end(), negation.end() + _REACH)
        stop = end.start() if end else min(len(folded), negation.end() + _REACH)
        found = list(_denied_after(folded, known, negation.start(), stop, tight))
        # Where a stretch without stops denies nothing, half of it is enough to begin anew:
        # it is no prose.
        taken = found[-1].span.end if found else stop - _REACH // 2
        yield from found
    yield from _find_denied_behind(folded, known)


def _find_denied_behind(folded: str, known: Catalogue) -> Iterator[_Zero]:
    if not any(said in folded for said in _NOUGHT):
        return
    taken = 0
    for behind in _BEHIND.finditer(folded):
        yield from _denied_behind(
            folded, known, max(taken, behind.start() - _REACH), Span(*behind.span())
        )
        taken = behind.end()


def _denied_after(
    folded: str, known: Catalogue, start: int, stop: int, tight: bool
) -> Iterator[_Zero]:
    """The things that the clause from the negation at `start` denies."""
    hits = known.lexicon.find(folded, start, stop)
    found = _denied_items(folded, known, hits, start, stop)
    if not found or (tight and hits[0].start > start + 2):
        return
    last = max(hit_end for _, hit_end in found)
    tail = _TAIL.match(folded, last, stop)
    end = tail.end() if tail else last
    if not _NO_DENIAL.search(folded, start, stop) and not _NAME_OF_PLACE.match(folded, end):
        yield from _zero_each(found, Span(start, end))


def _denied_behind(folded: str, known: Catalogue, floor: int, behind: Span) -> Iterator[_Zero]:
    start = clause_start(folded, behind.start, behind.start - floor, CLAUSE_OR_COLON)
    if "零" in folded[start : behind.start]:
        start = folded.rfind("、", start, behind.start) + 1 or start
    if _NEGATION.search(folded, start, behind.start):
        return
    hits = known.lexicon.find(folded, start, behind.start)
    found = _denied_items(folded, known, hits, start, behind.start)
    if found:
        yield from _zero_each(found, Span(hits[0].start, behind.end))


def _zero_each(found: Sequence[tuple[Denial, int]], span: Span) -> Iterator[_Zero]:
    """One zero a code."""
    codes = {denial.code: denial for denial, _ in found}
    hidden = _MAY_BE_LOST if found[-1][0].code == _LOST else frozenset()
    for code, denial in codes.items():
        if code and code not in hidden:
            yield _Zero(span, code, denial.unit, f"denied: {denial.label}")


def _denied_items(
    folded: str, known: Catalogue, hits: Sequence[Hit], start: int, stop: int
) -> list[tuple[Denial, int]]:
    """The denial that fits each thing of the list best, with the end of its words."""
    cuts = [(cut.start(), cut.end()) for cut in _ITEM_SPLIT.finditer(folded, start, stop)]
    lefts, rights = [start, *(cut[1] for cut in cuts)], [*(cut[0] for cut in cuts), stop]
    found = []
    for left, right in zip(lefts, rights, strict=True):
        inside = [hit for hit in hits if left <= hit.start and hit.end <= right]
        best = _best_denial(known, inside, [hit for hit in hits if hit.end <= right])
        if best:
            found.append(best)
    return found


def _best_denial(
    known: Catalogue, inside: Sequence[Hit], upto: Sequence[Hit]
) -> tuple[Denial, int] | None:
    """The head of a noun phrase stands last, so the denial that ends last wins;
    of those the one that says most.
    """
    ranked = []
    for hit in inside:
        for number in hit.sets:
            for denial in known.denials.get(number, ()):
                length = matched_length(upto, denial.phrase, upto.index(hit))
                if length is not None:
                    ranked.append((hit.end, length, denial))
    if not ranked:
        return None
    end, _, denial = max(ranked, key=lambda rank: rank[:2])
    return denial, end
