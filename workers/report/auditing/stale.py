"""Last year's text left standing: `stale_year`.

A report on 2024 says 2023 rightly where it compares, tells what began or was won then, or names a
document. It is last year's text where a clause begins with the year as if it were the current one,
and in a plan where the year is over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.report.auditing.context import Evidence, shorten_quote
from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.clauses import PHRASE_MARKS
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Role, Section, Severity
from workers.report.text import Span

_FILE = "stale_years.yaml"
# What may stand between the beginning of a clause and its year.
_NUMBER = r"(?:[一二三四五六七八九]是|\d{1,2}[.．、]|（[一二三四五六七八九十]{1,3}）)"
_LEAD = rf"(?:^|(?<=[{PHRASE_MARKS}]))[ \u3000]*{_NUMBER}?"
_CURRENT = r"(?P<lead>回顾|总结|在|一年来的)?"
_NO_DAY = r"(?!(?:第?[一二三四]季度|[上下]半年|[初底末]|\d|以来|起|至|到|[-—–~～]))"
_YEAR = re.compile(rf"{_LEAD}{_CURRENT}(?P<year>20\d\d)年{_NO_DAY}", re.MULTILINE)
_UNTIL = re.compile(r"截[至止]到?(?P<year>20\d\d)年(?:[底末]|12月(?:31日|[底末])?)")
_SINCE = re.compile("今年|本年|年内")
_PLANNED = re.compile(rf"(?P<year>20\d\d)年{_NO_DAY}")
_NAMES = re.compile(r"《[^《》\n]{0,80}》|“[^“”\n]{0,40}”|〔[^〕\n]{0,8}〕")
_TABLE = re.compile(r"\t|^\s*附", re.MULTILINE)
# 2023年，受理20件；2024年，受理18件: two years side by side are compared.
_BESIDE = 30
# Before a planned year: 做好, 谋划好; a clause's beginning is as good.
_AHEAD = 12


@knowledge
def _words_pattern(key: str) -> re.Pattern[str]:
    listed = load_yaml(_FILE).get(key)
    require(isinstance(listed, list) and listed, _FILE, key, "must be a list of words")
    return re.compile("|".join(re.escape(str(word)) for word in listed or ()))


def audit_stale(evidence: Evidence) -> Iterator[Finding]:
    """stale_year, one for each sentence."""
    year = evidence.segmented.header.year
    if year is None:
        return
    for section in evidence.sections:
        if not section.level or Role.SIGNATURE in section.roles:
            continue
        is_plan = Role.PLAN in section.roles
        find = _past_plan if is_plan else _last_year
        over = tuple(f"{each}年" for each in (year - 1, year)[: 1 + is_plan])
        for sentence in _sentences_of(evidence, section, over):
            if place := find(evidence.text, sentence, year):
                yield _stale_finding(evidence, place, sentence, year, is_plan=is_plan)


def _sentences_of(evidence: Evidence, section: Section, over: Sequence[str]) -> Iterator[Span]:
    """The sentences of the section's own text, without its heading, that name one of the years."""
    text = evidence.text
    first = evidence.sentence_from(section.heading_end)
    for at in range(first, len(evidence.segmented.sentences)):
        sentence = evidence.segmented.sentences[at]
        if sentence.start >= section.end:
            break
        start = max(sentence.start, section.heading_end)
        # The name of an attachment, the head of a table and its rows state no year of their own.
        if any(text.find(year, start, sentence.end) >= 0 for year in over) and not _TABLE.search(
            text, *sentence
        ):
            yield Span(start, sentence.end)


def _last_year(text: str, sentence: Span, year: int) -> Span | None:
    """Where the sentence speaks of the year before as of the current one."""
    said = _NAMES.sub(lambda found: "＊" * len(found.group()), text[sentence.start : sentence.end])
    before, behind = (
        text[max(0, sentence.start - _BESIDE) : sentence.start],
        text[sentence.end : sentence.end + _BESIDE],
    )
    near = before.rpartition("\n")[2] + said + behind.partition("\n")[0]
    if f"{year - 1}年" not in said or f"{year}年" in near or _words_pattern("rightly").search(said):
        return None
    told = _words_pattern("happened").search(said)
    for found in (*(() if told else _YEAR.finditer(said)), *_UNTIL.finditer(said)):
        # 截至2024年底建成6处，今年新建3处: what there was before this year.
        if int(found["year"]) == year - 1 and not _SINCE.search(said, found.end()):
            start = sentence.start + found.start("year")
            return Span(start, start + 5)
    return None


def _past_plan(text: str, sentence: Span, year: int) -> Span | None:
    """Where a plan is made for the year that is reported on, or one before."""
    said = _NAMES.sub(lambda found: "＊" * len(found.group()), text[sentence.start : sentence.end])
    if (
        f"{year + 1}年" in said
        or not _words_pattern("ahead").search(said)
        or _words_pattern("behind").search(said)
    ):
        return None
    for found in _PLANNED.finditer(said):
        if year - 1 <= int(found["year"]) <= year and found.start() <= _AHEAD:
            return Span(sentence.start + found.start(), sentence.start + found.end())
    return None


def _stale_finding(
    evidence: Evidence, place: Span, sentence: Span, year: int, *, is_plan: bool
) -> Finding:
    stands, meant = evidence.text[place.start : place.end], f"{year + is_plan}年"
    said = shorten_quote(evidence.text[sentence.start : sentence.end])
    why = f"下一步安排的是已经过去的{stands}" if is_plan else f"这里却把{stands}当作当年来写"
    why_en = (
        f"but plans for {stands[:4]}, which is over"
        if is_plan
        else f"but speaks of {stands[:4]} as the current year"
    )
    return evidence.finding(
        FindingKind.STALE_YEAR,
        Severity.CHECK,
        message=f"报告的是{year}年，{why}（“{said}”），像是沿用了往年的文字。请核对内容和数字，年份应为“{meant}”。",
        message_en=(
            f"The report is on {year} {why_en}: perhaps last year's text left "
            f"standing. Probably {meant[:4]}."
        ),
        places=[place],
        metrics=evidence.metrics_in(sentence),
        suggestion=meant,
    )
