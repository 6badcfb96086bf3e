"""Is it an annual report at all: `not_a_report`.

Only what shows itself as something else is told: a report without its title is still one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from workers.report.auditing.context import Evidence, count_han, shorten_quote
from workers.report.auditing.damage.endings import SHORTEST_REPORT
from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.folding import simplify, squeeze
from workers.report.chinese.lines import lines_of
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Role, Severity
from workers.report.text import Span

_FILE = "genres.yaml"
# A title stands among these lines, under what is left of a page's menu.
_FIRST_LINES = 12
_OPENING = 500
_ASKED = "请确认；如果确是年度报告，请驳回本条。"
_ASKED_EN = "Its figures stay out of the panel: confirm it, or dismiss this if it is one."
# No numbered heading, sentence or line of a table.
_OWN_TITLE = re.compile(r"(?![（(]?[一二三四五六七八九十\d]{1,3}[)）、.．是])[^。；;，,>|]{5,60}")
# Lines of a page's head, the addressee, and a body's name alone.
_NO_TITLE = re.compile(
    r"索引号|[文字]号|发布(?:时间|日期|机构)|来源|浏览|日期|首页|打印|位置|公开(?:方式|形式)|[：:]$"
    r"|(?:人民政府|办事处|委员会|局|办公室|中心)$"
)
# What a title or a heading of a report on the subject ends in.
_OF_REPORTS = re.compile(
    r"(?:报告|总结|汇报|情况|成效|举措|做法|工作|建设|年报|公示|公告)(?:[（(].{1,12}[）)])?$"
)
# Sections on what only a report states; one of them may be in any paper.
_REPORTING = frozenset({Role.LEADER_DUTY, Role.SHORTCOMINGS, Role.PLAN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Genre:
    """Something else that it can be, its names for people, and what its first lines show.

    `overrules`: whatever else shows a report, for its title names the report that it is about.
    """

    zh: str
    en: str
    overrules: bool
    titles: Sequence[re.Pattern[str]]
    phrases: Sequence[re.Pattern[str]]

    def shown_by(self, titles: Sequence[str], opening: str) -> str | None:
        """The words that show it; None where nothing does."""
        for title in titles:
            if any(pattern.fullmatch(title) for pattern in self.titles):
                return title
        found = next(filter(None, (pattern.search(opening) for pattern in self.phrases)), None)
        return found[0] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What shows a report: its title's forms, its subject, its matters, how it opens."""

    titles: Sequence[re.Pattern[str]]
    subject: re.Pattern[str]
    matters: re.Pattern[str]
    openings: Sequence[re.Pattern[str]]

    def shown_by(self, titles: Sequence[str], opening: str) -> bool:
        named = any(
            self.subject.search(title) and pattern.search(title)
            for title in titles
            for pattern in self.titles
        )
        opened = any(pattern.search(opening) for pattern in self.openings)
        return named or (opened and self.subject.search(opening) is not None)


def _compiled(patterns: Sequence[str]) -> Sequence[re.Pattern[str]]:
    return tuple(re.compile(pattern, re.MULTILINE) for pattern in patterns)


@knowledge
def report_signs() -> Signs:
    """The signs of a report in the catalogue."""
    row = load_yaml(_FILE)["reports"]
    return Signs(
        titles=tuple(re.compile(f"{pattern}$") for pattern in row["titles"]),
        subject=re.compile(row["subject"]),
        matters=re.compile(row["matters"]),
        openings=_compiled(row["openings"]),
    )


@knowledge
def other_genres() -> tuple[Genre, ...]:
    """What else it can be, in the catalogue's order; each entry proves itself on its examples."""
    return tuple(_genre(row) for row in load_yaml(_FILE)["others"])


def _genre(row: dict[str, Any]) -> Genre:
    genre = Genre(
        zh=row["zh"],
        en=row["en"],
        overrules=row.get("overrules", False),
        titles=_compiled(row["titles"]),
        phrases=_compiled(row["phrases"]),
    )
    for example in row["examples"]:
        require(genre.shown_by([example], ""), _FILE, row["name"], f"does not know {example}")
    return genre


def audit_genre(evidence: Evidence) -> Iterator[Finding]:
    """not_a_report, with the words that show what it is instead."""
    text = simplify(evidence.text[: 2 * _OPENING])
    titles, opening = _first_titles(text), text[:_OPENING]
    is_report = _is_report(evidence, titles, opening)
    # Cleaning drops who a page is from.
    openings = f"{opening}\n{simplify(evidence.source.raw_text[: 2 * _OPENING])}"
    for genre in other_genres():
        if (genre.overrules or not is_report) and (shown := genre.shown_by(titles, openings)):
            yield _not_a_report(evidence, genre, shown)
            return
    if not is_report:
        yield from _without_signs(evidence, text)


def _is_report(evidence: Evidence, titles: Sequence[str], opening: str) -> bool:
    if report_signs().shown_by(
        [*titles, *filter(None, [evidence.segmented.header.title])], opening
    ):
        return True
    roles = {role for section in evidence.sections for role in section.roles}
    return len(roles & _REPORTING) > 1 and _speaks_of_law(evidence)


def _speaks_of_law(evidence: Evidence) -> bool:
    return report_signs().matters.search(evidence.text) is not None


def _first_titles(text: str) -> list[str]:
    """The first lines that are no sentences, without white space."""
    lines = (squeeze(text[line.start : line.end]) for line in lines_of(text))
    return [line for line in islice(filter(None, lines), _FIRST_LINES) if "。" not in line]


def _own_title(text: str) -> str | None:
    """The first line, where it is the title of something else."""
    first = next(lines_of(text), Span(0, 0))
    line = squeeze(text[first.start : first.end])
    on_subject = report_signs().subject.search(line) and _OF_REPORTS.search(line)
    is_other = not (_NO_TITLE.search(line) or on_subject)
    return line if is_other and _OWN_TITLE.fullmatch(line) else None


def _not_a_report(evidence: Evidence, genre: Genre, shown: str) -> Finding:
    at = simplify(evidence.text).find(shown)
    return evidence.finding(
        FindingKind.NOT_A_REPORT,
        Severity.CHECK,
        message=f"这像是{genre.zh}（“{shorten_quote(shown)}”），不像法治政府建设年度报告，"
        f"其中的数字暂不进入汇总。{_ASKED}",
        message_en=(
            f"This looks like {genre.en} ({shorten_quote(shown)}), not like an annual report. "
            f"{_ASKED_EN}"
        ),
        places=[Span(at, at + len(shown))] if at >= 0 else [],
        metrics=(),
    )


def _without_signs(evidence: Evidence, opening: str) -> Iterator[Finding]:
    """It has a title of its own, speaks of nothing that reports speak of, or tells a story without
    a report's form.
    """
    is_long = count_han(evidence.text, SHORTEST_REPORT) == SHORTEST_REPORT
    if title := _own_title(opening):
        shown = f"标题是“{shorten_quote(title)}”，也没有“现将法治政府建设情况报告如下”"
        shown_en = f"It is titled {shorten_quote(title)} and does not open as such a report"
    elif not is_long:
        return
    elif not _speaks_of_law(evidence):
        shown = "全文没有一处说到法治或依法办事"
        shown_en = "Nothing in the text is about law"
    elif all(section.level == 0 for section in evidence.sections):
        shown, shown_en = (
            "没有标题、没有分节，也没有“现将情况报告如下”",
            "It has no title, headings or opening",
        )
    else:
        return
    yield evidence.finding(
        FindingKind.NOT_A_REPORT,
        Severity.CHECK,
        message=f"{shown}，不像法治政府建设年度报告，其中的数字暂不进入汇总。{_ASKED}",
        message_en=f"{shown_en}, so it hardly is an annual report. {_ASKED_EN}",
    )
