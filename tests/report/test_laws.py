"""The laws of cleaning (DESIGN 5) on the real rules:
over pieces of damage, over any characters, over a megabyte.
"""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.growth import is_linear
from tests.report.test_cleaning import PIECES as OF_PAGES
from tests.report.test_repairs import PIECES as OF_DAMAGE
from workers.report.cleaning import clean_text
from workers.report.text import Traced

MEGABYTE = 1_000_000
texts_of_pieces = st.lists(st.sampled_from([*OF_PAGES, *OF_DAMAGE]), max_size=25).map("".join)
# Any characters but surrogates, which no reader hands on; Chinese and marks more often than others.
any_texts = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("全年调解件，。1O （\n")),
    max_size=60,
)


def cleaned(text: str) -> Traced:
    return clean_text(text).traced


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.one_of(texts_of_pieces, any_texts))
def test_undoing_the_edits_of_the_rules_gives_the_raw_text_back(text: str) -> None:
    assert cleaned(text).undo() == text


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.one_of(texts_of_pieces, any_texts))
def test_origins_of_clean_characters_lie_in_the_raw_text_and_never_run_backwards(text: str) -> None:
    traced = cleaned(text)
    spans = [traced.raw(at, at + 1) for at in range(len(traced.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.one_of(texts_of_pieces, any_texts))
def test_character_that_no_rule_touched_is_its_own_origin(text: str) -> None:
    traced = cleaned(text)
    touched = {at for edit in traced.edits for at in range(edit.raw_start, edit.raw_end)}
    origins = {traced.raw(at, at + 1) for at in range(len(traced.text))}
    assert {(at, at + 1) for at in set(range(len(text))) - touched} <= origins


@settings(max_examples=200, deadline=None, derandomize=True)
@given(any_texts)
def test_cleaning_any_characters_twice_equals_cleaning_them_once(text: str) -> None:
    once = cleaned(text).text
    assert cleaned(once).text == once


@pytest.mark.parametrize(
    "unit",
    [
        "1234567890",
        "，。；、",
        ".,;:()",
        " ",
        "\u3000",
        "全年调解矛盾纠纷46件，",
        "“《",
        "?",
        "\ufffd",
    ],
)
def test_megabyte_of_one_thing_takes_as_long_as_eight_eighths_of_it(unit: str) -> None:
    assert is_linear(lambda text: partial(clean_text, text), unit, MEGABYTE)
