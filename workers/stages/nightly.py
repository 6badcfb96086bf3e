"""The nightly run: scan, sweep, retry, read anew what older rules made; and once that is read,
compare, tidy up, and sum up what happened and how things stand.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from schema.kinds import DocumentState, NightStep
from schema.tables import Document, NightlyRun
from workers.across.nightly import compare_anew
from workers.desk.disk import measure_disk
from workers.desk.jsonable import to_json
from workers.desk.nights import sum_up
from workers.desk.status import read_overview
from workers.files.private import make_folder, write_secret
from workers.intake.inbox import Inbox
from workers.intake.pressure import limits_of
from workers.intake.watcher import Watcher
from workers.ledger import Ledger, Ring
from workers.recovery.forgetting import purge
from workers.recovery.trouble import Scene
from workers.recovery.verifying import verify
from workers.report.version import own_rules, rules_version
from workers.results.in_force import is_in_force, rules_in_force
from workers.results.lessons import follow_lessons
from workers.settings import Settings
from workers.stages.care import prune, prune_files, take_snapshot, vacuum
from workers.stages.turns import Overtaken, Turn, count_reading_anew, may_be_taken, take_turn
from workers.store import Store

log = logging.getLogger("fazhi")

# How many troubles the summary lists; `fazhi verify` names them all.
MOST_TROUBLES = 100


def is_due(ledger: Ledger, chosen: Settings, now: datetime | None = None) -> bool:
    """Whether a run is to be begun, or one to be gone on with: today's is due and not made yet, or
    one waits no longer or fell silent. The table is asked, so no timer is missed.
    """
    now = now or datetime.now(ZoneInfo(chosen.timezone))
    free = select(may_be_taken(chosen.nightly_wait_hours)).where(NightlyRun.ended_at.is_(None))
    today = select(NightlyRun.id).where(NightlyRun.day == now.date(), ~NightlyRun.by_hand)
    with ledger.transaction() as session:
        begun = session.execute(free).one_or_none()
        if begun is not None:
            return bool(begun[0])
        return now.strftime("%H:%M") >= chosen.nightly_at and session.scalar(today) is None


def run(
    ledger: Ledger, chosen: Settings, ring: Ring, *, by_hand: bool = False, now: bool = False
) -> dict[str, Any] | None:
    """One run as far as it comes: what it knows, at the end with `file`, the summary in
    `var/nightly/`. Where documents are to be read anew it `waits_for` them, and whoever calls this
    after that goes on; `now`: it waits no longer.

    None where another is at work, or today has one already; by hand it is made anyway.
    """
    day = datetime.now(ZoneInfo(chosen.timezone)).date()
    hours = 0 if now else chosen.nightly_wait_hours
    turn = take_turn(ledger, day, hours, by_hand=by_hand)
    if turn is None:
        return None
    try:
        with turn.seen():
            follow_lessons(ledger, chosen)
            if turn.step is NightStep.GATHER:
                _gather(turn, chosen, ring)
            if turn.step is NightStep.COMPARE:
                _conclude(turn, chosen)
    except Overtaken as overtaken:
        log.warning("%s", overtaken)
        return None
    return turn.summary


def _gather(turn: Turn, chosen: Settings, ring: Ring) -> None:
    """All that makes documents due."""
    ledger = turn.ledger
    turn.summary |= {"run": turn.id, "day": turn.day.isoformat(), "rules_version": rules_version()}
    _do(turn, "scan", lambda: _scan(ledger, chosen, ring))
    if "read_anew" not in turn.summary:
        # Counted in the transaction that does it: whoever takes this up counts nothing twice.
        with turn.writing() as session:
            turn.summary["read_anew"] = _read_anew(ledger, session)
    _do(turn, "rung", lambda: _ring(ledger, ring))
    _do(turn, "verify", lambda: _verify(ledger, chosen, ring))
    with turn.writing() as session:
        turn.summary["waits_for"] = waiting = count_reading_anew(session)
        turn.step = NightStep.WAIT if waiting else NightStep.COMPARE


def _conclude(turn: Turn, chosen: Settings) -> None:
    """The comparison of what has been read, the care of the tables, and the summary."""
    ledger = turn.ledger
    with turn.writing() as session:
        # What the time limit left.
        turn.summary["waits_for"] = count_reading_anew(session)
    _do(turn, "across", lambda: compare_anew(ledger, turn.day, turn.id))
    _do(turn, "snapshot", lambda: take_snapshot(ledger, chosen, turn.day))
    purge(ledger, chosen)
    _do(turn, "pruned", lambda: prune(ledger, chosen))
    _do(turn, "vacuumed", lambda: vacuum(ledger))
    prune_files(chosen.var / "nightly", chosen.keep_nights_days, turn.day)
    with ledger.transaction() as session:
        until = session.scalars(select(func.clock_timestamp())).one()
        turn.summary["happened"] = sum_up(session, _since(session, turn))
        turn.summary["until"] = until.isoformat()
    turn.summary["disk"] = dict(measure_disk(ledger, chosen))
    turn.summary["now"] = to_json(read_overview(ledger, chosen))
    name = f"{turn.day}.json" if not turn.by_hand else f"{turn.day}-{turn.id}.json"
    turn.summary["file"] = str(_write(chosen.var / "nightly" / name, turn.summary))
    turn.end()
    log.info("nightly run done: %s", turn.summary["file"])


def _do(turn: Turn, name: str, step: Callable[[], Any]) -> None:
    """One step, unless it was done before the run was taken up; its seconds are kept."""
    if name in turn.summary:
        return
    begun = time.monotonic()
    done = step()
    seconds = turn.summary.get("seconds", {}) | {name: round(time.monotonic() - begun, 1)}
    turn.summary |= {name: done, "seconds": seconds}
    with turn.writing():
        pass


def _since(session: Session, turn: Turn) -> datetime:
    """When the last run summed up; without one, a day ago."""
    ended = (NightlyRun.id < turn.id, NightlyRun.ended_at.is_not(None))
    query = select(NightlyRun).where(*ended).order_by(NightlyRun.id.desc()).limit(1)
    last = session.scalar(query)
    if last is None or last.ended_at is None:
        return turn.started_at - timedelta(days=1)
    told = (last.summary or {}).get("until")
    return datetime.fromisoformat(told) if told else last.ended_at


def _ring(ledger: Ledger, ring: Ring) -> int:
    due = ledger.sweep()
    for document_id, stage in due:
        ring([document_id], stage)
    return len(due)


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


def _read_anew(ledger: Ledger, session: Session) -> int | None:
    """Rerun documents read by older rules, and those given up for a reason that may have passed;
    none where the rules of this process are not those in force.
    """
    if not is_in_force(session):
        told = (own_rules(), rules_in_force(session))
        log.warning("nothing is read anew: these rules (%s) are not those in force (%s)", *told)
        return None
    older = Document.rules_version.is_distinct_from(rules_version())
    given_up = Document.retryable & (Document.state == DocumentState.REFUSED)
    return ledger.rerun_within(session, select(Document.id).where(or_(older, given_up)))


def _write(path: Path, summary: dict[str, Any]) -> Path:
    partial = make_folder(path.parent) / f"{path.stem}.partial"
    write_secret(partial, json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
    return partial.rename(path)
