"""The signature block at the end: who reports, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from workers.report.chinese.clauses import HAN, STOPS, YEAR
from workers.report.chinese.folding import squeeze
from workers.report.chinese.lines import lines_of, trim
from workers.report.segmentation.dates import find_date, is_date
from workers.report.text import Span

# What follows the text of a report at most: issuers, a date, a note on publication, attachments.
_TAIL = 1500
_LOOK_BACK_LINES = 12
_LONGEST_LINE = 60
_LONGEST_NOTE = 16
_NUMBERED = re.compile(r"（?[一二三四五六七八九十]{1,3}[）、]")
_BODY = (
    "(?:人民政府|政府|委员会|办事处|办公室|党委|党工委|党组|管委会|分局|局|厅|院|司法所|服务中心"
    "|街道|苏木|镇|乡|县|区|市|支队|大队|总队)"
)
_ISSUER_LINE = re.compile(
    rf"(?!（?[一二三四五六七八九十\d]{{1,3}}[）、.])[{HAN}（）·、]{{2,40}}{_BODY}(?:（(?:代章|盖章|公章|印章)）)?"
)
_DATE_TAIL = re.compile(rf"{YEAR}[年.\-/]?[\d一二三四五六七八九十月日.\-/]{{2,9}}$")
_SPACED_DATE_TAIL = re.compile(rf" *{YEAR} ?[年.\-/]?[\d一二三四五六七八九十月日.\-/ ]{{2,20}}$")
_GLUED = re.compile(rf"[{STOPS}] *([{HAN}（）· ]{{2,50}}?{_BODY} *)?({_DATE_TAIL.pattern})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Where the block starts in the text, what in it names the issuers, and the day."""

    start: int
    issuers: tuple[Span, ...]
    published: date | None


def find_signature(folded: str) -> Signature | None:
    """The block at the end of the text; None where it has none.

    >>> found = find_signature(
    ...     "镇里持续抓好普法依法治理的各项工作。\\n松坪镇人民政府\\n2024年1月5日"
    ... )
    >>> found.start, str(found.published)
    (19, '2024-01-05')
    """
    lines = list(lines_of(folded, max(folded.rfind("\n", 0, max(0, len(folded) - _TAIL)), 0)))[
        -_LOOK_BACK_LINES:
    ]
    body_end = max((at for at, line in enumerate(lines) if _is_body(folded, line)), default=-1)
    signing = (
        [line for line in lines[body_end + 1 :] if _is_signing(folded, line)]
        if body_end >= 0
        else []
    )
    if not signing:
        return _find_glued(folded, lines[-1]) if lines else None
    last = lines.index(signing[-1])
    first = last
    while first and lines[first - 1] in signing:
        first -= 1
    block = lines[first : last + 1]
    dates = [day for line in block if (day := find_date(_without_gaps(folded, line)))]
    issuers = tuple(span for line in block if (span := _name_part(folded, line)).end > span.start)
    return Signature(start=block[0].start, issuers=issuers, published=dates[-1] if dates else None)


def find_letter(folded: str, until: int) -> Signature | None:
    """The signature of a covering letter that stands before the report, above its title at `until`:
    a date on a line of its own under the names of bodies.

    >>> text = (
    ...     "现将工作总结随文上报。\\n榆湾县水利局\\n2025年1月15日\\n2024年度法治政府建设工作总结"
    ... )
    >>> found = find_letter(text, 30)
    >>> [text[span.start : span.end] for span in found.issuers], str(found.published)
    (['榆湾县水利局'], '2025-01-15')
    """
    lines = list(lines_of(folded, max(0, until - _TAIL), until))
    dated = next(
        (at for at in range(len(lines) - 1, 0, -1) if is_date(_without_gaps(folded, lines[at]))), 0
    )
    first = dated
    while first and is_issuer_line(_without_gaps(folded, lines[first - 1])):
        first -= 1
    if first == dated:
        return None
    day = find_date(_without_gaps(folded, lines[dated]))
    return Signature(start=lines[first].start, issuers=tuple(lines[first:dated]), published=day)


def _name_part(folded: str, line: Span) -> Span:
    """The line without the date at its end; empty where it is only a date."""
    if is_date(_without_gaps(folded, line)):
        return Span(line.start, line.start)
    day = _SPACED_DATE_TAIL.search(folded, line.start, line.end)
    return trim(folded, line.start, day.start() if day else line.end)


def _without_gaps(folded: str, line: Span) -> str:
    return squeeze(folded[line.start : line.end])


def _is_signing(folded: str, line: Span) -> bool:
    if line.end - line.start > _LONGEST_LINE * 3:
        return False
    bare = _without_gaps(folded, line)
    if len(bare) > _LONGEST_LINE:
        return False
    if is_date(bare):
        return True
    return is_issuer_line(_DATE_TAIL.sub("", bare))


def is_issuer_line(bare: str) -> bool:
    """Whether a line, its white space left out, is the name of a body and nothing else.

    >>> is_issuer_line("松坪镇人民政府（代章）"), is_issuer_line("（四）建好公共法律服务中心")
    (True, False)
    """
    return _ISSUER_LINE.fullmatch(bare) is not None


def _is_body(folded: str, line: Span) -> bool:
    """Whether the report itself still speaks: a heading,
    or a line with a sentence longer than a note of the page.
    """
    words = folded[line.start : line.end]
    return _NUMBERED.match(words) is not None or (len(words) > _LONGEST_NOTE and "。" in words)


def _find_glued(folded: str, line: Span) -> Signature | None:
    """A signature that stands behind the last sentence, its line break lost."""
    found = _GLUED.search(folded, max(line.start, line.end - 2 * _LONGEST_LINE), line.end)
    day = find_date(squeeze(found[2])) if found else None
    if not found or not day:
        return None
    issuer = (Span(*found.span(1)),) if found[1] else ()
    return Signature(
        start=issuer[0].start if issuer else found.start(2), issuers=issuer, published=day
    )
