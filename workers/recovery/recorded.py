"""Do the ledger's rows and the tables agree with each other?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy import ColumnElement, Executable, and_, func, or_, select, text

from schema.kinds import DocumentState
from schema.tables import Document, Report, Section
from workers.database import migrate, revision, revisions
from workers.recovery.trouble import AT_WORK_SECONDS, Fault, Scene, Trouble


def check_schema(scene: Scene) -> Iterator[Trouble]:
    """Is the schema the one that this program was written for?"""
    found, known = revision(scene.ledger.engine), revisions()
    if found in known[1:] or found is None:
        yield Trouble(
            fault=Fault.SCHEMA_OTHER,
            subject=str(found),
            sentence=f"The schema is at revision {found}, the newest is {known[0]}.",
            mend=partial(_migrate, scene),
        )
    elif found not in known:
        sentence = f"The schema is at revision {found}, which this fazhi does not know: update it."
        yield Trouble(fault=Fault.SCHEMA_OTHER, subject=found, sentence=sentence)


def check_ledger(scene: Scene) -> Iterator[Trouble]:
    """Does the sweep do its work: no lease of a dead worker, nothing due that nobody rings for, nothing exhausted?"""
    past = func.clock_timestamp() - text(f"interval '{AT_WORK_SECONDS + scene.ledger.ring:.0f} seconds'")
    waiting = Document.state == DocumentState.WAITING
    why: dict[str, ColumnElement[bool]] = {
        "its worker fell silent": and_(Document.state == DocumentState.RUNNING, Document.lease_until < past),
        "it is due and nobody rings for it": and_(
            waiting, Document.due_at < past, or_(Document.rung_at.is_(None), Document.rung_at < past)
        ),
        "it has had all its attempts": and_(waiting, Document.attempts >= scene.ledger.attempts),
    }
    for reason, condition in why.items():
        with scene.ledger.transaction() as session:
            found = session.scalars(select(Document.id).where(condition).order_by(Document.id)).all()
        for document_id in found:
            sentence = f"The document stands still: {reason}. Does `fazhi beat` run, and a worker?"
            yield _of(document_id, Fault.STANDS_STILL, sentence, scene.sweep)


def check_results(scene: Scene) -> Iterator[Trouble]:
    """Has every finished document its report, with sections and words?"""
    sections = select(Section.ordinal).where(Section.document_id == Document.id).exists()
    lacking = (
        select(Document.id)
        .outerjoin(Report, Report.document_id == Document.id)
        .where(Document.state == DocumentState.DONE, or_(Report.tokens.is_(None), ~sections))
        .order_by(Document.id)
    )
    sentence = "The document is done, and its report or its sections are not there."
    yield from _to_be_read_anew(scene, lacking, Fault.RESULTS_MISSING, sentence)


def check_findings(scene: Scene) -> Iterator[Trouble]:
    """Has every finding of a finished document its report, and the figures that it is about?"""
    astray = text("""
        SELECT DISTINCT finding.document_id
        FROM finding
        JOIN document ON document.id = finding.document_id AND document.state = 'done'
        WHERE finding.present AND NOT finding.across
          AND (NOT EXISTS (SELECT FROM report WHERE report.document_id = finding.document_id)
               OR EXISTS (SELECT FROM unnest(finding.metric_keys) AS named(key) WHERE NOT EXISTS (
                    SELECT FROM metric WHERE metric.document_id = finding.document_id AND metric.key = named.key)))
    """)
    sentence = "A finding of the document is about a figure that is not there."
    yield from _to_be_read_anew(scene, astray, Fault.FINDING_ASTRAY, sentence)


def check_evidence(scene: Scene) -> Iterator[Trouble]:
    """Does each figure's quotation stand where the figure says? Only `deep`, for it opens every text."""
    if not scene.deep:
        return
    astray = text("""
        SELECT DISTINCT metric.document_id
        FROM metric
        JOIN report ON report.document_id = metric.document_id
        JOIN document ON document.id = metric.document_id AND document.state = 'done'
        WHERE metric.ordinal >= 0
          AND substr(report.text, metric.start + 1, metric."end" - metric.start) IS DISTINCT FROM metric.quote
    """)
    yield from _to_be_read_anew(scene, astray, Fault.EVIDENCE_ASTRAY, "A figure's quotation is not where it says.")


def check_panel(scene: Scene) -> Iterator[Trouble]:
    """Does the panel say what the figures say, each once, of documents whose results stand?"""
    different = text("""
        SELECT panel.metric_id
        FROM panel
        LEFT JOIN metric ON metric.id = panel.metric_id
        LEFT JOIN document ON document.id = metric.document_id
        WHERE document.done_at IS NULL
           OR panel.value IS DISTINCT FROM COALESCE(metric.human_value, metric.value)
           OR panel.indicator IS DISTINCT FROM COALESCE(metric.human_indicator, metric.indicator)
        UNION ALL
        SELECT max(metric_id) FROM panel GROUP BY issuer_id, year, indicator HAVING count(*) > 1
    """)
    with scene.ledger.transaction() as session:
        found = session.scalars(different).all()
    for metric_id in found:
        sentence = "The panel does not say what this figure says: its view is not that of the schema."
        yield Trouble(fault=Fault.PANEL_ASTRAY, subject=f"metric {metric_id}", sentence=sentence)


def _migrate(scene: Scene) -> bool:
    migrate(scene.ledger.engine)
    return True


def _to_be_read_anew(scene: Scene, documents: Executable, fault: Fault, sentence: str) -> Iterator[Trouble]:
    with scene.ledger.transaction() as session:
        found = session.scalars(documents).all()
    for document_id in found:
        yield _of(document_id, fault, sentence, partial(scene.read_anew, document_id))


def _of(document_id: int, fault: Fault, sentence: str, mend: Callable[[], bool]) -> Trouble:
    return Trouble(fault=fault, subject=f"document {document_id}", sentence=sentence, mend=mend)
