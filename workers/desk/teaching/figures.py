"""The figures of the stored reports that a person may be asked about, each with its group."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from schema.tables import Document, Metric, Report
from workers.report.chinese.folding import fold_narrow
from workers.report.extraction.confidence import unsure_below
from workers.report.extraction.coverage import REACH, Group, group_at

# The newest reports: their wording is the one that comes again.
MOST_REPORTS = 1000
# What is shown on either side of a figure; the group is read from the nearer characters.
AROUND = 2 * REACH + 12


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigure:
    """A figure, with what stands before and behind it.

    `code` is a person's where one said it (`corrected`), else the machine's guess (`machine`).
    """

    document: int
    report: str
    key: str
    start: int
    quote: str
    before: str
    after: str
    group: Group
    code: str | None
    machine: str | None
    corrected: bool


def load_figures(session: Session, *, every: bool) -> list[GroupFigure]:
    """The figures without a sure name, and those whose name a person corrected; `every`: also
    those that are known to have none.
    """
    return [_read_row(*row) for row in session.execute(_select_figures(every=every))]


def load_group(session: Session, group: Group) -> list[GroupFigure]:
    """The figures of one group, those that are known to have no code included."""
    of_unit = _select_figures(every=True).where(Metric.unit == group.unit)
    with_words = (
        row
        for row in session.execute(of_unit)
        if all(word in fold_narrow(row.before + row.after) for word in (group.noun, group.verb))
    )
    return [one for one in (_read_row(*row) for row in with_words) if one.group == group]


def newest_reports() -> Select[int]:
    done = select(Document.id).where(Document.done_at.is_not(None))
    return done.order_by(Document.id.desc()).limit(MOST_REPORTS)


def _select_figures(*, every: bool) -> Select[*tuple[Any, ...]]:
    before = func.greatest(Metric.start - AROUND, 0)
    return (
        select(
            Metric.document_id,
            func.coalesce(Report.title, Report.name),
            Metric.key,
            Metric.start,
            Metric.quote,
            Metric.unit,
            Metric.indicator,
            Metric.human_indicator,
            func.substr(Report.text, before + 1, Metric.start - before).label("before"),
            func.substr(Report.text, Metric.end + 1, AROUND).label("after"),
        )
        .join(Report, Report.document_id == Metric.document_id)
        .where(
            Metric.document_id.in_(newest_reports()),
            Metric.ordinal >= 0,
            Metric.value != 0,
            Metric.human_removed.is_not(True),
            _is_asked(every=every),
        )
        .order_by(Metric.document_id.desc(), Metric.start)
    )


def _is_asked(*, every: bool) -> ColumnElement[bool]:
    unsure = Metric.confidence < unsure_below()
    asked = or_(unsure, Metric.indicator.is_(None)) if every else unsure
    corrected = Metric.human_indicator.is_distinct_from(Metric.indicator)
    return or_(
        Metric.human_indicator.is_(None) & asked, Metric.human_indicator.is_not(None) & corrected
    )


def _read_row(
    document: int, report: str, key: str, start: int, quote: str, unit: str,
    machine: str | None, human: str | None, before: str, after: str,
) -> GroupFigure:  # fmt: skip
    return GroupFigure(
        document=document,
        report=report,
        key=key,
        start=start,
        quote=quote,
        before=before,
        after=after,
        group=_group(fold_narrow(before), quote, fold_narrow(after), unit),
        code=(machine if human is None else human) or None,
        machine=machine,
        corrected=human is not None,
    )


@lru_cache(maxsize=100_000)  # to tag words takes longer than all else here
def _group(before: str, quote: str, after: str, unit: str) -> Group:
    start = len(before)
    return group_at(before + quote + after, start, start + len(quote), unit)
