"""What the words of a report say of its figures ↔ rows of `relation`,
replaced whole by each run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from schema.columns import is_among
from schema.tables import Metric, Relation
from workers.report import model
from workers.report.text import Span
from workers.results.bulk import put_rows
from workers.results.understood import Batch


def save_relations(session: Session, made: Batch, keys: Mapping[int, Sequence[str]]) -> None:
    """The relations are now exactly these; `keys` are the figures' own (rows.metric_keys)."""
    before = delete(Relation).where(is_among(Relation.document_id, made))
    session.execute(before, execution_options={"synchronize_session": False})
    written = [
        {
            "document_id": document_id,
            "ordinal": ordinal,
            "kind": relation.kind,
            "metric_keys": [keys[document_id][at] for at in relation.figures],
            "sure": relation.sure,
            "entry": relation.entry,
            "start": relation.said.start,
            "end": relation.said.end,
            "raw_start": raw.start,
            "raw_end": raw.end,
        }
        for document_id, report in made.items()
        for ordinal, relation in enumerate(report.relations)
        for raw in [report.traced.raw(relation.said.start, relation.said.end)]
    ]
    put_rows(session, Relation, written)


def load_relations(session: Session, document_id: int) -> tuple[model.Relation, ...]:
    """The relations as saved; none for a report read before relations were stored."""
    seen = (Metric.document_id == document_id, Metric.ordinal >= 0)
    keys = session.scalars(select(Metric.key).where(*seen).order_by(Metric.ordinal))
    mine = select(Relation).filter_by(document_id=document_id).order_by(Relation.ordinal)
    return read_relations(session.scalars(mine), keys)


def read_relations(found: Iterable[Relation], keys: Iterable[str]) -> tuple[model.Relation, ...]:
    """`keys` are those of the report's figures, in their order."""
    at = {key: number for number, key in enumerate(keys)}
    return tuple(
        model.Relation(
            kind=row.kind,
            figures=tuple(at[key] for key in row.metric_keys),
            said=Span(row.start, row.end),
            sure=row.sure,
            entry=row.entry,
        )
        for row in found
        if all(key in at for key in row.metric_keys)
    )
