"""What a panel cell holds: golden sentences, laws, and the catalogue's examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.report.test_scope import metrics_of, segmented
from workers.report.catalogue import load_yaml
from workers.report.cell_rules import CellRule, Omission
from workers.report.cells import ask_about, make_cells
from workers.report.model import Bound, Cell, Metric
from workers.report.relations.filling import fill_parts
from workers.report.relations.statements import extract_relations
from workers.report.text import Traced

CASES = yaml.safe_load((Path(__file__).parent / "cells.yaml").read_text(encoding="utf-8"))["cases"]


def named(row: dict[str, Any]) -> tuple[Metric, ...]:
    """The figures as the stage before reads them, each under the indicator that the case gives."""
    waiting = [written.rsplit(" ", 1) for written in row["figures"]]
    found = []
    for metric in metrics_of(row):
        if waiting and metric.quote == waiting[0][0]:
            found.append(replace(metric, indicator=waiting.pop(0)[1]))
        else:
            found.append(replace(metric, indicator=None))
    assert not waiting, f"not stated: {waiting}; stated: {[metric.quote for metric in found]}"
    return tuple(found)


def cells_of(row: dict[str, Any], disputed: frozenset[int] = frozenset()) -> tuple[Cell, ...]:
    text, metrics = row["text"], named(row)
    relations = extract_relations(text, segmented(text), metrics)
    return make_cells(text, segmented(text), fill_parts(metrics, relations), relations, disputed)


def told(cells: tuple[Cell, ...]) -> Iterator[str]:
    for cell in cells:
        if cell.value is None:
            yield f"{cell.rule} {cell.why}"
            continue
        value = f"{cell.value:.12g}" + (f"–{cell.high:.12g}" if cell.high is not None else "")
        bound = "" if cell.bound is Bound.EXACT else f" {cell.bound}"
        yield f"{cell.rule} {value}{cell.unit}{bound}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_figures_of_an_indicator_come_to_one_cell(case: dict[str, Any]) -> None:
    assert sorted(told(cells_of(case))) == sorted(case["cells"])


@pytest.mark.parametrize("case", load_yaml("acts.yaml")["examples"], ids=lambda case: case["text"])
def test_example_of_the_catalogue_holds(case: dict[str, Any]) -> None:
    (cell,) = cells_of(case)
    assert (cell.rule, cell.value) == (case["rule"], case["value"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_each_figure_of_the_year_is_a_term_or_left_out(case: dict[str, Any]) -> None:
    metrics = named(case)
    for cell in cells_of(case):
        mine = [at for at, metric in enumerate(metrics) if metric.indicator == cell.indicator]
        terms = [at for term in cell.terms for at in term.figures]
        assert set(terms).isdisjoint(at for at, _ in cell.omitted)
        assert {*terms, *(at for at, _ in cell.omitted)} <= set(mine)
        if cell.rule is CellRule.SUMMED:
            assert cell.value == sum(term.value for term in cell.terms)
        assert (cell.value is None) == (cell.why is not None)


def test_disputed_figure_leaves_its_cell_empty_and_its_rule_stands() -> None:
    case = {
        "text": "受理纠纷86件，其中邻里纠纷40件。",
        "figures": ["86件 disputes.found", "40件 disputes.found"],
    }
    assert list(told(cells_of(case, frozenset({0})))) == ["whole disputed"]
    assert list(told(cells_of(case, frozenset({1})))) == ["whole 86件"]


def test_note_asks_for_an_unclear_cell_with_its_candidates() -> None:
    case: dict[str, Any] = {
        "text": "开展宪法宣传活动12场次。一年来累计开展各类普法活动30场次。",
        "figures": ["12场次 publicity.events", "30场次 publicity.events"],
    }
    metrics = named(case)
    (note,) = ask_about(cells_of(case), metrics, Traced(case["text"]))
    assert note.suggestion == "12场次；30场次；12+30=42场次"
    assert (note.kind, note.severity, note.about) == ("cell_unclear", "note", "publicity.events")
    assert note.metrics == (0, 1)


def test_cell_that_is_only_of_each_asks_nothing() -> None:
    case: dict[str, Any] = {
        "text": "每村配备法律顾问1名。",
        "figures": ["1名 capacity.legal_advisers"],
    }
    cells = cells_of(case)
    assert cells[0].omitted == ((0, Omission.EACH),)
    assert list(ask_about(cells, named(case), Traced(case["text"]))) == []
