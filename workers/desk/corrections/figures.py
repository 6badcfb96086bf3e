"""The figures of a report, put right by a person: corrected, taken out, or marked where the machine
found none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.tables import Metric, Report
from workers.desk.corrections.amounts import Amount, read_amount
from workers.desk.corrections.errors import CannotCorrect, NoSuchFigure
from workers.desk.corrections.reading import (
    Correction,
    apply_correction,
    check_correction,
    check_unit,
    human_fields,
)
from workers.desk.corrections.recording import Who, hold_report, record
from workers.ledger import Ledger
from workers.report.model import Bound, Status
from workers.report.text import Span, Traced
from workers.results import rows
from workers.results.correcting import AROUND, section_at
from workers.results.history import corrections_of, reading_left
from workers.results.human import KEPT_FOR_A_PERSON, mark_changed, set_human
from workers.results.remaking import lock_documents, remake_changed

LONGEST_FIGURE, MOST_PLACES = 60, 40


def correct_figure(
    ledger: Ledger, document_id: int, key: str, correction: Correction, who: Who
) -> int:
    """Say what a figure is; the act's number. CannotCorrect where it cannot be that."""
    with ledger.transaction() as session:
        figure = _hold_figure(session, document_id, key)
        before = human_fields(figure)
        apply_correction(figure, correction)
        figure.human_removed = None
        return _record(session, figure, before, who)


def remove_figure(ledger: Ledger, document_id: int, key: str, who: Who) -> int:
    """Say that this is no figure of the report; the act's number."""
    with ledger.transaction() as session:
        figure = _hold_figure(session, document_id, key)
        before = human_fields(figure)
        figure.human_removed = True
        return _record(session, figure, before, who)


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand in the clean text, with the words around them."""

    span: Span
    before: str
    quote: str
    after: str


def find_words(ledger: Ledger, document_id: int, words: str) -> list[Place]:
    """The places where exactly these words stand, the first few."""
    with ledger.transaction() as session:
        text = session.scalar(select(Report.text).filter_by(document_id=document_id)) or ""
    return [_place(text, span) for span in islice(_spans(text, words), MOST_PLACES)]


def add_figure(
    ledger: Ledger, document_id: int, place: Span, quote: str, correction: Correction, who: Who
) -> tuple[int, str]:
    """Mark a figure that the machine did not find, at this place of the clean text, where this
    stands; the act's number and the figure's key.

    Its value is what was typed, else what the marked words say.
    """
    check_correction(correction)
    with ledger.transaction() as session:
        report = hold_report(session, document_id)
        lock_documents(session, [document_id])
        traced = rows.read_cleaned(report).traced
        if traced.text[place.start : place.end] != quote or not quote.strip():
            raise NoSuchFigure
        if len(quote) > LONGEST_FIGURE or "\n" in quote:
            raise CannotCorrect(
                f"Mark the figure alone, at most {LONGEST_FIGURE} characters of one line.",
                f"请只选数字本身，在同一行里，不超过{LONGEST_FIGURE}个字。",
            )
        figure = _new_figure(session, report, traced, place, correction)
        around = _around(traced.text, place)
        changes = {**_said(figure), "added": True}
        made = record(
            session,
            who,
            changes=changes,
            before={"quote": quote, "around": around},
            document_id=document_id,
            figure=figure.key,
        )
        mark_changed(session, document_id)
        remake_changed(session)
        assert made.act is not None
        return made.act, figure.key


def follow_undone(session: Session, document_id: int, key: str) -> None:
    """A figure after a correction of it was taken back: what others said of it, or nothing."""
    figure = session.scalars(
        select(Metric).filter_by(document_id=document_id, key=key)
    ).one_or_none()
    if figure is None:
        return
    if figure.added and not _is_marked(session, figure):
        figure.added = False
        if figure.ordinal == KEPT_FOR_A_PERSON:
            mark_changed(session, document_id)
            session.delete(figure)
            return
    set_human(figure, reading_left(session, figure))


def _is_marked(session: Session, figure: Metric) -> bool:
    return any("added" in one.changes for one in corrections_of(session, figure))


def _hold_figure(session: Session, document_id: int, key: str) -> Metric:
    hold_report(session, document_id)
    lock_documents(session, [document_id])
    mine = select(Metric).filter_by(document_id=document_id, key=key)
    found = session.scalars(mine.with_for_update()).one_or_none()
    if found is None:
        raise NoSuchFigure
    return found


def _record(session: Session, figure: Metric, before: dict[str, object], who: Who) -> int:
    after = human_fields(figure)
    changes = {name: said for name, said in after.items() if said != before[name]}
    if not changes:
        raise CannotCorrect("It says so already.", "与现在的内容相同，没有改动。")
    read = {name: getattr(figure, name, None) for name in ("value", "unit", "bound", "indicator")}
    read |= {name: getattr(figure, name) for name in ("status", "subject", "period")}
    stood = {name: read.get(name) if before[name] is None else before[name] for name in changes}
    text = session.scalars(select(Report.text).filter_by(document_id=figure.document_id)).one()
    around = _around(text or "", Span(figure.start, figure.end))
    made = record(
        session,
        who,
        changes=changes,
        before=stood | {"around": around, "quote": figure.quote},
        document_id=figure.document_id,
        figure=figure.key,
    )
    mark_changed(session, figure.document_id)
    remake_changed(session)
    assert made.act is not None
    return made.act


def _said(figure: Metric) -> dict[str, object]:
    return {name: said for name, said in human_fields(figure).items() if said is not None}


def _new_figure(
    session: Session, report: Report, traced: Traced, place: Span, correction: Correction
) -> Metric:
    quote = traced.text[place.start : place.end]
    stated = _stated(quote, correction)
    raw = traced.raw(place.start, place.end)
    unit = correction.unit or stated.unit
    check_unit(unit, correction.indicator or None)
    sections = rows.load_segmented(session, report.document_id).sections
    figure = Metric(
        document_id=report.document_id,
        key=_free_key(session, report.document_id, raw),
        ordinal=KEPT_FOR_A_PERSON,
        section=section_at(sections, place.start),
        indicator=None,
        value=stated.value,
        unit=stated.unit,
        bound=stated.bound,
        status=Status.DONE,
        quote=quote,
        start=place.start,
        end=place.end,
        raw_start=raw.start,
        raw_end=raw.end,
        page=bisect_right(report.page_starts, raw.start),
        confidence=1.0,
        why="marked by a person",
        added=True,
    )
    session.add(figure)
    bound = correction.bound or stated.bound
    spoken = replace(
        correction, value=stated.value, high=stated.high, unit=unit or None, bound=bound
    )
    apply_correction(figure, spoken)
    session.flush()
    return figure


def _stated(quote: str, correction: Correction) -> Amount:
    if correction.value is not None:
        bound = correction.bound or Bound.EXACT
        return Amount(correction.value, correction.unit or "", bound, correction.high)
    amount = read_amount(quote)
    if amount is None:
        raise CannotCorrect(
            f"“{quote}” states no number by itself: type the value too.",
            f"“{quote}”本身读不出数值，请同时填写数值。",
        )
    return amount


def _free_key(session: Session, document_id: int, raw: Span) -> str:
    """As rows.metric_keys: numbered where one span states several."""
    taken = set(
        session.scalars(
            select(Metric.key).filter_by(
                document_id=document_id, raw_start=raw.start, raw_end=raw.end
            )
        )
    )
    plain = f"{raw.start}-{raw.end}"
    return next(key for key in _numbered(plain) if key not in taken)


def _numbered(plain: str) -> Iterator[str]:
    yield plain
    yield from (f"{plain}#{number}" for number in count(2))


def _around(text: str, place: Span) -> list[str]:
    before = text[max(0, place.start - AROUND) : place.start]
    return [before, text[place.end : place.end + AROUND]]


def _spans(text: str, words: str) -> Iterator[Span]:
    at = text.find(words) if words else -1
    while at >= 0:
        yield Span(at, at + len(words))
        at = text.find(words, at + 1)


def _place(text: str, span: Span) -> Place:
    before, after = _around(text, span)
    return Place(span, before, text[span.start : span.end], after)
