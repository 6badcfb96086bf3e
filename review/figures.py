"""What the pages of numbers show, put together from `workers.desk.numbers` and drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from review.asked import Asked, sentence_of
from review.charts import ChartBox, ChartMark, bar_chart, box_chart, column_chart
from review.naming import write_amount
from workers.desk.numbers.panel import Order, PanelRow, Selection, list_figures
from workers.desk.numbers.spread import (
    HistogramColumn,
    Rank,
    Spread,
    list_spreads,
    make_histogram,
    rank_of,
)
from workers.ledger import Ledger
from workers.report.catalogue import Indicator, indicators

Say = Callable[..., str]

# The largest of an indicator's year that are drawn as bars.
BARS = 15
# More than one issuer can have: indicators times years.
MOST_OF_ISSUER = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AmongPeers:
    """One indicator: its years, one of them closer,
    and the figures of one issuer where one is asked for.
    """

    asked: Asked
    spreads: Sequence[Spread]
    of_year: Spread | None
    largest: Sequence[PanelRow] = ()
    columns: Sequence[HistogramColumn] = ()
    own: Sequence[PanelRow] = ()
    rank: Rank | None = None

    @property
    def own_of_year(self) -> PanelRow | None:
        """The issuer's figure of the year that is looked at."""
        year = self.of_year.year if self.of_year else None
        return next((one for one in self.own if one.year == year), None)

    def link(self, **changed: object) -> str:
        """This page with something else."""
        return self.asked.link(
            f"/numbers/indicators/{self.asked.indicator}", **{"indicator": "", **changed}
        )


def by_pillar() -> dict[str, list[Indicator]]:
    """The catalogue's indicators under the codes of their pillars."""
    found: dict[str, list[Indicator]] = defaultdict(list)
    for indicator in indicators().values():
        found[indicator.code.partition(".")[0]].append(indicator)
    return found


def reported_of(found: Sequence[PanelRow]) -> dict[str, list[Indicator]]:
    """Those of `by_pillar` that are among these figures."""
    codes = {one.indicator for one in found}
    groups = {
        name: [one for one in members if one.code in codes] for name, members in by_pillar().items()
    }
    return {name: members for name, members in groups.items() if members}


def among_peers(ledger: Ledger, asked: Asked) -> AmongPeers:
    """The figures of `asked.indicator`; the year is the last with figures where the
    one asked for has none.
    """
    found = list_spreads(ledger, asked.selection)
    of_year = next((one for one in found if one.year == asked.year), found[-1] if found else None)
    mine = Selection(indicator=asked.indicator, issuer=asked.issuer)
    cells = list_figures(ledger, mine, limit=MOST_OF_ISSUER) if asked.issuer else []
    own = [one for one in cells if one.value is not None]
    if of_year is None:
        return AmongPeers(asked=asked, spreads=found, of_year=None, own=own)
    asked = asked.with_(year=of_year.year)
    peers = asked.with_(issuer=None).selection
    here = next((one for one in own if one.year == of_year.year), None)
    return AmongPeers(
        asked=asked,
        spreads=found,
        of_year=of_year,
        largest=list_figures(ledger, peers, order=Order.LARGEST, limit=BARS),
        columns=make_histogram(ledger, peers, of_year),
        own=own,
        rank=rank_of(ledger, peers, here, of_year) if here else None,
    )


def draw_years(seen: AmongPeers, say: Say) -> Markup:
    """Each year's peers as a box, the issuer's own figures as a line that
    leads to its sentences.
    """
    boxes = [
        ChartBox(
            label=str(one.year),
            least=one.least,
            lower=one.lower,
            middle=one.middle,
            upper=one.upper,
            high=one.high,
            title=say(
                "numbers.box", year=one.year, count=f"{one.count:,}",
                middle=write_amount(one.middle, None),
                lower=write_amount(one.lower, None), upper=write_amount(one.upper, None),
            ),
            href=seen.link(year=one.year),
            chosen=one is seen.of_year,
        )
        for one in seen.spreads
    ]  # fmt: skip
    return box_chart(
        say("numbers.by_year"), boxes, [_chart_mark(one, str(one.year)) for one in seen.own]
    )


def draw_columns(seen: AmongPeers, say: Say) -> Markup:
    """How many of the year's peers state how much;
    each column leads to its figures in the panel.
    """
    own = seen.own_of_year
    marks = []
    for column in seen.columns:
        limits = {
            "least": write_amount(column.least, None),
            "most": write_amount(column.most, None),
        }
        words = "numbers.last_column" if column.is_last else "numbers.column"
        marks.append(
            ChartMark(
                label=limits["least"] + ("+" if column.is_last and len(seen.columns) > 1 else ""),
                value=column.count,
                title=say(words, count=f"{column.count:,}", **limits),
                href=_of_column(seen, column) if column.count else None,
                chosen=own is not None and own.value is not None and column.holds(own.value),
            )
        )
    return column_chart(say("numbers.distribution"), marks)


def draw_largest(seen: AmongPeers, say: Say) -> Markup:
    """The largest of the year, each leading to its sentence."""
    return bar_chart(
        say("numbers.largest"),
        [_chart_mark(one, one.issuer, seen.asked.issuer) for one in seen.largest],
    )


def _of_column(seen: AmongPeers, column: HistogramColumn) -> str:
    """The panel with the figures that the column counts:
    a value on its upper limit is the next one's.
    """
    most, below = (column.most, None) if column.is_last else (None, column.most)
    return seen.asked.link(
        least=column.least, most=most, below=below, issuer=None, order=Order.LARGEST
    )


def _chart_mark(figure: PanelRow, label: str, chosen: int | None = None) -> ChartMark:
    """A figure that leads to its sentence."""
    place = " ".join(part for part in (figure.province, figure.county, figure.issuer) if part)
    return ChartMark(
        label=label,
        value=figure.value or 0,
        title=f"{place} {figure.year}: {write_amount(figure.value or 0, figure.unit)}",
        href=sentence_of(figure),
        chosen=figure.issuer_id == chosen,
    )
