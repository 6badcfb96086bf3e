"""What people decided is carried to the same finding where it comes again under another name.

A finding's key holds its place, and a place moves when the text before it is read otherwise; a
corrected resubmission is another document altogether. The same finding is one of the same kind,
about the same thing, that rests on the same evidence, and whose doubtful figure was read the same.
Several alike are told apart by their order in the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session, aliased

from schema.kinds import FindingState
from schema.tables import Decision, Finding, Metric, Report
from workers.results.history import decisions_of, sets_figure, standing_decisions
from workers.results.human import (
    KEPT_FOR_A_PERSON,
    as_figure,
    doubtful_figure,
    human_of,
    metrics_of,
    set_human,
)

_Name = tuple[str, str | None, str, int]


def carry_decisions(
    session: Session, document_id: int, found: Sequence[Finding], gone: Sequence[Finding]
) -> None:
    """Settle those of the found that nobody ever decided as the same finding was settled before.

    That one is, in this order: among the `gone` of this run, gone in an earlier one, of another
    report of the same issuer and year, the newest first. Findings that rest on no text are not
    carried: what is missing here may stand in the other report.
    """
    waiting = {name: finding for name, finding in _name_findings(found) if finding.evidence}
    undecided = [finding.id for finding in waiting.values() if finding.state == FindingState.OPEN]
    undecided = sorted(set(undecided) - set(_last_decisions(session, undecided)))
    if not undecided:
        return
    settled = _load_settled(session, document_id, gone, {name[0] for name in waiting})
    standing = _last_decisions(session, [finding.id for finding in settled.values()])
    for name, finding in waiting.items():
        if finding.id in undecided and name in settled:
            _carry_decision(session, finding, settled[name], standing[settled[name].id])


def settle_again(session: Session, waiting: Sequence[Finding]) -> None:
    """A decision holds again where its evidence is again what it was:
    its report was read anew after another's.
    """
    decided = set(_last_decisions(session, [finding.id for finding in waiting]))
    for finding in waiting:
        left = (
            standing_decisions(decisions_of(session, finding.id)) if finding.id in decided else []
        )
        if left and left[-1].evidence == finding.evidence:
            finding.state, finding.verdict = FindingState.SETTLED, left[-1].action
    session.flush()


def keep_corrections(session: Session, found: Sequence[Finding]) -> None:
    """Put a person's reading back on a figure that was lost and read anew;
    the last decision on a figure counts.
    """
    settled = {finding.id: finding for finding in found if finding.state == FindingState.SETTLED}
    last = [
        left[-1]
        for number in settled
        if (left := standing_decisions(decisions_of(session, number)))
    ]
    for decision in sorted(last, key=lambda decision: decision.id, reverse=True):
        human = human_of(doubtful_figure(decision.after))
        # What another finding on the same figure had set then is that one's to put back.
        if human == human_of(None) or not sets_figure(decision):
            continue
        metric = next(iter(metrics_of(session, settled[decision.finding_id])), None)
        if metric is not None and human_of(metric) == human_of(None):
            set_human(metric, human)
    session.flush()


def _name_findings(found: Iterable[Finding]) -> Iterator[tuple[_Name, Finding]]:
    """Each finding by what makes it the same one: kind, about, evidence,
    and which of several alike.
    """
    seen: Counter[tuple[str, str | None, str]] = Counter()
    for finding in sorted(found, key=lambda finding: finding.spans):
        alike = (str(finding.kind), finding.about, finding.evidence)
        seen[alike] += 1
        yield (*alike, seen[alike]), finding


def _load_settled(
    session: Session, document_id: int, gone: Sequence[Finding], kinds: set[str]
) -> dict[_Name, Finding]:
    """The settled findings by name, the nearest of each."""
    documents = [document_id, *_siblings(session, document_id)]
    mine = Finding.document_id == document_id
    # Of this report what is out of sight, of the others what they show.
    query = select(Finding).where(
        Finding.document_id.in_(documents), Finding.kind.in_(kinds), Finding.present != mine
    )
    groups: dict[int | None, list[Finding]] = {None: list(gone)} | {
        document: [] for document in documents
    }
    for finding in session.scalars(query):
        if finding not in gone:
            groups[finding.document_id].append(finding)
    nearest: dict[_Name, Finding] = {}
    for group in groups.values():
        for name, finding in _name_findings(group):
            if finding.state == FindingState.SETTLED:
                nearest.setdefault(name, finding)
    return nearest


def _siblings(session: Session, document_id: int) -> Sequence[int]:
    """The other reports of the same issuer and year, the newest first."""
    here, there = aliased(Report), aliased(Report)
    same = and_(here.issuer_id == there.issuer_id, here.year == there.year)
    others = select(there.document_id).join(here, same).where(here.document_id == document_id)
    return session.scalars(
        others.where(there.document_id != document_id).order_by(there.document_id.desc())
    ).all()


def _last_decisions(session: Session, finding_ids: Sequence[int]) -> dict[int, Decision]:
    """The last decision of each finding that has one: its `after` is how things stand."""
    if not finding_ids:
        return {}
    query = select(Decision).where(Decision.finding_id.in_(finding_ids)).order_by(Decision.id)
    return {decision.finding_id: decision for decision in session.scalars(query)}


def _carry_decision(
    session: Session, finding: Finding, source: Finding, decision: Decision
) -> None:
    metrics = metrics_of(session, finding)
    figure = doubtful_figure(decision.after)
    if not _read_the_same(metrics, figure):
        return
    before = {"verdict": None, "figures": [as_figure(metric) for metric in metrics]}
    if metrics and human_of(figure) != human_of(None):
        set_human(metrics[0], human_of(figure))
    if figure and source.document_id == finding.document_id:
        moved = (Metric.document_id == source.document_id, Metric.key == figure["key"])
        session.execute(delete(Metric).where(*moved, Metric.ordinal == KEPT_FOR_A_PERSON))
    finding.state, finding.verdict = FindingState.SETTLED, source.verdict
    finding.claimed_by = finding.claimed_until = None
    session.add(
        Decision(
            finding_id=finding.id,
            action=source.verdict,
            who=decision.who,
            note=decision.note,
            before=before,
            after={"verdict": source.verdict, "figures": [as_figure(metric) for metric in metrics]},
            evidence=finding.evidence,
            carried_from=decision.id,
        )
    )
    session.flush()


def _read_the_same(metrics: Sequence[Metric], figure: dict[str, Any] | None) -> bool:
    if figure is None or not metrics:
        return figure is None and not metrics
    return all(
        getattr(metrics[0], name) == figure[name]
        for name in ("quote", "value", "unit", "indicator")
    )
