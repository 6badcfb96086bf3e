"""The clean stage: golden cases, the examples of the catalogue, the laws."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.growth import is_linear
from workers.report.catalogue import load_yaml
from workers.report.cleaning import RULES, clean_text
from workers.report.model import PageFacts
from workers.report.text import EditKind

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cleaning" / "golden.yaml").read_text()
)["cases"]
FURNITURE = load_yaml("furniture.yaml")
ENTRIES: list[tuple[str, dict[str, Any]]] = [
    *((row["labels"][0], row) for row in FURNITURE["fields"]),
    *((name, row) for name, row in FURNITURE.items() if name != "fields"),
]
TITLE = "柳溪镇2023年度法治政府建设情况报告"
BODY = "一、工作开展情况\n全年调解矛盾纠纷46件，成功率100%，无一起激化。\n"
SIGNATURE = "柳溪镇人民政府\n2024年1月20日"

# Pieces that texts of the genre are made of, clean and damaged;
# what fills a line of a page ends it.
PIECES = [
    TITLE,
    "一、工作开展情况",
    "（一）压实责任",
    "(二)抓学习,强本领",
    "全年调解矛盾纠纷46件，成功率100%。",
    "1.",
    "一是",
]
PIECES += [
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "  ",
    "\u3000\u3000",
    "\t",
    "\ufeff",
    "\u200b",
    "&nbsp;",
    "<br>",
    "**",
    "&",
    "a",
    "柳溪 镇",
]
PIECES += [
    "\n来源：柳溪镇\n",
    "\n发布时间：2024-03-06 11:20\n",
    "\n索引号：\n",
    "\n首页 > 政务公开 > 正文\n",
    "\n打印\n",
    "\n- 2 -\n",
]
PIECES += [
    "\n主办：甲\n",
    "\n标题：\n",
    "\n字体：大 中 小\n",
    "\n渝ICP备1号\n",
    "\n相关阅读\n",
    "\n附件：\n",
    "\n3\n",
    "\n2024-01-20\n",
]
PIECES += [
    "，",
    "。",
    "、",
    "；",
    "（",
    "）",
    "“",
    "”",
    "《",
    "》",
    "！",
    "：",
    ",",
    ".",
    ":",
    ";",
    "(",
    ")",
    '"',
    "％",
    "%",
    "．",
    "１",
    "５",
]
PIECES += [
    "1",
    "2 0",
    "24年",
    "2O24年",
    "二○二四年",
    "月",
    "日",
    "O",
    "l",
    "|",
    "〇",
    "1 2",
    "关于",
    "报告",
    "法治同行",
    "各",
    "的",
    "件",
]


def by_label(case: dict[str, Any]) -> str:
    return str(case["label"])


@pytest.mark.parametrize("case", CASES, ids=by_label)
def test_damaged_text_becomes_the_golden_text(case: dict[str, Any]) -> None:
    cleaned = clean_text(case["text"])
    assert cleaned.traced.text == case["clean"]
    assert cleaned.traced.undo() == case["text"]
    if "facts" in case:
        assert cleaned.facts == PageFacts(**case["facts"])


@pytest.mark.parametrize("case", [case for case in CASES if "expect" in case], ids=by_label)
@pytest.mark.xfail(strict=True, reason="known: see the case")
def test_known_failure_is_still_one(case: dict[str, Any]) -> None:
    assert clean_text(case["text"]).traced.text == case["expect"]


@pytest.mark.parametrize(("name", "row"), ENTRIES)
def test_furniture_of_the_catalogue_is_dropped_at_the_head_and_at_the_foot(
    name: str, row: dict[str, Any]
) -> None:
    for line in row["is"]:
        at_foot = f"{TITLE}\n{BODY}版权所有：柳溪县人民政府\n{line}\n"
        assert (
            clean_text(at_foot).traced.text == f"{TITLE}\n{BODY}" or row.get("where") == "head"
        ), line
        if row.get("where") != "footer" and name != "block":
            assert clean_text(f"{line}\n{TITLE}\n{BODY}").traced.text == f"{TITLE}\n{BODY}", line


@pytest.mark.parametrize(("name", "row"), ENTRIES)
def test_a_line_that_only_resembles_furniture_stays(name: str, row: dict[str, Any]) -> None:
    for line in row["is_not"]:
        inside = f"{TITLE}\n{BODY}{line}\n{BODY}{SIGNATURE}"
        assert {edit.kind for edit in clean_text(inside).traced.edits} <= {EditKind.STYLE}, line
        assert {edit.kind for edit in clean_text(f"{TITLE}\n{BODY}{line}\n").traced.edits} <= {
            EditKind.STYLE
        }, line


def test_clean_report_is_left_alone() -> None:
    text = f"{TITLE}\n{BODY}{SIGNATURE}"
    assert clean_text(text).traced.edits == ()


def test_every_kind_of_date_on_the_page_is_kept_as_a_fact() -> None:
    for line in (
        "成文日期：2024年2月26日",
        "日期:2024-02-26",
        "发布时间：2024/2/26 09:30:11",
        "2024-02-26 09:30 来源：本站",
    ):
        assert clean_text(f"{line}\n{TITLE}\n{BODY}").facts == PageFacts(
            published=date(2024, 2, 26)
        ), line


def test_impossible_date_of_a_page_is_no_fact() -> None:
    assert clean_text(f"发布日期：2024-02-31\n{TITLE}\n{BODY}").facts == PageFacts()


# a law of texts like these, not of any characters
@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_cleaning_twice_equals_cleaning_once(pieces: list[str]) -> None:
    once = clean_text("".join(pieces)).traced
    assert clean_text(once.text).traced.text == once.text
    assert once.undo() == once.source


UNITS = [
    "1",
    "2O",
    "O",
    " ",
    "\u3000",
    "，",
    "。",
    "(",
    ")",
    '"',
    "“",
    "<p ",
    "<!--",
    "&",
    "*",
    "**a",
    "#",
    "\n",
    " \n",
    "\t",
    "|",
]
UNITS += [
    "- ",
    "\ufeff",
    "来源：",
    "索引号",
    "首页 > ",
    "首页\n",
    "打印 ",
    "- 2 -\n",
    "3\n",
    "全年调解矛盾纠纷，",
    "全年，\n",
    "l|",
]
UNITS += [
    "《",
    "二〇",
    "\r",
    "[bookmark:",
    "柳溪 镇",
    "（一）",
    "（一）加强领导 ",
    "• ",
    "| ",
    "www.a.gov.cn ",
]


@pytest.mark.parametrize("unit", UNITS)
def test_much_of_one_thing_takes_no_longer_than_as_much_in_pieces(unit: str) -> None:
    assert is_linear(lambda text: partial(clean_text, text), unit, 100_000)


def test_rules_are_named_after_what_they_do() -> None:
    names = [rule.__name__ for rule, _ in RULES]
    assert len(set(names)) == len(names)
    assert all(rule.__doc__ and ">>>" in rule.__doc__ for rule, _ in RULES)
