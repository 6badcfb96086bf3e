"""What earlier stages made of several documents, in as many statements as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from schema.columns import is_among
from schema.kinds import Stage
from schema.tables import Arrival, Document, Issuer, Relation, Report, Section
from workers.results.cells import load_figures
from workers.results.places import unpack_lines
from workers.results.relations import read_relations
from workers.results.rows import read_cleaned, read_metrics, read_segmented, read_source
from workers.results.understood import Understood

R = TypeVar("R", Relation, Section)


class Dropped(NamedTuple):
    """Under which name, and where in the inbox, a document was dropped first."""

    name: str
    folder: str


def first_drops(session: Session, document_ids: Sequence[int]) -> dict[int, Dropped]:
    mine = is_among(Arrival.document_id, document_ids)
    columns = select(Arrival.document_id, Arrival.name, Arrival.folder)
    dropped = session.execute(columns.where(mine).order_by(Arrival.id.desc()))
    return {document_id: Dropped(name, folder) for document_id, name, folder in dropped}


def load_batch(
    session: Session, document_ids: Sequence[int], stage: Stage
) -> dict[int, Understood]:
    """What this stage needs of each document; those that have none are left out."""
    made = _load_texts(session, document_ids, stage)
    if stage is Stage.AUDIT:
        return _with_figures(session, made)
    return made


def _load_texts(
    session: Session, document_ids: Sequence[int], stage: Stage
) -> dict[int, Understood]:
    query = (
        select(Report, Document.sha256, Issuer.name)
        .join(Document, Document.id == Report.document_id)
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
        .where(is_among(Report.document_id, document_ids))
    )
    # The places of its lines are needed where a report is audited, and they are large.
    chosen = query.options(undefer(Report.lines)) if stage is Stage.AUDIT else query
    found = session.execute(chosen).all()
    sections: Mapping[int, list[Section]] = defaultdict(list)
    if stage in {Stage.EXTRACT, Stage.AUDIT}:
        sections = _by_document(session, Section, document_ids)
    return {
        row.document_id: _understood(
            row, sha256, issuer, sections[row.document_id], placed=stage is Stage.AUDIT
        )
        for row, sha256, issuer in found
    }


def _understood(
    row: Report, sha256: str, issuer: str | None, sections: Iterable[Section], *, placed: bool
) -> Understood:
    source = read_source(row, sha256)
    lines = unpack_lines(row.lines) if placed and row.lines else ()
    return Understood(
        source=replace(source, lines=lines) if lines else source,
        cleaned=read_cleaned(row),
        segmented=read_segmented(row, issuer, sections),
    )


def _with_figures(session: Session, made: Mapping[int, Understood]) -> dict[int, Understood]:
    figures = load_figures(session, list(made))
    relations = _by_document(session, Relation, list(made))
    return {
        at: replace(
            report,
            metrics=read_metrics(figures[at]),
            relations=read_relations(relations[at], [figure.key for figure in figures[at]]),
        )
        for at, report in made.items()
    }


def _by_document(
    session: Session, table: type[R], document_ids: Sequence[int]
) -> Mapping[int, list[R]]:
    """The rows of each document in their order."""
    found: Mapping[int, list[R]] = defaultdict(list)
    mine = select(table).where(is_among(table.document_id, document_ids))
    for row in session.scalars(mine.order_by(table.document_id, table.ordinal)):
        found[row.document_id].append(row)
    return found
