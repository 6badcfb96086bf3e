"""What the header lacks, and where its year is contradicted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from workers.report.auditing.context import Evidence, shorten_quote
from workers.report.chinese.characters import plain_text
from workers.report.chinese.folding import fold_wide
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Role, Section, Severity
from workers.report.segmentation.locating import full_name, locate_issuer
from workers.report.text import Span

# The opening of a report; what stands further down speaks of single matters.
OPENING = 1500

# Reports on half a year appear from June on; what is dated earlier can only be on the year before.
EARLIEST_MONTH = 6
# A person can choose among a few; of 88 places called 城关镇 the number says enough.
_MOST_NAMED = 5
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
# A year that is part of a name in 《》 or of a range (2021—2025年) is not the report's.
_NAMED = re.compile(r"《[^《》\n]{0,60}》|(?:19|20)\d\d年?[-—–－~～至到](?:19|20)\d\d年")
# 现将2024年度……报告如下; but not 2023年以来, which names a beginning only.
_STATED = re.compile(r"现[将就][^。\n《]{0,15}?(?<!\d)((?:19|20)\d\d)年")
_OPENS = re.compile(r"(?:^|\n)[ \u3000]*((?:19|20)\d\d)年度?[，,]")
# A bare year in a file name stands alone: not part of a date, a longer number or a hash.
_BARE = re.compile(r"(?<![0-9A-Za-z])(20[0-3]\d)(?![0-9A-Za-z])(?![-._]?\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One place that names a year: where, as a person calls it,
    and whether it goes with the report's year.
    """

    years: frozenset[int]
    where: str
    where_en: str
    fits: Callable[[frozenset[int], int], bool]
    place: Span | None = None
    severity: Severity = Severity.CHECK


def audit_header(evidence: Evidence) -> Iterator[Finding]:
    """title_missing, issuer_unknown, place_ambiguous, year_conflict."""
    header = evidence.segmented.header
    if header.title is None:
        yield _title_missing(evidence)
    if header.issuer is None:
        yield _issuer_unknown(evidence)
    if header.place.code is None:
        yield from _place_ambiguous(evidence)
    if header.year is None:
        yield _year_unknown(evidence)
    else:
        yield from _year_conflict(evidence, header.year)


def _title_missing(evidence: Evidence) -> Finding:
    return evidence.finding(
        FindingKind.TITLE_MISSING,
        Severity.CHECK,
        message="没有找到报告的标题（如“××镇2024年度法治政府建设情况报告”）。请补上标题，或确认这是不是年度报告。",
        message_en="No title was found. Add it, or confirm that this is an annual report.",
    )


def _issuer_unknown(evidence: Evidence) -> Finding:
    return evidence.finding(
        FindingKind.ISSUER_UNKNOWN,
        Severity.CHECK,
        message="看不出报告是哪个单位写的：标题、正文和落款都没有写明。请填写报告单位。",
        message_en="No title, text or signature names the body that reports. Fill in the issuer.",
    )


def _place_ambiguous(evidence: Evidence) -> Iterator[Finding]:
    """Which places of that name are left; silent where the gazetteer has none."""
    header = evidence.segmented.header
    location = locate_issuer(
        header,
        fold_wide(evidence.text),
        name=plain_text(evidence.source.name),
        facts=evidence.cleaned.facts,
    )
    count, some = len(location.candidates), location.candidates[:_MOST_NAMED]
    if count < 2:
        return
    name = header.place.township or header.place.county or header.issuer
    listed = "、".join(f"{full_name(code, header.place.township)}（{code}）" for code in some)
    more, more_en = ("等", " and others") if count > len(some) else ("", "")
    yield evidence.finding(
        FindingKind.PLACE_AMBIGUOUS,
        Severity.NOTE,
        message=f"全国有{count}处“{name}”与报告相符，正文没有写明是哪一处：{listed}{more}。请核对所在的县（市、区）。",
        message_en=(
            f"{count} places called {name} fit and the text does not say which: {listed}{more_en}."
        ),
    )


def _year_unknown(evidence: Evidence) -> Finding:
    return evidence.finding(
        FindingKind.YEAR_CONFLICT,
        Severity.CHECK,
        message="看不出报告的是哪一年：标题、正文和文件名都没有写明。请填写报告年度。",
        message_en="No title, text or file name says which year is reported on. Fill in the year.",
        about="unknown",
    )


def _year_conflict(evidence: Evidence, year: int) -> Iterator[Finding]:
    against = [claim for claim in _year_claims(evidence, year) if not claim.fits(claim.years, year)]
    if not against:
        return
    said = "；".join(f"{claim.where}写的是{_list_years(claim.years)}年" for claim in against)
    said_en = "; ".join(f"{claim.where_en} says {_list_years(claim.years)}" for claim in against)
    serious = any(claim.severity is not Severity.NOTE for claim in against)
    yield evidence.finding(
        FindingKind.YEAR_CONFLICT,
        Severity.CHECK if serious else Severity.NOTE,
        message=f"年份前后不一致：报告的是{year}年，但{said}。请核对是不是沿用了往年的文字，或者写错了年份。",
        message_en=f"The years disagree: the report is on {year}, but {said_en}.",
        places=[claim.place for claim in against if claim.place],
        metrics=(),
    )


def _list_years(years: frozenset[int]) -> str:
    return "、".join(str(year) for year in sorted(years))


def _year_claims(evidence: Evidence, year: int) -> Iterator[Claim]:
    yield from _title_claims(evidence)
    yield from _opening_claims(evidence)
    yield from _heading_claims(evidence, year)
    yield from _date_claims(evidence)
    yield from _name_claims(evidence)


def _names_it(years: frozenset[int], year: int) -> bool:
    return year in years


def _this_or_next(years: frozenset[int], year: int) -> bool:
    """A date or a bare number may be of the year in which the report was written:
    the same, or the next.
    """
    return bool(years & {year, year + 1})


def _next_of(years: frozenset[int], year: int) -> bool:
    return year + 1 in years


def _years_in(text: str) -> frozenset[int]:
    return frozenset(int(year) for year in _YEAR.findall(_NAMED.sub("", text)))


def _title_claims(evidence: Evidence) -> Iterator[Claim]:
    title = evidence.segmented.header.title or ""
    if years := _years_in(title):
        lines = evidence.text[:OPENING]
        at = next((lines.find(f"{year}年") for year in sorted(years)), -1)
        place = Span(at, at + 5) if at >= 0 else None
        yield Claim(years=years, where="标题", where_en="the title", fits=_names_it, place=place)


def _opening_claims(evidence: Evidence) -> Iterator[Claim]:
    until = next((section.start for section in evidence.sections if section.level == 1), OPENING)
    opening = evidence.text[: min(until, OPENING)]
    for pattern in (_OPENS, _STATED):
        if found := pattern.search(opening):
            place = Span(found.start(1), found.end(1) + 1)
            said = shorten_quote(opening[place.start : place.end + 8])
            years = frozenset({int(found.group(1))})
            yield Claim(
                years=years,
                where=f"开头“{said}”",
                where_en="the opening",
                fits=_names_it,
                place=place,
            )


def _heading_claims(evidence: Evidence, year: int) -> Iterator[Claim]:
    for section in evidence.sections:
        if section.level == 1 and section.title and (years := _years_in(section.title)):
            yield _heading_claim(section, years, year)


def _heading_claim(section: Section, years: frozenset[int], year: int) -> Claim:
    """A heading on what was done names the year; one on what is planned names a later one,
    at the least this one.
    """
    planned = Role.PLAN in section.roles
    return Claim(
        years=years,
        where=f"标题“{shorten_quote(section.title or '', 24)}”",
        where_en="a heading",
        fits=(lambda said, year: max(said) > year) if planned else _names_it,
        place=Span(section.start, section.heading_end),
        # 2024年工作计划 in a report on 2024 is written so by many who report
        # before the year is out.
        severity=Severity.NOTE if planned and max(years) == year else Severity.CHECK,
    )


def _date_claims(evidence: Evidence) -> Iterator[Claim]:
    if published := evidence.segmented.header.published:
        years = frozenset({published.year})
        # The date of a web page may be that of a visit or of a move to another site.
        severity = (
            Severity.NOTE if published == evidence.cleaned.facts.published else Severity.CHECK
        )
        yield Claim(
            years=years,
            where=f"日期（{published.year}年{published.month}月{published.day}日）",
            where_en=f"its date ({published.isoformat()})",
            fits=_this_or_next if published.month >= EARLIEST_MONTH else _next_of,
            place=_signed_year(evidence),
            severity=severity,
        )


def _signed_year(evidence: Evidence) -> Span | None:
    for section in reversed(evidence.sections):
        if Role.SIGNATURE in section.roles:
            return Span(section.start, section.end)
    return None


def _name_claims(evidence: Evidence) -> Iterator[Claim]:
    name = PurePath(plain_text(evidence.source.name)).stem
    if years := _years_in(name):
        yield Claim(years=years, where="文件名", where_en="the file name", fits=_names_it)
    elif bare := frozenset(int(year) for year in _BARE.findall(name)):
        yield Claim(years=bare, where="文件名", where_en="the file name", fits=_this_or_next)
