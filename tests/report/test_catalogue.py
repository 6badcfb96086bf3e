"""A catalogue file of one's own: laid over the built-in ones, taken off again,
refused with its key where wrong.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.errors import CatalogueError
from workers.report.catalogue import indicators, lay_over, load_yaml, pillars
from workers.report.chinese.units import units
from workers.report.extraction.examples import wrong_examples
from workers.report.pipeline import read_report
from workers.report.version import rules_version

HAN = re.compile(r"[\u4e00-\u9fff]")
OVERLAY = """
indicators.yaml:
  pillars: {local: 本地}
  indicators:
    - code: local.tea_talks
      zh: 茶馆说法
      unit: 场
      dim: count
      means: talks on law in tea houses
triggers.local.yaml:
  local.tea_talks:
    triggers:
      - {near: [茶馆说法], units: [count], weight: 5}
    examples: ["开展茶馆说法[12场]。"]
    near_misses: ["开展法治讲座[12场]。"]
"""
TEXT = "松涧镇2024年法治政府建设情况报告\n一、工作开展情况\n开展茶馆说法12场，排查矛盾纠纷35件。\n"


@pytest.fixture
def overlay(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "本地指标.yaml"
    path.write_text(OVERLAY, encoding="utf-8")
    yield path
    lay_over(None)


def codes() -> list[str | None]:
    return [metric.indicator for metric in read_report(TEXT.encode(), "a.txt").metrics]


def test_indicator_of_ones_own_names_figures_beside_the_built_in_ones(overlay: Path) -> None:
    before, version = codes(), rules_version()
    assert "local.tea_talks" not in before
    lay_over(overlay)
    assert codes() == ["local.tea_talks", "disputes.found"]
    assert len(indicators()) == 89
    assert rules_version() != version
    assert wrong_examples() == []
    lay_over(None)
    assert (codes(), rules_version()) == (before, version)


def test_wrong_example_of_ones_own_is_told(overlay: Path) -> None:
    overlay.write_text(OVERLAY.replace("开展法治讲座[12场]", "茶馆说法[3场]"), encoding="utf-8")
    lay_over(overlay)
    (line,) = wrong_examples()
    assert "local.tea_talks" in line
    assert "茶馆说法[3场]" in line


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("indicator.yaml: {}", "indicator.yaml: there is no such catalogue file"),
        ("- a\n- b", "its top must be a mapping"),
        ("a: [", "本地指标.yaml"),
        (
            "indicators.yaml: {indicators: [{code: nowhere.x}]}",
            "nowhere.x: its pillar is not declared",
        ),
        (
            "indicators.yaml: {indicators: [{code: disputes.x, dim: count}]}",
            "disputes.x: zh is missing",
        ),
        ("triggers.disputes.yaml: {disputes.y: {}}", "disputes.y: no such code"),
    ],
)
def test_wrong_file_is_refused_with_its_key(overlay: Path, text: str, told: str) -> None:
    overlay.write_text(text, encoding="utf-8")

    def use() -> None:
        lay_over(overlay)
        indicators()
        codes()

    with pytest.raises(CatalogueError, match=told):
        use()


def test_every_catalogue_file_is_a_mapping() -> None:
    from workers.report.catalogue import CATALOGUE_DIR

    for path in CATALOGUE_DIR.glob("*.yaml"):
        assert load_yaml(path.name), path.name


def test_every_indicator_pillar_and_unit_has_a_name_in_english() -> None:
    named = [one.en for one in indicators().values()] + [en for _, en in pillars().values()]
    assert len(set(named)) == len(named)
    called = [name for one in units().values() for name in (one.one, one.many)]
    assert [name for name in named + called if not name or HAN.search(name)] == []
