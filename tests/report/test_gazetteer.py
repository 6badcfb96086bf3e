"""The place of a report and its code: golden cases, the finding, and what it costs."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.make_gazetteer import write_lines
from tests.growth import is_linear
from workers.report.catalogue import CATALOGUE_DIR
from workers.report.chinese.folding import fold_wide
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, PageFacts, Segmented, Severity
from workers.report.pipeline import read_report
from workers.report.segmentation import gazetteer, segment_text
from workers.report.segmentation.locating import locate_issuer

CASES: list[Any] = yaml.safe_load(
    (Path(__file__).parent / "segmentation/places.yaml").read_text("utf-8")
)["cases"]


def segment(text: str) -> Segmented:
    return segment_text(text, name="report.txt", facts=PageFacts())


def ambiguous(text: str) -> list[Finding]:
    findings = read_report(text.encode(), "report.txt").findings
    return [finding for finding in findings if finding.kind is FindingKind.PLACE_AMBIGUOUS]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_place_gets_its_code_where_one_is_left(case: dict[str, Any]) -> None:
    header = segment(case["text"]).header
    assert {field: getattr(header.place, field) for field in case["place"]} == case["place"]
    left = locate_issuer(
        header, fold_wide(case["text"]), name="report.txt", facts=PageFacts()
    ).candidates
    assert len(left) == case.get("left", 1)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_open_place_is_a_note(case: dict[str, Any]) -> None:
    assert len(ambiguous(case["text"])) == (case.get("left", 1) > 1)


def test_note_names_at_most_five_candidates() -> None:
    [many] = ambiguous("双龙镇2024年法治政府建设情况报告\n2024年，双龙镇扎实工作。")
    assert "全国有15处“双龙镇”" in many.message
    assert many.message.count("双龙镇（") == many.message_en.count("双龙镇（") == 5
    assert many.severity is Severity.NOTE
    assert many.suggestion is None
    [few] = ambiguous("鼓楼区人民政府2024年法治政府建设情况报告\n一、成效\n2024年学法4次。")
    assert "江苏省南京市鼓楼区（320106）" in few.message
    assert "等" not in few.message


def test_every_place_is_read_with_its_code() -> None:
    lines = (CATALOGUE_DIR / "gazetteer.txt").read_text(encoding="utf-8").splitlines()
    townships = [token for line in lines if line.startswith(" ") for token in line.split()]
    assert len(townships) == 41_352
    codes = {code for codes in gazetteer._read_gazetteer().townships.values() for code in codes}
    assert len(codes) == 41_352
    assert {len(code) for code in codes} == {9}


def test_gazetteer_is_written_as_it_is_read() -> None:
    larger = [("11", "甲省"), ("1101", "乙市"), ("110101", "丙区")]
    streets = [
        ("110101001", "丁街道"),
        ("110101002", "戊街道"),
        ("110101100", "己镇"),
        ("110101101", "庚镇"),
    ]
    assert [*write_lines(larger, streets)] == [
        "11 甲省",
        "1101 乙市",
        "110101 丙区",
        " 丁街道 戊街道 100己镇 庚镇",
    ]


@pytest.mark.parametrize("filler", ["1", " ", "，", "县", "区委、", "双龙镇", "在四川省"])
def test_long_text_takes_linear_time(filler: str) -> None:
    header = segment("城关镇2024年法治政府建设情况报告").header

    assert is_linear(
        lambda text: partial(locate_issuer, header, text, name="", facts=PageFacts()),
        filler,
        1_000_000,
    )
