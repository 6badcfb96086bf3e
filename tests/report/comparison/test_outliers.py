"""Outliers: many figures judged at once are judged as each alone."""

import random

import pytest

from workers.report.comparison.outliers import Crowd, find_outlier, outlier_bounds


@pytest.mark.parametrize("rate", [False, True])
def test_crowd_says_of_each_what_is_said_of_it_alone(rate: bool) -> None:
    draw, bounds = random.Random(7), outlier_bounds()["among_peers"]
    kinds = (
        lambda: draw.uniform(0, 100),
        lambda: float(draw.randint(0, 6)),
        lambda: draw.lognormvariate(3, 2),
    )
    for _ in range(300):
        values = [draw.choice(kinds)() for _ in range(draw.randint(1, 24))]
        crowd = Crowd(values, bounds, rate=rate)
        for at, value in enumerate(values):
            assert crowd.find_outlier(value) == find_outlier(
                value, values[:at] + values[at + 1 :], bounds, rate=rate
            )
