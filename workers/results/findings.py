"""Findings ↔ rows: new findings replace the old ones of their kind, and decisions are kept.

The audit of a report and the comparison across reports each replace only their own; reused text of
last year (`stale_year`) may be found by either, from its words or from the report it repeats.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from schema.columns import is_among
from schema.kinds import FindingState
from schema.tables import Decision, Finding, Metric, Report
from workers.report.finding_kinds import FindingKind, Scope
from workers.report.model import Severity
from workers.report.text import Span
from workers.results.carrying import carry_decisions, keep_corrections, settle_again
from workers.results.cells import term_keys

# Priority = severity + what depends on it, so that no finding goes before one of greater
# severity.
_SEVERITY = {Severity.WRONG: 300, Severity.CHECK: 200, Severity.NOTE: 100}
# All figures of the report depend on its year, issuer and completeness:
# one answer settles them all.
_WHOLE_REPORT = 40
# The figure that the panel uses for its indicator: what people see and compare.
_IN_PANEL = 30
# A figure with an indicator, exported under it.
_NAMED = 20
# A figure without an indicator, which nobody searches for.
_UNNAMED = 10
# Nothing depends on a damaged stretch of text that states no figure.
_TEXT = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One finding as it is stored.

    `spans` are raw offsets in its own document; `metric_keys` begin with the doubtful figure.

    `about` tells apart findings of one kind that have no place: a role, an indicator, the other
    document's id. `evidence` is what the finding is based on, without numbers that drift (such as
    the median of its peers): a settled finding opens again when it changes. `details` is JSON for
    the page: passages side by side, numbers, changes.
    """

    kind: FindingKind
    about: str | None
    severity: Severity
    message: str
    message_en: str
    evidence: str
    spans: tuple[Span, ...] = ()
    metric_keys: tuple[str, ...] = ()
    suggestion: str | None = None
    details: dict[str, Any] | None = None


def save_rows(
    session: Session,
    rows: Iterable[Row],
    *,
    across: bool = False,
    kinds: Collection[FindingKind] = frozenset(FindingKind),
    document_id: int | None = None,
    issuer_id: int | None = None,
    year: int | None = None,
) -> None:
    """Replace the findings of this document (or, without one, of this issuer and year).

    Only findings of these `kinds` are replaced; `across` selects those of the comparison across
    reports, otherwise those of the audit.

    A decision holds as long as its evidence is unchanged; otherwise the finding opens again. A
    finding that is no longer found is deleted, or hidden if it has decisions; one that comes again
    under another key takes them over.
    """
    of = {"document_id": document_id, "issuer_id": issuer_id, "year": year}
    # Locked in the order of their ids, as everywhere, so that there are no deadlocks.
    mine = (
        select(Finding)
        .where(*_belongs_to(of), Finding.across == across, Finding.kind.in_(kinds))
        .order_by(Finding.id)
        .with_for_update()
    )
    known = {found.key: found for found in session.scalars(mine)}
    used = panel_keys(session, document_id) if document_id else {}
    kept: dict[str, Finding] = {}
    for key, row in _name_rows(rows):
        kept[key] = known.get(key) or _new_finding(key, row, of, across=across)
        _update(kept[key], row, priority(row, used))
    session.add_all(kept.values())
    absent = [found for key, found in known.items() if key not in kept]
    for found in absent:
        found.present = False
    session.flush()
    settle_again(session, [found for found in kept.values() if found.state == FindingState.OPEN])
    if document_id:
        carry_decisions(session, document_id, list(kept.values()), absent)
        keep_corrections(session, list(kept.values()))
    _drop_undecided(session, absent)


def with_history(session: Session, document_ids: Sequence[int]) -> set[int]:
    """Those of these reports that had findings before, or replace one with settled ones: what
    people decided may hold for the new ones too.
    """
    mine, there = Report, aliased(Report)
    own = select(Finding.id).where(Finding.document_id == mine.document_id)
    replaced = (
        select(Finding.id)
        .join(there, there.document_id == Finding.document_id)
        .where(
            there.issuer_id == mine.issuer_id,
            there.year == mine.year,
            Finding.state == FindingState.SETTLED,
        )
    )
    those = select(mine.document_id).where(is_among(mine.document_id, document_ids))
    return set(session.scalars(those.where(or_(own.exists(), replaced.exists()))))


def new_rows(
    document_id: int, rows: Iterable[Row], used: dict[str, bool]
) -> Iterator[dict[str, Any]]:
    """The findings of the audit of a document `with_history` does not name, as columns.

    `used` as in `priority`.
    """
    for key, row in _name_rows(rows):
        yield {
            "document_id": document_id,
            "key": key,
            "across": False,
            "kind": row.kind,
            "about": row.about,
            "severity": row.severity,
            "message": row.message,
            "message_en": row.message_en,
            "suggestion": row.suggestion,
            "spans": [list(span) for span in row.spans],
            "metric_keys": list(row.metric_keys),
            "evidence": row.evidence,
            "details": row.details,
            "priority": priority(row, used),
            "state": FindingState.OPEN,
            "present": True,
        }


def finding_key(row: Row) -> str:
    """Stable across re-runs: the kind, what it is about, and its first span."""
    place = f"{row.spans[0].start}-{row.spans[0].end}" if row.spans else ""
    return ":".join((row.kind, row.about or "", place))


def priority(row: Row, used: dict[str, bool]) -> int:
    """Place in the queue: by severity, then by what depends on the finding.

    `used` maps each named figure of the report to whether the panel uses it.

    >>> from workers.report.finding_kinds import FindingKind as Kind
    >>> from workers.report.model import Severity
    >>> about = {"about": None, "message": "", "message_en": "", "evidence": ""}
    >>> rate = Row(
    ...     kind=Kind.RATE_IMPOSSIBLE, severity=Severity.WRONG, metric_keys=("8-11",), **about
    ... )
    >>> year = Row(kind=Kind.YEAR_CONFLICT, severity=Severity.CHECK, **about)
    >>> (
    ...     priority(rate, {"8-11": True}),
    ...     priority(rate, {"8-11": False}),
    ...     priority(rate, {}),
    ...     priority(year, {}),
    ... )
    (330, 320, 310, 240)
    """
    return _SEVERITY[row.severity] + _weight(row, used)


def _weight(row: Row, used: dict[str, bool]) -> int:
    if row.metric_keys:
        in_panel = used.get(row.metric_keys[0])
        return _UNNAMED if in_panel is None else _IN_PANEL if in_panel else _NAMED
    return _TEXT if row.kind.scope == Scope.TEXT else _WHOLE_REPORT


def _new_finding(key: str, row: Row, of: dict[str, int | None], *, across: bool) -> Finding:
    return Finding(key=key, across=across, state=FindingState.OPEN, evidence=row.evidence, **of)


def _belongs_to(of: dict[str, int | None]) -> list[ColumnElement[bool]]:
    columns = (Finding.document_id, Finding.issuer_id, Finding.year)
    return [
        column.is_(None) if of[column.key] is None else column == of[column.key]
        for column in columns
    ]


def _name_rows(rows: Iterable[Row]) -> Iterator[tuple[str, Row]]:
    """Each row with its key; a number tells apart those that share one."""
    seen: Counter[str] = Counter()
    for row in rows:
        key = finding_key(row)
        seen[key] += 1
        yield (f"{key}#{seen[key]}" if seen[key] > 1 else key), row


def _update(found: Finding, row: Row, weighed: int) -> None:
    found.kind, found.about, found.severity = row.kind, row.about, row.severity
    found.message, found.message_en, found.suggestion = row.message, row.message_en, row.suggestion
    found.spans, found.metric_keys = [list(span) for span in row.spans], list(row.metric_keys)
    found.details, found.priority, found.present = row.details, weighed, True
    if found.evidence != row.evidence:
        found.evidence = row.evidence
        if found.state == FindingState.SETTLED:
            found.state, found.verdict = FindingState.OPEN, None


def panel_keys(session: Session, document_id: int) -> dict[str, bool]:
    """For each named figure of the report, whether a cell of the panel is made of it.

    Also where it is disputed: then the cell is empty until a person answers.
    """
    terms = term_keys(session, document_id)
    named = select(Metric.key).where(
        Metric.document_id == document_id, Metric.indicator.is_not(None)
    )
    return {key: key in terms for key in session.scalars(named)}


def _drop_undecided(session: Session, absent: Sequence[Finding]) -> None:
    ids = [found.id for found in absent]
    decided = (
        set(session.scalars(select(Decision.finding_id).where(Decision.finding_id.in_(ids))))
        if ids
        else set()
    )
    for found in absent:
        if found.id not in decided:
            session.delete(found)
