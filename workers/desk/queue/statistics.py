"""How the queue is worked, and how often people say that a kind of finding is right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, text

from schema.kinds import Action
from workers.ledger import Ledger

# A carried decision repeats a person's, and what was mended the machine says: they settle their
# findings, and count as nobody's judgement. What was right and then mended stays right.
_BY_KIND = text("""
    SELECT finding.kind,
           COUNT(*) FILTER (WHERE finding.present AND finding.state <> 'settled') AS open,
           COUNT(*) FILTER (WHERE finding.present AND finding.state = 'settled') AS settled,
           COUNT(*) FILTER (WHERE judged.at IS NOT NULL AND finding.verdict IN ('accept', 'mend'))
             AS accepted,
           COUNT(*) FILTER (WHERE judged.at IS NOT NULL AND finding.verdict = 'correct')
             AS corrected,
           COUNT(*) FILTER (WHERE judged.at IS NOT NULL AND finding.verdict = 'dismiss')
             AS dismissed,
           PERCENTILE_CONT(0.5) WITHIN GROUP (
               ORDER BY EXTRACT(epoch FROM judged.at - finding.created_at)
           ) AS median_seconds
    FROM finding
    LEFT JOIN (
        SELECT finding_id, MIN(decided_at) AS at
        FROM decision
        WHERE carried_from IS NULL AND action <> 'mend'
        GROUP BY finding_id
    ) AS judged ON judged.finding_id = finding.id
    GROUP BY finding.kind
    ORDER BY finding.kind
""")

_BY_REVIEWER = text("""
    SELECT decision.who,
           COUNT(*) FILTER (WHERE decision.action = 'accept') AS accepted,
           COUNT(*) FILTER (WHERE decision.action = 'correct') AS corrected,
           COUNT(*) FILTER (WHERE decision.action = 'dismiss') AS dismissed,
           COUNT(*) FILTER (WHERE decision.action = 'undo') AS undone,
           PERCENTILE_CONT(0.5) WITHIN GROUP (
               ORDER BY EXTRACT(epoch FROM decision.decided_at - finding.created_at)
           ) AS median_seconds
    FROM decision
    JOIN finding ON finding.id = decision.finding_id
    WHERE decision.carried_from IS NULL AND decision.action <> 'mend'
    GROUP BY decision.who
    ORDER BY decision.who
""")

# A day of the quickest office: what is older is not looked through,
# for there is no index over the time.
_OF_LATE = text("""
    SELECT late.who, late.action, COUNT(*)
    FROM (SELECT who, action, decided_at, carried_from FROM decision ORDER BY id DESC LIMIT 10000)
      AS late
    WHERE late.decided_at >= :since AND late.carried_from IS NULL AND late.action <> 'mend'
    GROUP BY late.who, late.action
    ORDER BY late.who, late.action
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class KindStatistics:
    """A kind of finding: `open` and `settled` in the queue,
    and how those that a person judged were judged.

    `precision` is the share of the judged that were accepted or corrected, null where none was;
    `median_seconds` from when a finding was made to its first decision.
    """

    kind: str
    open: int
    settled: int
    accepted: int
    corrected: int
    dismissed: int
    median_seconds: float | None
    precision: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerStatistics:
    """A person: decisions by action, and the median seconds from when a finding was made to
    this person's decision.
    """

    who: str
    accepted: int
    corrected: int
    dismissed: int
    undone: int
    median_seconds: float | None


def measure_kinds(ledger: Ledger) -> list[KindStatistics]:
    """Each kind that was ever found."""
    with ledger.transaction() as session:
        return [_kind_statistics(row) for row in session.execute(_BY_KIND).mappings()]


def count_since(ledger: Ledger, since: datetime) -> dict[str, dict[Action, int]]:
    """Who made how many decisions of each action since then, of the latest ten thousand."""
    counts: dict[str, dict[Action, int]] = {}
    with ledger.transaction() as session:
        for who, action, count in session.execute(_OF_LATE, {"since": since}):
            counts.setdefault(who, {})[Action(action)] = count
    return counts


def measure_reviewers(ledger: Ledger) -> list[ReviewerStatistics]:
    """Each person who ever decided."""
    with ledger.transaction() as session:
        return [ReviewerStatistics(**row) for row in session.execute(_BY_REVIEWER).mappings()]


def _kind_statistics(row: RowMapping) -> KindStatistics:
    right = row["accepted"] + row["corrected"]
    judged = right + row["dismissed"]
    return KindStatistics(**row, precision=right / judged if judged else None)
