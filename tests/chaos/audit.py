"""What must hold when all is quiet: each content once, with the results of the pure core;
nothing left or claimed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, aliased

from schema.kinds import DocumentState, Outcome
from schema.tables import Arrival, Document, Finding, Report, StageRun
from tests.chaos.reports import POISON, Dropper
from workers.errors import UnusableFile
from workers.intake.scanning import RECEIPTS
from workers.report.model import Unpacked
from workers.report.pipeline import understand_source
from workers.report.reading import open_file
from workers.results import rows
from workers.results.relations import load_relations
from workers.store import PARTIAL, Store


def audit(database_url: str, store: Store, inbox: Path, dropper: Dropper) -> list[str]:
    """Everything that is wrong, one sentence each;
    an empty list means that the promise was kept.
    """
    engine = create_engine(database_url)
    try:
        with Session(engine) as session:
            return [
                *_check_arrivals(session, dropper),
                *_check_runs(session),
                *_check_store(session, store),
                *_check_folder(session, inbox, dropper),
                *_check_results(session, dropper),
            ]
    finally:
        engine.dispose()


# Where a file came from, what it holds, and in which container it was: digests, "" for none.
Seen = tuple[str, str, str]


def _check_arrivals(session: Session, dropper: Dropper) -> Iterator[str]:
    seen, expected = list(_arrivals(session)), list(_dropped(dropper))
    first = {digest: path for path, digest, _ in reversed(seen)}
    for container, files in dropper.packed.items():
        expected += [
            (f"{first.get(container)}/{path}", sha256(content).hexdigest(), container)
            for path, content in files.items()
        ]
    yield from (f"lost drop: {path}" for path, *_ in Counter(expected) - Counter(seen))
    yield from (
        f"doubled or foreign arrival: {path}" for path, *_ in Counter(seen) - Counter(expected)
    )
    documents = Counter(session.scalars(select(Document.sha256)))
    yield from (f"doubled document: {digest}" for digest, count in documents.items() if count > 1)
    yield from (
        f"foreign document: {digest}" for digest in documents.keys() - dropper.contents.keys()
    )


def _arrivals(session: Session) -> Iterator[Seen]:
    """In their order."""
    container = aliased(Document)
    rows = session.execute(
        select(Arrival.folder, Arrival.name, Document.sha256, container.sha256)
        .join(Document, Document.id == Arrival.document_id)
        .outerjoin(container, container.id == Arrival.container_id)
        .order_by(Arrival.id)
    )
    for folder, name, digest, holder in rows:
        yield f"{folder}/{name}" if folder else name, digest, holder or ""


def _dropped(dropper: Dropper) -> Iterator[Seen]:
    for path, content in dropper.drops:
        yield path, sha256(content).hexdigest(), ""


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
    """Nothing is left but the refused documents as they came, out of containers too,
    and why they and what was no file went.
    """
    refused = set(
        session.scalars(select(Document.sha256).where(Document.state == DocumentState.REFUSED))
    )
    contents = dropper.contents
    returned = {
        f"refused/{path}": contents[digest]
        for path, digest, _ in _arrivals(session)
        if digest in refused & contents.keys()
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
    receipts = {path for path in files if path.startswith(f"{RECEIPTS}/")}
    for path in files.keys() - returned.keys() - reasons - receipts:
        yield f"left in the inbox: {path}" + (" (partial)" if PARTIAL in path else "")


def _check_results(session: Session, dropper: Dropper) -> Iterator[str]:
    contents = dropper.contents
    for document in session.scalars(select(Document).order_by(Document.id)):
        content = contents.get(document.sha256)
        if content is not None:
            yield from (
                f"document {document.id}: {wrong}"
                for wrong in _differences(session, document, content)
            )


def _differences(session: Session, document: Document, content: bytes) -> Iterator[str]:
    """Against the pure core; poison and unreadable files must be refused with their reason, and
    what holds others be unpacked.
    """
    first = select(Arrival.name, Arrival.folder).filter_by(document_id=document.id)
    name, folder = session.execute(first.order_by(Arrival.id).limit(1)).one_or_none() or ("", "")
    poison = POISON.encode() in content
    try:
        opened = open_file(content, name)
    except UnusableFile as error:
        if (document.state, document.reason) != (DocumentState.REFUSED, error.notice):
            yield f"is {document.state} ({document.reason}), and should be refused: {error}"
        return
    if isinstance(opened, Unpacked):
        if document.state != DocumentState.UNPACKED:
            yield f"is {document.state} ({document.reason}), and should be unpacked"
        return
    if poison or document.state != DocumentState.DONE:
        if not poison or document.state != DocumentState.REFUSED:
            yield f"is {document.state}: {document.reason}"
        return
    row = session.get(Report, document.id)
    if row is None:
        yield "has no report"
        return
    report = understand_source(replace(opened, folder=folder))
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
