"""Do the ledger's rows and the tables agree with each other?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy import ColumnElement, Executable, and_, func, or_, select, text

from schema.kinds import DocumentState
from schema.tables import Arrival, Document, Finding, Report, Section
from workers.across.nightly import hide_findings_of_gone
from workers.across.subjects import GONE
from workers.database import migrate, revision, revisions
from workers.ledger import PENDING
from workers.recovery.trouble import AT_WORK_SECONDS, Fault, Scene, Trouble
from workers.results.remaking import lock_documents, remake_cells

# The lock of the triggers that keep the figures (schema/migrations/versions).
FIGURES_LOCK = 7_234_006
_KEPT = (
    "issuer_id, year, indicator, value, high, unit, bound, rule, why, corrected, stated, "
    "metric_id, document_id"
)
_KEPT_OTHERWISE = text(f"""
    SELECT DISTINCT issuer_id, year
    FROM (
        (SELECT {_KEPT} FROM panel EXCEPT SELECT {_KEPT} FROM panel_figure)
        UNION ALL
        (SELECT {_KEPT} FROM panel_figure EXCEPT SELECT {_KEPT} FROM panel)
    ) AS different
    ORDER BY issuer_id, year
""")  # noqa: S608 - our own columns

# What stands around a title.
_BLANKS = " \n\t\u3000"


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
    """Does the sweep do its work: no lease of a dead worker,
    nothing due that nobody rings for, nothing exhausted?
    """
    past = func.clock_timestamp() - text(
        f"interval '{AT_WORK_SECONDS + scene.ledger.ring:.0f} seconds'"
    )
    waiting = Document.state == DocumentState.WAITING
    why: dict[str, ColumnElement[bool]] = {
        "its worker fell silent": and_(
            Document.state == DocumentState.RUNNING, Document.lease_until < past
        ),
        "it has had all its attempts": and_(waiting, Document.attempts >= scene.ledger.attempts),
    }
    for reason, condition in why.items():
        with scene.ledger.transaction() as session:
            found = session.scalars(
                select(Document.id).where(condition).order_by(Document.id)
            ).all()
        for document_id in found:
            sentence = f"The document stands still: {reason}. Does `fazhi beat` run, and a worker?"
            yield _document_trouble(document_id, Fault.STANDS_STILL, sentence, scene.sweep)
    # When much is due, most of it waits its turn: nobody rings only if nothing was rung for
    # recently.
    with scene.ledger.transaction() as session:
        rung = session.scalar(select(func.max(Document.rung_at) > past).where(PENDING))
        due = (
            select(Document.id)
            .where(waiting, Document.due_at < past)
            .order_by(Document.due_at, Document.id)
        )
        first = None if rung else session.scalar(due.limit(1))
    if first:
        sentence = (
            "It is due, as others may be, and nobody rings for any document. Does `fazhi beat` run?"
        )
        yield _document_trouble(first, Fault.STANDS_STILL, sentence, scene.sweep)


def check_results(scene: Scene) -> Iterator[Trouble]:
    """Has every finished document its report, with sections and words?

    A title alone has no section.
    """
    sections = select(Section.ordinal).where(Section.document_id == Document.id).exists()
    more_than_title = func.btrim(Report.text, _BLANKS) != func.coalesce(Report.title, "")
    lacking = (
        select(Document.id)
        .outerjoin(Report, Report.document_id == Document.id)
        .where(
            Document.state == DocumentState.DONE,
            or_(Report.tokens.is_(None), and_(~sections, more_than_title)),
        )
        .order_by(Document.id)
    )
    sentence = "The document is done, and its report or its sections are not there."
    yield from _to_be_read_anew(scene, lacking, Fault.RESULTS_MISSING, sentence)


def check_members(scene: Scene) -> Iterator[Trouble]:
    """Has every container its members?"""
    members = select(Arrival.id).where(Arrival.container_id == Document.id).exists()
    lacking = select(Document.id).where(Document.state == DocumentState.UNPACKED, ~members)
    sentence = "The document was unpacked, and its members are not there."
    yield from _to_be_read_anew(
        scene, lacking.order_by(Document.id), Fault.RESULTS_MISSING, sentence
    )


def check_findings(scene: Scene) -> Iterator[Trouble]:
    """Has every finding of a finished document its report, and the figures that it is about?"""
    astray = text("""
        SELECT DISTINCT finding.document_id
        FROM finding
        JOIN document ON document.id = finding.document_id AND document.state = 'done'
        WHERE finding.present AND NOT finding.across
          AND (NOT EXISTS (SELECT FROM report WHERE report.document_id = finding.document_id)
               OR EXISTS (SELECT FROM unnest(finding.metric_keys) AS named(key) WHERE NOT EXISTS (
                    SELECT FROM metric WHERE metric.document_id = finding.document_id
                      AND metric.key = named.key)))
    """)
    sentence = "A finding of the document is about a figure that is not there."
    yield from _to_be_read_anew(scene, astray, Fault.FINDING_ASTRAY, sentence)


def check_evidence(scene: Scene) -> Iterator[Trouble]:
    """Does each figure's quotation stand where the figure says?

    Only `deep`, for it opens every text.
    """
    if not scene.deep:
        return
    astray = text("""
        SELECT DISTINCT metric.document_id
        FROM metric
        JOIN report ON report.document_id = metric.document_id
        JOIN document ON document.id = metric.document_id AND document.state = 'done'
        WHERE (metric.ordinal >= 0 OR metric.added)
          AND substr(report.text, metric.start + 1, metric."end" - metric.start) IS DISTINCT
            FROM metric.quote
    """)
    yield from _to_be_read_anew(
        scene, astray, Fault.EVIDENCE_ASTRAY, "A figure's quotation is not where it says."
    )


def check_panel(scene: Scene) -> Iterator[Trouble]:
    """Does the panel say what the figures say, each once, of documents whose results stand?"""
    different = text("""
        SELECT DISTINCT cell.document_id
        FROM cell
        JOIN document ON document.id = cell.document_id AND document.done_at IS NOT NULL
        LEFT JOIN metric ON metric.id = cell.metric_id
        WHERE metric.id IS NULL
           OR NULLIF(COALESCE(metric.human_indicator, metric.indicator), '')
              IS DISTINCT FROM cell.indicator
              AND cell.human_value IS NULL
           OR cell.rule = 'once' AND cell.why IS NULL AND cell.high IS NULL
              AND cell.value IS DISTINCT FROM COALESCE(metric.human_value, metric.value)
    """)
    with scene.ledger.transaction() as session:
        found = session.scalars(different).all()
        astray = session.execute(_KEPT_OTHERWISE).all()
    for document_id in found:
        sentence = "A cell of the panel does not say what the figure says that it is made of."
        mend = partial(_remake_cells, scene, document_id)
        yield _document_trouble(document_id, Fault.PANEL_ASTRAY, sentence, mend)
    if astray:
        issuer, year = astray[0]
        sentence = f"The kept figures of {len(astray)} bodies and years are not those of the panel."
        subject = f"issuer {issuer}, {year}"
        yield Trouble(
            fault=Fault.PANEL_ASTRAY,
            subject=subject,
            sentence=sentence,
            mend=partial(_refill_panel, scene),
        )


def check_gone(scene: Scene) -> Iterator[Trouble]:
    """Is nothing asked of people about a document that was refused or withdrawn?"""
    asked = select(Finding.document_id).join(Document).where(Finding.present, GONE).distinct()
    with scene.ledger.transaction() as session:
        found = session.scalars(asked.order_by(Finding.document_id)).all()
    for document_id in found:
        sentence = (
            "A finding of the document is asked about, and the document was refused or withdrawn."
        )
        yield Trouble(
            fault=Fault.FINDING_ASTRAY,
            subject=f"document {document_id}",
            sentence=sentence,
            mend=partial(_hide_findings, scene),
        )


def _hide_findings(scene: Scene) -> bool:
    with scene.ledger.transaction() as session:
        hide_findings_of_gone(session)
    return True


def _refill_panel(scene: Scene) -> bool:
    """Rebuild all kept figures from the panel; concurrent changes wait."""
    with scene.ledger.transaction() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FIGURES_LOCK})
        session.execute(text("DELETE FROM panel_figure"))
        session.execute(text(f"INSERT INTO panel_figure ({_KEPT}) SELECT {_KEPT} FROM panel"))  # noqa: S608 - our own columns
    return True


def _remake_cells(scene: Scene, document_id: int) -> bool:
    with scene.ledger.transaction() as session:
        lock_documents(session, [document_id])
        remake_cells(session, document_id)
    return True


def _migrate(scene: Scene) -> bool:
    migrate(scene.ledger.engine)
    return True


def _to_be_read_anew(
    scene: Scene, documents: Executable, fault: Fault, sentence: str
) -> Iterator[Trouble]:
    with scene.ledger.transaction() as session:
        found = session.scalars(documents).all()
    for document_id in found:
        yield _document_trouble(document_id, fault, sentence, partial(scene.read_anew, document_id))


def _document_trouble(
    document_id: int, fault: Fault, sentence: str, mend: Callable[[], bool]
) -> Trouble:
    return Trouble(fault=fault, subject=f"document {document_id}", sentence=sentence, mend=mend)
