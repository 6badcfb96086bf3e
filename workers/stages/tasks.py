"""The tasks of the stages and the upkeep. A bell says that a stage has work: take a batch of it;
load, call the core, save; then ring for what is due next.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from functools import cache

from sqlalchemy.orm import Session

from schema.kinds import Chore, Stage
from workers import across, failpoints
from workers.desk.status import ABANDONED
from workers.errors import PagesWithoutText, StoppedReader, TookTooLong, UnusableFile, WasForgotten
from workers.failing import is_of_service, told
from workers.failpoints import Point
from workers.ledger import Claim, Due, Ledger
from workers.report.model import Source, Unpacked
from workers.report.version import rules_version
from workers.results.changes import note_refused
from workers.results.chores import note_end
from workers.results.in_force import is_in_force
from workers.results.lessons import follow_lessons
from workers.results.loading import Dropped, first_drops, load_batch
from workers.results.understood import Understood
from workers.services import open_ledger
from workers.settings import settings
from workers.stages import nightly
from workers.stages.app import app, ring, rung_for
from workers.stages.converting import TakesLong, read_file
from workers.stages.leases import kept_alive
from workers.stages.memory import Memory
from workers.stages.recognition import (
    NICE,
    hands_on,
    layered_pages,
    longest_recognition,
    recognise_file,
)
from workers.stages.teaching import try_lesson
from workers.stages.transport import UPKEEP
from workers.stages.unpacking import store_members
from workers.stages.work import MAKE, make_anew, save_batch
from workers.store import Store
from workers.telling.logbook import about
from workers.telling.naming import own_name

log = logging.getLogger("fazhi")

# How many of those that wait are looked at for some to be converted together, and how large they
# may be: of the time of a larger one, the start of LibreOffice is a small part.
LOOKED_AT, LARGEST_AHEAD = 100, 4 << 20
# Those that start from the file itself.
OPENING = frozenset({Stage.READ, Stage.RECOGNISE})
# After so long a batch takes up no further document, so that the first of it do not wait for the
# last. Twenty usual reports take half of it.
BATCH_SECONDS = 2.0

# What came of each document that a bell led to, as Flower shows it.
Ends = dict[int, str]
DONE, UNPACKED, REFUSED, FAILED = "done", "unpacked", "refused", "failed"
HANDED_ON, TAKEN_OVER = "handed on", "taken over by another worker"
ENDED_WELL = frozenset({DONE, UNPACKED, HANDED_ON})


class NotAllWell(Exception):
    """What came of each document of a task, where one of them was refused or failed: so the
    monitor, which counts tasks, counts this one among the failed.
    """


@cache
def ledger() -> Ledger:
    """The ledger of this process; made after the fork, so that processes share no connection."""
    return open_ledger(settings())


@cache
def memory() -> Memory:
    """Of this process, as its ledger."""
    return Memory()


@app.task(name="fazhi.read", throws=NotAllWell)  # type: ignore[untyped-decorator]
def read(*rung: object) -> Ends:
    return _all_well(work_off(Stage.READ, rung))


# Its limit is that of its pages and of the stages after it, which a scan read anew goes through.
@app.task(  # type: ignore[untyped-decorator]
    name="fazhi.recognise", throws=NotAllWell, time_limit=longest_recognition(settings())
)
def recognise(*rung: object) -> Ends:
    return _all_well(work_off(Stage.RECOGNISE, rung))


@app.task(name="fazhi.clean", throws=NotAllWell)  # type: ignore[untyped-decorator]
def clean(*rung: object) -> Ends:
    return _all_well(work_off(Stage.CLEAN, rung))


@app.task(name="fazhi.segment", throws=NotAllWell)  # type: ignore[untyped-decorator]
def segment(*rung: object) -> Ends:
    return _all_well(work_off(Stage.SEGMENT, rung))


@app.task(name="fazhi.extract", throws=NotAllWell)  # type: ignore[untyped-decorator]
def extract(*rung: object) -> Ends:
    return _all_well(work_off(Stage.EXTRACT, rung))


@app.task(name="fazhi.audit", throws=NotAllWell)  # type: ignore[untyped-decorator]
def audit(*rung: object) -> Ends:
    return _all_well(work_off(Stage.AUDIT, rung))


# Without events: every few seconds there is one, and the documents' tasks would drown in them.
@app.task(name="fazhi.sweep", send_events=False)  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Ring for what stands still, and for the nightly run when it is due."""
    with _errors_logged("the sweep"):
        begun = time.monotonic()
        rung = _ring_again()
        note_end(ledger(), Chore.SWEEP, seconds=time.monotonic() - begun, documents=rung)
        if nightly.is_due(ledger(), settings()):
            app.send_task("fazhi.nightly", queue=UPKEEP)


def _ring_again() -> int:
    """How many documents it rang for."""
    lost = _not_queued(ledger().sweep(anew=0))
    failpoints.reached(Point.SWEEP_COMMITTED)
    # Each is put at the head of its queue, so the first one goes in last.
    for document_id, stage in reversed(lost):
        ring([document_id], stage, next_in_line=True)
    again = _not_queued(ledger().sweep(new=0))
    for document_id, stage in again:
        ring([document_id], stage)
    return len(lost) + len(again)


def _not_queued(due: list[Due]) -> list[Due]:
    """Those without a message in their queue; ringing for the others would only fill it up."""
    waiting = {stage: rung_for(stage) for stage in {stage for _, stage in due}}
    return [(document_id, stage) for document_id, stage in due if document_id not in waiting[stage]]


# Longer than any stage may work: it is killed only when another may begin.
@app.task(name="fazhi.nightly", time_limit=int(ABANDONED.total_seconds()))  # type: ignore[untyped-decorator]
def run_nightly() -> None:
    with _errors_logged("the nightly run"):
        nightly.run(ledger(), settings(), ring)


@app.task(name="fazhi.teach")  # type: ignore[untyped-decorator]
def teach(lesson: int) -> None:
    """Try what a person says of a group of figures; the page waits for it."""
    with _errors_logged(f"the trial of lesson {lesson}"):
        follow_lessons(ledger(), settings())
        try_lesson(ledger(), lesson)


def _all_well(ends: Ends) -> Ends:
    if bad := {one: end for one, end in ends.items() if end not in ENDED_WELL}:
        raise NotAllWell(", ".join(f"{one}: {end}" for one, end in (bad | ends).items()))
    return ends


def run_stage(stage: Stage, *rung: object) -> bool:
    """Work off a bell; whether anything was taken, and all of it ended well."""
    ends = work_off(stage, rung)
    return bool(ends) and all(end in ENDED_WELL for end in ends.values())


def work_off(stage: Stage, rung: Sequence[object]) -> Ends:
    """Claim what is due of a stage, work on each document, commit, ring: what came of each.

    `rung` are the documents that the bell was rung for: a hint, for what is due longest is taken
    first. Where fewer were taken, it is rung again.
    """
    ends: Ends = {}
    with about(stage=stage), _errors_logged("the batch"):
        if claims := _claim(stage):
            failpoints.reached(Point.STAGE_CLAIMED)
            with kept_alive(ledger(), *claims):
                _work_batch(stage, claims, ends)
            others = [one for one in rung if isinstance(one, int) and one not in ends]
            if others and len(claims) < len(rung):
                ring(others[: len(rung) - len(claims)], stage)
    return ends


@contextmanager
def _errors_logged(what: str) -> Iterator[None]:
    """Log errors outside a stage's own work instead of failing the task; the sweep rings again."""
    try:
        yield
    except Exception as error:  # an edge: an error here would end the consumer, not one task
        if is_of_service(error):
            log.warning("%s: a service fails, it is tried again: %s", what, told(error))
        else:
            log.exception("%s: it could not be begun or ended, it is tried again", what)


def _claim(stage: Stage) -> Sequence[Claim]:
    chosen = settings()
    most = 1 if stage is Stage.RECOGNISE else chosen.batch_documents
    room = chosen.batch_kilobytes * 1024
    with ledger().transaction() as session:
        anew = is_in_force(session)
    return ledger().claim_due(stage, own_name(), most=most, room=room, anew=anew)


def _work_batch(stage: Stage, claims: Sequence[Claim], ends: Ends) -> None:
    """What takes long comes last and alone, so that nothing that came with it waits for it; what is
    not begun by then, or when the time of a batch is over, another worker may take.
    """
    try:
        if stage is Stage.EXTRACT or claims[0].anew:
            follow_lessons(ledger(), settings())
        starts = _load_starts(stage, claims)
    except Exception as error:  # noqa: BLE001 - it is recorded, whatever it is
        _record(claims, error, ends)
        return
    made: dict[Claim, Understood] = {}
    long: list[Claim] = []
    over = time.monotonic() + BATCH_SECONDS
    begun = 0
    for claim in claims:
        if begun and time.monotonic() > over:
            break
        begun += 1
        try:
            with _about(claim):
                report = _work(claim, starts[claim.document_id], ends, patient=len(claims) == 1)
        except TakesLong:
            long.append(claim)
        except Exception as error:  # noqa: BLE001 - as above
            _record([claim], error, ends)
        else:
            failpoints.reached(Point.STAGE_WORKED)
            if report:
                made[claim] = report
    _end(stage, made, ends)
    _put_back([*long[1:], *claims[begun:]])
    if long:
        _work_batch(stage, long[:1], ends)


def _load_starts(stage: Stage, claims: Sequence[Claim]) -> Mapping[int, Understood | Dropped]:
    """What each document's stage starts from: the name of its file, or what is understood so far,
    which this process may know.
    """
    ids = [claim.document_id for claim in claims]
    if stage in OPENING:
        with ledger().transaction() as session:
            return first_drops(session, ids)
    known = memory().recall(claims)
    unknown = [one for one in ids if one not in known]
    if not unknown:
        return known
    with ledger().transaction() as session:
        return known | load_batch(session, unknown, stage)


def _work(
    claim: Claim, start: Understood | Dropped, ends: Ends, *, patient: bool
) -> Understood | None:
    """What the stage makes of the document; None where it holds others and is taken apart."""
    if isinstance(start, Understood):
        return MAKE[claim.stage](start)
    opened = _open(claim, start, patient=patient)
    if isinstance(opened, Unpacked):
        _unpack(claim, opened, ends)
        return None
    if claim.anew:
        return make_anew(opened)
    return Understood(source=opened)


def _open(claim: Claim, dropped: Dropped, *, patient: bool) -> Source | Unpacked:
    chosen = settings()
    data = Store(chosen.store_dir).read(claim.sha256)
    if claim.stage is Stage.RECOGNISE:
        source = recognise_file(data, dropped.name, chosen, nice=NICE)
    else:
        source = read_file(data, dropped.name, chosen, _waiting_files, patient=patient)
        if (pages := layered_pages(source)) and hands_on(chosen):
            raise PagesWithoutText(pages=pages)
    return replace(source, folder=dropped.folder) if isinstance(source, Source) else source


def _waiting_files() -> Iterator[tuple[str, bytes]]:
    """The contents that will be read next, those that come first first."""
    store = Store(settings().store_dir)
    for sha256 in ledger().untried(Stage.READ, largest=LARGEST_AHEAD, limit=LOOKED_AT):
        with suppress(FileNotFoundError):
            yield sha256, store.read(sha256)


def _unpack(claim: Claim, unpacked: Unpacked, ends: Ends) -> None:
    container = ledger().container(claim.document_id)
    store = Store(settings().store_dir)
    members = store_members(container, unpacked, store)
    if forgotten := ledger().forgotten([member.sha256 for member in members]):
        for sha256 in forgotten:
            store.remove(sha256)
        # What holds it holds its bytes: the owner takes it out.
        raise WasForgotten
    due = ledger().unpack(claim, members, rules_version())
    _tell(claim, TAKEN_OVER if due is None else UNPACKED, ends)
    failpoints.reached(Point.STAGE_COMMITTED)
    _ring(due or (), Stage.READ)


def _end(stage: Stage, made: Mapping[Claim, Understood], ends: Ends) -> None:
    """Commit the results and ring for the next stage.

    Where one of them cannot be saved, each is saved by itself.
    """
    if not made:
        return
    try:
        held = _commit(stage, made)
    except Exception as error:  # noqa: BLE001 - as above
        if len(made) == 1 or is_of_service(error):
            _record(list(made), error, ends)
            return
        log.warning("the batch is saved one by one: %s", told(error))
        for claim, report in made.items():
            _end(stage, {claim: report}, ends)
        return
    for claim in made:
        _tell(claim, DONE if claim in held else TAKEN_OVER, ends)
    failpoints.reached(Point.STAGE_COMMITTED)
    if held and (following := held[0].following):
        _ring([claim.document_id for claim in held], following)


def _commit(stage: Stage, made: Mapping[Claim, Understood]) -> Sequence[Claim]:
    if stage is Stage.AUDIT or any(claim.anew for claim in made):
        # Other reports find these before they look for them, so that of two compared at the same
        # time one sees the other.
        sketches = {claim.document_id: across.sketch(report) for claim, report in made.items()}
        with ledger().transaction() as session:
            across.publish(session, sketches)
    stored: dict[int, Understood] = {}

    def save(session: Session, held: Sequence[Claim]) -> None:
        batch = {claim.document_id: made[claim] for claim in held}
        stored.update(save_batch(session, stage, batch, anew=held[0].anew))

    held = ledger().finish_batch(list(made), save, rules_version())
    if held and held[0].following:
        memory().keep(held, stored)
    return held


def _ring(document_ids: Sequence[int], stage: Stage) -> None:
    if document_ids:
        ring(document_ids, stage)
        failpoints.reached(Point.STAGE_RUNG)


def _put_back(claims: Sequence[Claim]) -> None:
    if claims:
        with _errors_logged("what was not begun"):
            ledger().put_back(claims)
            ring([claim.document_id for claim in claims], claims[0].stage)


def _tell(claim: Claim, end: str, ends: Ends) -> None:
    ends[claim.document_id] = end
    with _about(claim):
        log.info("%s", end)


def _about(claim: Claim) -> AbstractContextManager[None]:
    return about(run=claim.token, document=claim.document_id, stage=claim.stage)


def _record(claims: Sequence[Claim], error: Exception, ends: Ends) -> None:
    """What failed is recorded for each by itself, and tried again or refused."""
    for claim in claims:
        ends[claim.document_id] = FAILED
    with _errors_logged("what failed"):
        if is_of_service(error):
            log.warning("a service fails: %s", told(error))
            ledger().hand_back(claims, told(error))
            return
    for claim in claims:
        with _about(claim), _errors_logged("what failed"):
            _record_one(claim, error, ends)


def _record_one(claim: Claim, error: Exception, ends: Ends) -> None:
    match error:
        case PagesWithoutText() if claim.stage is Stage.READ and hands_on(settings()):
            _hand_on(claim, Stage.RECOGNISE, ends)
        case UnusableFile():
            _refuse(claim, error, ends)
        case FileNotFoundError():
            ledger().fail(claim, f"The stored bytes are missing: {error.filename}")
        case _:  # whatever error a rule raises is recorded and retried
            log.error("failed", exc_info=error)
            ledger().fail(claim, told(error))


def _hand_on(claim: Claim, stage: Stage, ends: Ends) -> None:
    handed = ledger().hand_on(claim, stage)
    _tell(claim, HANDED_ON if handed else TAKEN_OVER, ends)
    failpoints.reached(Point.STAGE_COMMITTED)
    _ring([claim.document_id] if handed else (), stage)


def _refuse(claim: Claim, error: UnusableFile, ends: Ends) -> None:
    # The file could be read before: this is the machine's trouble, not the file's.
    if claim.anew and isinstance(error, TookTooLong | StoppedReader | PagesWithoutText):
        ledger().fail(claim, error.notice)
        return
    may_be_read = isinstance(error, PagesWithoutText)

    def note(session: Session) -> None:
        if claim.anew:
            note_refused(session, claim.document_id, error.notice, rules_version())

    ledger().refuse(claim, error.notice, rules_version(), retryable=may_be_read, also=note)
    _tell(claim, REFUSED, ends)
    failpoints.reached(Point.STAGE_REFUSED)
