"""What the words say of two figures: golden sentences,
and that the audit uses no more than that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.growth import is_linear
from tests.report.relations.test_parts import CASES as PARTS
from tests.report.test_auditing import a_metric, golden_cases, some_metrics
from tests.report.test_scope import metrics_of, numbered, segmented
from workers.report.auditing import audit_report
from workers.report.model import Cleaned, Finding, Metric, Relation, Source
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.filling import fill_parts
from workers.report.relations.statements import extract_relations
from workers.report.text import Traced

FOLDER = Path(__file__).parent
# The findings that come of relations, and of what kinds of them.
RELATED = {
    "part_exceeds_whole": {RelationKind.PART_OF, RelationKind.DONE_OF},
    "sum_mismatch": {
        RelationKind.SUM_OF,
        RelationKind.BALANCE_OF,
        RelationKind.ALL_SHARES,
        RelationKind.PRODUCT_OF,
        RelationKind.GROWTH_OF,
    },
    "rate_impossible": {RelationKind.SHARE_OF, RelationKind.SOME_OF, RelationKind.GROWTH_OF},
    "average_absurd": {RelationKind.AVERAGE_OF},
    "figures_conflict": {RelationKind.SAME_AS},
}


def golden(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))[
        "cases"
    ]
    return cases


ORDINARY, WORDINGS, UNSAID = (golden(f"{name}.yaml") for name in ("ordinary", "wordings", "unsaid"))


def related(text: str, metrics: tuple[Metric, ...]) -> tuple[Relation, ...]:
    return extract_relations(text, segmented(text), metrics)


def told(text: str) -> list[str]:
    metrics = metrics_of({"text": text})
    names = [name for name, _ in numbered(metrics)]
    return [
        " ".join([relation.kind, *(names[at] for at in relation.figures), *doubt(relation)])
        for relation in related(text, metrics)
    ]


def doubt(relation: Relation) -> list[str]:
    return [] if relation.sure is Sure.SAID else [relation.sure]


@pytest.mark.parametrize("case", [*ORDINARY, *WORDINGS], ids=lambda case: case["text"])
def test_sentence_says_these_relations_and_no_others(case: dict[str, Any]) -> None:
    assert told(case["text"]) == case["expect"]


@pytest.mark.parametrize("case", UNSAID, ids=lambda case: case["text"])
def test_figures_stand_beside_each_other_unrelated(case: dict[str, Any]) -> None:
    assert metrics_of(case), "the text states a figure"
    assert told(case["text"]) == []


@pytest.mark.parametrize("case", ORDINARY, ids=lambda case: case["text"])
def test_whole_of_an_ordinary_sentence_is_told_from_its_parts(case: dict[str, Any]) -> None:
    metrics = metrics_of(case)
    filled = fill_parts(metrics, related(case["text"], metrics))
    assert any(metric.part_of is not None for metric in filled)


def test_there_are_enough_golden_sentences() -> None:
    assert len(ORDINARY) >= 30
    assert len(UNSAID) * 3 >= len(ORDINARY) + len(WORDINGS)
    assert {said.split()[0] for case in [*ORDINARY, *WORDINGS] for said in case["expect"]} == set(
        RelationKind
    )


# The audit.


def stated_texts() -> Iterator[tuple[str, tuple[Metric, ...]]]:
    """All golden texts of the audit and of parts, each with its figures."""
    for parameter in golden_cases():
        _, case = parameter.values
        yield case["text"], some_metrics(case["text"], case.get("figures", []))
    for group in PARTS.values():
        for row in group:
            yield row["text"], metrics_of(row)


def audited(
    text: str, metrics: tuple[Metric, ...], relations: tuple[Relation, ...]
) -> list[Finding]:
    source = Source(name="", sha256="", media_type="text/plain", encoding="utf-8", raw_text=text)
    cleaned = Cleaned(traced=Traced(text))
    filled = fill_parts(metrics, relations)
    found = audit_report(source, cleaned, segmented(text), filled, relations)
    return [finding for finding in found if finding.kind in RELATED]


def test_what_the_audit_uses_is_what_is_stored() -> None:
    used = 0
    for text, metrics in stated_texts():
        relations = related(text, metrics)
        for finding in audited(text, metrics, relations):
            kinds, figures = RELATED[finding.kind], set(finding.metrics)
            assert any(r.kind in kinds and figures <= set(r.figures) for r in relations), text
            used += 1
        assert audited(text, metrics, ()) == [], text
    assert used >= 50


def test_part_that_is_filled_is_a_relation_that_is_stored() -> None:
    filled = 0
    for text, metrics in stated_texts():
        relations = related(text, metrics)
        for at, metric in enumerate(fill_parts(metrics, relations)):
            if metric.part_of is not None:
                said = (
                    r.figures
                    for r in relations
                    if r.kind in {RelationKind.PART_OF, RelationKind.SUM_OF}
                )
                assert any({at, metric.part_of} <= set(figures) for figures in said), text
                filled += 1
    assert filled >= 60


def test_part_that_exceeds_its_whole_is_a_relation_and_a_finding_but_fills_no_total() -> None:
    text = "全年立案20件，其中简易程序30件。"
    metrics = metrics_of({"text": text})
    relations = related(text, metrics)
    assert [(r.kind, r.figures) for r in relations] == [(RelationKind.PART_OF, (1, 0))]
    assert [finding.kind for finding in audited(text, metrics, relations)] == ["part_exceeds_whole"]
    assert [metric.part_of for metric in fill_parts(metrics, relations)] == [None, None]


# Laws.

PIECES = (
    *("全年受理纠纷86件", "其中邻里72件", "合计9件", "办结率98.5%", "全部办结", "罚款3万元"),
    *"，。、；（）共",
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_relations_are_of_other_figures_and_are_said_where_they_stand(text: str) -> None:
    metrics = metrics_of({"text": text})
    relations = related(text, metrics)
    for relation in relations:
        assert len(set(relation.figures)) == len(relation.figures)
        assert 0 <= relation.said.start < relation.said.end <= len(text)
        assert all(0 <= at < len(metrics) for at in relation.figures)
        assert len(relation.figures) > 1 or text[slice(*relation.said)].endswith("办结")
    filled = fill_parts(metrics, relations)
    for at in range(len(filled)):
        assert at not in wholes_above(filled, at)


def wholes_above(metrics: tuple[Metric, ...], at: int) -> list[int]:
    above: list[int] = []
    while (whole := metrics[at].part_of) is not None and whole not in above:
        above.append(whole)
        at = whole
    return above


@pytest.mark.parametrize(
    "piece", ["其中", "包括", "共", "合计", "，", " ", "含", "分别为", "（含", "占", "率"]
)
def test_text_twice_as_long_takes_about_twice_the_time(piece: str) -> None:
    def prepare(text: str) -> Callable[[], object]:
        places = range(4, len(text) - 4, 12)
        written = list(text)
        for at in places:
            written[at : at + 2] = "3件"
        joined = "".join(written)
        figures = tuple(a_metric(joined, "3件 null", at) for at in places)
        return partial(extract_relations, joined, segmented(joined), figures)

    assert is_linear(prepare, piece, 20_000)


@pytest.mark.parametrize(
    "passage",
    ["其中受理3件、", "共受理3件，", "受理3件，办结3件，办结率98%；", "全年立案3件，罚款3万元，"],
)
def test_one_endless_sentence_of_figures_is_read_in_linear_time(passage: str) -> None:
    rows = [f"{quote} null" for quote in re.findall(r"\d+(?:件|%|万元)", passage)]

    def prepare(text: str) -> Callable[[], object]:
        metrics = some_metrics(text, rows * (len(text) // len(passage)))
        return partial(related, text, metrics)

    assert is_linear(prepare, passage, 800 * len(passage))
