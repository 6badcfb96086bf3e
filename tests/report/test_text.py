"""The laws of traced text (DESIGN 5), over random edit sequences."""

from hypothesis import given
from hypothesis import strategies as st

from workers.report.text import Change, EditKind, Traced


@st.composite
def edited_texts(draw: st.DrawFn) -> Traced:
    traced = Traced(draw(st.text(alphabet="ab12，。\n 年", max_size=30)))
    for _ in range(draw(st.integers(0, 4))):
        length = len(traced.text)
        cuts = sorted(draw(st.lists(st.integers(0, length), max_size=8, unique=True)))
        pairs = zip(cuts[::2], cuts[1::2], strict=False)
        changes = [
            Change(start, end, draw(st.text(alphabet="xyz3", max_size=3))) for start, end in pairs
        ]
        before = traced.text
        traced = traced.edit(changes, kind=EditKind.OCR, rule="test")
        assert traced.text == apply_plainly(before, changes)
    return traced


def apply_plainly(text: str, changes: list[Change]) -> str:
    for change in sorted(changes, key=lambda change: -change.start):
        text = text[: change.start] + change.after + text[change.end :]
    return text


@given(edited_texts())
def test_undoing_the_edits_gives_the_raw_text_back(traced: Traced) -> None:
    assert traced.undo() == traced.source


@given(edited_texts())
def test_origins_lie_in_the_raw_text_and_never_run_backwards(traced: Traced) -> None:
    spans = [traced.raw(at, at + 1) for at in range(len(traced.text))]
    assert all(0 <= start < end <= len(traced.source) for start, end in spans)
    assert spans == sorted(spans)


@given(edited_texts())
def test_untouched_character_is_its_own_origin(traced: Traced) -> None:
    touched = {at for edit in traced.edits for at in range(edit.raw_start, edit.raw_end)}
    origins = {traced.raw(at, at + 1) for at in range(len(traced.text))}
    for at in set(range(len(traced.source))) - touched:
        assert (at, at + 1) in origins
    for start, end in origins - {(edit.raw_start, edit.raw_end) for edit in traced.edits}:
        assert end == start + 1
        assert start not in touched


@given(edited_texts())
def test_edits_are_sorted_apart_and_true_to_the_raw_text(traced: Traced) -> None:
    ends = [0, *(edit.raw_end for edit in traced.edits)]
    assert all(edit.raw_start >= end for edit, end in zip(traced.edits, ends, strict=False))
    assert all(
        edit.before == traced.source[edit.raw_start : edit.raw_end] != edit.after
        for edit in traced.edits
    )


def test_deleted_page_number_is_no_evidence_of_the_figure_after_it() -> None:
    raw = "增长8.5%\n8\n8.5亿元"
    traced = Traced(raw).edit([Change(7, 9, "")], kind=EditKind.FURNITURE, rule="drop_page_numbers")
    start = traced.text.index("8.5亿")
    assert raw[slice(*traced.raw(start, start + 3))] == "8.5"


def test_replacement_stands_for_the_whole_stretch_it_replaced() -> None:
    traced = Traced("增长百分之八点五").edit(
        [Change(2, 8, "8.5%")], kind=EditKind.STYLE, rule="test"
    )
    assert traced.raw(2, 6) == (2, 8)
    assert traced.raw(3, 4) == (2, 8)
