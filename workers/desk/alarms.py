"""What is wrong now: the one list for `fazhi status`, /readyz, /metrics and the desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum
from os import scandir

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from schema.kinds import TEXT_STAGES, Chore, DocumentState
from schema.tables import Arrival, Document, NightlyRun, StageRun
from schema.upkeep import Process
from workers.desk.counts import count_lately_ended
from workers.desk.outgoing import count_unsent
from workers.desk.status import ABANDONED, oldest_due, time_ago
from workers.embedded.health import redis_health
from workers.failing import told
from workers.intake.pressure import free_megabytes
from workers.ledger import PENDING, Ledger
from workers.results.chores import last_ends
from workers.results.in_force import list_astray, rules_in_force
from workers.settings import Settings
from workers.telling.masking import masked

# Between two nightly runs lies a day, and the time that the night before took.
NIGHT_MISSED = timedelta(hours=26)
# What somebody did within a day, somebody is to do.
REMEMBERED = timedelta(days=1)
# Without these nothing dropped is read, or nothing lost is found again.
WATCH, BEAT, UPKEEP = "watch", "beat", "upkeep"
NEEDED = (WATCH, BEAT, *map(str, TEXT_STAGES), UPKEEP)
OTHERS = frozenset({WATCH, BEAT, "desk", "flower"})
# A few refused files are their senders' matter; so many of the last hour's are ours too.
MANY_REFUSED = 10


class TroubleKind(StrEnum):
    """What can be wrong with a system, each once."""

    DATABASE = "database"
    BROKER = "broker"
    SILENT = "silent"
    NOBODY_RINGS = "nobody_rings"
    NOBODY_WORKS = "nobody_works"
    NIGHTLY_LATE = "nightly_late"
    NIGHTLY_WRONG = "nightly_wrong"
    BACKUP_OLD = "backup_old"
    DISK_FULL = "disk_full"
    INBOX = "inbox"
    REFUSED_BATCH = "refused_batch"
    UNSENT = "unsent"
    OTHER_RULES = "other_rules"


Troubles = Mapping[TroubleKind, str]
"""For each kind that there is, a sentence that says what to do."""

_Found = Iterator[tuple[TroubleKind, str]]


def list_troubles(ledger: Ledger, chosen: Settings) -> Troubles:
    """What is wrong at this moment; nothing where all is well."""
    found = dict(_of_places(chosen))
    if chosen.broker_url and (bad := _of_broker(chosen.broker_url)):
        found[TroubleKind.BROKER] = bad
    try:
        with ledger.transaction() as session:
            for ask in (_of_services, _of_work, _of_nights, _of_backups):
                found.update(ask(session, chosen))
            for look in (_of_refusals, _of_messages, _of_rules):
                found.update(look(session))
    except SQLAlchemyError as error:
        found[TroubleKind.DATABASE] = masked(
            f"The database does not answer as it should ({told(error)}): `fazhi doctor` says more."
        )
    return found


def _of_broker(url: str) -> str:
    return masked(" ".join(one.sentence for one in redis_health(url) if not one.good))


def _of_places(chosen: Settings) -> _Found:
    """Of the folders that are here: a service may do without one of them."""
    store, least = chosen.store_dir, chosen.disk_free_megabytes
    if store.exists() and (free := free_megabytes(store)) < least:
        yield (
            TroubleKind.DISK_FULL,
            f"{free} MB are free for {store}, and no file is taken with less than {least}: make "
            "room, or lower FAZHI_DISK_FREE_MEGABYTES.",
        )
    try:
        with suppress(FileNotFoundError), scandir(chosen.inbox_dir) as entries:
            next(entries, None)
    except OSError as error:
        yield (
            TroubleKind.INBOX,
            f"The inbox cannot be read ({error.strerror}): give this user the right to read and "
            f"write in {chosen.inbox_dir}.",
        )


def _of_services(session: Session, chosen: Settings) -> _Found:
    is_there = Process.seen_at > time_ago(timedelta(seconds=chosen.silent_seconds))
    lately = Process.seen_at > time_ago(REMEMBERED)
    signs = session.execute(select(Process.does, is_there).where(lately)).all()
    done = {one for does, is_there in signs if is_there for one in does}
    asked = dict.fromkeys([*NEEDED, *(one for does, _ in signs for one in does)])
    missing = [one for one in asked if one not in done]
    if missing and not done:
        yield TroubleKind.SILENT, "No process of fazhi gives a sign of life: start `fazhi run`."
    elif missing:
        queues = ",".join(one for one in missing if one not in OTHERS)
        commands = [f"`fazhi {one}`" for one in missing if one in OTHERS]
        commands += [f"`fazhi work --queues {queues}`"] if queues else []
        yield (
            TroubleKind.SILENT,
            f"Nobody does {', '.join(missing)}: start {' and '.join(commands)}, or look at the "
            "log of what should do it.",
        )


def _of_work(session: Session, chosen: Settings) -> _Found:
    patience = timedelta(seconds=chosen.silent_seconds)
    oldest = oldest_due(session)
    if oldest is None or oldest.seconds <= chosen.silent_seconds:
        return
    rung = select(func.max(Document.rung_at) > time_ago(patience)).where(PENDING)
    if not session.scalar(rung):
        yield (
            TroubleKind.NOBODY_RINGS,
            "Nobody rings for what is due: start `fazhi beat`, and `fazhi work` with "
            "the queue upkeep.",
        )
    elif not session.scalar(select(func.max(StageRun.started_at) > time_ago(patience))):
        yield (
            TroubleKind.NOBODY_WORKS,
            "Nobody works on what is due: start `fazhi work`, or look at its log.",
        )


def _of_nights(session: Session, _: Settings) -> _Found:
    night = session.scalar(select(NightlyRun).order_by(NightlyRun.id.desc()).limit(1))
    now = session.scalars(select(func.clock_timestamp())).one()
    if night and night.ended_at is None and night.seen_at < now - ABANDONED:
        yield (
            TroubleKind.NIGHTLY_LATE,
            f"The nightly run of {night.day} did not end: look at the log of `fazhi work`, "
            "or `fazhi nightly`.",
        )
    elif (night is None or night.started_at < now - NIGHT_MISSED) and _is_older(
        session, NIGHT_MISSED
    ):
        yield (
            TroubleKind.NIGHTLY_LATE,
            "No nightly run was made for more than a day: start `fazhi beat`, and `fazhi work` "
            "with the queue upkeep.",
        )
    ended = select(NightlyRun.summary).where(NightlyRun.ended_at.is_not(None))
    last = session.scalar(ended.order_by(NightlyRun.id.desc()).limit(1))
    if wrong := ((last or {}).get("verify") or {}).get("wrong"):
        yield (
            TroubleKind.NIGHTLY_WRONG,
            f"The last nightly run found {wrong} things wrong: `fazhi verify` names them.",
        )


def _of_backups(session: Session, chosen: Settings) -> _Found:
    if chosen.backup_hours is None:
        return
    longest = timedelta(hours=chosen.backup_hours)
    last = last_ends(session).get(Chore.BACKUP)
    now = session.scalars(select(func.clock_timestamp())).one()
    if last and last.ended_at < now - longest:
        age = f"The last backup ended on {last.ended_at:%Y-%m-%d %H:%M %Z}"
    elif last is None and _is_older(session, longest):
        age = "There is no backup"
    else:
        return
    yield (
        TroubleKind.BACKUP_OLD,
        f"{age}, and FAZHI_BACKUP_HOURS is {chosen.backup_hours:g}: `fazhi backup FOLDER`, and "
        "look why its schedule did not.",
    )


def _of_refusals(session: Session) -> _Found:
    ended = count_lately_ended(session)
    refused = ended.get(DocumentState.REFUSED, 0)
    of = refused + ended.get(DocumentState.DONE, 0) + ended.get(DocumentState.UNPACKED, 0)
    if refused >= MANY_REFUSED and 2 * refused >= of:
        yield (
            TroubleKind.REFUSED_BATCH,
            f"{refused} of the last {of} documents were refused within an hour: look at the "
            "reasons in inbox/refused; `fazhi doctor` says what is missing here.",
        )


def _of_messages(session: Session) -> _Found:
    if unsent := count_unsent(session):
        told = [
            f"{count} messages by {channel} are not taken, and are sent again: {error}"
            for channel, (count, error) in unsent.items()
        ]
        yield TroubleKind.UNSENT, " ".join(told)


def _of_rules(session: Session) -> _Found:
    if astray := list_astray(session):
        yield (
            TroubleKind.OTHER_RULES,
            f"{', '.join(astray)}: other rules than those in force ({rules_in_force(session)}), so "
            "nothing is read anew there: start it again with the same version and "
            "FAZHI_CATALOGUE, or `fazhi migrate` with its own.",
        )


def _is_older(session: Session, age: timedelta) -> bool:
    """Whether the first file came longer ago than this."""
    first = select(Arrival.arrived_at).order_by(Arrival.id).limit(1).scalar_subquery()
    return bool(session.scalar(select(first < time_ago(age))))
