"""The figures of a finding: what the machine read beside what a person said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from schema.tables import Finding, Metric

# The ordinal of a figure that a person corrected and the newest run no longer finds.
KEPT_FOR_A_PERSON = -1
_CHANGED = "changed_documents"
HUMAN = ("human_value", "human_unit", "human_indicator")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureReading:
    """A metric as stored with a decision: key, quote, the machine's reading and a person's, None
    where there is none.
    """

    key: str
    quote: str
    indicator: str | None
    value: float
    unit: str
    human_value: float | None
    human_unit: str | None
    human_indicator: str | None

    @property
    def is_corrected(self) -> bool:
        return (self.human_value, self.human_unit, self.human_indicator) != (None, None, None)

    @property
    def stands(self) -> tuple[float, str]:
        """The value and unit in force: a person's over the machine's."""
        return (
            self.value if self.human_value is None else self.human_value,
            self.unit if self.human_unit is None else self.human_unit,
        )


def metrics_of(session: Session, finding: Finding) -> list[Metric]:
    """The figures of a finding: first the doubtful one, then those it was compared with."""
    mine = (Metric.document_id == finding.document_id, Metric.key.in_(finding.metric_keys))
    query = (
        select(Metric).where(*mine).order_by(func.array_position(finding.metric_keys, Metric.key))
    )
    return list(session.scalars(query)) if finding.metric_keys else []


def as_figure(metric: Metric) -> dict[str, Any]:
    """A metric as stored in a decision's row."""
    return asdict(read_figure(metric))


def read_figure(metric: Metric) -> FigureReading:
    """The current reading of a metric."""
    return FigureReading(
        key=metric.key,
        quote=metric.quote,
        indicator=metric.indicator,
        value=metric.value,
        unit=metric.unit,
        human_value=metric.human_value,
        human_unit=metric.human_unit,
        human_indicator=metric.human_indicator,
    )


def kept_figures(standing: Mapping[str, Any]) -> tuple[FigureReading, ...]:
    """The figures in a decision's `before` or `after`."""
    return tuple(FigureReading(**figure) for figure in standing.get("figures", ()))


def human_of(figure: Metric | Mapping[str, Any] | None) -> tuple[Any, ...]:
    """A person's value, unit and indicator; None where the machine's reading stands."""
    if figure is None:
        return (None,) * len(HUMAN)
    if isinstance(figure, Metric):
        return tuple(getattr(figure, name) for name in HUMAN)
    return tuple(figure.get(name) for name in HUMAN)


def set_human(metric: Metric, human: tuple[Any, ...]) -> None:
    """Set a person's value, unit and indicator; the cells of its report are to be made anew."""
    metric.human_value, metric.human_unit, metric.human_indicator = human
    if session := object_session(metric):
        mark_changed(session, metric.document_id)


def mark_changed(session: Session, document_id: int | None) -> None:
    """What a person decided changes the cells of this document (remaking.py)."""
    if document_id is not None:
        session.info.setdefault(_CHANGED, set()).add(document_id)


def changed_documents(session: Session) -> list[int]:
    """Those marked since they were last asked for."""
    changed: set[int] = session.info.pop(_CHANGED, set())
    return sorted(changed)


def doubtful_figure(standing: Mapping[str, Any]) -> dict[str, Any] | None:
    """The doubtful figure in a decision's `before` or `after`."""
    figures: list[dict[str, Any]] = standing.get("figures") or []
    return figures[0] if figures else None
