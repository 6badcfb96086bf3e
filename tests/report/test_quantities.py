"""Numbers of a report: what is taken, how it is read, and what only looks like a figure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import is_linear
from workers.errors import CatalogueError, TooManyNumbers
from workers.report.catalogue import load_yaml
from workers.report.chinese import units
from workers.report.chinese.folding import fold_narrow
from workers.report.chinese.units import Dimension, Unit
from workers.report.extraction import figure_words as figures
from workers.report.extraction import fixed_names as fixed
from workers.report.extraction.fixed_names import FixedName, fixed_names
from workers.report.extraction.quantities import Rejected, find_quantities, judge_numbers
from workers.report.extraction.quantity import Quantity, QuantityKind
from workers.report.model import Header, Role, Section, Segmented

GOLDEN = Path(__file__).parent / "quantities"
REPORT_YEAR = 2024


def segmented(text: str, role: str | None = None) -> Segmented:
    """The whole text as one section of this role, or as no section at all."""
    roles = (Role(role),) if role else ()
    section = Section(
        level=1, number=None, title=None, roles=roles, start=0, end=len(text), heading_end=0
    )
    return Segmented(
        header=Header(year=REPORT_YEAR), sections=(section,) if role else (), sentences=()
    )


def quantities(text: str, role: str | None = None) -> tuple[Quantity, ...]:
    return find_quantities(text, fold_narrow(text), segmented(text, role))


def golden_cases() -> Iterator[Any]:
    for path in sorted(GOLDEN.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            marks = (
                [pytest.mark.xfail(reason=case["known_failure"])] if "known_failure" in case else []
            )
            yield pytest.param(case, id=f"{path.stem}: {case['label']}", marks=marks)


@pytest.mark.parametrize("case", list(golden_cases()))
def test_sentence_states_these_figures(case: dict[str, Any]) -> None:
    text = case["text"]
    found = [
        [text[q.start : q.end], q.value, q.unit, q.bound.value, q.status.value]
        for q in quantities(text, case.get("role"))
    ]
    assert found == case["expected"]


def test_golden_cases_are_many_and_some_state_nothing() -> None:
    cases = [param.values[0] for param in golden_cases()]
    assert len(cases) >= 600
    assert sum(not case["expected"] for case in cases) >= 100  # type: ignore[index,call-overload]


@pytest.mark.parametrize("unit", list(units.units().values()), ids=lambda unit: unit.name)
def test_unit_is_read_in_its_example(unit: Unit) -> None:
    name = unit.canonical if unit.name == "圆" else unit.name
    assert name in {found.unit for found in quantities(unit.example)}


@pytest.mark.parametrize("entry", fixed_names(), ids=lambda entry: entry.name)
def test_name_is_no_figure_and_the_number_beside_it_is(entry: FixedName) -> None:
    assert quantities(entry.out) == ()
    assert len(quantities(entry.in_)) == 1


def test_unit_that_stands_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"unit": "次", "dim": "count", "han": "free", "example": "3次"}
    monkeypatch.setattr(units, "load_yaml", lambda _: {"units": [row, row]})
    with pytest.raises(CatalogueError, match=r"units\.yaml: 次: stands twice"):
        units.units.__wrapped__()


def test_name_whose_example_does_not_use_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"name": "三项制度", "out": "推行制度", "in": "推行三项制度2次"}
    monkeypatch.setattr(fixed, "load_yaml", lambda _: {"names": [row]})
    with pytest.raises(CatalogueError, match=r"not_figures\.yaml: 三项制度: its example 'out'"):
        fixed_names.__wrapped__()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("调解纠纷36件", QuantityKind.COUNT),
        ("罚款3.2万元", QuantityKind.MONEY),
        ("办结率100%", QuantityKind.RATE),
        ("平均用时3天", QuantityKind.DURATION),
        ("比上年减少24件", QuantityKind.CHANGE),
        ("提升3个百分点", QuantityKind.CHANGE),
        ("承诺时限压缩62%", QuantityKind.CHANGE),
        ("降至281件", QuantityKind.COUNT),
        ("压缩至30分钟以内", QuantityKind.DURATION),
        ("投诉率降低到2%", QuantityKind.RATE),
    ],
)
def test_change_is_told_from_a_level(text: str, kind: QuantityKind) -> None:
    assert [found.kind for found in quantities(text)] == [kind]


def test_clause_sentence_and_section_are_those_around_the_number() -> None:
    text = "学法3次。普法20场，受众1,200人；调解"
    first, second, third = quantities(text, "achievements")
    assert [text[slice(*found.clause)] for found in (first, second, third)] == [
        "学法3次",
        "普法20场",
        "受众1,200人",
    ]
    assert text[slice(*third.sentence)] == "普法20场，受众1,200人"
    assert (first.section, third.section) == (0, 0)


def test_number_that_was_not_taken_says_why() -> None:
    text = "每月学法1次，依据第12条"
    assert [judged.why for judged in judge_numbers(text, fold_narrow(text), segmented(text))] == [
        "frequency",
        "ordinal",
    ]


# The generator: sentences composed from the grammar, each with its truth.

COUNTED = sorted(
    unit.name
    for unit in units.units().values()
    if unit.dimension in {Dimension.COUNT, Dimension.PEOPLE, Dimension.MEASURE}
    and unit.name[0] not in "个百千万"
)
BEFORE = {
    "": "exact",
    "约": "about",
    "近": "at_most",
    "超过": "at_least",
    "不少于": "at_least",
    "不足": "at_most",
}
AFTER = {"": "exact", "以上": "at_least", "以内": "at_most", "左右": "about"}
SIZES = {"": 1, "万": 10_000, "亿": 100_000_000}


@st.composite
def arabic_statements(draw: st.DrawFn) -> tuple[str, float, str, str]:
    """A phrase in Arabic digits with its value, unit and bound."""
    number = draw(st.integers(1, 99_999))
    decimals = draw(st.integers(0, 99))
    size = draw(st.sampled_from(list(SIZES)))
    more = draw(st.sampled_from(["", "余", "多"]))
    unit = draw(st.sampled_from(COUNTED))
    before, after = draw(st.sampled_from(list(BEFORE))), draw(st.sampled_from(list(AFTER)))
    digits = f"{number:,}" if draw(st.booleans()) else f"{number}"
    written, value = (
        (f"{digits}.{decimals:02}", number + decimals / 100) if size else (digits, number)
    )
    bounds = [BEFORE[before], AFTER[after], "at_least" if more else "exact"]
    bound = next((said for said in bounds if said != "exact"), "exact")
    return f"{before}{written}{size}{more}{unit}{after}", value * SIZES[size], unit, bound


@given(
    st.lists(arabic_statements(), min_size=1, max_size=5), st.sampled_from(["，", "；", "。", ","])
)
def test_composed_sentence_gives_value_unit_and_bound_back(
    truth: list[tuple[str, float, str, str]], stop: str
) -> None:
    text = "".join(f"共处理{phrase}{stop}" for phrase, *_ in truth)
    found = quantities(text)
    assert [text[q.start : q.end] for q in found] == [phrase for phrase, *_ in truth]
    for quantity, (_, value, unit, bound) in zip(found, truth, strict=True):
        assert quantity.value == pytest.approx(value)
        assert (quantity.unit, quantity.bound.value) == (unit, bound)


def in_chinese(number: int) -> str:
    """A number below ten thousand as a clerk writes it: 一百零五, 十二, 三千零五十."""
    written, zero = "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            written += ("零" if zero else "") + "一二三四五六七八九"[digit - 1] + name
        zero = bool(written) and not digit
    return written.removeprefix("一") if written.startswith("一十") else written


@given(
    st.integers(3, 9_999),
    st.sampled_from(["次", "场次", "人次", "份", "户", "件"]),
    st.sampled_from(["", "余"]),
)
def test_composed_chinese_numeral_gives_its_value_back(number: int, unit: str, more: str) -> None:
    more = more if number % 10 == 0 else ""
    (found,) = quantities(f"共处理{in_chinese(number)}{more}{unit}。")
    assert (found.value, found.unit, found.bound.value) == (
        number,
        unit,
        "at_least" if more else "exact",
    )


@given(
    st.text(
        alphabet="0123456789一二十百万亿年月日第约近余多件次%（）()“”《》、，。,.:+—-至每由比 \n",
        max_size=60,
    )
)
def test_any_text_is_judged_in_order_and_within_its_bounds(text: str) -> None:
    end = 0
    for judged in judge_numbers(text, fold_narrow(text), segmented(text)):
        assert 0 <= judged.start < judged.end <= len(text)
        assert judged.start >= end or isinstance(judged, Rejected)
        if isinstance(judged, Quantity):
            assert judged.clause.start < judged.end
            assert judged.sentence.start < judged.end
            end = judged.start


@pytest.mark.parametrize(
    "unit",
    [
        "7",
        "一",
        "1,",
        "1,234,",
        "“",
        "《",
        "分之一",
        "每",
        "12件、",
        "由3件",
        "1+",
        "3—",
        " ",
        "\n1",
    ],
)
def test_text_twice_as_long_takes_about_twice_the_time(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.report.extraction.quantities.MOST_NUMBERS", 120_000)
    assert is_linear(lambda text: partial(quantities, text), unit, 120_000)


def figure_words() -> Iterator[Any]:
    for key, row in load_yaml(figures.FILE).items():
        for field in ("examples", "near_misses") if isinstance(row, dict) else ():
            for text in row[field]:
                yield pytest.param(key, text, field == "examples", id=f"{key}: {text}")


@pytest.mark.parametrize(("key", "text", "is_example"), list(figure_words()))
def test_words_before_a_figure_say_what_kind_it_is(key: str, text: str, is_example: bool) -> None:
    found = quantities(text.replace("[", "").replace("]", ""))
    if key == "changes":
        assert [quantity.kind is QuantityKind.CHANGE for quantity in found] == [is_example]
    else:
        assert bool(found) is is_example


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"words": []}, "changes: needs words"),
        (
            {"words": ["增长"], "examples": ["下降[3%]"], "near_misses": ["3%"]},
            r"changes: 下降\[3%\]: finds no word",
        ),
        (
            {"words": ["增长"], "examples": ["增长[3%]"], "near_misses": ["增长[5%]"]},
            r"增长\[5%\]: finds a word",
        ),
    ],
)
def test_wrong_list_of_words_is_refused_with_its_key(
    monkeypatch: pytest.MonkeyPatch, row: Any, why: str
) -> None:
    monkeypatch.setattr(figures, "load_yaml", lambda _: {"changes": row})
    with pytest.raises(CatalogueError, match=rf"figure_words\.yaml: .*{why}"):
        figures.change_before.__wrapped__()


def test_text_of_more_numbers_than_any_report_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.report.extraction.quantities.MOST_NUMBERS", 50)
    assert len(quantities("调解1件，" * 50)) == 50
    with pytest.raises(TooManyNumbers, match=r"\(51\)"):
        quantities("调解1件，" * 51)
    with pytest.raises(TooManyNumbers):  # those that are not taken cost as much
        quantities("第一条，" * 51)
