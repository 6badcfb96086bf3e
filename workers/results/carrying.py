"""Carries decisions over to the same finding when it comes again under another key.

A finding's key contains its place, which moves when the text before it is read differently; a
corrected resubmission is another document altogether. Two findings are the same if they have the
same kind, subject and evidence, and their doubtful figure was read the same. Several alike are
told apart by their order in the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session, aliased

from schema.kinds import Action, FindingState
from schema.tables import Decision, Finding, Json, Metric, Report
from workers.report.finding_kinds import FindingKind
from workers.results.chosen import chosen_after, chosen_of, set_chosen
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
    """Settle each undecided finding as the same finding was settled before.

    The earlier one is looked for among the `gone` of this run, then those gone in earlier runs,
    then other reports of the same issuer and year, newest first. Findings without evidence are not
    carried: what is missing here may be present in the other report.
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
    """Settle a finding again if its evidence is back to what its last decision was based on."""
    decided = set(_last_decisions(session, [finding.id for finding in waiting]))
    for finding in waiting:
        left = (
            standing_decisions(decisions_of(session, finding.id)) if finding.id in decided else []
        )
        if left and left[-1].evidence == finding.evidence:
            finding.state, finding.verdict = FindingState.SETTLED, left[-1].action
    session.flush()


def keep_corrections(session: Session, found: Sequence[Finding]) -> None:
    """Restore a person's reading of a figure lost and read anew; the last decision wins."""
    settled = {finding.id: finding for finding in found if finding.state == FindingState.SETTLED}
    last = [
        left[-1]
        for number in settled
        if (left := standing_decisions(decisions_of(session, number)))
    ]
    for decision in sorted(last, key=lambda decision: decision.id, reverse=True):
        human = human_of(doubtful_figure(decision.after))
        # A reading set through another finding on the same figure is restored by that finding.
        if human == human_of(None) or not sets_figure(decision):
            continue
        metric = next(iter(metrics_of(session, settled[decision.finding_id])), None)
        if metric is not None and human_of(metric) == human_of(None):
            set_human(metric, human)
    session.flush()


def _name_findings(found: Iterable[Finding]) -> Iterator[tuple[_Name, Finding]]:
    """Each finding with its identity: kind, about, evidence, and its number among those alike."""
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
    # The hidden findings of this report, the visible ones of the others.
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
            if finding.state == FindingState.SETTLED and finding.verdict is not Action.MEND:
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
    """The last decision of each finding that has one; its `after` is the current state."""
    if not finding_ids:
        return {}
    query = select(Decision).where(Decision.finding_id.in_(finding_ids)).order_by(Decision.id)
    return {decision.finding_id: decision for decision in session.scalars(query)}


def _carry_decision(
    session: Session, finding: Finding, source: Finding, decision: Decision
) -> None:
    metrics = metrics_of(session, finding)
    figure = doubtful_figure(decision.after)
    act = decision.after.get("act")
    if not _read_the_same(metrics, figure) or (act and source.document_id != finding.document_id):
        return  # what was put right of that report's header stands in that report alone
    before = {"verdict": None, "figures": [as_figure(metric) for metric in metrics]}
    if metrics and human_of(figure) != human_of(None):
        set_human(metrics[0], human_of(figure))
    if finding.kind is FindingKind.CELL_UNCLEAR:
        set_chosen(session, finding, chosen_after(decision))
    if figure and source.document_id == finding.document_id:
        moved = (Metric.document_id == source.document_id, Metric.key == figure["key"])
        session.execute(delete(Metric).where(*moved, Metric.ordinal == KEPT_FOR_A_PERSON))
    after: Json = {
        "verdict": source.verdict,
        "figures": [as_figure(metric) for metric in metrics],
    }
    if finding.kind is FindingKind.CELL_UNCLEAR:
        after["cell"] = chosen_of(session, finding)
    if act:
        after["act"] = act
    finding.state, finding.verdict = FindingState.SETTLED, source.verdict
    finding.claimed_by = finding.claimed_until = None
    session.add(
        Decision(
            finding_id=finding.id,
            action=source.verdict,
            who=decision.who,
            note=decision.note,
            before=before,
            after=after,
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
