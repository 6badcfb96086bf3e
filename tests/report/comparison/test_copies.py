"""Masking, sketches, passages: a copy with its names,
numbers and dates changed is the same text.
"""

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.report.comparison.masking import mask_text
from workers.report.comparison.passages import find_overlap
from workers.report.comparison.sketches import SKETCH, gram_hashes, sketch_of

TEXT = (
    "2024年，松涧镇人民政府坚持把调解亭修到渡口，松涧镇司法所全年排查纠纷53件，化解51件，化解率96.2%。"
    "镇党委书记带头到松涧村讲课三次。"
)
NAMES = ("松涧镇人民政府", "松涧镇", "洛岭县", "湖南省")


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"松涧": "竹汀", "53": "1,208", "51": "987", "96.2%": "100%"}, ("竹汀镇人民政府",)),
        ({"松涧镇人民政府": "兰汀街道办事处", "松涧镇": "兰汀街道", "松涧村": "兰汀社区",
          "镇党委": "街道党工委"},
         ("兰汀街道办事处",)),
        ({"2024年": "二〇二三年", "，": ",", "。": "。\n　　"}, NAMES),
    ],
)  # fmt: skip
def test_copy_with_changed_names_numbers_and_marks_is_equal(
    changes: dict[str, str], names: tuple[str, ...]
) -> None:
    copied = TEXT
    for before, after in changes.items():
        copied = copied.replace(before, after)
    assert mask_text(copied, names).text == mask_text(TEXT, NAMES).text


@given(st.text(max_size=200), st.lists(st.text(max_size=8), max_size=3))
def test_each_masked_character_stands_for_a_stretch_of_the_text(
    text: str, names: list[str]
) -> None:
    masked = mask_text(text, names)
    assert len(masked.text) == len(masked.starts) == len(masked.ends)
    assert all(
        0 <= start < end <= len(text) for start, end in zip(masked.starts, masked.ends, strict=True)
    )
    assert list(masked.starts) == sorted(masked.starts)


def test_other_texts_are_not_equal() -> None:
    assert mask_text(TEXT, NAMES).text != mask_text(TEXT.replace("渡口", "集市"), NAMES).text


def test_sketch_is_the_same_in_another_process() -> None:
    code = f"from workers.report.comparison.sketches import sketch_of; print(sketch_of({TEXT!r}))"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert told.strip() == str(sketch_of(TEXT))


@given(st.text(max_size=300))
def test_sketch_holds_the_smallest_grams_in_order(text: str) -> None:
    sketch = sketch_of(text)
    assert list(sketch) == sorted(gram_hashes(text))[:SKETCH]
    assert all(0 <= gram < 2**61 for gram in sketch)


def words(rng: random.Random, count: int) -> list[str]:
    """Words of two characters out of a language of 5,000."""
    return [
        chr(0x4E00 + 400 + rng.randrange(70)) + chr(0x5E00 + rng.randrange(70))
        for _ in range(count)
    ]


@pytest.mark.parametrize("share", [0.1, 0.25, 0.4])
def test_replaced_words_leave_enough_to_be_found(share: float) -> None:
    rng = random.Random(5)
    text = words(rng, 900)
    other = [word if rng.random() >= share else words(rng, 1)[0] for word in text]
    one, copied = mask_text("".join(text)), mask_text("".join(other))
    assert find_overlap(copied, one).share > 0.38
    assert len({*sketch_of(one.text)} & {*sketch_of(copied.text)}) >= 8


def test_moved_passages_are_found_with_their_places_in_both_texts() -> None:
    rng = random.Random(6)
    first, second, own = ("".join(words(rng, 60)) for _ in range(3))
    overlap = find_overlap(mask_text(first + own + second), mask_text(second + first))
    assert [(p.span.start, p.span.end - p.span.start) for p in overlap.passages] == [
        (0, 120),
        (240, 120),
    ]
    assert [p.other.start for p in overlap.passages] == [120, 0]
    assert overlap.share == 1


def test_text_of_nothing_but_repeats_ends_soon() -> None:
    assert find_overlap(mask_text("法治" * 50_000), mask_text("法治" * 50_000)).share == 0


def test_texts_without_words_share_nothing() -> None:
    assert find_overlap(mask_text(""), mask_text("。。。")).share == 0
