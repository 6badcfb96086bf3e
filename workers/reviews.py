"""The queue for people: findings, and what a person decided of them. Nothing that the machine read is changed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from schema.kinds import Action, FindingState
from schema.tables import Arrival, Decision, Finding, Indicator, Metric, Report
from workers.errors import FazhiError
from workers.ledger import Ledger


class NoSuchFinding(FazhiError):
    """There is no finding of this number: `fazhi review list` shows the open ones."""


class CannotCorrect(FazhiError):
    """This finding cannot be corrected so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person says a figure is: null where the machine's reading stands."""

    value: float | None = None
    unit: str | None = None
    indicator: str | None = None


def list_findings(
    ledger: Ledger, *, settled: bool = False, kind: str | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """The queue: the most severe first, then the oldest."""
    weight = case({"wrong": 0, "check": 1}, value=Finding.severity, else_=2)
    query = (
        select(Finding, Report.title, Report.name)
        .join(Report, Report.document_id == Finding.document_id)
        .where(Finding.present, (Finding.state == FindingState.SETTLED) == settled)
        .order_by(weight, Finding.id)
        .limit(limit)
    )
    if kind:
        query = query.where(Finding.kind == kind)
    with ledger.transaction() as session:
        return [_summary(finding) | {"report": title or name} for finding, title, name in session.execute(query)]


def show_finding(ledger: Ledger, finding_id: int) -> dict[str, Any]:
    """One finding with its evidence in the raw text, its figures, its file's arrivals and its history."""
    with ledger.transaction() as session:
        finding = _get(session, finding_id)
        report = session.get_one(Report, finding.document_id)
        metrics = session.scalars(_metrics_of(finding))
        history = session.scalars(select(Decision).filter_by(finding_id=finding_id).order_by(Decision.id))
        arrivals = session.scalars(select(Arrival).filter_by(document_id=finding.document_id).order_by(Arrival.id))
        return _summary(finding) | {
            "report": report.title or report.name,
            "files": ["/".join(filter(None, (a.folder, a.name))) for a in arrivals],
            "evidence": [in_context(report.raw_text, start, end) for start, end in finding.spans],
            "figures": [_figure(metric) for metric in metrics],
            "decisions": [_decision(decision) for decision in history],
        }


def decide(
    ledger: Ledger,
    finding_id: int,
    action: Action,
    who: str,
    *,
    note: str | None = None,
    correction: Correction | None = None,
) -> dict[str, Any]:
    """Settle a finding, and keep who decided what when, with the figures before and after; a later decision stands."""
    with ledger.transaction() as session:
        finding = _get(session, finding_id, for_update=True)
        metrics = list(session.scalars(_metrics_of(finding)))
        before = {"verdict": finding.verdict, "figures": [_figure(metric) for metric in metrics]}
        if correction:
            _correct(session, metrics, correction)
        elif metrics:  # the figure stands as it is read, or is disputed: an earlier correction of it is taken back
            metrics[0].human_value = metrics[0].human_unit = metrics[0].human_indicator = None
        finding.state, finding.verdict = FindingState.SETTLED, action
        after = {"verdict": action, "figures": [_figure(metric) for metric in metrics]}
        session.add(Decision(finding_id=finding_id, action=action, who=who, note=note, before=before, after=after))
        return _summary(finding) | {"figures": after["figures"]}


def in_context(text: str, start: int, end: int, around: int = 40) -> dict[str, Any]:
    """A span with the text around it, line breaks shown as spaces.

    >>> in_context("全年调解53件，成功", 4, 7, around=2)
    {'start': 4, 'end': 7, 'before': '调解', 'quote': '53件', 'after': '，成'}
    """
    left, right = text[max(0, start - around) : start], text[end : end + around]
    flat = [part.replace("\n", " ") for part in (left, text[start:end], right)]
    return {"start": start, "end": end, "before": flat[0], "quote": flat[1], "after": flat[2]}


def _get(session: Session, finding_id: int, *, for_update: bool = False) -> Finding:
    finding = session.get(Finding, finding_id, with_for_update=for_update)
    if finding is None:
        raise NoSuchFinding(f"(number {finding_id})")
    return finding


def _metrics_of(finding: Finding) -> Any:
    """The figures of a finding; the first is the doubtful one, the others are what it was held against."""
    mine = (Metric.document_id == finding.document_id, Metric.key.in_(finding.metric_keys))
    return select(Metric).where(*mine).order_by(func.array_position(finding.metric_keys, Metric.key))


def _correct(session: Session, metrics: list[Metric], correction: Correction) -> None:
    if not metrics:
        raise CannotCorrect("It is not about a figure: accept or dismiss it.")
    if correction.indicator and session.get(Indicator, correction.indicator) is None:
        raise CannotCorrect(f"The catalogue has no indicator {correction.indicator!r}.")
    metric = metrics[0]
    if correction.value is not None and not math.isfinite(correction.value):
        raise CannotCorrect("The value must be a number.")
    metric.human_value = correction.value if correction.value is not None else metric.human_value
    metric.human_unit = correction.unit if correction.unit is not None else metric.human_unit
    metric.human_indicator = correction.indicator or metric.human_indicator


def _summary(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "document": finding.document_id,
        "kind": str(finding.kind),
        "severity": str(finding.severity),
        "state": str(finding.state),
        "verdict": finding.verdict and str(finding.verdict),
        "message": finding.message,
        "message_en": finding.message_en,
        "suggestion": finding.suggestion,
    }


def _figure(metric: Metric) -> dict[str, Any]:
    return {
        "key": metric.key,
        "quote": metric.quote,
        "indicator": metric.indicator,
        "value": metric.value,
        "unit": metric.unit,
        "human_value": metric.human_value,
        "human_unit": metric.human_unit,
        "human_indicator": metric.human_indicator,
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "action": str(decision.action),
        "who": decision.who,
        "at": decision.decided_at.isoformat(timespec="seconds"),
        "note": decision.note,
        "before": decision.before,
        "after": decision.after,
    }
