"""What the pages of numbers show, put together from `workers.desk.numbers` and drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from review import words
from review.asked import Asked, sentence_of
from review.charts import ChartBox, ChartMark, bar_chart, box_chart, column_chart
from review.naming import indicator_name, unit_name, write_amount
from review.words import Language
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

# The largest of an indicator's year that are drawn as bars.
BARS = 15
# A county with more towns is none that we know of.
BARS_OF_COUNTY = 60
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
    of_county: bool = False

    @property
    def own_of_year(self) -> PanelRow | None:
        """The issuer's figure of the year that is looked at."""
        year = self.of_year.year if self.of_year else None
        return next((one for one in self.own if one.year == year), None)

    def chart_link(self, chart: str) -> str:
        """One of the charts as a file."""
        code = self.asked.indicator
        return self.asked.link(f"/numbers/indicators/{code}/{chart}.svg", indicator="")

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
    """The figures of `asked.indicator`; where no year is asked for, or one without figures, the
    last that the issuer has, or else the last.

    `largest` are the largest of the year, or those of the issuer's county where it is known.
    """
    found = list_spreads(ledger, asked.selection)
    mine = Selection(indicator=asked.indicator, issuer=asked.issuer)
    cells = list_figures(ledger, mine, limit=MOST_OF_ISSUER) if asked.issuer else []
    own = [one for one in cells if one.value is not None]
    of_year = _choose_year(found, asked.year, own)
    if of_year is None:
        return AmongPeers(asked=asked, spreads=found, of_year=None, own=own)
    asked = asked.with_(year=of_year.year)
    peers = asked.with_(issuer=None).selection
    here = next((one for one in own if one.year == of_year.year), None)
    return AmongPeers(
        asked=asked,
        spreads=found,
        of_year=of_year,
        largest=_largest(ledger, peers, here),
        of_county=bool(here and here.county),
        columns=make_histogram(ledger, peers, of_year),
        own=own,
        rank=rank_of(ledger, peers, here, of_year) if here else None,
    )


def _choose_year(
    found: Sequence[Spread], asked: int | None, own: Sequence[PanelRow]
) -> Spread | None:
    by_year = {one.year: one for one in found}
    wanted = [asked, *sorted((one.year for one in own), reverse=True)]
    last = found[-1] if found else None
    return next((by_year[year] for year in wanted if year in by_year), last)


def _largest(ledger: Ledger, peers: Selection, here: PanelRow | None) -> Sequence[PanelRow]:
    if here is None or not here.county:
        return list_figures(ledger, peers, order=Order.LARGEST, limit=BARS)
    county = replace(peers, county=here.county, province=here.province or "")
    return list_figures(ledger, county, order=Order.LARGEST, limit=BARS_OF_COUNTY)


# The charts of the page, each with the word that heads it.
TITLES = {"years": "by_year", "distribution": "distribution", "largest": "largest"}


def draw_charts(seen: AmongPeers, language: Language) -> dict[str, Markup]:
    """The charts of the page, by their names."""
    drawer = _Drawer(seen, language)
    return {
        "years": drawer.draw_years(),
        "distribution": drawer.draw_columns(),
        "largest": drawer.draw_largest(),
    }


def title_of(seen: AmongPeers, chart: str, language: Language) -> str:
    """What a chart shows, for the file that it is saved as."""
    year = f" {seen.of_year.year}" if seen.of_year and chart != "years" else ""
    name = indicator_name(seen.asked.indicator, language)
    key = "of_county" if chart == "largest" and seen.of_county else TITLES[chart]
    return f"{name} {words.say(language, f'numbers.{key}')}{year}"


@dataclass(frozen=True, slots=True)
class _Drawer:
    """One indicator among peers, in the words of one language."""

    seen: AmongPeers
    language: Language

    def say(self, key: str, **values: object) -> str:
        return words.say(self.language, key, **values)

    @property
    def unit(self) -> str:
        return unit_name(indicators()[self.seen.asked.indicator].unit, self.language)

    def draw_years(self) -> Markup:
        """Each year's peers as a box, the issuer's own figures as a line that
        leads to its sentences.
        """
        boxes = [
            ChartBox(
                year=one.year,
                count=f"n={one.count:,}",
                least=one.least,
                lower=one.lower,
                middle=one.middle,
                upper=one.upper,
                high=one.high,
                title=self.say(
                    "numbers.box", year=one.year, count=f"{one.count:,}",
                    middle=write_amount(one.middle, None),
                    lower=write_amount(one.lower, None), upper=write_amount(one.upper, None),
                ),
                href=self.seen.link(year=one.year),
                chosen=one is self.seen.of_year,
            )
            for one in self.seen.spreads
        ]  # fmt: skip
        own = [self._mark(one, str(one.year)) for one in self.seen.own]
        return box_chart(self.say("numbers.by_year"), boxes, own, unit=self.unit)

    def draw_columns(self) -> Markup:
        """How many of the year's peers state how much;
        each column leads to its figures in the panel.
        """
        return column_chart(
            self.say("numbers.distribution"),
            [self._column(column) for column in self.seen.columns],
            unit=self.say("numbers.count"),
            across=self.unit,
        )

    def _column(self, column: HistogramColumn) -> ChartMark:
        own, many = self.seen.own_of_year, len(self.seen.columns) > 1
        limits = {
            "least": write_amount(column.least, None),
            "most": write_amount(column.most, None),
        }
        key = "numbers.last_column" if column.is_last else "numbers.column"
        return ChartMark(
            label=limits["least"] + ("+" if column.is_last and many else ""),
            value=column.count,
            title=self.say(key, count=f"{column.count:,}", **limits),
            href=_of_column(self.seen, column) if column.count else None,
            chosen=own is not None and own.value is not None and column.holds(own.value),
        )

    def draw_largest(self) -> Markup:
        """The largest of the year, or all of the issuer's county, each leading to its sentence."""
        chosen = self.seen.asked.issuer
        return bar_chart(
            self.say("numbers.largest"),
            [self._mark(one, one.issuer, chosen) for one in self.seen.largest],
        )

    def _mark(self, figure: PanelRow, label: str, chosen: int | None = None) -> ChartMark:
        """A figure that leads to its sentence."""
        place = " ".join(part for part in (figure.province, figure.county, figure.issuer) if part)
        written = self.say(
            f"bounded.{figure.bound}",
            value=write_amount(figure.value or 0, figure.unit, self.language),
        )
        return ChartMark(
            label=label,
            value=figure.value or 0,
            title=f"{place} {figure.year}: {written}",
            href=sentence_of(figure),
            chosen=figure.issuer_id == chosen,
            written=written,
        )


def _of_column(seen: AmongPeers, column: HistogramColumn) -> str:
    """The panel with the figures that the column counts:
    a value on its upper limit is the next one's.
    """
    most, below = (column.most, None) if column.is_last else (None, column.most)
    return seen.asked.link(
        least=column.least, most=most, below=below, issuer=None, order=Order.LARGEST
    )
