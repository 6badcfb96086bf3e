"""Parts are linked to their total where the words say so, and only there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.report.test_scope import metrics_of, numbered, segmented
from workers.report.model import Bound, Metric, Status
from workers.report.relations.filling import fill_parts
from workers.report.relations.statements import extract_relations

CASES = yaml.safe_load((Path(__file__).parent / "parts.yaml").read_text(encoding="utf-8"))


def rows(group: str) -> list[Any]:
    return [pytest.param(row, id=row["label"]) for row in CASES[group]]


def filled(text: str, metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    return fill_parts(metrics, extract_relations(text, segmented(text), metrics))


def links(row: dict[str, Any]) -> list[list[str]]:
    metrics = filled(row["text"], metrics_of(row))
    names = [name for name, _ in numbered(metrics)]
    return [[names[at], names[m.part_of]] for at, m in enumerate(metrics) if m.part_of is not None]


@pytest.mark.parametrize("row", [*rows("stated"), *rows("part_only")])
def test_part_is_linked_to_its_total(row: dict[str, Any]) -> None:
    assert links(row) == row["expect"]


@pytest.mark.parametrize("row", rows("not_stated"))
def test_figure_that_no_word_calls_a_part_is_none(row: dict[str, Any]) -> None:
    assert metrics_of(row), "the text states a figure"
    assert links(row) == []


def figure(text: str, quote: str) -> Metric:
    at = text.index(quote)
    return Metric(
        start=at,
        end=at + len(quote),
        quote=quote,
        value=float(quote.removesuffix("件")),
        unit="件",
        bound=Bound.EXACT,
        status=Status.DONE,
        indicator=None,
    )


def test_figure_stated_of_two_things_is_a_part_twice() -> None:
    text = "受理案件12件，其中复议和应诉各3件。"
    total, part = figure(text, "12件"), figure(text, "3件")
    assert [metric.part_of for metric in filled(text, (total, part, part))] == [None, 0, 0]
