"""Figures far from the issuer's other years, or from other issuers of its level.

They come from the panel, where a person's value overrides the machine's and disputed figures are
left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from schema.tables import Metric
from workers.across.rows import replace_rows
from workers.across.subjects import standing_documents
from workers.report.cell_rules import CellRule
from workers.report.comparison.bodies import level_of
from workers.report.comparison.changes import write_figure
from workers.report.comparison.outliers import Crowd, Outlier, find_outlier, outlier_bounds
from workers.report.finding_kinds import FindingKind
from workers.report.model import Severity
from workers.report.text import Span
from workers.results.findings import Row

# How many of the peers' values are kept for the page that draws them.
MOST_SHOWN = 120
# Typical slips: off by one to three digits, or 元 written for 万元 and vice versa.
_SLIPS = (10, 100, 1000, 10_000)

_FIGURES = """
    SELECT panel.issuer_id, issuer.name AS issuer, issuer.county, panel.year, panel.document_id,
      panel.indicator,
        indicator.zh, panel.value, panel.unit, panel.rule, panel.metric_id,
        indicator.dim = 'rate' AS rate,
        indicator.dim IN ('count', 'people') AS whole
    FROM {panel} AS panel
    JOIN issuer ON issuer.id = panel.issuer_id
    JOIN indicator ON indicator.code = panel.indicator
    WHERE panel.value IS NOT NULL AND panel.issuer_id = ANY(CAST(:issuer_ids AS bigint[]))
"""
# The view itself: the transaction that compares is often the one that changes the figures,
# and the kept rows are updated only at its end.
_BY_DAY = text(_FIGURES.format(panel="panel"))
# In the nightly run everything is committed: the kept rows are current, and have indexes.
_BY_NIGHT = _FIGURES.format(panel="panel_figure")
_OF_ALL_YEARS, _OF_YEAR = text(_BY_NIGHT), text(f"{_BY_NIGHT} AND panel.year = :year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """One figure of the panel."""

    issuer_id: int
    issuer: str
    county: str | None
    year: int
    document_id: int
    indicator: str
    zh: str
    value: float
    unit: str
    rule: str
    metric_id: int
    rate: bool
    whole: bool

    @property
    def is_stated(self) -> bool:
        """Whether one figure states it; else there is none that could be put right."""
        return self.rule not in {CellRule.SUMMED, CellRule.PERSON}


def rows_in_time(
    session: Session, bodies: Sequence[Sequence[int]], document_ids: Collection[int]
) -> dict[int, list[Row]]:
    """The findings of these documents, each figure compared with its body's other years."""
    rows: dict[int, list[Row]] = {document_id: [] for document_id in document_ids}
    asked = [issuer_id for body in bodies for issuer_id in body]
    of_all = _load_used(session, _BY_DAY, asked) if asked else []
    for body in bodies:
        used = [figure for figure in of_all if figure.issuer_id in body]
        for figure, outlier in _unlike_own_years(used):
            if figure.document_id in rows:
                row = _row_in_time(figure, outlier, used, _metric(session, figure))
                rows[figure.document_id].append(row)
    return rows


def save_outliers_among_peers(
    session: Session, issuer_ids: Sequence[int], year: int, province: str | None
) -> None:
    """Save the findings of all reports of these issuers of one province for this year.

    Issuers of unknown province are not compared: they may come from anywhere.
    """
    used = _load_used(session, _OF_YEAR, issuer_ids, year=year) if province else []
    found = list(_unlike_peers(used))
    judged = _judged_by_own_years(session, {figure.issuer_id for figure, *_ in found}, year)
    rows: dict[int, list[Row]] = {
        document_id: [] for document_id, _ in standing_documents(session, issuer_ids, [year])
    }
    for figure, outlier, peers in found:
        if (figure.issuer_id, figure.indicator) not in judged:
            rows[figure.document_id].append(
                _row_among_peers(figure, outlier, peers, _metric(session, figure))
            )
    replace_rows(session, rows, {FindingKind.OUTLIER_AMONG_PEERS})


def _load_used(session: Session, query: Any, issuer_ids: Iterable[int], **more: int) -> list[Used]:
    rows = session.execute(query, {"issuer_ids": list(issuer_ids), **more})
    return [Used(**row) for row in rows.mappings()]


def _unlike_own_years(used: Iterable[Used]) -> Iterator[tuple[Used, Outlier]]:
    bounds = outlier_bounds()["in_time"]
    series: Mapping[tuple[str, str], dict[int, Used]] = defaultdict(dict)
    for figure in used:
        series[figure.indicator, figure.unit][figure.year] = figure
    for years in series.values():
        for figure in years.values():
            others = [other.value for other in years.values() if other is not figure]
            outlier = find_outlier(figure.value, others, bounds, rate=figure.rate)
            if outlier and figure.is_stated:
                yield figure, outlier


def _unlike_peers(used: Iterable[Used]) -> Iterator[tuple[Used, Outlier, list[float]]]:
    """Compare each figure with those of the same level in its county, or in the province if the
    county has too few.
    """
    bounds = outlier_bounds()["among_peers"]
    groups: Mapping[tuple[str | None, ...], list[Used]] = defaultdict(list)
    for figure in used:
        groups[*_peer_group(figure), None].append(figure)
        if figure.county:
            groups[*_peer_group(figure), figure.county].append(figure)
    crowds = {
        key: Crowd([peer.value for peer in peers], bounds, rate=peers[0].rate)
        for key, peers in groups.items()
    }
    for figure in used:
        near = crowds[*_peer_group(figure), figure.county]
        peers = near if len(near.values) > bounds.least else crowds[*_peer_group(figure), None]
        outlier = peers.find_outlier(figure.value)
        if outlier and figure.is_stated:
            yield figure, outlier, peers.without(figure.value)


def _peer_group(figure: Used) -> tuple[str, str, str]:
    return figure.indicator, figure.unit, level_of(figure.issuer)


def _judged_by_own_years(
    session: Session, issuer_ids: Collection[int], year: int
) -> set[tuple[int, str]]:
    """Figures with enough other years: those tell better than peers, which may differ in size."""
    least = outlier_bounds()["in_time"].least
    years: Mapping[tuple[int, str], set[int]] = defaultdict(set)
    for figure in _load_used(session, _OF_ALL_YEARS, issuer_ids) if issuer_ids else ():
        if figure.year != year:
            years[figure.issuer_id, figure.indicator].add(figure.year)
    return {key for key, found in years.items() if len(found) >= least}


def _metric(session: Session, figure: Used) -> Metric:
    return session.get_one(Metric, figure.metric_id)


def _row_in_time(figure: Used, outlier: Outlier, used: Iterable[Used], metric: Metric) -> Row:
    others = {
        one.year: one.value
        for one in used
        if (one.indicator, one.unit) == (figure.indicator, figure.unit) and one.year != figure.year
    }
    years = "、".join(
        f"{year}年{write_figure(others[year], figure.unit)}" for year in sorted(others)
    )
    return _row(
        FindingKind.OUTLIER_IN_TIME,
        figure,
        outlier,
        metric,
        zh=f"本单位其他年份是{years}",
        en=f"in {len(others)} other years the issuer had {_range(outlier, figure.unit)}",
        shown={"years": {str(year): value for year, value in sorted(others.items())}},
    )


def _row_among_peers(figure: Used, outlier: Outlier, peers: Sequence[float], metric: Metric) -> Row:
    return _row(
        FindingKind.OUTLIER_AMONG_PEERS,
        figure,
        outlier,
        metric,
        zh=f"同级的{outlier.count}个单位在{write_figure(outlier.low, '')}"
        f"到{write_figure(outlier.high, figure.unit)}之间",
        en=f"{outlier.count} bodies of the same level had {_range(outlier, figure.unit)}",
        shown={"peers": outlier.count, "values": spread_evenly(peers, MOST_SHOWN)},
    )


def _row(
    kind: FindingKind,
    figure: Used,
    outlier: Outlier,
    metric: Metric,
    *,
    zh: str,
    en: str,
    shown: dict[str, Any],
) -> Row:
    value, middle = (write_figure(number, figure.unit) for number in (figure.value, outlier.middle))
    meant = None if figure.rate else probably_meant(outlier, whole=figure.whole)
    should, should_en = "", ""
    if meant is not None:
        should = f"可能应该是{write_figure(meant, figure.unit)}（位数或“元”“万元”写错）。"
        should_en = f" Probably {write_figure(meant, figure.unit)}: a slipped digit or unit."
    return Row(
        kind=kind,
        about=figure.indicator,
        severity=Severity.CHECK,
        message=f"“{metric.quote}”：{figure.zh}是{value}，而{zh}，中间值是{middle}，相差悬殊。{should}请核对原始台账。",
        message_en=(
            f"{figure.zh} is {value}, but {en}; the middle is {middle}.{should_en} "
            "Check the records."
        ),
        spans=(Span(metric.raw_start, metric.raw_end),),
        metric_keys=(metric.key,),
        # Only the report's own words: what others state changes with every new report.
        evidence=f"{metric.quote}｜{write_figure(metric.value, metric.unit)}",
        suggestion=None if meant is None else write_figure(meant, figure.unit),
        details={
            "indicator": figure.indicator,
            "value": figure.value,
            "unit": figure.unit,
            "middle": outlier.middle,
            "low": outlier.low,
            "high": outlier.high,
            "count": outlier.count,
        }
        | shown,
    )


def probably_meant(outlier: Outlier, *, whole: bool = False) -> float | None:
    """The value with a slip of digits or unit undone, if that falls in the range of the others.

    Counts (`whole`) have no fractions: 8999件 cannot have been 89.99件.

    >>> probably_meant(Outlier(value=5300, middle=53, low=48, high=61, count=4))
    53.0
    >>> probably_meant(Outlier(value=700, middle=53, low=48, high=61, count=4))
    >>> probably_meant(Outlier(value=5301, middle=53, low=48, high=61, count=4), whole=True)
    """
    for slip in _SLIPS:
        for value in (outlier.value / slip, outlier.value * slip):
            if 0 < outlier.low <= value <= outlier.high and not (whole and value % 1):
                return value
    return None


def spread_evenly(values: Sequence[float], most: int) -> list[float]:
    """At most `most` of the values, evenly spaced from the first to the last.

    >>> spread_evenly([1, 2, 3, 4, 5, 6, 7], 3), spread_evenly([1, 2], 3)
    ([1, 4, 7], [1, 2])
    """
    if len(values) <= most:
        return list(values)
    return [values[round(at * (len(values) - 1) / (most - 1))] for at in range(most)]


def _range(outlier: Outlier, unit: str) -> str:
    return f"{write_figure(outlier.low, '')} to {write_figure(outlier.high, unit)}"
