"""Parts are linked to their total where the words say so, and only there."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.growth import is_linear
from tests.report.test_scope import metrics_of, numbered
from workers.report.extraction.parts import link_parts
from workers.report.model import Bound, Metric, Status

CASES = yaml.safe_load((Path(__file__).parent / "scope" / "parts.yaml").read_text(encoding="utf-8"))


def rows(group: str) -> list[Any]:
    marks = [[pytest.mark.xfail(strict=True, reason=row["reason"])] if "reason" in row else [] for row in CASES[group]]
    return [pytest.param(row, id=row["label"], marks=mark) for row, mark in zip(CASES[group], marks, strict=True)]


def links(row: dict[str, Any]) -> list[list[str]]:
    metrics = metrics_of(row)
    names = [name for name, _ in numbered(metrics)]
    return [[names[at], names[metric.part_of]] for at, metric in enumerate(metrics) if metric.part_of is not None]


@pytest.mark.parametrize("row", [*rows("stated"), *rows("part_only"), *rows("known_failures")])
def test_part_is_linked_to_its_total(row: dict[str, Any]) -> None:
    assert links(row) == row["expect"]


@pytest.mark.parametrize("row", rows("not_stated"))
def test_figure_that_no_word_calls_a_part_is_none(row: dict[str, Any]) -> None:
    assert metrics_of(row), "the text states a figure"
    assert links(row) == []


def figures(text: str, step: int) -> tuple[Metric, ...]:
    return tuple(
        Metric(
            start=at,
            end=at + 2,
            quote="3件",
            value=3.0,
            unit="件",
            bound=Bound.EXACT,
            status=Status.DONE,
            indicator=None,
        )
        for at in range(4, len(text) - 2, step)
    )


def test_figure_stated_of_two_things_is_a_part_twice() -> None:
    text = "受理案件12件，其中复议和应诉各3件。"
    at = text.index("3件")
    first = figures("0000", 9)
    total = Metric(
        start=4, end=7, quote="12件", value=12.0, unit="件", bound=Bound.EXACT, status=Status.DONE, indicator=None
    )
    part = Metric(
        start=at, end=at + 2, quote="3件", value=3.0, unit="件", bound=Bound.EXACT, status=Status.DONE, indicator=None
    )
    assert [metric.part_of for metric in link_parts(text, (*first, total, part, part))] == [None, 0, 0]


@pytest.mark.parametrize(
    "piece", ["其中", "包括", "共", "合计", "其中3件、", "共3件，", "，", " ", "含", "分别为", "（含"]
)
def test_text_twice_as_long_takes_about_twice_the_time(piece: str) -> None:
    assert is_linear(lambda text: partial(link_parts, text, figures(text, 9)), piece, 80_000)
