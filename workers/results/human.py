"""The figures of a finding: what the machine read beside what a person said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, object_session

from schema.tables import Finding, Metric
from workers.report import model
from workers.report.model import Bound, Status

# The ordinal of a figure that a person corrected and the newest run no longer finds.
KEPT_FOR_A_PERSON = -1
_CHANGED = "changed_documents"
# What a person may say of a figure; each has a column of its own, `human_…`.
FIELDS: Final = (
    "value",
    "high",
    "unit",
    "bound",
    "indicator",
    "status",
    "subject",
    "period",
    "removed",
)
HUMAN: Final = tuple(f"human_{name}" for name in FIELDS)


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
    human_high: float | None = None
    human_bound: Bound | None = None
    human_status: Status | None = None
    human_subject: str | None = None
    human_period: str | None = None
    human_removed: bool | None = None

    @property
    def is_corrected(self) -> bool:
        return any(getattr(self, name) is not None for name in HUMAN)

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
    said = {name: getattr(metric, name) for name in HUMAN}
    return FigureReading(
        key=metric.key,
        quote=metric.quote,
        indicator=metric.indicator,
        value=metric.value,
        unit=metric.unit,
        **said,
    )


def kept_figures(standing: Mapping[str, Any]) -> tuple[FigureReading, ...]:
    """The figures in a decision's `before` or `after`."""
    return tuple(FigureReading(**figure) for figure in standing.get("figures", ()))


def human_of(figure: Metric | Mapping[str, Any] | None) -> tuple[Any, ...]:
    """What a person said, in the order of `HUMAN`; None where the machine's reading stands."""
    if figure is None:
        return (None,) * len(HUMAN)
    if isinstance(figure, Metric):
        return tuple(getattr(figure, name) for name in HUMAN)
    return tuple(figure.get(name) for name in HUMAN)


def set_human(metric: Metric, human: tuple[Any, ...]) -> None:
    """Set what a person said; the cells of its report are to be made anew."""
    for name, said in zip(HUMAN, human, strict=True):
        setattr(metric, name, said)
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


def is_said() -> ColumnElement[bool]:
    """Whether a person said anything of the figure."""
    return or_(*(getattr(Metric, name).is_not(None) for name in HUMAN))


def standing_indicator() -> ColumnElement[str | None]:
    """The code in force, None for none; of a figure that a person took out too."""
    code = func.nullif(func.coalesce(Metric.human_indicator, Metric.indicator), "")
    return code.label("standing_indicator")


def stand(figure: Metric, read: model.Metric) -> model.Metric:
    """The figure in force: a person's words over the machine's reading. One that a person took
    out is of no indicator.
    """
    said = {name: getattr(figure, f"human_{name}") for name in FIELDS}
    removed = said.pop("removed")
    changed = {name: one for name, one in said.items() if one is not None}
    if not changed and not removed:
        return read
    for name in ("indicator", "subject", "period"):
        changed[name] = changed.get(name, getattr(read, name)) or None
    if removed:
        changed["indicator"] = None
    return replace(read, confidence=1.0, **changed)


def doubtful_figure(standing: Mapping[str, Any]) -> dict[str, Any] | None:
    """The doubtful figure in a decision's `before` or `after`."""
    figures: list[dict[str, Any]] = standing.get("figures") or []
    return figures[0] if figures else None
