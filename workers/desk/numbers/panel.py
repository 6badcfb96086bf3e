"""The panel: issuer × year × indicator, filtered, ordered, paged by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from schema.tables import Cell, Document, Finding, Indicator, Issuer, Metric, PanelFigure, Report
from workers.ledger import Ledger
from workers.report.cell_rules import CellRule
from workers.report.chinese.clauses import PHRASE_END
from workers.report.finding_kinds import FindingKind

Query = Select[*tuple[Any, ...]]


class Order(StrEnum):
    """How the rows stand.

    The orders by value need an indicator: values of several cannot be compared.
    """

    ISSUER = "issuer"
    LARGEST = "largest"
    SMALLEST = "smallest"

    @property
    def by_value(self) -> bool:
        return self in {Order.LARGEST, Order.SMALLEST}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which rows; null or "" is no limit.

    `county` and `words` (of an issuer's name) are looked for within names.

    Values from `least` up to `most`, which is included, or up to `below`, which is not.
    """

    indicator: str | None = None
    pillar: str = ""
    year: int | None = None
    province: str = ""
    county: str = ""
    words: str = ""
    issuer: int | None = None
    least: float | None = None
    most: float | None = None
    below: float | None = None

    @property
    def names_peers(self) -> bool:
        """Whether it is about some issuers only."""
        return bool(self.province or self.county or self.words)

    def peers(self) -> list[ColumnElement[bool]]:
        """The conditions on `issuer`."""
        found: list[ColumnElement[bool]] = []
        if self.province:
            found.append(Issuer.province == self.province)
        if self.county:
            found.append(Issuer.county.contains(self.county, autoescape=True))
        return found + [Issuer.name.contains(word, autoescape=True) for word in self.words.split()]

    def conditions(self) -> list[ColumnElement[bool]]:
        """The conditions on `panel_figure`, without a join: its issuers are looked up first."""
        found: list[ColumnElement[bool]] = []
        if self.indicator:
            found.append(PanelFigure.indicator == self.indicator)
        if self.pillar:
            found.append(PanelFigure.indicator.startswith(f"{self.pillar}.", autoescape=True))
        if self.year is not None:
            found.append(PanelFigure.year == self.year)
        if self.issuer is not None:
            found.append(PanelFigure.issuer_id == self.issuer)
        if self.least is not None:
            found.append(PanelFigure.value >= self.least)
        if self.most is not None:
            found.append(PanelFigure.value <= self.most)
        if self.below is not None:
            found.append(PanelFigure.value < self.below)
        if self.names_peers:
            found.append(PanelFigure.issuer_id.in_(select(Issuer.id).where(*self.peers())))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelTerm:
    """One thing that a cell is made of: the keys of its figures, and what the report says.

    `unsure`: it is unsure what the figure is about.
    """

    figures: tuple[str, ...]
    quote: str
    value: float
    high: float | None
    unit: str
    bound: str
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelOmission:
    """A figure of the indicator that takes no part in the cell, and why."""

    figure: str
    quote: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelCell:
    """What the figures of one report come to for an indicator, and by which rule
    (workers/report/cells/).

    `value` is null where the cell is empty, and `why` says why; `high` is the upper end of a range.
    """

    indicator: str
    zh: str
    value: float | None
    high: float | None
    unit: str
    bound: str
    rule: str
    why: str | None
    terms: tuple[PanelTerm, ...]
    omitted: tuple[PanelOmission, ...]

    @property
    def unsure(self) -> bool:
        """Whether it is unsure what one of its figures is about, and no person said."""
        return self.rule != CellRule.PERSON and any(term.unsure for term in self.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRow(PanelCell):
    """One cell as a row of the panel: whose it is, and where it leads to.

    `figure` is the key of the figure that it leads to; `stated` how many figures of the report are
    about the indicator.
    """

    issuer_id: int
    issuer: str
    county: str | None
    province: str | None
    year: int
    corrected: bool
    stated: int
    quote: str
    document: int
    sha256: str
    figure: str
    # In place of a county that nobody knows.
    folder: str | None = None


# So many characters on each side of a figure can be its clause, which ends at one of the marks.
AROUND = 18


@dataclass(frozen=True, slots=True)
class Clause:
    """What stands before and after a figure in its clause."""

    before: str
    after: str


# What follows each other in an order, the last of which tells rows apart.
_KEYS: dict[Order, tuple[Any, ...]] = {
    Order.ISSUER: (PanelFigure.issuer_id, PanelFigure.year, PanelFigure.indicator),
    Order.LARGEST: (PanelFigure.value, PanelFigure.issuer_id, PanelFigure.year),
    Order.SMALLEST: (PanelFigure.value, PanelFigure.issuer_id, PanelFigure.year),
}
_JOINED = "~"
# A list to choose from.
_MOST_NEIGHBOURS = 300


def key_of(figure: PanelRow, order: Order) -> str:
    """The row's key in this order, for links: the next page begins after it."""
    return _JOINED.join(str(getattr(figure, column.key)) for column in _KEYS[order])


def list_figures(
    ledger: Ledger,
    selection: Selection,
    *,
    order: Order = Order.ISSUER,
    after: str = "",
    limit: int = 50,
) -> list[PanelRow]:
    """A page of the panel; `after` the key of a row gives the page that follows it,
    one that is no key the first.
    """
    page = (
        select(PanelFigure)
        .where(*_of_order(selection, order), *_comes_after(order, after))
        .limit(limit)
    )
    shown = page.order_by(*_order_columns(order, PanelFigure)).subquery("shown")
    # The names are looked up for the page's rows alone.
    query = _select_named(shown).order_by(*_order_columns(order, shown.c))
    with ledger.transaction() as session:
        return [_read_row(dict(row)) for row in session.execute(query).mappings()]


def stream_figures(
    ledger: Ledger, selection: Selection, order: Order = Order.ISSUER
) -> Iterator[PanelRow]:
    """All rows of the selection, read a thousand at a time."""
    chosen = select(PanelFigure).where(*_of_order(selection, order)).subquery("shown")
    query = (
        _select_named(chosen)
        .order_by(*_order_columns(order, chosen.c))
        .execution_options(yield_per=1000)
    )
    with ledger.reading() as session:
        for row in session.execute(query).mappings():
            yield _read_row(dict(row))


def list_clauses(ledger: Ledger, figures: Sequence[PanelRow]) -> dict[tuple[int, str], Clause]:
    """The clause around each figure in its report, by document and key.

    A figure that is no longer at its place is left out.
    """
    before = func.greatest(Metric.start - AROUND, 0)
    around = func.substr(Report.text, before + 1, Metric.end - before + AROUND)
    query = (
        select(Metric.document_id, Metric.key, Metric.quote, Metric.start - before, around)
        .join(Report, Report.document_id == Metric.document_id)
        .where(
            tuple_(Metric.document_id, Metric.key).in_(
                [(one.document, one.figure) for one in figures]
            )
        )
    )
    with ledger.transaction() as session:
        return {
            (document, key): clause_of(text, at, quote)
            for document, key, quote, at, text in session.execute(query)
            if text and text.startswith(quote, at)
        }


def list_notes(
    ledger: Ledger, figures: Sequence[PanelRow]
) -> dict[tuple[int | None, str | None], int]:
    """The findings that ask about these cells, by document and indicator."""
    query = select(Finding.document_id, Finding.about, Finding.id).where(
        Finding.kind == FindingKind.CELL_UNCLEAR,
        Finding.present,
        tuple_(Finding.document_id, Finding.about).in_(
            [(one.document, one.indicator) for one in figures]
        ),
    )
    with ledger.transaction() as session:
        return {(document, about): number for document, about, number in session.execute(query)}


def clause_of(text: str, at: int, quote: str) -> Clause:
    """The clause around the quote at this place of the text; of a long clause the nearest part.

    >>> clause_of("工作。全年排查纠纷226件，化解220件", 9, "226件")
    Clause(before='全年排查纠纷', after='')
    """
    before, after = text[:at], text[at + len(quote) :]
    return Clause(before=PHRASE_END.split(before)[-1], after=PHRASE_END.split(after)[0])


def count_figures(ledger: Ledger, selection: Selection, limit: int) -> int:
    """How many rows the selection has; `limit` for so many or more, which are not counted on."""
    first = select(PanelFigure.metric_id).where(*selection.conditions()).limit(limit).subquery()
    with ledger.transaction() as session:
        return session.scalars(select(func.count()).select_from(first)).one()


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen: the years that have figures, the oldest first;
    the provinces of the issuers.
    """

    years: range
    provinces: Sequence[str]

    @property
    def last_year(self) -> int:
        """The last year with figures; 0 where there are none."""
        return next(reversed(self.years), 0)


def list_choices(ledger: Ledger) -> Choices:
    """The years and places to choose from."""
    known = (
        select(Issuer.province)
        .where(Issuer.province.is_not(None))
        .distinct()
        .order_by(Issuer.province)
    )
    with ledger.transaction() as session:
        first, last = session.execute(
            select(func.min(PanelFigure.year), func.max(PanelFigure.year))
        ).one()
        years = range(first, last + 1) if first is not None else range(0)
        return Choices(years, [name for name in session.scalars(known) if name])


def issuer_of(ledger: Ledger, issuer_id: int) -> Issuer | None:
    """The issuer of this number."""
    with ledger.transaction() as session:
        return session.get(Issuer, issuer_id)


def list_neighbours(ledger: Ledger, issuer: Issuer) -> Sequence[Issuer]:
    """The other issuers of its county, or else of its province, that have figures, by name."""
    place = (
        (Issuer.county == issuer.county) if issuer.county else (Issuer.province == issuer.province)
    )
    stated = select(PanelFigure.metric_id).where(PanelFigure.issuer_id == Issuer.id)
    query = (
        select(Issuer)
        .where(Issuer.id != issuer.id, place, stated.exists())
        .order_by(Issuer.name)
        .limit(_MOST_NEIGHBOURS)
    )
    with ledger.transaction() as session:
        return session.scalars(query).all()


def _select_named(chosen: Any) -> Query:
    return (
        select(
            chosen.c.issuer_id, Issuer.name.label("issuer"), Issuer.county, Issuer.province,
            Issuer.folder, chosen.c.year,
            chosen.c.indicator, Indicator.zh, chosen.c.value, chosen.c.high, chosen.c.unit,
            chosen.c.bound, chosen.c.rule, chosen.c.why, Cell.terms, Cell.omitted,
            chosen.c.corrected,
            chosen.c.stated, Metric.quote, chosen.c.document_id.label("document"),
            Document.sha256,
            Metric.key.label("figure"),
        )
        .join(Issuer, Issuer.id == chosen.c.issuer_id)
        .join(Indicator, Indicator.code == chosen.c.indicator)
        .join(Metric, Metric.id == chosen.c.metric_id)
        .join(Document, Document.id == chosen.c.document_id)
        .join(
            Cell,
            (Cell.document_id == chosen.c.document_id) & (Cell.indicator == chosen.c.indicator),
        )
    )  # fmt: skip


def _read_row(row: Mapping[str, Any]) -> PanelRow:
    read = {"terms": read_terms(row["terms"]), "omitted": read_omitted(row["omitted"])}
    return PanelRow(**({**row} | read))


def read_terms(kept: Sequence[dict[str, Any]]) -> tuple[PanelTerm, ...]:
    """The terms in a row of `cell`."""
    return tuple(PanelTerm(**(term | {"figures": tuple(term["figures"])})) for term in kept)


def read_omitted(kept: Sequence[dict[str, Any]]) -> tuple[PanelOmission, ...]:
    """The figures that a row of `cell` leaves out."""
    return tuple(PanelOmission(**one) for one in kept)


def _of_order(selection: Selection, order: Order) -> list[ColumnElement[bool]]:
    """The conditions; an empty cell has no place among values."""
    valued = [PanelFigure.value.is_not(None)] if order.by_value else []
    return selection.conditions() + valued


def _order_columns(order: Order, of: Any) -> list[Any]:
    columns = [getattr(of, column.key) for column in _KEYS[order]]
    return [column.desc() for column in columns] if order is Order.LARGEST else columns


def _comes_after(order: Order, after: str) -> list[ColumnElement[bool]]:
    columns, given = _KEYS[order], after.split(_JOINED)
    if len(given) != len(columns):
        return []
    try:
        key = tuple_(
            *(column.type.python_type(part) for column, part in zip(columns, given, strict=True))
        )
    except ValueError:
        return []
    return [tuple_(*columns) < key if order is Order.LARGEST else tuple_(*columns) > key]
