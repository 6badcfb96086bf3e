"""The cells of one report: what its figures come to in the panel, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from schema.tables import Cell, Finding, Indicator
from workers.desk.numbers.panel import PanelCell, read_omitted, read_terms
from workers.ledger import Ledger
from workers.report.cell_rules import CellRule
from workers.report.finding_kinds import FindingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCell(PanelCell):
    """A cell on its report's page; `note` is the finding that asks about it."""

    note: int | None


def list_cells(ledger: Ledger, document_id: int) -> list[ReportCell]:
    """The cells of the document, in the catalogue's order."""
    asks = (
        (Finding.document_id == Cell.document_id)
        & (Finding.about == Cell.indicator)
        & (Finding.kind == FindingKind.CELL_UNCLEAR)
        & Finding.present
    )
    query = (
        select(Cell, Indicator.zh, Finding.id)
        .join(Indicator, Indicator.code == Cell.indicator)
        .outerjoin(Finding, asks)
        .where(Cell.document_id == document_id)
        .order_by(Indicator.ordinal)
    )
    with ledger.transaction() as session:
        return [_report_cell(*row) for row in session.execute(query)]


def _report_cell(cell: Cell, zh: str, note: int | None) -> ReportCell:
    chosen = cell.human_value is not None
    return ReportCell(
        indicator=cell.indicator,
        zh=zh,
        value=cell.human_value if chosen else cell.value,
        high=cell.human_high if chosen else cell.high,
        unit=cell.unit if cell.human_unit is None else cell.human_unit,
        bound=cell.human_bound or "exact" if chosen else cell.bound,
        rule=CellRule.PERSON if chosen else cell.rule,
        why=None if chosen else cell.why,
        terms=read_terms(cell.terms),
        omitted=read_omitted(cell.omitted),
        note=note,
    )
