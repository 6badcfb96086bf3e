"""Findings by kind over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from schema.kinds import Action, FindingState
from schema.tables import Finding
from workers.ledger import Ledger
from workers.report.finding_kinds import FindingKind

MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One kind: its findings of each month, the oldest first;
    how many are settled, how many of those dismissed.

    A kind of which most are dismissed asks for a better rule.
    """

    kind: FindingKind
    counts: tuple[int, ...]
    settled: int
    dismissed: int

    @property
    def total(self) -> int:
        return sum(self.counts)


def latest_months(now: datetime, count: int = MONTHS) -> list[str]:
    """The months up to this one.

    >>> latest_months(datetime(2025, 2, 3), 3)
    ['2024-12', '2025-01', '2025-02']
    """
    at = now.year * 12 + now.month - 1
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(at - count + 1, at + 1)]


def list_trends(ledger: Ledger, months: list[str], timezone: str) -> list[Trend]:
    """Every kind that was found in these months, the most frequent first;
    only they are read, from the index alone.
    """
    begins = [
        datetime.strptime(month, "%Y-%m").replace(tzinfo=ZoneInfo(timezone)) for month in months
    ]
    month = func.width_bucket(Finding.created_at, begins)
    settled, dismissed = Finding.state == FindingState.SETTLED, Finding.verdict == Action.DISMISS
    query = (
        select(
            Finding.kind,
            month,
            func.count(),
            func.count().filter(settled),
            func.count().filter(dismissed),
        )
        .where(Finding.present, Finding.created_at >= begins[0])
        .group_by(Finding.kind, month)
    )
    found: dict[FindingKind, list[tuple[int, int, int]]] = {}
    with ledger.transaction() as session:
        for kind, at, *counts in session.execute(query):
            found.setdefault(kind, [(0, 0, 0)] * len(months))[at - 1] = (*counts,)
    trends = [_trend(kind, rows) for kind, rows in found.items()]
    return sorted(trends, key=lambda trend: (-trend.total, trend.kind))


def _trend(kind: FindingKind, rows: list[tuple[int, int, int]]) -> Trend:
    counts, settled, dismissed = zip(*rows, strict=True)
    return Trend(kind=kind, counts=counts, settled=sum(settled), dismissed=sum(dismissed))
