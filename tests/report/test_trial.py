"""Live arithmetic: a value is typed for a figure, and what it settles and raises is said."""

from __future__ import annotations

import pytest

from workers.report.auditing.trial import Others, try_value
from workers.report.model import Report
from workers.report.pipeline import read_report

TEXT = (
    "松坪镇2025年法治政府建设年度报告\n一、主要工作\n"
    "受理投诉40件，办结36件，办结率92%。调解纠纷30件，分别为婚姻12件、邻里14件。"
    "投入经费12.5万元，其中普法经费4万元。聘请监督员24名，其中律师29名。\n"
)


@pytest.fixture(scope="module")
def report() -> Report:
    return read_report(TEXT.encode(), "")


def tried(
    report: Report, quote: str, value: float, others: Others | None = None
) -> list[list[str]]:
    at = next(at for at, metric in enumerate(report.metrics) if metric.quote == quote)
    trial = try_value(report, at, value, others)
    return [[found.kind.value for found in side] for side in (trial.settled, trial.raised)]


@pytest.mark.parametrize(
    ("quote", "value", "settled", "raised"),
    [
        ("92%", 90, ["rate_impossible"], []),
        ("92%", 93, [], []),
        ("36件", 44, ["rate_impossible"], ["part_exceeds_whole"]),
        ("14件", 18, ["sum_mismatch"], []),
        ("12件", 40, [], []),
        ("29名", 19, ["part_exceeds_whole"], []),
        ("4万元", 130_000, [], ["part_exceeds_whole"]),
        ("4万元", 45_000, [], []),
    ],
)
def test_typed_value_says_what_it_settles_and_raises(
    report: Report, quote: str, value: float, settled: list[str], raised: list[str]
) -> None:
    assert tried(report, quote, value) == [settled, raised]


def test_typed_value_is_held_against_other_years_and_peers(report: Report) -> None:
    near, far = [36.0, 41.0, 39.0, 44.0, 38.0, 40.0, 43.0, 37.0], [4_000.0] * 8
    assert tried(report, "30件", 26, Others(in_time=far, among_peers=near)) == [
        ["sum_mismatch"],
        [],
    ]
    assert tried(report, "30件", 26_000, Others(in_time=near, among_peers=near))[1] == [
        "outlier_in_time",
        "outlier_among_peers",
    ]


def test_trial_changes_nothing(report: Report) -> None:
    before = report.metrics, report.findings
    try_value(report, 0, 1.0)
    assert (report.metrics, report.findings) == before
