"""How things stand, as plain values: for `fazhi status`, the live view and the nightly summary."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from schema.kinds import DocumentState, FindingState, Stage
from schema.tables import Arrival, Document, Finding, Report
from workers.inbox import Inbox
from workers.ledger import Ledger
from workers.settings import Settings
from workers.store import Store


def overview(ledger: Ledger, chosen: Settings) -> dict[str, Any]:
    """`documents` (state → count), `queues` (stage → due), `findings` (open, settled), `inbox` and `left_alone`."""
    with ledger.transaction() as session:
        states = session.execute(select(Document.state, func.count()).group_by(Document.state))
        documents = {str(state): 0 for state in DocumentState} | {str(state): count for state, count in states}
        pending = Document.state.in_([DocumentState.WAITING, DocumentState.RUNNING])
        due = session.execute(select(Document.stage, func.count()).where(pending).group_by(Document.stage))
        queues = {str(stage): 0 for stage in Stage} | {str(stage): count for stage, count in due}
        settled = Finding.state == FindingState.SETTLED
        answer = session.execute(select(settled, func.count()).where(Finding.present).group_by(settled))
        findings = dict.fromkeys(("open", "settled"), 0)
        findings |= {"settled" if is_settled else "open": count for is_settled, count in answer}
    return {"documents": documents, "queues": queues, "findings": findings} | inbox_overview(chosen)


def inbox_overview(chosen: Settings) -> dict[str, Any]:
    """Files waiting in the inbox, and the names that are left alone because programs give them to unfinished files."""
    try:
        scan = Inbox(chosen.inbox_dir, Store(chosen.store_dir)).scan()
    except OSError as error:
        return {"inbox": None, "left_alone": [], "inbox_error": str(error)}
    return {"inbox": len(scan.files), "left_alone": list(scan.left_alone)}


def recent(ledger: Ledger, count: int = 12) -> list[dict[str, Any]]:
    """The documents that changed last, newest first, each with its file's name, state, stage, figures and findings."""
    name = select(Arrival.name).where(Arrival.document_id == Document.id).order_by(Arrival.id.desc()).limit(1)
    findings = select(func.count()).where(Finding.document_id == Document.id, Finding.state == FindingState.OPEN)
    query = (
        select(
            Document.id,
            Document.state,
            Document.stage,
            Document.reason,
            name.scalar_subquery().label("name"),
            Report.title,
            findings.scalar_subquery().label("findings"),
        )
        .outerjoin(Report, Report.document_id == Document.id)
        .order_by(Document.changed_at.desc())
        .limit(count)
    )
    with ledger.transaction() as session:
        return [dict(row) for row in session.execute(query).mappings()]
