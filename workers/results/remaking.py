"""Cells again, in the transaction that changed a figure: the panel follows a decision at once.

The same function makes them as when the report was read (workers/report/cells/), of the figures as
they stand now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import ARRAY, Integer, cast, func, select
from sqlalchemy.orm import Session

from schema.columns import is_among
from schema.kinds import Action
from schema.tables import Correction, Decision, Finding, Metric
from workers.report import model
from workers.report.cells import ask_about, ask_unsure, make_cells
from workers.report.finding_kinds import FindingKind
from workers.results import rows
from workers.results.cells import load_figures, save_cells
from workers.results.human import (
    KEPT_FOR_A_PERSON,
    changed_documents,
    is_said,
    mark_changed,
    stand,
)
from workers.results.kept_out import kept_out_of
from workers.results.relations import load_relations
from workers.results.understood import Understood

# The first of the two numbers of a document's lock.
_LOCK = 7234007


def lock_documents(session: Session, document_ids: Iterable[int | None]) -> None:
    """Until the end of the transaction nobody else decides on these documents.

    Taken before any finding is locked, in one order, so that there are no deadlocks.
    """
    ids = sorted({one % 2**31 for one in document_ids if one is not None})
    ordered = func.unnest(cast(ids, ARRAY(Integer))).column_valued("id")
    if ids:
        session.execute(select(func.pg_advisory_xact_lock(_LOCK, ordered)))


def follow_decisions(session: Session, document_ids: Sequence[int]) -> None:
    """Of reports that were just saved: what people decided before, of them or of those that they
    replace, holds for their cells too.
    """
    mine = is_among(Finding.document_id, document_ids)
    decided = select(Finding.document_id).join(Decision, Decision.finding_id == Finding.id)
    corrected = select(Correction.document_id).where(
        is_among(Correction.document_id, document_ids), Correction.figure.is_not(None)
    )
    for document_id in session.scalars(decided.where(mine).union(corrected)):
        mark_changed(session, document_id)
    remake_changed(session)


def remake_changed(session: Session) -> None:
    """Make the cells anew of the documents whose figures a person's decision changed."""
    session.flush()
    for document_id in changed_documents(session):
        remake_cells(session, document_id)


def remake_cells(session: Session, document_id: int) -> None:
    """The cells of the figures as they stand, and the notes on the unclear ones."""
    figures = standing_figures(session, document_id)
    metrics = read_standing(figures)
    numbers = {figure.key: at for at, figure in enumerate(figures)}
    cleaned = rows.load_cleaned(session, document_id)
    segmented = rows.load_segmented(session, document_id)
    relations = standing_relations(session, document_id, figures)
    disputed = _disputed_figures(session, document_id, numbers)
    cells = (
        ()
        if kept_out_of(session, [document_id])
        else make_cells(cleaned.traced.text, segmented, metrics, relations, disputed)
    )
    save_cells(session, {document_id: cells}, {document_id: figures})
    asked = (ask(cells, metrics, cleaned.traced) for ask in (ask_about, ask_unsure))
    remade = Understood(
        source=rows.load_source(session, document_id),
        cleaned=cleaned,
        metrics=metrics,
        findings=tuple(note for notes in asked for note in notes),
    )
    rows.save_findings(
        session,
        document_id,
        remade,
        list(numbers),
        kinds=frozenset({FindingKind.CELL_UNCLEAR, FindingKind.FIGURE_UNSURE}),
    )


def standing_figures(session: Session, document_id: int) -> list[Metric]:
    """Those that the newest run found, then those kept for a person's reading, then those that a
    person marked.
    """
    kept = (Metric.document_id == document_id, Metric.ordinal == KEPT_FOR_A_PERSON)
    marked = (Metric.added, is_said() & ~Metric.added)
    more = [
        session.scalars(select(Metric).where(*kept, which).order_by(Metric.raw_start))
        for which in reversed(marked)
    ]
    return [*load_figures(session, [document_id])[document_id], *more[0], *more[1]]


def read_standing(figures: Sequence[Metric]) -> tuple[model.Metric, ...]:
    """A person's reading over the machine's.

    A figure that is found no more, and stands for that reading, stands alone for its indicator.
    """
    numbers = {figure.key: at for at, figure in enumerate(figures)}
    metrics = [stand(figure, rows.read_metric(figure, numbers)) for figure in figures]
    lost = [is_lost(figure) for figure in figures]
    alone = {metric.indicator for metric, gone in zip(metrics, lost, strict=True) if gone}
    return tuple(
        replace(metric, indicator=None) if metric.indicator in alone and not gone else metric
        for metric, gone in zip(metrics, lost, strict=True)
    )


def standing_relations(
    session: Session, document_id: int, figures: Sequence[Metric]
) -> tuple[model.Relation, ...]:
    """What is said of these figures, without those that a person took out."""
    gone = {at for at, figure in enumerate(figures) if figure.human_removed}
    found = load_relations(session, document_id)
    return tuple(one for one in found if gone.isdisjoint(one.figures))


def is_lost(figure: Metric) -> bool:
    """Whether the newest run no longer finds what a person put right."""
    return figure.ordinal == KEPT_FOR_A_PERSON and not figure.added


def _disputed_figures(
    session: Session, document_id: int, numbers: Mapping[str, int]
) -> frozenset[int]:
    """The doubtful figures of findings that nobody answered, or confirmed without a correction."""
    keys = session.scalars(
        select(Finding.metric_keys[1])
        .join(
            Metric,
            (Metric.document_id == Finding.document_id) & (Metric.key == Finding.metric_keys[1]),
        )
        .where(
            Finding.document_id == document_id,
            Finding.present,
            Finding.severity == model.Severity.WRONG,
            Finding.verdict.is_(None) | (Finding.verdict == Action.ACCEPT),
            ~is_said(),
        )
    )
    return frozenset(numbers[key] for key in keys if key in numbers)
