"""The report's own title: found among the first lines, its lines joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workers.report.chinese.clauses import COLONS, HAN, SEMICOLONS
from workers.report.chinese.folding import squeeze
from workers.report.chinese.lines import lines_of
from workers.report.segmentation.dates import is_date
from workers.report.text import Span

# Menus and index tables that cleaning left may stand first; the title is never farther down.
_FIRST_LINES = 40
_LONGEST = 90
_MOST_LINES = 3
_SUBJECT = "(?:法治|依法行政|依法治|法制)"
_KIND = "(?:报告|总结|汇报|情况|自查|综述|年报|小结|公告|通报|公示|说明|材料)"
_PLAIN = rf"[^。！{SEMICOLONS}{COLONS}\[\]|>=【】〔〕]"
_TITLE = re.compile(
    rf"{_PLAIN}{{0,60}}?{_SUBJECT}{_PLAIN}{{0,50}}{_KIND}(?:（[^（）]{{1,12}}）)?"
    # 2023年总结和2024年计划: what comes next is a title's second half.
    rf"(?:[和及与暨](?:20\d\d年|明年|下一年|下一步|下步)?度?(?:工作|重点|主要)*(?:计划|打算|安排|思路))?"
    rf"|{_PLAIN}{{2,50}}年度?{_SUBJECT}(?:政府)?建设(?:工作)?"
)
# Sentences, fields of index tables and document numbers are no part of a title.
_NO_TITLE = re.compile(rf"[。{SEMICOLONS}{COLONS}〔〕]")
_SUBJECT_OR_YEAR = re.compile(rf"关于|20\d\d|二〇|{_SUBJECT}")
# A line that cannot stand alone: it needs the name above it.
_LEANS_UP = re.compile(rf" *(?:关于|20\d\d|二〇|年度|推进|工作|情况|的|{_SUBJECT})")
_REST = re.compile(rf"(?:工作|建设|情况|的|年度|总结|政府){{0,4}}{_KIND}")
_NAME_LINE = re.compile(
    rf"(?:中共|中国共产党)?[{HAN}（）·、]{{2,40}}"
    r"(?:政府|委员会|办事处|局|办公室|党委|党工委|党组|管委会|厅|街道|苏木|镇|乡|县|区|市|州|旗|队|中心)(?:关于)?"
)
_OFFICIAL_GAP = re.compile(rf"(?<=[委会府局组处])[ \u3000]+(?=[{HAN}]{{2}}|20\d\d)")
# The column of a paper or site that carried the report;
# other brackets are the title's own (（2024年度）, （公开稿）).
_COLUMN = re.compile(
    rf"[（(][{HAN}]{{0,8}}(?:日记|专栏|之窗|快讯|动态|图文|附图|组图|视频|连载|系列)[）)]$"
)
_FLAT = re.compile(
    rf"([{HAN}（）]{{2,30}}(?:20\d\d|二〇..)?年?度?[{HAN}]{{0,12}}{_SUBJECT}[{HAN}]{{0,14}}?{_KIND})"
    r"(?=[ 一（]|20\d\d ?年)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The title without white space, and where the lines that hold it begin and end."""

    text: str
    start: int
    end: int


def find_title(text: str, folded: str, until: int) -> Title | None:
    """The title among the lines before `until` (the first heading); None where there is none.

    A line that names the issuer itself goes before one that begins `关于……`,
    which is joined to the issuers above it.

    >>> text = "松坪镇人民政府\\n关于2024年度法治政府建设\\n情况的报告\\n正文。"
    >>> find_title(text, text, len(text)).text
    '松坪镇人民政府关于2024年度法治政府建设情况的报告'
    """
    lines = list(lines_of(folded, 0, until))[:_FIRST_LINES]
    found = [title for at in range(len(lines)) if (title := _title_at(text, folded, lines, at))]
    whole = [title for title in found if not _LEANS_UP.match(folded, title.start)]
    return next(iter(whole or found), None) or _flat_title(text, folded, lines)


def list_titles(text: str, folded: str) -> Iterator[Title]:
    """All lines of the text that are called a report as a title is, in its order."""
    lines, end = list(lines_of(folded, 0, len(folded))), 0
    for at, line in enumerate(lines):
        if line.start >= end and line.end - line.start <= _LONGEST:
            title = _title_at(text, folded, lines, at)
            if title and title.start >= end:
                end = title.end
                yield title


def _title_at(text: str, folded: str, lines: Sequence[Span], at: int) -> Title | None:
    """The title of which this line holds the subject:
    with the lines that go on from it, and the names above it.
    """
    for end in range(at + 1, min(at + _MOST_LINES, len(lines)) + 1):
        joined = _join_lines(folded, lines[at:end])
        # A covering letter above ends in its date.
        if is_date(_join_lines(folded, lines[end - 1 : end])):
            return None
        if end > at + 1 and _is_title_alone(folded, lines[end - 1]):
            return None
        if len(joined) > _LONGEST or _NO_TITLE.search(joined):
            return None
        if _TITLE.fullmatch(joined) and not _goes_on(folded, lines, end):
            first = _first_line(folded, lines, at)
            named = _COLUMN.sub("", _title_of(text, lines[first:end]))
            return Title(text=named, start=lines[first].start, end=lines[end - 1].end)
        if not _SUBJECT_OR_YEAR.search(joined):
            return None
    return None


def _is_title_alone(folded: str, line: Span) -> bool:
    """Whether the line needs no other: what stands above it is a heading of the page,
    not its beginning.
    """
    return _TITLE.fullmatch(_join_lines(folded, [line])) is not None and not _LEANS_UP.match(
        folded, line.start
    )


def _first_line(folded: str, lines: Sequence[Span], at: int) -> int:
    """Where the title begins that has its subject in this line: at the names of bodies directly
    above it, if it leans on them.
    """
    if _LEANS_UP.match(folded, lines[at].start):
        while at and _NAME_LINE.fullmatch(_join_lines(folded, lines[at - 1 : at])):
            at -= 1
    return at


def _join_lines(text: str, lines: Sequence[Span]) -> str:
    return squeeze("".join(text[line.start : line.end] for line in lines))


def _title_of(text: str, lines: Sequence[Span]) -> str:
    """The lines as one; the space between two bodies, or a body and its year, is official style."""
    pieces = (_OFFICIAL_GAP.split(text[line.start : line.end]) for line in lines)
    return "".join(" ".join(map(squeeze, line)) for line in pieces)


def _goes_on(folded: str, lines: Sequence[Span], at: int) -> bool:
    """Whether the line below is the rest of the title (情况的报告)."""
    return at < len(lines) and _REST.fullmatch(_join_lines(folded, lines[at : at + 1])) is not None


def _flat_title(text: str, folded: str, lines: Sequence[Span]) -> Title | None:
    """The title at the start of a text whose line breaks were lost."""
    found = _FLAT.match(folded, lines[0].start, lines[0].end) if lines else None
    if not found:
        return None
    return Title(
        text=squeeze(text[found.start(1) : found.end(1)]), start=found.start(1), end=found.end(1)
    )
