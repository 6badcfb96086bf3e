"""Lists that do not add up to their total, which stands behind them or before them: `sum_mismatch`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.report.auditing.arithmetic.families import are_kinds, overlapping
from workers.report.auditing.arithmetic.lists import (
    AMONG,
    EACH,
    LISTS,
    closes_at,
    is_alike,
    is_bracketed,
    is_joined,
    labels,
    listed_behind,
    opens,
)
from workers.report.auditing.arithmetic.parts import done_words
from workers.report.auditing.context import Evidence, is_change, place_of
from workers.report.chinese.units import kind_of_unit
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Metric, Severity

# 共25件, 合计713条, 总计培训190人次: a total after its parts, in a clause of its own.
_BARE = re.compile(r"[，,（(；;：:](?:两项|三项|以上|各类|全年)?(?:共|共计|合计|总计|累计|总共|一共)$")
_SUM = "(?:共计|合计|总计|累计|总共|一共|共)"
# 三类场所总计, 以上资料共计, 各类宣传资料共计: of what has been listed.
_ALL = (
    "(?:以上|上述|这)?(?:[两二三四五六七八九十][类项者种个]|各类|各项)[\u4e00-\u9fff]{0,8}"
    "|(?:以上|上述)[\u4e00-\u9fff]{0,8}"
)
_SUMMED = re.compile(
    r"[。，,（(；;：:]\s?(?:两项|三项|四项|以上|全年|全镇|累计)?"
    r"(?:(?:共计|合计|总计)[\u4e00-\u9fff]{0,4}|(?:总数|总量|总额|总[人件场户批条份次][数次]?)(?:达到|达|为|是|共)?"
    rf"|(?:{_ALL}){_SUM}[\u4e00-\u9fff]{{0,4}})$"
)
# 收案42件，上年结转5件，共47件: bare, with commas.
_PLAIN_SUM = re.compile(r"[，,；;](?:共|共计|合计|总计|总共)$")
# 全年共立案75件, where each part says 立案.
_SAID = re.compile(
    r"[，,；;](?:全年度?|全镇|全县|全区|年内|两级|三级|各级)?(?:共计|合计|总计|总共|一共|共)(?P<verb>[\u4e00-\u9fff]{2,8})$"
)
_TOTAL_REACH = 18
MOST_PARTS = 8
_PERSON = kind_of_unit("人")
# 涉及…, 其中…有: what stands before every part, whatever it is of.
_NO_KINDS = frozenset({"涉及", "分别", "的有", "共有", "达到"})
# So much of the total, and the list leaves out little or nothing; 等, 余 behind it say that it does.
_NEARLY = 0.85
_MONEY = "元"
# Of parts with any names: no farther off than a misprint of the last digits.
_OFF = 0.1
_SHORTEST = 2
_AND_MORE = re.compile(r"[\u4e00-\u9fff“”]{0,3}(?:等|余|多|以及其他|不等)")
# A list that no word opens is of the total before it where the two are not far apart.
_FAR = 0.35
_FAR_BEFORE = 1.0


def audit_sums(evidence: Evidence, stated: Sequence[int]) -> Iterator[Finding]:
    """The figures of one sentence."""
    taken: set[int] = set()
    for place, at in enumerate(stated):
        if parts := _parts_before(evidence, stated[max(0, place - MOST_PARTS) : place], at):
            if not _adds_up(evidence, parts, at) and not _is_far(evidence, parts, at):
                yield _mismatch(evidence, at, parts)
        elif place and _is_item(evidence, stated[place - 1], at):
            continue
        elif at not in taken or opens(evidence, at):
            behind = stated[place + 1 : place + 1 + MOST_PARTS]
            if opens(evidence, at):
                taken.update(listed_behind(evidence, at, behind)[0])
            if parts := _parts_behind(evidence, at, behind):
                yield _mismatch(evidence, at, parts, open_ended=_is_open_ended(evidence, at, parts))


def _is_far(evidence: Evidence, parts: Sequence[int], at: int) -> bool:
    """So far from the total that something else is counted."""
    added, total = sum(evidence.metrics[part].value for part in parts), evidence.metrics[at].value
    return abs(added - total) > _FAR_BEFORE * total


def _is_item(evidence: Evidence, before: int, at: int) -> bool:
    """Is the figure itself an item of a list, and so no total of what follows?"""
    one, other = evidence.metrics[before], evidence.metrics[at]
    return kind_of_unit(one.unit) == kind_of_unit(other.unit) and "、" in evidence.text[one.end : other.start]


# The total behind its parts.


def _parts_before(evidence: Evidence, stated: Sequence[int], at: int) -> tuple[int, ...]:
    """The list that ends right before the total; empty where there is none of two parts or more."""
    total = evidence.metrics[at]
    lead = evidence.text[max(0, total.start - _TOTAL_REACH) : total.start]
    bare, summed, said = _BARE.search(lead), _SUMMED.search(lead), _SAID.search(lead)
    if not (bare or summed or said):
        return ()
    commas = summed is not None or said is not None or _PLAIN_SUM.search(lead) is not None
    parts: list[int] = []
    after = total.start
    for before in reversed(stated):
        part = evidence.metrics[before]
        between = evidence.text[part.end : after]
        joined = len(between) <= _TOTAL_REACH if not parts else is_joined(between, commas=commas)
        if not (joined and is_alike(total, part)):
            break
        parts.append(before)
        after = part.start
    if len(parts) < 2 or (said and not (bare or summed) and not _all_say(evidence, parts, said["verb"])):
        return ()
    return tuple(reversed(parts))


def _all_say(evidence: Evidence, parts: Sequence[int], verb: str) -> bool:
    """上半年立案31件，下半年立案44件，共立案75件: the verb of the total is the verb of each part."""
    called = labels(evidence, parts[::-1])
    said = all(verb[:2] in label for label in called) or all(verb[-2:] in label for label in called)
    return said or are_kinds(called)


def _adds_up(evidence: Evidence, parts: Sequence[int], at: int) -> bool:
    """Does any end of the list add up to the total? What stands before may belong to something else."""
    values, total = [evidence.metrics[part].value for part in parts], evidence.metrics[at]
    return any(_is_sum(sum(values[first:]), total, len(values)) for first in range(len(values) - 1))


def _is_sum(added: float, total: Metric, count: int) -> bool:
    """Equal up to half a unit of the last digit for each part (amounts in 万元 are rounded)."""
    found = re.search(r"\.(\d+)万", total.quote)
    last = 10_000 / 10 ** len(found.group(1)) if found else 10_000 if "万" in total.quote else 1
    return abs(added - total.value) <= (0.5 if last == 1 else last * (count + 1) / 2)


# The total before its parts.


def _parts_behind(evidence: Evidence, at: int, stated: Sequence[int]) -> tuple[int, ...]:
    """The complete list behind a total that it does not add up to; empty where none is or the list has gaps."""
    total = evidence.metrics[at]
    listed, spoken = listed_behind(evidence, at, stated)
    if (
        not listed
        or is_change(evidence.text, total)
        or (not opens(evidence, at) and are_kinds(labels(evidence, [at, *listed])))
    ):
        return ()
    values = [evidence.metrics[part].value for part in listed]
    complete = EACH.match(evidence.text, total.end) or is_bracketed(evidence, total, listed)
    of_kinds = _is_of_kinds(evidence, total, listed)
    if complete or (of_kinds and (sum(values) > total.value or _leaves_out_little(evidence, total, listed))):
        closed: int | None = len(listed)
    elif _is_near(evidence, total, listed):
        closed = len(listed)
    else:
        closed = closes_at(spoken)
        if closed and not opens(evidence, at) and abs(sum(values[:closed]) - total.value) > _FAR * total.value:
            return ()
    if closed is None or closed < 2:
        return ()
    if any(_is_sum(sum(values[:count]), total, count) for count in range(2, len(values) + 1)):
        return ()
    # What is more than its total right behind 其中 is told as such (parts.py).
    told = values[0] > total.value and AMONG.match(evidence.text, total.end)
    # 挂图300份，宣传册2400份、折页1800份: the first of a list that no word opens.
    item = max(values[:closed]) > total.value and not opens(evidence, at)
    return () if told or item else tuple(listed[:closed])


def _is_of_kinds(evidence: Evidence, total: Metric, listed: Sequence[int]) -> bool:
    """其中婚姻纠纷30件、邻里纠纷25件: kinds of one thing; a person may be of two kinds."""
    called = labels(evidence, listed)
    if not LISTS.match(evidence.text, total.end):
        return False
    if are_kinds(called):
        return True
    named = {evidence.text[evidence.metrics[part].start - 2 : evidence.metrics[part].start] for part in listed}
    alike = len(named) == 1 and kind_of_unit(total.unit) != _PERSON and named.isdisjoint(_NO_KINDS)
    among = AMONG.match(evidence.text, total.end) is not None
    return alike and among and not any(overlapping().search(label) for label in called)


def _is_near(evidence: Evidence, total: Metric, listed: Sequence[int]) -> bool:
    """其中日常检查203次，专项检查56次 of 268: hardly off, and no label says that the parts overlap or are steps."""
    called = labels(evidence, listed)
    steps, people = done_words(), kind_of_unit(total.unit) == _PERSON
    plain = len(set(called)) == len(called) > 1 and not any(
        overlapping().search(label) or steps.done.match(label) or len(label) < _SHORTEST for label in called
    )
    added = sum(evidence.metrics[part].value for part in listed)
    more = _AND_MORE.match(evidence.text, evidence.metrics[listed[-1]].end)
    most = 1 + _OFF / 2 if people else 1 + _OFF
    near = (1 - _OFF) * total.value <= added <= most * total.value
    return plain and near and not more and AMONG.match(evidence.text, total.end) is not None


def _is_open_ended(evidence: Evidence, at: int, parts: Sequence[int]) -> bool:
    """The parts make up less than the total, and only their number tells that they are all."""
    total = evidence.metrics[at]
    complete = EACH.match(evidence.text, total.end) or is_bracketed(evidence, total, parts)
    too_much = sum(evidence.metrics[part].value for part in parts) > total.value
    if complete or (too_much and _is_of_kinds(evidence, total, parts)):
        return False
    ends = [total.end, *(evidence.metrics[part].end for part in parts)]
    spoken = [evidence.text[end : evidence.metrics[part].start] for end, part in zip(ends, parts, strict=False)]
    return closes_at(spoken) is None


def _leaves_out_little(evidence: Evidence, total: Metric, listed: Sequence[int]) -> bool:
    """Three kinds or more (of money two) make up nearly all of the total, and nothing says that there are others."""
    added = sum(evidence.metrics[part].value for part in listed)
    more = _AND_MORE.match(evidence.text, evidence.metrics[listed[-1]].end)
    enough = len(listed) > 2 or total.unit == _MONEY
    return enough and _NEARLY * total.value <= added < total.value and not more


def _mismatch(evidence: Evidence, at: int, parts: Sequence[int], *, open_ended: bool = False) -> Finding:
    total = evidence.metrics[at]
    listed = "、".join(evidence.metrics[part].quote for part in parts)
    added = sum(evidence.metrics[part].value for part in parts)
    written = f"{added / 10_000:.6g}万{total.unit}" if "万" in total.quote else f"{added:.12g}{total.unit}"
    other, other_en = ("如果还有其他类别，请写明。", " Is there another kind?") if open_ended else ("", "")
    return evidence.finding(
        FindingKind.SUM_MISMATCH,
        Severity.NOTE if open_ended else Severity.CHECK,
        message=f"“{listed}”相加是{written}，与总数“{total.quote}”不符。请核对是哪一个数字写错了。{other}",
        message_en=f"{listed} add up to {written}, but the total is stated as {total.quote}.{other_en}",
        places=[place_of(total), *(place_of(evidence.metrics[part]) for part in parts)],
        metrics=[at, *parts],
        suggestion=written,
    )
