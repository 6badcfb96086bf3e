"""The nightly run: scan, sweep, retry, read anew what older rules made, compare,
and sum up how things stand.
"""

from __future__ import annotations

import json
import logging
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from schema.kinds import DocumentState
from schema.tables import Document, NightlyRun
from workers.across.nightly import compare_anew
from workers.desk.jsonable import to_json
from workers.desk.status import ABANDONED, read_overview
from workers.files.private import make_folder, write_secret
from workers.intake.inbox import Inbox
from workers.intake.pressure import limits_of
from workers.intake.watcher import Watcher
from workers.ledger import Ledger, Ring
from workers.recovery.trouble import Scene
from workers.recovery.verifying import verify
from workers.report.version import own_rules, rules_version
from workers.results.in_force import is_in_force, rules_in_force
from workers.results.lessons import follow_lessons
from workers.settings import Settings
from workers.store import Store

log = logging.getLogger("fazhi")

# How many troubles the summary lists; `fazhi verify` names them all.
MOST_TROUBLES = 100


def is_due(ledger: Ledger, chosen: Settings, now: datetime | None = None) -> bool:
    """Whether today's run is due and not made yet; the table is asked, so no timer is missed."""
    now = now or datetime.now(ZoneInfo(chosen.timezone))
    if now.strftime("%H:%M") < chosen.nightly_at:
        return False
    with ledger.transaction() as session:
        made = session.get(NightlyRun, now.date())
        return made is None or (made.ended_at is None and now - made.started_at > ABANDONED)


def run(
    ledger: Ledger, chosen: Settings, ring: Ring, *, by_hand: bool = False
) -> dict[str, Any] | None:
    """One run, its summary also in `var/nightly/`.

    None where today has one already; by hand it is made anyway.
    """
    day = datetime.now(ZoneInfo(chosen.timezone)).date()
    if not _begin_day(ledger, day, by_hand=by_hand):
        return None
    follow_lessons(ledger, chosen)
    summary: dict[str, Any] = {"day": day.isoformat(), "rules_version": rules_version()}
    summary["scan"] = _scan(ledger, chosen, ring)
    summary["read_anew"] = _read_anew(ledger)
    due = ledger.sweep()
    for document_id, stage in due:
        ring([document_id], stage)
    summary["rung"] = len(due)
    summary["verify"] = _verify(ledger, chosen, ring)
    summary["across"] = compare_anew(ledger, day)
    summary["now"] = to_json(read_overview(ledger, chosen))
    _end_day(ledger, day, summary)
    summary["file"] = str(_write(chosen.var / "nightly" / f"{day}.json", summary))
    log.info("nightly run done: %s", summary["file"])
    return summary


def _begin_day(ledger: Ledger, day: date, *, by_hand: bool) -> bool:
    """Claim the day: one row a day, so that only one of several schedulers runs."""
    row = insert(NightlyRun).values(day=day)
    again = {"started_at": func.clock_timestamp(), "ended_at": None, "summary": None}
    abandoned = (NightlyRun.ended_at.is_(None)) & (
        NightlyRun.started_at < func.clock_timestamp() - ABANDONED
    )
    claim = row.on_conflict_do_update(
        index_elements=["day"], set_=again, where=None if by_hand else abandoned
    )
    with ledger.transaction() as session:
        return session.scalar(claim.returning(NightlyRun.day)) is not None


def _end_day(ledger: Ledger, day: date, summary: dict[str, Any]) -> None:
    with ledger.transaction() as session:
        ended = update(NightlyRun).filter_by(day=day)
        session.execute(ended.values(ended_at=func.clock_timestamp(), summary=summary))


def _scan(ledger: Ledger, chosen: Settings, ring: Ring) -> dict[str, Any]:
    """Scan the inbox twice, one settle time apart, so that settled files are taken even with no
    watcher running.
    """
    inbox = Inbox(
        chosen.inbox_dir, Store(chosen.store_dir), largest_megabytes=chosen.file_megabytes
    )
    try:
        watcher = Watcher(
            inbox,
            ledger,
            ring,
            settle=chosen.settle_seconds,
            pause=chosen.scan_seconds,
            limits=limits_of(chosen),
        )
        before = watcher.step()
        if before.files or before.odd:
            time.sleep(chosen.settle_seconds)
            watcher.step()
        scan = inbox.scan()
    except OSError as error:
        return {"error": str(error)}
    return {
        "found": len(before.files),
        "waiting": len(scan.files),
        "left_alone": list(scan.left_alone),
    }


def _verify(ledger: Ledger, chosen: Settings, ring: Ring) -> dict[str, Any]:
    """List what is wrong without fixing it; a person asks for that with `fazhi verify --mend`."""
    found = [
        verdict.as_json() for verdict in verify(Scene(ledger=ledger, chosen=chosen, ring=ring))
    ]
    return {"wrong": len(found), "troubles": found[:MOST_TROUBLES]}


def _read_anew(ledger: Ledger) -> int | None:
    """Rerun documents read by older rules, and those given up for a reason that may have passed;
    none where the rules of this process are not those in force.
    """
    with ledger.transaction() as session:
        if not is_in_force(session):
            log.warning(
                "nothing is read anew: these rules (%s) are not those in force (%s)",
                own_rules(),
                rules_in_force(session),
            )
            return None
    older = Document.rules_version.is_distinct_from(rules_version())
    given_up = Document.retryable & (Document.state == DocumentState.REFUSED)
    return ledger.rerun(select(Document.id).where(or_(older, given_up)))


def _write(path: Path, summary: dict[str, Any]) -> Path:
    partial = make_folder(path.parent) / f"{path.stem}.partial"
    write_secret(partial, json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
    return partial.rename(path)
