"""Live arithmetic: what a value typed for a figure would settle and raise, before it is saved."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.kinds import Stage
from schema.tables import Issuer, Metric, PanelFigure, Report
from workers.across.subjects import same_body
from workers.desk.corrections.errors import NoSuchFigure
from workers.desk.corrections.reading import Correction, apply_correction
from workers.ledger import Ledger
from workers.report import model
from workers.report.auditing.trial import Others, Trial, try_value
from workers.report.comparison.bodies import level_of
from workers.report.comparison.outliers import outlier_bounds
from workers.report.finding_kinds import FindingKind
from workers.results.loading import load_batch
from workers.results.remaking import read_standing, standing_figures, standing_relations

_MOST_PEERS = 2_000


@dataclass(frozen=True, slots=True)
class Told:
    """A finding that would go or come."""

    kind: FindingKind
    message: str
    message_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedFigure:
    """How what was typed is read, what it settles and raises, and what still does not fit."""

    value: float
    high: float | None
    unit: str
    bound: model.Bound
    indicator: str | None
    settled: tuple[Told, ...]
    raised: tuple[Told, ...]
    left: tuple[Told, ...]


def try_correction(
    ledger: Ledger, document_id: int, key: str, correction: Correction
) -> TriedFigure:
    """NoSuchFigure, or CannotCorrect where the figure cannot be that. Nothing is changed."""
    with ledger.transaction() as session:
        figures = standing_figures(session, document_id)
        at = next((at for at, figure in enumerate(figures) if figure.key == key), None)
        if at is None:
            raise NoSuchFigure
        report = _load(session, document_id, figures)
        session.expunge(figures[at])  # nothing of this is kept
        apply_correction(figures[at], correction)
        meant = read_standing(figures)[at]
        others = _others(session, document_id, meant)
    trial = try_value(report, at, meant.value, others, bound=meant.bound, unit=meant.unit)
    return TriedFigure(
        value=meant.value,
        high=meant.high,
        unit=meant.unit,
        bound=meant.bound,
        indicator=meant.indicator,
        settled=_told(trial, "settled"),
        raised=_told(trial, "raised"),
        left=_told(trial, "left"),
    )


def _told(trial: Trial, which: str) -> tuple[Told, ...]:
    found: tuple[model.Finding, ...] = getattr(trial, which)
    return tuple(Told(one.kind, one.message, one.message_en) for one in found)


def _load(session: Session, document_id: int, figures: list[Metric]) -> model.Report:
    made = load_batch(session, [document_id], Stage.EXTRACT)[document_id]
    return model.Report(
        source=made.source,
        cleaned=made.cleaned,
        segmented=made.segmented,
        metrics=read_standing(figures),
        relations=standing_relations(session, document_id, figures),
        findings=(),
    )


def _others(session: Session, document_id: int, metric: model.Metric) -> Others:
    """The panel's values of the indicator, of the body's other years and of its peers."""
    report = session.get_one(Report, document_id)
    if not (metric.indicator and report.issuer_id and report.year):
        return Others()
    alike = select(PanelFigure.value).where(
        PanelFigure.indicator == metric.indicator,
        PanelFigure.unit == metric.unit,
        PanelFigure.value.is_not(None),
    )
    body = same_body(session, report.issuer_id)
    own = alike.where(PanelFigure.issuer_id.in_(body), PanelFigure.year != report.year)
    years = [value for value in session.scalars(own) if value is not None]
    if len(years) >= outlier_bounds()["in_time"].least:
        return Others(in_time=years)
    return Others(in_time=years, among_peers=_peers(session, report, metric, body))


def _peers(session: Session, report: Report, metric: model.Metric, body: list[int]) -> list[float]:
    """Of its level in its county, or in its province where the county has too few."""
    me = session.get_one(Issuer, report.issuer_id)
    if not me.province:
        return []
    query = (
        select(Issuer.name, Issuer.county, PanelFigure.value)
        .join(Issuer, Issuer.id == PanelFigure.issuer_id)
        .where(
            PanelFigure.indicator == metric.indicator,
            PanelFigure.unit == metric.unit,
            PanelFigure.year == report.year,
            PanelFigure.value.is_not(None),
            Issuer.province == me.province,
            Issuer.id.not_in(body),
        )
        .limit(_MOST_PEERS)
    )
    level = level_of(me.name)
    peers = [row for row in session.execute(query).all() if level_of(row.name) == level]
    near = [row.value for row in peers if row.county == me.county]
    enough = len(near) >= outlier_bounds()["among_peers"].least
    return near if enough else [row.value for row in peers]
