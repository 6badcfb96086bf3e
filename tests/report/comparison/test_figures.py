"""Changes of figures between two reports, and figures that stand out."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from workers.errors import CatalogueError
from workers.report import catalogue
from workers.report.comparison.bodies import level_of, names_of
from workers.report.comparison.bounds import due_day, last_due_year
from workers.report.comparison.changes import Figure, What, compare_figures, count_same
from workers.report.comparison.outliers import Bounds, find_outlier, outlier_bounds
from workers.report.model import Status
from workers.report.text import Span

TIME = Bounds(least=3, factor=5, floor=5, points=20, spreads=5)


def figure(indicator: str, value: float, at: int = 0, **more: object) -> Figure:
    """A figure at a place of its report."""
    known = Figure(
        key=f"{at}-{at + 2}", indicator=indicator, value=value, unit="件", status=Status.DONE,
        subject=None,
        period=None, per=None, quote=f"{value:g}件", span=Span(at, at + 2),
    )  # fmt: skip
    return replace(known, **more)


def test_changed_added_and_removed_figures_are_told_apart() -> None:
    before = [figure("disputes.found", 53), figure("publicity.events", 8)]
    after = [figure("disputes.found", 54, 4), figure("petitions.cases", 3, 9)]
    told = [(one.what, one.stated.indicator, one.before and one.before.value,
             one.after and one.after.value)
            for one in compare_figures(before, after)]  # fmt: skip
    assert told == [
        (What.CHANGED, "disputes.found", 53, 54),
        (What.ADDED, "petitions.cases", None, 3),
        (What.REMOVED, "publicity.events", 8, None),
    ]


def test_of_several_figures_about_the_same_the_equal_ones_belong_together() -> None:
    before = [figure("disputes.found", value, at) for at, value in enumerate([10, 20, 30])]
    after = [figure("disputes.found", value, at) for at, value in enumerate([20, 30, 11])]
    (change,) = compare_figures(before, after)
    assert (change.before and change.before.value, change.after and change.after.value) == (10, 11)
    assert count_same(before, after) == (2, 3)


@pytest.mark.parametrize(
    "other", [{"subject": "县司法局"}, {"period": "上半年"}, {"status": Status.PLANNED}]
)
def test_figures_about_other_things_are_no_change_of_each_other(other: dict[str, object]) -> None:
    changes = compare_figures(
        [figure("disputes.found", 53)], [figure("disputes.found", 20, 3, **other)]
    )
    assert [change.what for change in changes] == [What.ADDED, What.REMOVED]
    assert count_same(
        [figure("disputes.found", 53)], [figure("disputes.found", 53, 3, **other)]
    ) == (0, 0)


@pytest.mark.parametrize(
    ("value", "others", "stands_out"),
    [
        (530, [50, 56, 61], True),
        (5, [500, 610, 480, 520], True),
        (160, [50, 56, 61], False),  # three times as much: a campaign
        (12, [1, 2, 1], False),  # small numbers
        (0, [3, 4, 5], False),
        (5300, [50, 5400, 61, 5100], False),  # the others vary as much
        (530, [50, 56], False),  # too few to tell
    ],
)
def test_counts_stand_out_by_factors(value: float, others: list[float], stands_out: bool) -> None:
    assert (find_outlier(value, others, TIME, rate=False) is not None) == stands_out


@pytest.mark.parametrize(
    ("value", "others", "stands_out"),
    [(9.6, [96, 97, 98], True), (88, [96, 97, 98], False), (60, [96, 75, 50, 99], False)],
)
def test_rates_stand_out_by_points(value: float, others: list[float], stands_out: bool) -> None:
    assert (find_outlier(value, others, TIME, rate=True) is not None) == stands_out


def test_bounds_come_of_the_catalogue() -> None:
    bounds = outlier_bounds()
    assert bounds["in_time"].least == 3
    assert bounds["among_peers"].least == 8


def test_wrong_bound_is_named(tmp_path: Path) -> None:
    overlay = tmp_path / "own.yaml"
    overlay.write_text("comparison.yaml: {outliers: {in_time: {factor: many}}}\n")
    catalogue.lay_over(overlay)
    try:
        with pytest.raises(CatalogueError, match=r"comparison.yaml: outliers.in_time.factor"):
            outlier_bounds()
    finally:
        catalogue.lay_over(None)


def test_report_is_due_by_the_first_of_april() -> None:
    assert due_day(2024) == date(2025, 4, 1)
    assert [last_due_year(date(2025, month, day)) for month, day in ((1, 1), (4, 1), (4, 2))] == [
        2023,
        2023,
        2024,
    ]


def test_a_place_and_its_government_are_one_body() -> None:
    assert "松坪镇" in names_of("松坪镇人民政府")
    assert "南河街道办事处" in names_of("南河街道")
    assert "松坪镇人民政府" not in names_of("柏坪镇人民政府")


@pytest.mark.parametrize(
    ("name", "level"),
    [("柏渡乡人民政府", "township"), ("泽川区人民政府", "county"), ("平沙市人民政府", "city"),
     ("湖南省", "province"),
     ("洛岭县水利局", "水利局"), ("平沙市生态环境局", "生态环境局")],
)  # fmt: skip
def test_bodies_of_a_level_are_told_by_their_names(name: str, level: str) -> None:
    assert level_of(name) == level
