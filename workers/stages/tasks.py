"""The tasks of the stages and the upkeep: an id in; load, call the core, save;
then ring for what is due next.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache

from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from schema.kinds import Stage
from schema.tables import Arrival, Document
from workers import across, failpoints
from workers.across.subjects import lock_name
from workers.desk.status import ABANDONED
from workers.errors import PagesWithoutText, StoppedReader, TookTooLong, UnusableFile
from workers.failpoints import Point
from workers.ledger import Claim, Drop, Due, Ledger, Save
from workers.report.chinese.words import search_terms
from workers.report.cleaning import clean_source
from workers.report.extraction import extract_metrics
from workers.report.model import Cleaned, Segmented, Source, Unpacked
from workers.report.pipeline import conclude_report, understand_source
from workers.report.relations.filling import fill_parts
from workers.report.relations.statements import extract_relations
from workers.report.segmentation import segment_text
from workers.report.version import rules_version
from workers.results import relations, rows
from workers.results.cells import load_figures, save_cells
from workers.results.lessons import follow_lessons
from workers.results.places import load_lines
from workers.results.remaking import follow_decisions, lock_documents
from workers.services import open_ledger
from workers.settings import settings
from workers.stages import nightly
from workers.stages.app import app, ring, rung_for, worker_name
from workers.stages.converting import read_file
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
from workers.store import Store

log = logging.getLogger("fazhi")

# Errors that may come from a failing service, not from the file.
FAILING_SERVICE = (OperationalError, InterfaceError, OSError)
# SQLSTATE classes: no connection, rollback, no resources, object in use, operator intervention.
# Other errors are caused by what we send.
TRANSIENT_STATES = ("08", "40", "53", "55", "57")
# How many of those that wait are looked at for some to be converted together, and how large they
# may be: of the time of a larger one, the start of LibreOffice is a small part.
LOOKED_AT, LARGEST_AHEAD = 100, 4 << 20


# What a stage has worked out: how to save it; of a container the members, which are in the store.
Work = Save | tuple[Drop, ...]


@cache
def ledger() -> Ledger:
    """The ledger of this process; made after the fork, so that processes share no connection."""
    return open_ledger(settings())


@app.task(name="fazhi.read")  # type: ignore[untyped-decorator]
def read(document_id: int) -> None:
    run_stage(Stage.READ, document_id)


# Its limit is that of its pages and of the stages after it, which a scan read anew goes through.
@app.task(name="fazhi.recognise", time_limit=longest_recognition(settings()))  # type: ignore[untyped-decorator]
def recognise(document_id: int) -> None:
    run_stage(Stage.RECOGNISE, document_id)


@app.task(name="fazhi.clean")  # type: ignore[untyped-decorator]
def clean(document_id: int) -> None:
    run_stage(Stage.CLEAN, document_id)


@app.task(name="fazhi.segment")  # type: ignore[untyped-decorator]
def segment(document_id: int) -> None:
    run_stage(Stage.SEGMENT, document_id)


@app.task(name="fazhi.extract")  # type: ignore[untyped-decorator]
def extract(document_id: int) -> None:
    run_stage(Stage.EXTRACT, document_id)


@app.task(name="fazhi.audit")  # type: ignore[untyped-decorator]
def audit(document_id: int) -> None:
    run_stage(Stage.AUDIT, document_id)


@app.task(name="fazhi.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Ring for what stands still, and for the nightly run when it is due."""
    with _errors_logged("the sweep"):
        _ring_again()
        if nightly.is_due(ledger(), settings()):
            app.send_task("fazhi.nightly", queue=UPKEEP)


def _ring_again() -> None:
    lost = _not_queued(ledger().sweep(anew=0))
    failpoints.reached(Point.SWEEP_COMMITTED)
    # Each is put at the head of its queue, so the first one goes in last.
    for document_id, stage in reversed(lost):
        ring(document_id, stage, next_in_line=True)
    for document_id, stage in _not_queued(ledger().sweep(new=0)):
        ring(document_id, stage)


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


def run_stage(stage: Stage, document_id: int) -> bool:
    """Claim, work, commit, ring.

    False when there was nothing to do or it did not end well; the ledger says why.
    """
    with _errors_logged(f"document={document_id} stage={stage}"):
        return _claim_and_run(stage, document_id)
    return False


@contextmanager
def _errors_logged(what: str) -> Iterator[None]:
    """Log errors outside a stage's own work instead of failing the task; the sweep rings again."""
    try:
        yield
    except FAILING_SERVICE as error:
        log.warning("%s: a service is away, it is tried again: %s", what, error)
    except Exception:  # an edge: an error here would end the consumer, not one task
        log.exception("%s: it could not be begun or ended, it is tried again", what)


def _claim_and_run(stage: Stage, document_id: int) -> bool:
    claim = ledger().claim(document_id, stage, worker_name())
    if claim is None:
        return False
    failpoints.reached(Point.STAGE_CLAIMED)
    try:
        if claim.anew or stage is Stage.EXTRACT:
            follow_lessons(ledger(), settings())
        with kept_alive(claim):
            work = _read_anew(document_id, stage) if claim.anew else WORK[stage](document_id)
            failpoints.reached(Point.STAGE_WORKED)
            due = _finish(claim, work)
    except UnusableFile as error:
        if isinstance(error, PagesWithoutText) and stage is Stage.READ and hands_on(settings()):
            return _hand_on(claim, Stage.RECOGNISE)
        log.info("document=%s stage=%s refused: %s", document_id, stage, error)
        _refuse(claim, error)
        return False
    except FileNotFoundError as error:
        ledger().fail(claim, f"The stored bytes are missing: {error.filename}")
        return False
    except FAILING_SERVICE as error:
        log.warning("document=%s stage=%s failed: %s", document_id, stage, error)
        give_up = ledger().hand_back if is_transient(error) else ledger().fail
        give_up(claim, f"{type(error).__name__}: {getattr(error, 'orig', error)}")
        return False
    except Exception as error:
        # The only catch-all: whatever error a rule raises is recorded and retried.
        log.exception("document=%s stage=%s failed", document_id, stage)
        ledger().fail(claim, f"{type(error).__name__}: {error}")
        return False
    ended = "done" if due is not None else "was taken over by another worker"
    log.info("document=%s stage=%s %s", document_id, stage, ended)
    failpoints.reached(Point.STAGE_COMMITTED)
    for number, following in due or ():
        ring(number, following)
        failpoints.reached(Point.STAGE_RUNG)
    return due is not None


def _finish(claim: Claim, work: Work) -> list[Due] | None:
    """Commit the result, or the members of a container; what is due then.

    None where the claim was lost.
    """
    if isinstance(work, tuple):
        members = ledger().unpack(claim, work, rules_version())
        return None if members is None else [(member, Stage.READ) for member in members]
    if not ledger().finish(claim, work, rules_version()):
        return None
    return [(claim.document_id, claim.following)] if claim.following else []


def _hand_on(claim: Claim, stage: Stage) -> bool:
    log.info("document=%s stage=%s handed on to %s", claim.document_id, claim.stage, stage)
    handed = ledger().hand_on(claim, stage)
    failpoints.reached(Point.STAGE_COMMITTED)
    if handed:
        ring(claim.document_id, stage)
        failpoints.reached(Point.STAGE_RUNG)
    return handed


def _refuse(claim: Claim, error: UnusableFile) -> None:
    # The file could be read before: this is the machine's trouble, not the file's.
    if claim.anew and isinstance(error, TookTooLong | StoppedReader | PagesWithoutText):
        ledger().fail(claim, error.notice)
        return
    may_be_read = isinstance(error, PagesWithoutText)
    ledger().refuse(claim, error.notice, rules_version(), retryable=may_be_read)
    failpoints.reached(Point.STAGE_REFUSED)


def is_transient(error: Exception) -> bool:
    """Whether the service is at fault: the attempt does not count and is repeated after a pause."""
    if not isinstance(error, OperationalError):
        return True
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or state.startswith(TRANSIENT_STATES)


@contextmanager
def kept_alive(claim: Claim) -> Iterator[None]:
    """Prolong the lease from a thread while the stage works, so that a lease may be short."""
    done = threading.Event()

    def prolong() -> None:
        while not done.wait(ledger().lease / 3):
            try:
                ledger().extend(claim)
            except FAILING_SERVICE as error:
                log.warning(
                    "document=%s stage=%s lease not prolonged: %s",
                    claim.document_id,
                    claim.stage,
                    error,
                )

    thread = threading.Thread(target=prolong, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _read(document_id: int) -> Work:
    return _saved(document_id, Stage.READ)


def _recognise(document_id: int) -> Work:
    return _saved(document_id, Stage.RECOGNISE)


def _saved(document_id: int, stage: Stage) -> Work:
    source = _read_file(document_id, stage)
    if isinstance(source, Unpacked):
        return _unpack(document_id, source)
    return lambda session: rows.save_source(session, document_id, source, rules_version())


def _unpack(document_id: int, unpacked: Unpacked) -> Work:
    return store_members(ledger().container(document_id), unpacked, Store(settings().store_dir))


def _read_anew(document_id: int, stage: Stage) -> Work:
    """Run all stages at once; the old results stay in force until one transaction replaces them."""
    source = _read_file(document_id, stage)
    if isinstance(source, Unpacked):
        return _unpack(document_id, source)
    report = understand_source(source)
    tokens = search_terms(report.cleaned.traced.text)
    _publish(document_id, report.cleaned, report.segmented)

    def save(session: Session) -> None:
        # Before its findings: a transaction that compares another report of this body holds the
        # body's lock while it locks these.
        if issuer := report.segmented.header.issuer:
            lock_name(session, issuer)
        lock_documents(session, [document_id])
        rows.save_report(session, document_id, report, tokens, rules_version())
        follow_decisions(session, document_id)
        across.compare(session, document_id)

    return save


def _read_file(document_id: int, stage: Stage) -> Source | Unpacked:
    with ledger().transaction() as session:
        sha256 = session.scalars(select(Document.sha256).filter_by(id=document_id)).one()
        first = select(Arrival.name, Arrival.folder).filter_by(document_id=document_id)
        name, folder = session.execute(first.order_by(Arrival.id).limit(1)).one()
    chosen = settings()
    data = Store(chosen.store_dir).read(sha256)
    if stage is Stage.RECOGNISE:
        source = recognise_file(data, name, chosen, nice=NICE)
    else:
        source = read_file(data, name, chosen, _waiting_files)
        if (pages := layered_pages(source)) and hands_on(chosen):
            raise PagesWithoutText(pages=pages)
    return replace(source, folder=folder) if isinstance(source, Source) else source


def _waiting_files() -> Iterator[tuple[str, bytes]]:
    """The contents that will be read next, those that come first first."""
    store = Store(settings().store_dir)
    for sha256 in ledger().untried(Stage.READ, largest=LARGEST_AHEAD, limit=LOOKED_AT):
        with suppress(FileNotFoundError):
            yield sha256, store.read(sha256)


def _clean(document_id: int) -> Save:
    with ledger().transaction() as session:
        source = rows.load_source(session, document_id)
    failpoints.read_text(source.raw_text)
    cleaned = clean_source(source)
    return lambda session: rows.save_cleaned(session, document_id, cleaned)


def _segment(document_id: int) -> Save:
    with ledger().transaction() as session:
        source = rows.load_source(session, document_id)
        cleaned = rows.load_cleaned(session, document_id)
    text = cleaned.traced.text
    segmented = segment_text(text, name=source.name, folder=source.folder, facts=cleaned.facts)
    tokens = search_terms(text)
    return lambda session: rows.save_segmented(
        session, document_id, segmented, cleaned.traced, tokens
    )


def _extract(document_id: int) -> Save:
    with ledger().transaction() as session:
        source = rows.load_source(session, document_id)
        cleaned = rows.load_cleaned(session, document_id)
        segmented = rows.load_segmented(session, document_id)
    traced = cleaned.traced
    stated = extract_metrics(traced.text, segmented)
    found = extract_relations(traced.text, segmented, stated)
    metrics = fill_parts(stated, found)

    def save(session: Session) -> None:
        rows.save_metrics(session, document_id, metrics, source, traced)
        keys = rows.metric_keys(metrics, traced)
        relations.save_relations(session, document_id, found, keys, traced)

    return save


def _audit(document_id: int) -> Save:
    with ledger().transaction() as session:
        lines = load_lines(session, document_id)
        source = replace(rows.load_source(session, document_id), lines=lines)
        cleaned = rows.load_cleaned(session, document_id)
        segmented = rows.load_segmented(session, document_id)
        metrics = rows.load_metrics(session, document_id)
        found = relations.load_relations(session, document_id)
    findings, made = conclude_report(source, cleaned, segmented, metrics, found)
    _publish(document_id, cleaned, segmented)

    def save(session: Session) -> None:
        lock_documents(session, [document_id])
        save_cells(session, document_id, made, load_figures(session, document_id))
        rows.save_findings(session, document_id, findings, metrics, cleaned)
        follow_decisions(session, document_id)
        across.compare(session, document_id)

    return save


def _publish(document_id: int, cleaned: Cleaned, segmented: Segmented) -> None:
    """Let other reports find this one before it looks for them, so that of two compared at the
    same time one sees the other.
    """
    with ledger().transaction() as session:
        across.publish(session, document_id, cleaned, segmented)


WORK: Mapping[Stage, Callable[[int], Work]] = {
    Stage.READ: _read,
    Stage.RECOGNISE: _recognise,
    Stage.CLEAN: _clean,
    Stage.SEGMENT: _segment,
    Stage.EXTRACT: _extract,
    Stage.AUDIT: _audit,
}
