"""One finding with all that a person needs to decide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schema.kinds import Action
from schema.tables import Arrival, Decision, Finding, Json, Metric, Report
from workers.desk.corrections.amounts import amount_of, split_choices
from workers.desk.queue.listing import load_queued
from workers.desk.queue.values import (
    CarriedFrom,
    ChangedEvidence,
    Choice,
    DecidedOn,
    EvidenceQuote,
    FindingInFull,
    FindingMetric,
    PastDecision,
    RestsOn,
    Standing,
)
from workers.ledger import Ledger
from workers.report.text import Span
from workers.results.history import decisions_of, seen_of, standing_decisions
from workers.results.human import kept_figures, metrics_of, read_figure

_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")


def show_finding(ledger: Ledger, finding_id: int) -> FindingInFull:
    """One finding: its evidence in the raw text, its metrics, its file's arrivals, its history."""
    with ledger.transaction() as session:
        queued = load_queued(session, finding_id)
        finding = session.get_one(Finding, finding_id)
        figures = tuple(_figure(metric) for metric in metrics_of(session, finding))
        history = decisions_of(session, finding_id)
        return FindingInFull(
            finding=queued,
            files=_files(session, finding.document_id),
            evidence=_evidence(session, finding),
            figures=figures,
            choices=tuple(_read_choice(written) for written in split_choices(finding.suggestion)),
            details=finding.details,
            changed=_changed_evidence(finding, figures, standing_decisions(history)),
            seen=seen_of(finding, history),
            decisions=tuple(_past_decision(session, decision) for decision in history),
        )


def tell_seen(ledger: Ledger, finding_id: int) -> str:
    """The `seen` of `show_finding`, by itself."""
    with ledger.transaction() as session:
        return seen_of(session.get_one(Finding, finding_id), decisions_of(session, finding_id))


def ends_of(ledger: Ledger, document_id: int) -> list[Span]:
    """The beginning and the end of a report's text, as places without a length:
    its title and its signature.
    """
    with ledger.transaction() as session:
        length = session.scalar(
            select(func.length(Report.raw_text)).filter_by(document_id=document_id)
        )
    return [Span(0, 0), Span(length, length)] if length else []


def quote_span(text: str, start: int, end: int, around: int = 40) -> EvidenceQuote:
    """A span with the text around it, on one line.

    >>> quote_span("全年调解53件，成功", 4, 7, around=2)
    EvidenceQuote(start=4, end=7, before='调解', quote='53件', after='，成')
    """
    return EvidenceQuote(
        start=start,
        end=end,
        before=flatten_text(text[max(0, start - around) : start]),
        quote=flatten_text(text[start:end]),
        after=flatten_text(text[end : end + around]),
    )


def flatten_text(text: str) -> str:
    """The text on one line: line breaks, and the characters that would steer a terminal,
    are spaces.

    >>> flatten_text("全年\\n调解\\x1b[2J53件")
    '全年 调解 [2J53件'
    """
    return text.translate(_CONTROLS)


def list_files(ledger: Ledger, document_id: int) -> tuple[str, ...]:
    """Under which paths a document was dropped, the first first."""
    with ledger.transaction() as session:
        return _files(session, document_id)


def _files(session: Session, document_id: int | None) -> tuple[str, ...]:
    arrivals = session.scalars(
        select(Arrival).filter_by(document_id=document_id).order_by(Arrival.id)
    )
    return tuple("/".join(filter(None, (arrival.folder, arrival.name))) for arrival in arrivals)


def _evidence(session: Session, finding: Finding) -> tuple[EvidenceQuote, ...]:
    if not finding.spans:
        return ()
    of_document = select(Report.raw_text).filter_by(document_id=finding.document_id)
    raw_text = session.scalars(of_document).one()
    return tuple(quote_span(raw_text, start, end) for start, end in finding.spans)


def _figure(metric: Metric) -> FindingMetric:
    return FindingMetric(
        **asdict(read_figure(metric)),
        bound=metric.bound,
        status=metric.status,
        subject=metric.subject,
        period=metric.period,
        per=metric.per,
        page=metric.page,
    )


def _read_choice(written: str) -> Choice:
    amount = amount_of(written)
    return Choice(written, amount.value, amount.unit) if amount else Choice(written, None, None)


def _changed_evidence(
    finding: Finding, figures: tuple[FindingMetric, ...], decided: Sequence[Decision]
) -> ChangedEvidence | None:
    """Both versions, where the evidence is another than at the last decision that stands."""
    if not decided or decided[-1].evidence in {None, finding.evidence}:
        return None
    last = decided[-1]
    then = DecidedOn(
        evidence=last.evidence,
        figures=kept_figures(last.after),
        action=last.action,
        who=last.who,
        at=last.decided_at,
    )
    return ChangedEvidence(then, RestsOn(finding.evidence, figures))


def _past_decision(session: Session, decision: Decision) -> PastDecision:
    return PastDecision(
        action=decision.action,
        who=decision.who,
        at=decision.decided_at,
        note=decision.note,
        before=_read_standing(decision.before),
        after=_read_standing(decision.after),
        evidence=decision.evidence,
        carried_from=_find_origin(session, decision),
    )


def _read_standing(kept: Json) -> Standing:
    verdict = kept.get("verdict")
    return Standing(Action(verdict) if verdict else None, kept_figures(kept))


def _find_origin(session: Session, decision: Decision) -> CarriedFrom | None:
    """For a decision that was carried here: the finding that a person decided,
    its document and when.
    """
    if decision.carried_from is None:
        return None
    source = session.get_one(Decision, decision.carried_from)
    document = session.scalars(select(Finding.document_id).filter_by(id=source.finding_id)).one()
    return CarriedFrom(finding=source.finding_id, document=document, at=source.decided_at)
