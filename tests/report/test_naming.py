"""What figures are about: the catalogue's own examples, and golden sentences."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.growth import is_linear
from workers.errors import CatalogueError
from workers.report.catalogue import CATALOGUE_DIR, indicators
from workers.report.chinese.folding import fold_narrow, simplify
from workers.report.extraction import triggers
from workers.report.extraction.coverage import COVERAGE_FILE, decisions
from workers.report.extraction.examples import examples, names_in, wrong_examples
from workers.report.extraction.naming import name_quantities
from workers.report.extraction.quantities import find_quantities
from workers.report.model import Header, Segmented

GOLDEN = Path(__file__).parent / "naming"
DECIDED_BY = ("heads.yaml", "subjects.yaml")
FIGURE = re.compile(r"\[([^\[\]=]+)=([^\[\]=]+)\]")


def golden(name: str) -> list[Any]:
    rows = yaml.safe_load((GOLDEN / name).read_text(encoding="utf-8"))
    return [pytest.param(row["text"], id=row["label"]) for row in rows]


def clauses() -> list[Any]:
    """The clauses of each section of clauses.txt."""
    sections = (GOLDEN / "clauses.txt").read_text(encoding="utf-8").split("\n## ")[1:]
    parts = [section.splitlines() for section in sections]
    return [pytest.param(lines, id=title) for title, *lines in parts]


def wanted(text: str) -> list[tuple[str | None, ...]]:
    return [
        tuple(None if code == "-" else code for code in codes.split("+"))
        for _, codes in FIGURE.findall(text)
    ]


@pytest.mark.parametrize(
    "name", ["towns.yaml", "bodies.yaml", "carried.yaml", "unnamed.yaml", "wide.yaml", *DECIDED_BY]
)
def test_golden_files_use_known_codes(name: str) -> None:
    codes = {code for param in golden(name) for names in wanted(param.values[0]) for code in names}
    assert codes - {None} <= set(indicators())


@pytest.mark.parametrize(
    "text", [*golden("towns.yaml"), *golden("bodies.yaml"), *golden("wide.yaml")]
)
def test_figures_of_a_report_are_named(text: str) -> None:
    assert names_in(FIGURE.sub(r"[\1]", text)) == wanted(text)


@pytest.mark.parametrize("text", golden("carried.yaml"))
def test_topic_is_carried_to_the_figures_after_it(text: str) -> None:
    assert names_in(FIGURE.sub(r"[\1]", text)) == wanted(text)


@pytest.mark.parametrize("text", [param for name in DECIDED_BY for param in golden(name)])
def test_noun_counted_and_subject_decide(text: str) -> None:
    assert names_in(FIGURE.sub(r"[\1]", text)) == wanted(text)


@pytest.mark.parametrize("text", golden("unnamed.yaml"))
def test_figure_without_indicator_is_kept_unnamed(text: str) -> None:
    assert names_in(FIGURE.sub(r"[\1]", text)) == wanted(text)


@pytest.mark.parametrize("lines", clauses())
def test_clauses_are_named_as_written_down(lines: list[str]) -> None:
    assert {code for line in lines for names in wanted(line) for code in names} - {None} <= set(
        indicators()
    )
    assert [line for line in lines if names_in(FIGURE.sub(r"[\1]", line)) != wanted(line)] == []


@pytest.mark.xfail(strict=True, reason="known failures, listed with what they want")
@pytest.mark.parametrize("text", golden("known_failures.yaml"))
def test_known_failure_is_named(text: str) -> None:
    assert names_in(FIGURE.sub(r"[\1]", text)) == wanted(text)


def test_catalogue_bears_out_its_examples() -> None:
    assert wrong_examples() == []


@pytest.mark.parametrize("code", list(indicators()))
def test_every_indicator_has_six_examples_and_three_near_misses(code: str) -> None:
    told = [example.expected for example in examples() if example.key == code]
    assert told.count(True) >= 6
    assert told.count(False) >= 3


def test_traditional_characters_are_named_alike() -> None:
    assert names_in("調處糾紛[204件]，舉辦法治講座[14場]") == [
        ("disputes.resolved",),
        ("publicity.lectures",),
    ]


def test_plain_characters_keep_every_offset() -> None:
    text = "舉辦講座１４場，🏛發放手冊6500冊"
    assert len(simplify(text)) == len(text)


@pytest.mark.parametrize(
    "piece", ["纠纷12件", "纠纷12件，", "1件、", "办结率和满意率均达100%", "其中3件，"]
)
def test_long_lists_of_figures_stay_quick(piece: str) -> None:
    def prepare(text: str) -> Callable[[], object]:
        bare = Segmented(header=Header(), sections=(), sentences=())
        return partial(name_quantities, text, bare, find_quantities(text, text, bare))

    assert is_linear(prepare, piece, 60_000)


def test_each_quantity_has_a_name() -> None:
    text = "全年召开会议3次，办结率和满意率均达100%，行程3000公里。"
    bare = Segmented(header=Header(), sections=(), sentences=())
    folded = fold_narrow(text)
    quantities = find_quantities(text, folded, bare)
    names = name_quantities(folded, bare, quantities)
    assert len(names) == len(quantities)
    assert all(len(found) >= 1 for found in names)


def test_unknown_word_set_is_refused_with_its_file_and_key(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"triggers": [{"near": ["<没有这一组>"]}]}
    monkeypatch.setattr(
        triggers,
        "_catalogue_entries",
        lambda: [("triggers.disputes.yaml", "disputes.found", entry, None)],
    )
    triggers.catalogue.cache_clear()
    with pytest.raises(
        CatalogueError, match=r"triggers\.disputes\.yaml: disputes\.found: the set <没有这一组>"
    ):
        triggers.catalogue()
    monkeypatch.undo()
    triggers.catalogue.cache_clear()


def test_unknown_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"counts": ["石头"], "triggers": [{"near": ["纠纷"]}]}
    monkeypatch.setattr(
        triggers,
        "_catalogue_entries",
        lambda: [("triggers.disputes.yaml", "disputes.found", entry, None)],
    )
    triggers.catalogue.cache_clear()
    with pytest.raises(CatalogueError, match=r"disputes\.found: unknown kind"):
        triggers.catalogue()
    monkeypatch.undo()
    triggers.catalogue.cache_clear()


def test_groups_are_decided_once_each_by_known_codes() -> None:
    lines = (CATALOGUE_DIR / COVERAGE_FILE).read_text(encoding="utf-8").splitlines()
    assert len(decisions()) == len(lines) - 1


def test_unknown_class_of_units_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"triggers": [{"near": ["纠纷"], "units": ["pieces"]}]}
    monkeypatch.setattr(
        triggers,
        "_catalogue_entries",
        lambda: [("triggers.disputes.yaml", "disputes.found", entry, None)],
    )
    triggers.catalogue.cache_clear()
    with pytest.raises(CatalogueError, match="unknown class of units"):
        triggers.catalogue()
    monkeypatch.undo()
    triggers.catalogue.cache_clear()
