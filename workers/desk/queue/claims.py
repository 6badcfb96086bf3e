"""Claims: who is about to decide which finding.

A claim is a lease on the database's clock; one that ran out is open.

Looking at a finding takes no claim (`find_next`); beginning to decide it does.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from schema.kinds import FindingState
from schema.tables import Finding
from workers.desk.queue.listing import Filters, Query, in_queue, is_free_for, is_held
from workers.desk.queue.values import Key
from workers.ledger import Ledger

# Long enough to open the original and ring up the town; short enough that what someone left open
# comes back at once after the coffee. A page that is still open extends it.
LEASE = timedelta(minutes=15)


def claim_next(
    ledger: Ledger,
    who: str,
    filters: Filters | None = None,
    *,
    after: Key | None = None,
    before: Key | None = None,
    lease: timedelta = LEASE,
) -> Key | None:
    """Claim the finding that `find_next` returns until the lease ends; None if nothing waits."""
    with ledger.transaction() as session:
        # Whoever has the row locked is taking or deciding it at this moment.
        query = _select_next(session, who, filters or Filters(), after, before)
        finding = session.scalars(query.with_for_update(skip_locked=True, of=Finding)).one_or_none()
        if finding is None:
            return None
        _take_claim(session, finding, who, lease)
        return Key(finding.priority, finding.id)


def find_next(
    ledger: Ledger,
    who: str,
    filters: Filters | None = None,
    *,
    after: Key | None = None,
    before: Key | None = None,
) -> Key | None:
    """The key of this person's next finding, which no one else holds; None if nothing waits.

    First what the person holds already of this queue, so that a page that is loaded anew shows the
    same; then the first free one. After `after` it is the first free one behind that key: how one
    is skipped; before `before` the last free one ahead of it: how one goes back.
    """
    with ledger.transaction() as session:
        query = _select_next(session, who, filters or Filters(), after, before)
        finding = session.scalars(query).one_or_none()
        return Key(finding.priority, finding.id) if finding else None


def claim(
    ledger: Ledger, finding_id: int, who: str, *, lease: timedelta = LEASE
) -> datetime | None:
    """Claim this finding, or renew the claim, and return when the claim ends.

    None if someone else holds the finding, or it is settled.
    """
    with ledger.transaction() as session:
        free = (Finding.state != FindingState.SETTLED) & is_free_for(who)
        query = select(Finding).where(Finding.id == finding_id, free).with_for_update()
        finding = session.scalars(query).one_or_none()
        if finding is None:
            return None
        _take_claim(session, finding, who, lease)
        return finding.claimed_until


def release(
    ledger: Ledger, who: str, finding_id: int | None = None, *, until: datetime | None = None
) -> int:
    """Give back what this person holds, or that one finding of it; how many.

    With `until` only the claim that ends then: one that was taken or kept since,
    by another page, stays.
    """
    mine = update(Finding).where(Finding.state == FindingState.CLAIMED, Finding.claimed_by == who)
    if finding_id is not None:
        mine = mine.where(Finding.id == finding_id)
    if until is not None:
        mine = mine.where(Finding.claimed_until == until)
    free = mine.values(state=FindingState.OPEN, claimed_by=None, claimed_until=None).returning(
        Finding.id
    )
    with ledger.transaction() as session:
        return len(session.execute(free).all())


def _select_next(
    session: Session, who: str, filters: Filters, after: Key | None, before: Key | None
) -> Query:
    if after is before is None:
        mine = (
            in_queue(select(Finding), filters).where(is_held(), Finding.claimed_by == who).limit(1)
        )
        if session.scalar(mine):
            return mine
    free = is_free_for(who)
    return in_queue(select(Finding), filters, after=after, before=before).where(free).limit(1)


def _take_claim(session: Session, finding: Finding, who: str, lease: timedelta) -> None:
    until = func.clock_timestamp() + lease
    values = {"state": FindingState.CLAIMED, "claimed_by": who, "claimed_until": until}
    session.execute(update(Finding).where(Finding.id == finding.id).values(values))
    session.refresh(finding)
