"""What the words of a report say of its figures ↔ rows of `relation`,
replaced whole by each run.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from schema.tables import Metric, Relation
from workers.report import model
from workers.report.text import Span, Traced


def save_relations(
    session: Session,
    document_id: int,
    relations: Sequence[model.Relation],
    keys: Sequence[str],
    traced: Traced,
) -> None:
    """The relations are now exactly these; `keys` are the figures' own (rows.metric_keys)."""
    session.execute(delete(Relation).filter_by(document_id=document_id))
    rows = [
        {
            "document_id": document_id,
            "ordinal": ordinal,
            "kind": relation.kind,
            "metric_keys": [keys[at] for at in relation.figures],
            "sure": relation.sure,
            "entry": relation.entry,
            "start": relation.said.start,
            "end": relation.said.end,
            "raw_start": raw.start,
            "raw_end": raw.end,
        }
        for ordinal, relation in enumerate(relations)
        for raw in [traced.raw(relation.said.start, relation.said.end)]
    ]
    if rows:
        session.execute(insert(Relation), rows)


def load_relations(session: Session, document_id: int) -> tuple[model.Relation, ...]:
    """The relations as saved; none for a report read before relations were stored."""
    seen = (Metric.document_id == document_id, Metric.ordinal >= 0)
    keys = session.scalars(select(Metric.key).where(*seen).order_by(Metric.ordinal))
    at = {key: number for number, key in enumerate(keys)}
    rows = session.scalars(
        select(Relation).filter_by(document_id=document_id).order_by(Relation.ordinal)
    )
    return tuple(
        model.Relation(
            kind=row.kind,
            figures=tuple(at[key] for key in row.metric_keys),
            said=Span(row.start, row.end),
            sure=row.sure,
            entry=row.entry,
        )
        for row in rows
        if all(key in at for key in row.metric_keys)
    )
