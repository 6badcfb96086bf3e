"""Losses and unreadable text are marked where they are, and nowhere else;
what the bench says of them.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bench import losses as bench_losses
from bench.compose import compose_reports, written_reports
from bench.damage import losses as damage
from bench.losses import MARKS, Losses, Place, cleaned_stretch, load_places, measure_losses
from tests.growth import is_linear
from workers.errors import CatalogueError
from workers.report.auditing.damage.garbled import find_garbled
from workers.report.auditing.damage.lone_units import find_lone_units
from workers.report.auditing.damage.marks import find_glued_clauses
from workers.report.auditing.damage.phrases import gap_pattern
from workers.report.catalogue import lay_over, load_yaml
from workers.report.cleaning import clean_text
from workers.report.pipeline import read_report
from workers.report.text import Span

REPORTS = compose_reports(seed=23, count=6)
RAW = (
    "柳溪镇2023年度法治政府建设情况报告\n字号：大 中 小\n一、成效\n在、县政府领导下，"
    "调解纠纷4O件，办结4件"
)


def marks(text: str) -> list[str]:
    return [
        str(finding.kind)
        for finding in read_report(text.encode(), "a.txt").findings
        if finding.kind in MARKS
    ]


@pytest.mark.parametrize(
    "example", load_yaml("clauses.yaml")["examples"], ids=lambda example: example["text"]
)
def test_clause_example_is_read_as_it_says(example: dict[str, Any]) -> None:
    found = [example["text"][slice(*place)] for place in find_glued_clauses(example["text"])]
    assert [place[2:] for place in found] == ([example["finds"]] if example["finds"] else [])


def test_gap_that_finds_what_is_whole_is_refused(tmp_path: Path) -> None:
    overlay = tmp_path / "own.yaml"
    overlay.write_text(
        "fixed_phrases.yaml: {gaps: [{pattern: 学法, examples: [学法], near_misses: [学法用法]}]}"
    )
    try:
        lay_over(overlay)
        with pytest.raises(CatalogueError, match="学法: finds a near miss"):
            gap_pattern()
    finally:
        lay_over(None)


def test_undamaged_reports_have_no_marks() -> None:
    assert [mark for report in (*REPORTS, *written_reports()) for mark in marks(report.text)] == []


@pytest.mark.parametrize(
    ("act", "kinds"),
    [
        (damage.make_unreadable, {"garbled_text"}),
        (damage.damage_dates, {"damaged_date"}),
        (damage.lose_marks, {"lost_characters", "damaged_number"}),
        (damage.lose_figures, {"damaged_number"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_lost_is_marked_as_what_it_is(act: Callable[..., str], kinds: set[str]) -> None:
    damaged = [
        act(random.Random(f"{at}:{report.name}"), report.text)
        for at in range(3)
        for report in REPORTS
    ]
    found = [
        set(marks(text))
        for text, report in zip(damaged, REPORTS * 3, strict=True)
        if text != report.text
    ]
    assert set().union(*found) <= kinds | {"lost_characters"}
    assert sum(bool(each & kinds) for each in found) >= 0.8 * len(found)


def test_places_of_findings_lie_in_the_raw_text() -> None:
    rng = random.Random(5)
    for report in REPORTS:
        text = damage.make_unreadable(
            rng, damage.lose_figures(rng, damage.lose_marks(rng, report.text))
        )
        for finding in read_report(text.encode(), "a.txt").findings:
            assert all(0 <= start < end <= len(text) for start, end in finding.spans), finding


@pytest.mark.parametrize("find", [find_garbled, find_glued_clauses, find_lone_units])
@pytest.mark.parametrize(
    "unit", ["鐜嬪", "?", "\ufffd中", "增强能力扎实推动任务", "案件件，", "全年，"]
)
def test_many_losses_take_time_as_they_are_many(
    find: Callable[[str], Iterator[Span]], unit: str
) -> None:
    def act(text: str) -> None:
        for _ in find(text):
            pass

    assert is_linear(lambda text: partial(act, text), unit, 240_000)


def a_place(quote: str, kind: str, repair: str | None) -> Place:
    at = RAW.index(quote)
    return Place(span=Span(at, at + len(quote)), quote=quote, kind=kind, repair=repair)


def test_bench_of_losses_says_what_became_of_each_place() -> None:
    places = [
        a_place("字号：大 中 小", "furniture", ""),
        a_place("一、成效", "markup", ""),
        a_place("在、县政府", "loss", "在县委、县政府"),
        a_place("4O件", "loss", "40件"),
        a_place("办结4件", "loss", None),
    ]
    sums = Losses()
    measure_losses("a", read_report(RAW.encode(), "a.txt"), places, sums)
    assert (sums.dropped, sums.repaired, sums.marked) == (1, 1, 1)
    assert (sums.left, sums.silent) == (["a '一、成效'"], ["a '办结4件' → None"])
    assert sums.lost == []
    assert round(sums.share, 2) == 0.67


def test_bench_of_losses_counts_characters_that_no_person_marked() -> None:
    sums = Losses()
    measure_losses("a", read_report(RAW.encode(), "a.txt"), [], sums)
    assert sums.lost == ["a drop_page_fields: 6 of 字号：大 中 小"]


def test_cleaned_stretch_leaves_out_what_was_dropped_beside_it() -> None:
    traced = clean_text("共 46 件。。").traced
    assert cleaned_stretch(traced, Span(0, 6)) == "共46件"


def test_bench_of_losses_reads_a_folder(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    start = RAW.index("字号")
    rows = [
        {
            "start": start,
            "end": start + 8,
            "quote": "字号：大 中 小",
            "kind": "furniture",
            "repair": "",
        }
    ]
    (tmp_path / "a1.structure.json").write_text(json.dumps({"damage": rows}))
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a1_text.txt").write_text(RAW)
    assert load_places(tmp_path / "a1.structure.json")[0].span == (start, start + 8)
    monkeypatch.setattr(
        sys, "argv", ["bench.losses", "--gold", str(tmp_path), "--texts", str(tmp_path / "texts")]
    )
    bench_losses.main()
    assert capsys.readouterr().out.splitlines()[0] == "furniture and markup: 1 places gone, 0 left"


def test_gold_without_damage_is_named(tmp_path: Path) -> None:
    gold = tmp_path / "w001.structure.json"
    gold.write_text(json.dumps({"header": {}, "headings": []}), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"w001\.structure\.json: no list `damage`"):
        load_places(gold)
