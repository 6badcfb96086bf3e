"""Decisions: accept, correct, dismiss, undo.

Rows are only ever added, and what the machine read is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from schema.kinds import Action, FindingState
from schema.tables import Decision, Finding, Json, Metric
from workers.desk.corrections.errors import CannotCorrect
from workers.desk.corrections.header import hold_headers, read_fields, set_fields
from workers.desk.corrections.reading import Correction
from workers.desk.corrections.recording import Who
from workers.desk.corrections.undoing import act_documents, is_standing, undo_act
from workers.desk.queue.corrections import choose_value, correct_doubtful, taken_from
from workers.desk.queue.errors import (
    DecidedMeanwhile,
    HeldByAnother,
    NoSuchFinding,
    NothingToUndo,
    ReadAnew,
)
from workers.desk.queue.listing import is_free_for, is_of, load_queued
from workers.desk.queue.values import DecidedFinding
from workers.ledger import Ledger
from workers.report.finding_kinds import KEEPS_OUT, FindingKind
from workers.results.chosen import chosen_before, chosen_of, set_chosen
from workers.results.history import decisions_of, reading_left, seen_of, standing_decisions
from workers.results.human import (
    as_figure,
    doubtful_figure,
    human_of,
    mark_changed,
    metrics_of,
    read_figure,
    set_human,
)
from workers.results.remaking import lock_documents, remake_changed

# Findings decided in one transaction: few enough that people working on them do not wait.
BATCH = 200

_DONE_ZH = {
    Action.ACCEPT: "属实",
    Action.CORRECT: "更正",
    Action.DISMISS: "误报",
    Action.UNDO: "撤销",
    Action.MEND: "已整改",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """What became of a bulk decision: `held` are those that another person is about to
    decide, which it passed over.
    """

    decided: int
    held: int


def decide(
    ledger: Ledger,
    finding_id: int,
    action: Action,
    who: str,
    *,
    note: str | None = None,
    correction: Correction | None = None,
    take: int | None = None,
    seen: str | None = None,
) -> DecidedFinding:
    """Settle a finding, and return it with its figures after the decision.

    A later decision replaces an earlier one.

    Accepting takes the suggestion where it is the figure's value; of several, the one that `take`
    names, from one; 0 takes none. HeldByAnother where somebody else is about to decide it; with
    `seen`, that of `show_finding`, DecidedMeanwhile or ReadAnew where it is another by now.
    """
    with ledger.transaction() as session:
        lock_documents(session, [_document_of(session, finding_id)])
        finding = get_finding(session, finding_id, who, seen=seen)
        metrics = metrics_of(session, finding)
        if action is Action.ACCEPT:
            correction = taken_from(finding, metrics, take)
        _settle_finding(
            session, finding, metrics, action=action, who=who, note=note, correction=correction
        )
        remake_changed(session)
        return _decided_finding(session, finding_id, metrics)


def correct_header(
    ledger: Ledger,
    finding_id: int,
    fields: Mapping[str, str],
    who: str,
    *,
    address: str | None = None,
    note: str | None = None,
    seen: str | None = None,
) -> DecidedFinding:
    """Settle a finding by what the header of its report should say, as it was typed; taken back
    with the decision.

    Otherwise as `decide`; CannotCorrect where a field cannot hold it, or nothing is changed.
    """
    said = read_fields(fields)
    with ledger.transaction() as session:
        document_id = _document_of(session, finding_id)
        if document_id is None:
            raise CannotCorrect("It is about no report.", "它不涉及哪一份报告。")
        hold_headers(session, [document_id], said)
        finding = get_finding(session, finding_id, who, seen=seen)
        metrics = metrics_of(session, finding)
        decision = _settle_finding(
            session, finding, metrics, action=Action.CORRECT, who=who, note=note
        )
        act = set_fields(session, document_id, said, Who(who, address), finding=finding_id)
        if act is None:
            raise CannotCorrect("The header says so already.", "与现在的内容相同，没有改动。")
        # Also where the header is still contradicted: a person said what it is.
        _let_stand(finding, Action.CORRECT)
        decision.evidence, decision.after = finding.evidence, {**decision.after, "act": act}
        return _decided_finding(session, finding_id, metrics_of(session, finding))


def undo(
    ledger: Ledger,
    finding_id: int,
    who: str,
    *,
    note: str | None = None,
    seen: str | None = None,
    address: str | None = None,
) -> DecidedFinding:
    """Undo the last decision that has not been undone yet.

    The finding and its figure return to what they were before it.

    `seen` as for `decide`.
    """
    with ledger.transaction() as session:
        act = _standing_act(session, finding_id)
        _lock(session, finding_id, act)
        finding = get_finding(session, finding_id, who, seen=seen)
        left = standing_decisions(decisions_of(session, finding_id))
        if not left:
            raise NothingToUndo(f"(number {finding_id})")
        last, metrics = left[-1], metrics_of(session, finding)
        before = _current_state(session, finding, metrics)
        # What somebody else set on the figure since then stays;
        # what was taken back meanwhile does not return.
        if metrics and human_of(metrics[0]) == human_of(doubtful_figure(last.after)):
            set_human(metrics[0], reading_left(session, metrics[0], last))
        if finding.kind is FindingKind.CELL_UNCLEAR:
            set_chosen(session, finding, chosen_before(last))
        earlier = left[-2] if len(left) > 1 else None
        holds = earlier is not None and earlier.evidence == finding.evidence
        _let_stand(
            finding, Action(last.before["verdict"]) if holds and last.before["verdict"] else None
        )
        _record_decision(
            session, finding, metrics, action=Action.UNDO, who=who, note=note, before=before
        )
        if act and last.after.get("act") == act:
            undo_act(session, act, Who(who, address))
        remake_changed(session)
        return _decided_finding(session, finding_id, metrics)


def decide_all(
    ledger: Ledger,
    kind: FindingKind,
    action: Action,
    who: str,
    *,
    issuer: str | None = None,
    note: str | None = None,
) -> Bulk:
    """Accept or dismiss all that wait of one kind (and of the issuers of one name),
    each with a decision of its own.

    Suggestions are not applied, because no one has looked at each finding.
    """
    last, decided = 0, 0
    while True:
        with ledger.transaction() as session:
            free = (
                _select_waiting(kind, issuer)
                .where(Finding.id > last, is_free_for(who))
                .order_by(Finding.id)
                .limit(BATCH)
            )
            lock_documents(session, session.scalars(free.with_only_columns(Finding.document_id)))
            batch = session.scalars(free.with_for_update(skip_locked=True, of=Finding)).all()
            for finding in batch:
                _settle_finding(
                    session,
                    finding,
                    metrics_of(session, finding),
                    action=action,
                    who=who,
                    note=note,
                )
            remake_changed(session)
        decided += len(batch)
        if len(batch) < BATCH:
            return Bulk(decided=decided, held=count_waiting(ledger, kind, issuer=issuer))
        last = batch[-1].id


def count_waiting(ledger: Ledger, kind: FindingKind, *, issuer: str | None = None) -> int:
    """How many findings of the kind a bulk decision would be about."""
    with ledger.transaction() as session:
        return (
            session.scalar(
                select(func.count()).select_from(_select_waiting(kind, issuer).subquery())
            )
            or 0
        )


def _standing_act(session: Session, finding_id: int) -> int | None:
    """The act of corrections that the last decision made, where it stands."""
    left = standing_decisions(decisions_of(session, finding_id))
    act: int | None = left[-1].after.get("act") if left else None
    return act if act and is_standing(session, act) else None


def _lock(session: Session, finding_id: int, act: int | None) -> None:
    documents = act_documents(session, act) if act else None
    if documents:
        hold_headers(session, documents)
    else:
        lock_documents(session, [_document_of(session, finding_id)])


def _document_of(session: Session, finding_id: int) -> int | None:
    return session.scalar(select(Finding.document_id).filter_by(id=finding_id))


def get_finding(session: Session, finding_id: int, who: str, *, seen: str | None = None) -> Finding:
    """The finding, locked.

    HeldByAnother where another person has a claim on it that still holds.
    """
    finding = session.get(Finding, finding_id, with_for_update=True)
    if finding is None:
        raise NoSuchFinding(f"(number {finding_id})")
    if not session.scalar(select(is_free_for(who)).where(Finding.id == finding_id)):
        raise HeldByAnother(f"({finding.claimed_by})", f"（{finding.claimed_by}）")
    if seen is not None:
        _check_seen(finding, decisions_of(session, finding_id), seen)
    return finding


def _check_seen(finding: Finding, history: Sequence[Decision], seen: str) -> None:
    """Whether the finding is still what a person looked at."""
    now = seen_of(finding, history)
    if history and seen.partition("-")[0] != now.partition("-")[0]:
        who, action = history[-1].who, Action(history[-1].action)
        raise DecidedMeanwhile(
            f"({who}: {action})", f"{who}已经处理过（{_DONE_ZH[action]}），请看过再决定。"
        )
    if seen != now:
        raise ReadAnew


def _select_waiting(kind: FindingKind, issuer: str | None) -> Select[Finding]:
    query = select(Finding).where(
        Finding.kind == kind, Finding.present, Finding.state != FindingState.SETTLED
    )
    return query.where(is_of(issuer)) if issuer else query


def _settle_finding(
    session: Session,
    finding: Finding,
    metrics: list[Metric],
    *,
    action: Action,
    who: str,
    note: str | None,
    correction: Correction | None = None,
) -> Decision:
    before = _current_state(session, finding, metrics)
    if finding.kind is FindingKind.CELL_UNCLEAR:
        set_chosen(session, finding, choose_value(finding, metrics, correction))
    elif correction:
        correct_doubtful(metrics, correction)
    elif metrics and _set_it(session, finding, metrics[0]):
        # The figure stands as it is read, or is disputed:
        # what this finding had put right is taken back.
        set_human(metrics[0], human_of(None))
    _let_stand(finding, action)
    return _record_decision(
        session, finding, metrics, action=action, who=who, note=note, before=before
    )


def _set_it(session: Session, finding: Finding, metric: Metric) -> bool:
    """Whether the person's reading of the figure comes of this finding,
    and not of another one on the same figure.
    """
    if human_of(metric) == human_of(None):
        return False
    left = standing_decisions(decisions_of(session, finding.id))
    return bool(left) and human_of(doubtful_figure(left[-1].after)) == human_of(metric)


def _let_stand(finding: Finding, verdict: Action | None) -> None:
    finding.state, finding.verdict = (
        (FindingState.SETTLED if verdict else FindingState.OPEN),
        verdict,
    )
    finding.claimed_by = finding.claimed_until = None


def _current_state(session: Session, finding: Finding, metrics: Sequence[Metric]) -> Json:
    state: Json = {
        "verdict": finding.verdict,
        "figures": [as_figure(metric) for metric in metrics],
    }
    if finding.kind is FindingKind.CELL_UNCLEAR:
        state["cell"] = chosen_of(session, finding)
    return state


def _record_decision(
    session: Session,
    finding: Finding,
    metrics: Sequence[Metric],
    *,
    action: Action,
    who: str,
    note: str | None,
    before: Json,
) -> Decision:
    after = _current_state(session, finding, metrics)
    if finding.metric_keys or finding.kind in KEEPS_OUT:
        mark_changed(session, finding.document_id)
    note = note and note.replace("\0", "")  # the one character that Postgres cannot keep
    kept = {
        "who": who,
        "note": note,
        "before": before,
        "after": after,
        "evidence": finding.evidence,
    }
    decision = Decision(finding_id=finding.id, action=action, **kept)
    session.add(decision)
    session.flush()
    return decision


def _decided_finding(
    session: Session, finding_id: int, metrics: Sequence[Metric]
) -> DecidedFinding:
    return DecidedFinding(load_queued(session, finding_id), tuple(map(read_figure, metrics)))
