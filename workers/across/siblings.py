"""Reports of one issuer: a second one for the same year, or last year's text reused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from workers.across.copies import passages_as_json
from workers.across.subjects import Subject, load_figures, load_subjects, load_titles
from workers.report.catalogue import indicators
from workers.report.comparison.bounds import stale_bounds
from workers.report.comparison.changes import (
    Change,
    Figure,
    compare_figures,
    compare_titles,
    count_same,
    write_figure,
)
from workers.report.comparison.passages import find_overlap
from workers.report.finding_kinds import FindingKind
from workers.report.model import Severity, Status
from workers.results.findings import Row

SIBLING_KINDS = frozenset({FindingKind.CONFLICTING_RESUBMISSION, FindingKind.STALE_YEAR})
# The same report in another format differs at most in page furniture:
# at least this share of the longer text is equal.
SAME_TEXT = 0.97
MOST_CHANGES = 200


Years = Mapping[int, Sequence[int]]


def sibling_rows(
    session: Session, by_year: Years, documents: Iterable[tuple[int, int]]
) -> dict[int, list[Row]]:
    """The findings of each (document, year) against the same issuer's other reports.

    Document ids are in order of arrival.
    """
    pairs = [_Pairs.of(document_id, year, by_year) for document_id, year in documents]
    ids = {
        one
        for pair in pairs
        for one in (pair.me, pair.earlier, pair.last)
        if one and (pair.earlier or pair.last)
    }
    figures = load_figures(session, ids)
    return {pair.me: list(_rows(session, pair, figures)) for pair in pairs}


@dataclass(frozen=True, slots=True)
class _Pairs:
    """A report, the previous one for the same year, and the newest one for the year before."""

    me: int
    earlier: int | None
    last: int | None

    @classmethod
    def of(cls, document_id: int, year: int, by_year: Years) -> _Pairs:
        earlier = [other for other in by_year.get(year, ()) if other < document_id]
        last = by_year.get(year - 1, ())
        return cls(document_id, earlier[-1] if earlier else None, last[-1] if last else None)


def _rows(session: Session, pair: _Pairs, figures: Mapping[int, list[Figure]]) -> Iterator[Row]:
    if pair.earlier:
        changes = compare_figures(figures[pair.earlier], figures[pair.me])
        both = load_subjects(session, [pair.earlier, pair.me])
        row = (
            _resubmission_row(session, both[pair.earlier], both[pair.me], changes)
            if len(both) == 2
            else None
        )
        if row:
            yield row
    if pair.last:
        old, new = (_of_the_year(figures[one]) for one in (pair.last, pair.me))
        if _is_unchanged(*count_same(old, new)):
            both = load_subjects(session, [pair.last, pair.me])
            row = (
                _stale_row(session, both[pair.last], both[pair.me], old, new)
                if len(both) == 2
                else None
            )
            if row:
                yield row


def _resubmission_row(
    session: Session, before: Subject, me: Subject, changes: tuple[Change, ...]
) -> Row | None:
    """How the later of two reports for one year differs; None if only the file format does."""
    added, removed = compare_titles(
        *(load_titles(session, one.document_id) for one in (before, me))
    )
    overlap = find_overlap(me.masked, before.masked)
    equal = overlap.same >= SAME_TEXT * max(len(me.masked.text), len(before.masked.text))
    if equal and not changes and not added and not removed:
        return None
    said, said_en = _say_changes(changes)
    return Row(
        kind=FindingKind.CONFLICTING_RESUBMISSION,
        about=str(before.document_id),
        severity=Severity.CHECK if changes else Severity.NOTE,
        message=f"{me.label}此前已经交过一份，这一份{said}以后交的为准；如应以前一份为准，请撤回这一份。",
        message_en=f"A report of the same issuer for {me.year} came before; this one "
        f"{said_en} The later one counts; "
        "to have the other count, withdraw this one.",
        evidence="｜".join([before.sha256, *map(_in_short, changes)]),
        details={
            "other": before.as_json(),
            "share": round(overlap.share, 3),
            "changes": [_change(change) for change in changes[:MOST_CHANGES]],
            "sections": {"added": list(added), "removed": list(removed)},
            "passages": passages_as_json(session, overlap, me, before),
        },
    )


def _say_changes(changes: tuple[Change, ...]) -> tuple[str, str]:
    if not changes:
        return "数字没有变化，但文字或小标题有改动。", "changes words or headings and no figure."
    first = changes[0]
    shown = f"{_zh(first.stated)}：{_value(first.before)}→{_value(first.after)}"
    return (
        f"有{len(changes)}处数字不同，例如{shown}。",
        f"differs in {len(changes)} figures, such as {shown}.",
    )


def _is_unchanged(equal: int, counted: int) -> bool:
    bounds = stale_bounds()
    return counted >= bounds.figures and equal >= bounds.same * counted


def _stale_row(
    session: Session, last: Subject, me: Subject, old: list[Figure], new: list[Figure]
) -> Row | None:
    overlap = find_overlap(me.masked, last.masked)
    if overlap.share < stale_bounds().share:
        return None
    equal, counted = count_same(old, new)
    return Row(
        kind=FindingKind.STALE_YEAR,
        about=str(last.document_id),
        severity=Severity.CHECK,
        message=f"与本单位{last.year}年度报告有{overlap.share:.0%}的文字相同，两年都写到的{counted}个数字中有{equal}个没有变化，"
        "像是沿用了上一年的文字。请逐项核对并更新。",
        message_en=f"{overlap.share:.0%} of the text is that of {last.year}, and {equal} of "
        f"{counted} figures of both "
        "years did not change: last year's text was probably left standing.",
        evidence=f"{last.sha256}｜{equal}/{counted}",
        details={
            "other": last.as_json(),
            "share": round(overlap.share, 3),
            "figures": {"equal": equal, "compared": counted},
            "changes": [_change(change) for change in compare_figures(old, new)[:MOST_CHANGES]],
            "passages": passages_as_json(session, overlap, me, last),
        },
    )


def _of_the_year(figures: list[Figure]) -> list[Figure]:
    """Figures of the reporting year itself; plans and earlier years' figures may well repeat."""
    return [figure for figure in figures if figure.status == Status.DONE]


def _change(change: Change) -> dict[str, Any]:
    stated = change.stated
    shown: dict[str, Any] = {
        "what": str(change.what),
        "indicator": stated.indicator,
        "zh": _zh(stated),
    }
    shown |= {"subject": stated.subject, "period": stated.period}
    return shown | {"before": _figure(change.before), "after": _figure(change.after)}


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {
        "value": figure.value,
        "unit": figure.unit,
        "quote": figure.quote,
        "span": list(figure.span),
    }


def _in_short(change: Change) -> str:
    return f"{change.stated.indicator}:{_value(change.before)}→{_value(change.after)}"


def _value(figure: Figure | None) -> str:
    return write_figure(figure.value, figure.unit) if figure else "无"


def _zh(figure: Figure) -> str:
    known = indicators().get(figure.indicator)
    return known.zh if known else figure.indicator
