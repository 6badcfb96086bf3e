"""Repairs of the clean stage: damage of encoding, recognition and copying; the laws;
the catalogues behind them.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.cleaning import edits_of_undamaged, score_kind
from bench.compose import compose_reports, written_reports
from bench.damage import KINDS, damage_mixed
from tests.growth import is_linear
from tests.report.test_cleaning import by_label
from workers.report.catalogue import load_yaml
from workers.report.cleaning import clean_text
from workers.report.text import EditKind

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cleaning" / "repairs.yaml").read_text()
)["cases"]
PAIRS: list[dict[str, Any]] = load_yaml("confusions.yaml")["pairs"]
BODY = "全镇扎实开展矛盾纠纷排查，各项任务按时办结，没有发生群体事件。\n"
# Pieces of damage: whatever stands beside whatever, a second cleaning finds nothing more to do.
PIECES = [
    "µ÷½â¾À·×",
    "鐭涚浘绾犵悍",
    "銆�",
    "æ³•æ²»å»ºè®¾",
    "調處糾紛",
    "調",
    "宜传",
    "于部",
    "检杳",
    "l2件",
    "1|处",
    "|46|",
    "(fēng)",
]
PIECES += [
    "jiū",
    "(mediation)",
    "(disputes)",
    "(rule of law)",
    "项目\n数量\n",
    "许可\n46\n",
    "处罚\n7\n",
    "检查\n12\n",
    ".",
    "　",
    " ",
]
PIECES += [
    BODY,
    "柳溪镇2023年度法治政府建设情况报告\n",
    "全年",
    "，",
    "。",
    "“",
    "”",
    "20\n24年",
    "调解",
    "\n",
    "〔20l9〕",
    "一是",
    "行为\n",
]


@pytest.mark.parametrize("case", CASES, ids=by_label)
def test_damage_is_repaired_by_these_rules_and_no_other(case: dict[str, Any]) -> None:
    traced = clean_text(case["text"]).traced
    assert traced.text == case["clean"]
    assert [edit.rule for edit in traced.edits if edit.kind is not EditKind.STYLE] == case["rules"]
    assert traced.undo() == case["text"]


@pytest.mark.parametrize("case", [case for case in CASES if "expect" in case], ids=by_label)
@pytest.mark.xfail(strict=True, reason="known: see the case")
def test_known_failure_is_still_one(case: dict[str, Any]) -> None:
    assert clean_text(case["text"]).traced.text == case["expect"]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['read']}{pair['meant']}")
def test_word_proves_the_character_that_was_meant(pair: dict[str, Any]) -> None:
    for text, meant in pair["is"].items():
        assert clean_text(text).traced.text == meant
    for word in pair["words"]:
        assert clean_text(word.replace(pair["meant"], pair["read"])).traced.text == word
    for text in (*pair["is_not"], *pair["words"], *pair["good"]):
        assert clean_text(text).traced.text == text


def test_traditional_characters_of_the_catalogue_are_simplified_in_a_simplified_text() -> None:
    for example in load_yaml("traditional.yaml")["examples"]:
        assert clean_text(BODY + example["text"]).traced.text == BODY + example["simplified"]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=20))
def test_repairing_twice_equals_repairing_once(pieces: list[str]) -> None:
    once = clean_text("".join(pieces)).traced
    assert clean_text(once.text).traced.text == once.text
    assert once.undo() == once.source


@pytest.mark.parametrize(
    "unit",
    [
        "µ÷",
        "鐭涚浘",
        "銆�",
        "æ³•",
        "調",
        "宜",
        "l",
        "l,",
        "1|",
        "枫fēng",
        "(a",
        "(aa)",
        "项目\n1\n",
        "中.",
        "中　",
        "中\n",
        "ā",
    ],
)
def test_much_of_one_damage_takes_no_longer_than_as_much_in_pieces(unit: str) -> None:
    assert is_linear(lambda text: partial(clean_text, text), unit, 100_000)


def test_bench_of_cleaning_reaches_its_aim() -> None:
    reports = compose_reports(seed=11, count=6)
    score = score_kind("all", damage_mixed, reports, seed=11)
    assert score.after <= 0.15 * score.before
    assert not edits_of_undamaged([*reports, *written_reports()])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_damage_is_the_same_for_the_same_seed(kind: Any) -> None:
    (report,) = compose_reports(seed=4, count=1)
    assert score_kind(kind.name, kind.act, [report], 4) == score_kind(
        kind.name, kind.act, [report], 4
    )
