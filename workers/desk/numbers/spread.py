"""One indicator among peers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import func, select

from schema.tables import PanelFigure
from workers.desk.numbers.panel import PanelRow, Selection
from workers.ledger import Ledger

# The last column of a histogram takes what lies beyond:
# a few giants would else leave one column for all others.
_BEYOND = 0.95
COLUMNS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The values of one year: how many, the smallest, the quartiles, the 95th percentile,
    the largest.
    """

    year: int
    count: int
    least: float
    lower: float
    middle: float
    upper: float
    high: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramColumn:
    """One column of a histogram: values from `least` up to `most`,
    in the last one `most` included.
    """

    least: float
    most: float
    count: int
    is_last: bool

    def holds(self, value: float) -> bool:
        return self.least <= value and (value <= self.most if self.is_last else value < self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """Where a value stands among its peers: 1 is the largest."""

    place: int
    of: int


def list_spreads(ledger: Ledger, selection: Selection) -> list[Spread]:
    """Year by year, the oldest first; whatever year is selected."""
    shares = (0.0, 0.25, 0.5, 0.75, _BEYOND, 1.0)
    values = func.percentile_cont(list(shares)).within_group(PanelFigure.value)
    query = (
        select(PanelFigure.year, func.count(), values)
        .where(
            PanelFigure.value.is_not(None),
            *replace(selection, year=None, issuer=None).conditions(),
        )
        .group_by(PanelFigure.year)
        .order_by(PanelFigure.year)
    )
    names = ("least", "lower", "middle", "upper", "high", "most")
    with ledger.transaction() as session:
        return [
            Spread(year=year, count=count, **dict(zip(names, found, strict=True)))
            for year, count, found in session.execute(query)
        ]


def make_histogram(ledger: Ledger, selection: Selection, spread: Spread) -> list[HistogramColumn]:
    """The values of the spread's year in columns of one width, empty ones too;
    the last one takes all beyond.
    """
    if spread.high <= spread.least:
        return [
            HistogramColumn(least=spread.least, most=spread.most, count=spread.count, is_last=True)
        ]
    edges = column_edges(spread)
    at = func.width_bucket(PanelFigure.value, edges)
    of_year = [
        PanelFigure.value.is_not(None),
        *replace(selection, year=spread.year, issuer=None).conditions(),
    ]
    with ledger.transaction() as session:
        counts: dict[int, int] = dict(
            session.execute(select(at, func.count()).where(*of_year).group_by(at)).all()
        )
    tops = [*edges[1:], spread.most]
    return [
        HistogramColumn(
            least=least, most=most, count=counts.get(number, 0), is_last=number == len(edges)
        )
        for number, (least, most) in enumerate(zip(edges, tops, strict=True), start=1)
    ]


def column_edges(spread: Spread) -> list[float]:
    """Where the columns begin: COLUMNS up to the 95th percentile,
    of whole numbers where that is possible.

    >>> flat = {"count": 9, "lower": 1, "middle": 2, "upper": 3, "most": 50}
    >>> column_edges(Spread(year=2024, least=0, high=40, **flat))[:3]
    [0, 2, 4]
    >>> len(column_edges(Spread(year=2024, least=0, high=3, **flat)))
    4
    """
    width = (spread.high - spread.least) / COLUMNS
    whole = spread.least.is_integer() if isinstance(spread.least, float) else True
    if whole and spread.high - spread.least > 1:
        width = max(1, -(-(spread.high - spread.least) // COLUMNS))
    count = max(1, -(-(spread.high - spread.least) // width))
    return [spread.least + number * width for number in range(int(count) + 1)]


def rank_of(ledger: Ledger, selection: Selection, figure: PanelRow, spread: Spread) -> Rank:
    """The place of this figure among those of its year."""
    of_year = replace(selection, year=figure.year, issuer=None).conditions()
    larger = select(func.count()).where(*of_year, PanelFigure.value > figure.value)
    with ledger.transaction() as session:
        return Rank(place=session.scalars(larger).one() + 1, of=spread.count)
