"""The cells of a report ↔ rows of `cell`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from schema.columns import is_among
from schema.tables import Cell, Metric
from workers.report import model
from workers.report.extraction.confidence import unsure_below
from workers.results.bulk import put_rows
from workers.results.human import human_of

Figures = Mapping[int, Sequence[Metric]]


def save_cells(
    session: Session, made: Mapping[int, Iterable[model.Cell]], figures: Figures
) -> None:
    """The cells of these documents are now exactly these; what a person chose stays.

    `figures` are the rows that the cells name by index.
    """
    before = (is_among(Cell.document_id, made), Cell.human_value.is_(None))
    session.execute(delete(Cell).where(*before))
    rows = [
        _row(document_id, cell, figures[document_id])
        for document_id, found in made.items()
        for cell in found
    ]
    put_rows(session, Cell, rows, key=["document_id", "indicator"])


def load_figures(session: Session, document_ids: Sequence[int]) -> dict[int, list[Metric]]:
    """The rows of the figures that the newest run found, each document's in their order."""
    figures: dict[int, list[Metric]] = {document_id: [] for document_id in document_ids}
    found = (is_among(Metric.document_id, document_ids), Metric.ordinal >= 0)
    order = (Metric.document_id, Metric.ordinal)
    for metric in session.scalars(select(Metric).where(*found).order_by(*order)):
        figures[metric.document_id].append(metric)
    return figures


def term_keys(session: Session, document_id: int) -> set[str]:
    """The keys of the figures that cells are made of."""
    terms = session.scalars(select(Cell.terms).filter_by(document_id=document_id))
    return {key for listed in terms for term in listed for key in term["figures"]}


def _row(document_id: int, cell: model.Cell, figures: Sequence[Metric]) -> dict[str, Any]:
    terms = [at for term in cell.terms for at in term.figures]
    leads = figures[terms[0] if terms else cell.omitted[0][0]]
    return {
        "document_id": document_id,
        "indicator": cell.indicator,
        "rule": cell.rule,
        "value": cell.value,
        "high": cell.high,
        "unit": cell.unit,
        "bound": cell.bound,
        "why": cell.why,
        "terms": [_term(term, figures) for term in cell.terms],
        "omitted": [
            {"figure": figures[at].key, "quote": figures[at].quote, "why": why}
            for at, why in cell.omitted
        ],
        "metric_id": leads.id,
        "corrected": any(human_of(figures[at]) != human_of(None) for at in terms),
    }


def _term(term: model.Term, figures: Sequence[Metric]) -> dict[str, Any]:
    return {
        "figures": [figures[at].key for at in term.figures],
        "quote": "–".join(dict.fromkeys(figures[at].quote for at in term.figures)),
        "value": term.value,
        "high": term.high,
        "unit": term.unit,
        "bound": term.bound,
        "unsure": any(is_unsure(figures[at]) for at in term.figures),
    }


def is_unsure(figure: Metric) -> bool:
    """Whether it is unsure what the figure is about, and no person said."""
    return figure.confidence < unsure_below() and human_of(figure) == human_of(None)
