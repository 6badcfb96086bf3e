"""Text that breaks off: `truncated`.

At its end, behind its last heading, within an announced row of points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.auditing.context import Evidence, count_han, shorten_quote
from workers.report.chinese.clauses import COLONS, COMMAS, SENTENCE_MARKS, STOP_MARKS
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Role, Section, Severity
from workers.report.text import Span

# Four items cannot be stated in less; the shortest report that was seen has about 150 characters.
SHORTEST_REPORT = 100
# What ends a sentence, or what stands around one.
_ENDS = frozenset(STOP_MARKS + ".”’）)】〕》〉")
_GOES_ON = frozenset("，、；：,;:—-（(“《〔和与及的")
# A signature, a date, an attachment's name, a cell: lines that end without a full stop.
_NO_SENTENCE = re.compile(
    r"\t|^(?:附|[（(]|电话|联系|主办|来源|打印|关闭|编辑|审核|责任编辑|信息来源|扫一扫)|https?:"
    r"|^.{0,24}(?:日|政府|办事处|委员会|局|司法所|办公室)$"
)
SHORTEST_LINE = 8
_ONE = re.compile(r"一是(?<![之统唯其第十归]一是)(?![一否])")
_ORDINALS = "一二三四五六七八九十"
_LATER = {ordinal: re.compile(rf"\n[ \u3000]*{ordinal}是") for ordinal in _ORDINALS}
# 三方面工作：, “三个强化”：, 五项措施：
_ANNOUNCED = re.compile(
    r"([两二三四五六七八九])(?:个|大|项|方面|点|条|件|类|种|措)"
    rf"[^{SENTENCE_MARKS}]{{0,14}}[{COLONS}{COMMAS}]$"
)
_ANNOUNCED_REACH = 24
# Points that go on without their number.
_UNNUMBERED = re.compile(r"二要|第二|其二|二则|另一方面|另外|此外|同时|二[、.．]|2[.．、]")
# A row of points is no longer than this.
_ROW = 3000


def audit_endings(evidence: Evidence) -> Iterator[Finding]:
    """truncated: a text too short to be a report, one that ends in mid-sentence or with a
    heading, rows without end.
    """
    if count_han(evidence.text, SHORTEST_REPORT) < SHORTEST_REPORT:
        yield _cut_off(evidence)
        return
    yield from _broken_end(evidence)
    yield from _broken_rows(evidence)


def breaks_off(evidence: Evidence) -> bool:
    """Is this only the beginning of a report? What is missing may stand in the rest."""
    return any(_broken_end(evidence))


def _cut_off(evidence: Evidence) -> Finding:
    return evidence.finding(
        FindingKind.TRUNCATED,
        Severity.CHECK,
        message=f"全文不足{SHORTEST_REPORT}字，不像一份完整的报告，可能只传了一部分。请核对原文件。",
        message_en=(
            f"The text has fewer than {SHORTEST_REPORT} characters: hardly a whole "
            "report. Check the file."
        ),
    )


# The end of the text.


def _broken_end(evidence: Evidence) -> Iterator[Finding]:
    signed = [section for section in evidence.sections if Role.SIGNATURE in section.roles]
    body = [section for section in evidence.sections if Role.SIGNATURE not in section.roles]
    if not body or Role.OTHER in body[-1].roles:
        return
    end = body[-1].end
    if body[-1].level and not evidence.text[body[-1].heading_end : end].strip():
        if not signed and _is_unlike_its_siblings(evidence, body):
            yield _only_heading(evidence, body[-1])
        return
    start = max(body[-1].heading_end, end - _ROW)
    said = evidence.text[start:end].rstrip()
    last = said.rpartition("\n")[2].lstrip()
    line = _without_issuer(evidence, last)
    if _breaks_off(line, is_signed=bool(signed)):
        until = start + len(said) - len(last) + len(line)
        yield _mid_sentence(evidence, Span(until - min(20, len(line)), until))


def _without_issuer(evidence: Evidence, line: str) -> str:
    """Where a line breaks off with a comma, cleaning takes the issuer's name below it
    for the rest of the line.
    """
    issuer = evidence.segmented.header.issuer
    return (
        line.removesuffix(issuer)
        if issuer and line[-len(issuer) - 1 : -len(issuer)] in _GOES_ON
        else line
    )


def _breaks_off(line: str, *, is_signed: bool) -> bool:
    """Does the last line of the body end in mid-sentence?

    Before a signature a forgotten full stop does not count.
    """
    if not line or line[-1] in _ENDS or _NO_SENTENCE.search(line):
        return False
    return line[-1] in _GOES_ON or (not is_signed and len(line) >= SHORTEST_LINE)


def _is_unlike_its_siblings(evidence: Evidence, body: list[Section]) -> bool:
    """Has the heading before it of the same rank a text, or is it a whole sentence?

    A plan may be headings alone.
    """
    last = body[-1]
    if _is_sentence(last) or len(body) < 2:
        return False
    before = next((section for section in reversed(body[:-1]) if section.level <= last.level), None)
    if before is None or before.level < last.level or not before.level:
        return True
    return _is_sentence(before) or bool(evidence.text[before.heading_end : last.start].strip())


def _is_sentence(section: Section) -> bool:
    return (section.title or "")[-1:] in set(SENTENCE_MARKS)


def _only_heading(evidence: Evidence, section: Section) -> Finding:
    title = shorten_quote(section.title or "")
    return evidence.finding(
        FindingKind.TRUNCATED,
        Severity.CHECK,
        message=f"全文到标题“{title}”就结束了，下面没有内容，后面的文字可能没有传上来。请核对原文件。",
        message_en=(
            "The text ends with a heading that has nothing under it: the rest may "
            "not have been sent."
        ),
        places=[Span(section.start, section.heading_end)],
        metrics=(),
    )


def _mid_sentence(evidence: Evidence, place: Span) -> Finding:
    said = evidence.text[place.start : place.end]
    return evidence.finding(
        FindingKind.TRUNCATED,
        Severity.CHECK,
        message=f"正文在“……{said}”处中断，这句话没有写完，后面的文字可能丢了。请核对原文件。",
        message_en=(
            f"The text breaks off in mid-sentence ({said}): the rest may be lost. Check the file."
        ),
        places=[place],
        metrics=(),
    )


# Rows of points.


def _broken_rows(evidence: Evidence) -> Iterator[Finding]:
    """一是…二是…三是…: fewer points than announced, or a first one without a second."""
    ones = list(_ONE.finditer(evidence.text))
    ends = [one.start() for one in ones[1:]] + [len(evidence.text)] * bool(ones)
    for one, end in zip(ones, ends, strict=True):
        row = evidence.text[
            one.start() : min(end, _section_end(evidence, one.start()), one.start() + _ROW)
        ]
        points = _count_points(row)
        announced = _announced_points(evidence.text, one.start())
        paragraph = row.partition("\n")[0]
        if points < (announced or 2) and not _UNNUMBERED.search(paragraph):
            last = one.start() + len(paragraph.rstrip())
            yield _broken_row(evidence, Span(max(one.start(), last - 20), last), points, announced)


def _section_end(evidence: Evidence, at: int) -> int:
    """Where the next heading of rank stands; the points may be lines of their own."""
    return next(
        (
            section.start
            for section in evidence.sections
            if section.start > at and section.level in (1, 2)
        ),
        len(evidence.text),
    )


def _count_points(row: str) -> int:
    """How many of 一是, 二是, 三是 … stand in the paragraph,
    or at the beginning of a later one, without a gap.
    """
    at, paragraph = 0, row.partition("\n")[0]
    for count, ordinal in enumerate(_ORDINALS):
        inside = paragraph.find(f"{ordinal}是", at)
        later = _LATER[ordinal].search(row)
        if inside < 0 and later is None:
            return count
        at = max(inside, at)
    return len(_ORDINALS)


def _announced_points(text: str, at: int) -> int | None:
    found = _ANNOUNCED.search(text[max(0, at - _ANNOUNCED_REACH) : at])
    return (
        ("零一二三四五六七八九".find(found.group(1)) if found.group(1) != "两" else 2)
        if found
        else None
    )


def _broken_row(evidence: Evidence, place: Span, points: int, announced: int | None) -> Finding:
    last = f"{_ORDINALS[points - 1]}是"
    said = f"前面说有{announced}点" if announced else "按写法后面应该还有“二是”"
    said_en = (
        f"{announced} points are announced" if announced else "a first point calls for a second"
    )
    return evidence.finding(
        FindingKind.TRUNCATED,
        Severity.CHECK if announced else Severity.NOTE,
        message=f"这里写到“{last}”就没有了，{said}，后面的内容可能丢了。请对照原文补上。",
        message_en=f"The points end with number {points}, but {said_en}: the rest may be lost.",
        places=[place],
        metrics=(),
    )
