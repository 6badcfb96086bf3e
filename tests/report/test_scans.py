"""Printed reports read back: what the layout of a page does to a text,
and what cleaning makes of it. No engine.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.cleaning import plain
from bench.compose import Composed, compose_reports
from bench.scans.layout import HEIGHT, WIDTH, Face, Page, Printed, lay_out
from bench.scans.score import Reading, make_reading, score_reading
from tests.report.test_cleaning import by_label
from workers.report.cleaning import clean_text
from workers.report.reading.pages import PageText
from workers.report.recognition.pages import write_page
from workers.report.recognition.rows import Stretch, order_rows
from workers.report.text import EditKind

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cleaning" / "scans.yaml").read_text()
)["cases"]
REPORTS = [Composed(r.name, r.text.replace("％", "%"), "") for r in compose_reports(7, 10)]
# What print does not show.
UNSEEN = str.maketrans("", "", "\n ")
PAGE = "全镇扎实推进依法行政，全年调解矛盾纠纷46件，一件也没有激化。" * 6 + "\n"


@pytest.mark.parametrize("case", CASES, ids=by_label)
def test_page_becomes_the_golden_text(case: dict[str, Any]) -> None:
    traced = clean_text(case["text"]).traced
    assert traced.text == case["clean"]
    assert (
        list(dict.fromkeys(edit.rule for edit in traced.edits if edit.kind is not EditKind.STYLE))
        == case["rules"]
    )
    assert traced.undo() == case["text"]
    assert clean_text(traced.text).traced.text == traced.text


@pytest.mark.parametrize("at", range(len(REPORTS)))
def test_report_read_without_a_mistake_is_as_it_was_written(at: int) -> None:
    reading = print_and_read(at)
    tally = score_reading(reading, 1)
    assert tally.left == tally.lost == 0
    # A title on two lines stays on two, and a space inside a sentence is not seen in print.
    assert plain(clean_text(reading.raw).traced.text).translate(UNSEEN) == plain(
        reading.truth
    ).translate(UNSEEN)
    assert tally.after <= 2


def print_and_read(at: int) -> Reading:
    pages = lay_out(REPORTS[at], measure, random.Random(at))
    return make_reading(REPORTS[at].name, REPORTS[at].text, [read_printed(page) for page in pages])


def read_printed(page: Page) -> PageText:
    """A page as an engine without any mistake reads it."""
    rows = order_rows([to_stretch(line) for line in page.lines if line.text], vertical=False)
    return write_page(rows, width=WIDTH, height=HEIGHT)


def to_stretch(line: Printed) -> Stretch:
    left, right = line.x, line.x + measure(line.text, line.face, line.points)
    top, bottom = line.y, line.y + 1.2 * measure("字", line.face, line.points)
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Stretch(text=line.text, confidence=1.0, corners=corners)


def measure(text: str, _face: Face, points: float) -> float:
    """Millimetres, in a face whose letters and digits are half as wide as its characters."""
    return (len(text.encode()) + len(text)) / 4 * points * 25.4 / 72


def test_misread_head_of_a_page_is_dropped_and_that_of_another_year_stays() -> None:
    title = "柳溪镇人民政府关于2023年度法治政府建设情况的报告"
    misread, other = title.replace("政府关", "政你关"), title.replace("2023", "2022")
    text = f"{title}\n{PAGE}{misread}\n{PAGE}{other}\n{PAGE}"
    assert clean_text(text).traced.text == f"{title}\n{PAGE}{PAGE}{other}\n{PAGE}"


def test_page_numbers_count_to_the_last_page_and_through_a_lost_dash() -> None:
    for numbers in (["1", "2", "3"], ["1/3", "2/3", "3/3"], ["- 1 -", "- 2 -", "-3"]):
        text = (
            "".join(f"{PAGE}{number}\n" for number in numbers[:-1])
            + f"柳溪镇人民政府\n{numbers[-1]}\n"
        )
        assert clean_text(text).traced.text == f"{PAGE}{PAGE}柳溪镇人民政府\n", numbers


def test_figure_that_does_not_count_the_pages_stays() -> None:
    text = f"{PAGE}1\n{PAGE}2\n柳溪镇\n3\n{PAGE}"
    assert clean_text(text).traced.text == text


def test_gazette_below_a_page_number_is_dropped_and_elsewhere_stays() -> None:
    text = f"{PAGE}— 1 —\n洛岭县人民政府公报\n{PAGE}"
    assert clean_text(text).traced.text == PAGE + PAGE
    alone = f"{PAGE}洛岭县人民政府公报\n{PAGE}"
    assert clean_text(alone).traced.text == alone
