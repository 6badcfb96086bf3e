"""What must hold when all is quiet: each content once, with the results of the pure core;
nothing left or claimed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from schema.kinds import DocumentState, Outcome
from schema.tables import Arrival, Document, Finding, Report, StageRun
from tests.chaos.reports import POISON, Dropper
from workers.errors import UnusableFile
from workers.report.pipeline import read_report
from workers.results import rows
from workers.results.relations import load_relations
from workers.store import PARTIAL, Store


def audit(database_url: str, store: Store, inbox: Path, dropper: Dropper) -> list[str]:
    """Everything that is wrong, one sentence each;
    an empty list means that the promise was kept.
    """
    drops, engine = dropper.drops, create_engine(database_url)
    try:
        with Session(engine) as session:
            return [
                *_check_arrivals(session, drops),
                *_check_runs(session),
                *_check_store(session, store),
                *_check_folder(session, inbox, dropper),
                *_check_results(session, drops),
            ]
    finally:
        engine.dispose()


def _check_arrivals(session: Session, drops: list[tuple[str, bytes]]) -> Iterator[str]:
    rows = session.execute(
        select(Arrival.folder, Arrival.name, Document.sha256).join(
            Document, Document.id == Arrival.document_id
        )
    )
    seen = Counter(
        (f"{folder}/{name}" if folder else name, digest) for folder, name, digest in rows
    )
    dropped = Counter((path, sha256(content).hexdigest()) for path, content in drops)
    yield from (f"lost drop: {path}" for path, _ in dropped - seen)
    yield from (f"doubled or foreign arrival: {path}" for path, _ in seen - dropped)
    documents = Counter(session.scalars(select(Document.sha256)))
    yield from (f"doubled document: {digest}" for digest, count in documents.items() if count > 1)
    yield from (
        f"foreign document: {digest}"
        for digest in documents.keys() - {digest for _, digest in dropped}
    )


def _check_runs(session: Session) -> Iterator[str]:
    for document in session.scalars(
        select(Document).where((Document.token.is_not(None)) | Document.stage.is_not(None))
    ):
        yield f"document {document.id} is {document.state}, lease {document.lease_until}"
    for run in session.scalars(select(StageRun).where(StageRun.outcome.is_(None))):
        yield f"stage run {run.id} never ended"
    done = select(StageRun.document_id, StageRun.stage).where(StageRun.outcome == Outcome.DONE)
    for (document_id, stage), count in Counter(tuple(row) for row in session.execute(done)).items():
        if count > 1:
            yield f"document {document_id}: stage {stage} was committed {count} times"


def _check_store(session: Session, store: Store) -> Iterator[str]:
    """The store against the documents, byte for byte, in both directions."""
    files = (path for path in store.folder.rglob("*") if path.is_file())
    # A part of a killed copy is no content: it is swept when nobody can be writing it any more.
    held = {path.name: path for path in files if not path.name.startswith(".partial-")}
    known = dict(map(tuple, session.execute(select(Document.sha256, Document.size))))
    yield from (f"in the store, not in the ledger: {name}" for name in held.keys() - known.keys())
    for digest, size in known.items():
        content = held[digest].read_bytes() if digest in held else b""
        if sha256(content).hexdigest() != digest or len(content) != size:
            yield f"the store does not hold {digest} as the ledger says"


def _check_folder(session: Session, inbox: Path, dropper: Dropper) -> Iterator[str]:
    """Nothing is left but the drops of refused documents,
    and why they and what was no file went.
    """
    refused = set(
        session.scalars(select(Document.sha256).where(Document.state == DocumentState.REFUSED))
    )
    returned = {
        f"refused/{path}": content
        for path, content in dropper.drops
        if sha256(content).hexdigest() in refused
    }
    files = {str(path.relative_to(inbox)): path for path in inbox.rglob("*") if not path.is_dir()}
    for path, content in returned.items():
        if path not in files or files[path].read_bytes() != content:
            yield f"not given back: {path}"
        if f"{path}.why.txt" not in files:
            yield f"no reason beside {path}"
    reasons = {
        f"{path}.why.txt" for path in (*returned, *(f"refused/{name}" for name in dropper.odd))
    }
    for path in files.keys() - returned.keys() - reasons:
        yield f"left in the inbox: {path}" + (" (partial)" if PARTIAL in path else "")


def _check_results(session: Session, drops: list[tuple[str, bytes]]) -> Iterator[str]:
    contents = {sha256(content).hexdigest(): content for _, content in drops}
    for document in session.scalars(select(Document).order_by(Document.id)):
        content = contents.get(document.sha256)
        if content is not None:
            yield from (
                f"document {document.id}: {wrong}"
                for wrong in _differences(session, document, content)
            )


def _differences(session: Session, document: Document, content: bytes) -> Iterator[str]:
    """Against the pure core; poison and unreadable files must be refused with their reason."""
    name = (
        session.scalars(
            select(Arrival.name).filter_by(document_id=document.id).order_by(Arrival.id)
        ).first()
        or ""
    )
    poison = POISON.encode() in content
    try:
        report = read_report(content, name)
    except UnusableFile as error:
        if (document.state, document.reason) != (DocumentState.REFUSED, error.notice):
            yield f"is {document.state} ({document.reason}), and should be refused: {error}"
        return
    if poison or document.state != DocumentState.DONE:
        if not poison or document.state != DocumentState.REFUSED:
            yield f"is {document.state}: {document.reason}"
        return
    row = session.get(Report, document.id)
    if row is None:
        yield "has no report"
        return
    if (rows.load_cleaned(session, document.id), row.text) != (
        report.cleaned,
        report.cleaned.traced.text,
    ):
        yield "its clean text is another"
    if rows.load_segmented(session, document.id) != report.segmented:
        yield "its sections are others"
    if rows.load_metrics(session, document.id) != report.metrics:
        yield "its metrics are others"
    if load_relations(session, document.id) != report.relations:
        yield "its relations are others"
    yield from _compare_findings(
        session, document.id, [(f.kind, f.message) for f in report.findings]
    )


def _compare_findings(
    session: Session, document_id: int, expected: list[tuple[object, str]]
) -> Iterator[str]:
    own = select(Finding.kind, Finding.message).where(
        Finding.document_id == document_id, ~Finding.across, Finding.present
    )
    stored = Counter((str(kind), message) for kind, message in session.execute(own))
    if stored != Counter((str(kind), message) for kind, message in expected):
        yield f"its findings are others: {stored} in place of {expected}"
