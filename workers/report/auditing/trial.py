"""Live arithmetic: what a value typed for a figure would settle or raise, before it is saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workers.report.auditing.arithmetic import audit_arithmetic
from workers.report.auditing.context import Evidence, place_of
from workers.report.comparison.outliers import Outlier, find_outlier, outlier_bounds
from workers.report.finding_kinds import FindingKind
from workers.report.model import Bound, Finding, Metric, Report, Severity

_Key = tuple[FindingKind, frozenset[int]]
_OF = {
    "in_time": (FindingKind.OUTLIER_IN_TIME, "其他年度", "other years"),
    "among_peers": (FindingKind.OUTLIER_AMONG_PEERS, "同类单位", "peers"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Values of the figure's indicator: of the issuer's other years, of its peers in this year."""

    in_time: Sequence[float] = ()
    among_peers: Sequence[float] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The findings of arithmetic that the value would settle, those that it would raise, and those
    of the figure that it leaves.
    """

    settled: tuple[Finding, ...]
    raised: tuple[Finding, ...]
    left: tuple[Finding, ...] = ()


def try_value(
    report: Report,
    at: int,
    value: float,
    others: Others | None = None,
    *,
    bound: Bound = Bound.EXACT,
    unit: str | None = None,
) -> Trial:
    """Hold a value, typed for the figure of this index, against all that the report says of it.
    It is of the figure's own unit where none is given.

    Rates, parts, sums and restatements by the report's relations; the issuer's other years and
    its peers where their values are given. Nothing is changed. What is wrong before and after, if
    perhaps otherwise, is neither settled nor raised.
    """
    metrics = list(report.metrics)
    written = metrics[at] if unit is None else replace(metrics[at], unit=unit)
    metrics[at] = replace(_written(written, value), bound=bound)
    before = _findings(_evidence(report, report.metrics), at, others or Others())
    after = _findings(_evidence(report, tuple(metrics)), at, others or Others())
    return Trial(
        settled=tuple(found for key, found in before.items() if key not in after),
        raised=tuple(found for key, found in after.items() if key not in before),
        left=tuple(found for key, found in after.items() if key in before and at in key[1]),
    )


def _written(metric: Metric, value: float) -> Metric:
    """The figure as it would be written with this value: in 万 where it was."""
    scale = 10_000 if "万" in metric.quote and "亿" not in metric.quote else 1
    quote = f"{value / scale:.12g}{'万' if scale > 1 else ''}{metric.unit}"
    return replace(metric, value=value, quote=quote, bound=Bound.EXACT)


def _evidence(report: Report, metrics: tuple[Metric, ...]) -> Evidence:
    return Evidence(
        source=report.source,
        cleaned=report.cleaned,
        segmented=report.segmented,
        metrics=metrics,
        relations=report.relations,
    )


def _findings(evidence: Evidence, at: int, others: Others) -> dict[_Key, Finding]:
    found = (*audit_arithmetic(evidence), *_outliers(evidence, at, others))
    return {(finding.kind, frozenset(finding.metrics)): finding for finding in found}


def _outliers(evidence: Evidence, at: int, others: Others) -> Iterator[Finding]:
    metric = evidence.metrics[at]
    for bounds, values in (("in_time", others.in_time), ("among_peers", others.among_peers)):
        rate = metric.unit == "%"
        found = find_outlier(metric.value, values, outlier_bounds()[bounds], rate=rate)
        if found:
            yield _outlier_finding(evidence, at, found, bounds)


def _outlier_finding(evidence: Evidence, at: int, found: Outlier, bounds: str) -> Finding:
    kind, of, of_en = _OF[bounds]
    metric = evidence.metrics[at]
    return evidence.finding(
        kind,
        Severity.CHECK,
        message=f"“{metric.quote}”与{of}相差很大：{of}{found.count}个数值在"
        f"{found.low:.12g}到{found.high:.12g}之间。",
        message_en=(
            f"{metric.quote} is far from the {found.count} values of {of_en}, "
            f"{found.low:.12g} to {found.high:.12g}."
        ),
        places=[place_of(metric)],
        metrics=[at],
    )
