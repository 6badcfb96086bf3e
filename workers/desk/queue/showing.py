"""One finding with all that a person needs to decide it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schema.tables import Arrival, Decision, Finding, Metric, Report
from workers.desk.queue.amounts import amount_of, choices
from workers.desk.queue.errors import NoSuchFinding
from workers.desk.queue.listing import joined, listed
from workers.ledger import Ledger
from workers.report.text import Span
from workers.results.history import as_decision, decisions_of, seen_of, standing
from workers.results.human import as_figure, metrics_of

_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")


def show_finding(ledger: Ledger, finding_id: int) -> dict[str, Any]:
    """One finding: its evidence in the raw text, its figures, its file's arrivals, its history.

    `choices` are the alternatives of the suggestion, each with the value that it gives a figure; `changed` has what the
    finding rested on when it was last decided (`then`) and rests on (`now`), where that differs; `seen` is what a
    decision names to say what it knew of.
    """
    with ledger.transaction() as session:
        row = session.execute(joined().where(Finding.id == finding_id)).one_or_none()
        if row is None:
            raise NoSuchFinding(f"(number {finding_id})")
        finding: Finding = row[0]
        figures = [as_figure(metric) | _read_as(metric) for metric in metrics_of(session, finding)]
        history = decisions_of(session, finding_id)
        return listed(*row) | {
            "files": _files(session, finding),
            "evidence": _places(session, finding),
            "figures": figures,
            "choices": [_choice(written) for written in choices(finding.suggestion)],
            "details": finding.details,
            "changed": _changed(finding, figures, standing(history)),
            "seen": seen_of(finding, history),
            "decisions": [as_decision(decision) | _origin(session, decision) for decision in history],
        }


def ends_of(ledger: Ledger, document_id: int) -> list[Span]:
    """The beginning and the end of a report's text, as places without a length: its title and its signature."""
    with ledger.transaction() as session:
        length = session.scalar(select(func.length(Report.raw_text)).filter_by(document_id=document_id))
    return [Span(0, 0), Span(length, length)] if length else []


def in_context(text: str, start: int, end: int, around: int = 40) -> dict[str, Any]:
    """A span with the text around it, on one line.

    >>> in_context("全年调解53件，成功", 4, 7, around=2)
    {'start': 4, 'end': 7, 'before': '调解', 'quote': '53件', 'after': '，成'}
    """
    left, right = text[max(0, start - around) : start], text[end : end + around]
    return {"start": start, "end": end, "before": flat(left), "quote": flat(text[start:end]), "after": flat(right)}


def flat(text: str) -> str:
    """The text on one line: line breaks, and the characters that would steer a terminal, are spaces.

    >>> flat("全年\\n调解\\x1b[2J53件")
    '全年 调解 [2J53件'
    """
    return text.translate(_CONTROLS)


def _files(session: Session, finding: Finding) -> list[str]:
    arrivals = session.scalars(select(Arrival).filter_by(document_id=finding.document_id).order_by(Arrival.id))
    return ["/".join(filter(None, (arrival.folder, arrival.name))) for arrival in arrivals]


def _places(session: Session, finding: Finding) -> list[dict[str, Any]]:
    if not finding.spans:
        return []
    raw_text = session.scalars(select(Report.raw_text).filter_by(document_id=finding.document_id)).one()
    return [in_context(raw_text, start, end) for start, end in finding.spans]


def _read_as(metric: Metric) -> dict[str, Any]:
    """What else the machine read of a figure, beside what a decision is about."""
    return {name: getattr(metric, name) for name in ("bound", "status", "subject", "period", "per", "page")}


def _choice(written: str) -> dict[str, Any]:
    amount = amount_of(written)
    return {"text": written, "value": amount and amount.value, "unit": amount and amount.unit}


def _changed(finding: Finding, figures: list[dict[str, Any]], decided: Sequence[Decision]) -> dict[str, Any] | None:
    """Both versions, where the evidence is another than at the last decision that stands."""
    if not decided or decided[-1].evidence in {None, finding.evidence}:
        return None
    last = decided[-1]
    then = as_decision(last) | {"figures": last.after.get("figures", [])}
    return {
        "then": {name: then[name] for name in ("evidence", "figures", "action", "who", "at")},
        "now": {"evidence": finding.evidence, "figures": figures},
    }


def _origin(session: Session, decision: Decision) -> dict[str, Any]:
    """For a decision that was carried here: the finding that a person decided, its document and when."""
    if decision.carried_from is None:
        return {"carried_from": None}
    source = session.get_one(Decision, decision.carried_from)
    document_id = session.scalars(select(Finding.document_id).filter_by(id=source.finding_id)).one()
    at = source.decided_at.isoformat(timespec="seconds")
    return {"carried_from": {"finding": source.finding_id, "document": document_id, "at": at}}
