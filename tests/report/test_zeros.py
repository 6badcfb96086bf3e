"""Stated zeros: what a clause denies, and what only looks like a denial."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.growth import is_linear
from workers.report.catalogue import indicators
from workers.report.chinese.folding import fold_narrow
from workers.report.extraction import extract_metrics
from workers.report.extraction.zeros import find_zeros
from workers.report.model import Header, Role, Section, Segmented

CASES = yaml.safe_load(
    (Path(__file__).parent / "naming" / "zeros.yaml").read_text(encoding="utf-8")
)


def rows(group: str) -> list[Any]:
    marks = [
        [pytest.mark.xfail(strict=True, reason=row["xfail"])] if "xfail" in row else []
        for row in CASES[group]
    ]
    return [
        pytest.param(row, id=row["label"], marks=mark)
        for row, mark in zip(CASES[group], marks, strict=True)
    ]


def segmented(text: str, *, plan: bool = False) -> Segmented:
    roles = (Role.PLAN,) if plan else (Role.ACHIEVEMENTS,)
    section = Section(
        level=1, number=None, title=None, roles=roles, start=0, end=len(text), heading_end=0
    )
    return Segmented(header=Header(), sections=(section,), sentences=())


@pytest.mark.parametrize("row", [*rows("stated"), *rows("not_stated")])
def test_zeros_are_those_the_sentence_denies(row: dict[str, Any]) -> None:
    text = row["text"]
    found = find_zeros(text, fold_narrow(text), segmented(text, plan=row.get("plan", False)))
    assert [[zero.quote, zero.indicator, zero.unit] for zero in found] == row["zeros"]
    assert {zero.status.value for zero in found} <= {row.get("status", "done")}


@pytest.mark.parametrize("row", rows("stated"))
def test_zero_is_evidenced_by_its_clause(row: dict[str, Any]) -> None:
    text = f"一、工作情况\n{row['text']}"
    found = find_zeros(text, fold_narrow(text), segmented(text, plan=row.get("plan", False)))
    assert all(zero.quote == text[zero.start : zero.end] and zero.value == 0 for zero in found)
    assert {zero.indicator for zero in found} <= set(indicators())


def test_one_within_a_denied_clause_is_no_figure_of_its_own() -> None:
    text = "全年没有发生一起民转刑案件，调解纠纷12件。"
    found = [(metric.quote, metric.value) for metric in extract_metrics(text, segmented(text))]
    assert found == [("没有发生一起民转刑案件", 0.0), ("12件", 12.0)]


@pytest.mark.parametrize("piece", ["无", "未发生", "保持", "零", "没有信访", "，", "零发生"])
def test_long_runs_stay_quick(piece: str) -> None:
    assert is_linear(lambda text: partial(find_zeros, text, text, segmented(text)), piece, 100_000)
