"""What a page shows of a text around the evidence: never all of it, never what would mislead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.test_findings import TOWN
from tests.workers.test_ledger import new_document
from tests.workers.test_results import finish, save
from workers.desk import queue
from workers.desk.queue.passages import (
    AROUND,
    LONGEST,
    MOST,
    find_windows,
    make_visible,
    mark_spans,
    show_edits,
)
from workers.ledger import Ledger
from workers.report.pipeline import read_report
from workers.report.text import Change, EditKind, Span, Traced


def test_report_without_lines_is_cut_around_the_evidence() -> None:
    text = "全" * 50_000
    (window,) = find_windows(text, [Span(20_000, 20_004)])
    assert window == Span(20_000 - AROUND, 20_004 + AROUND)


def test_lines_are_shown_whole_and_neighbours_as_one() -> None:
    text = "一" * 150 + "\n全年调解53件。\n成功52件。\n" + "二" * 300 + "\n三"
    at = text.index("53件")
    other = text.index("52件")
    (window,) = find_windows(text, [Span(other, other + 3), Span(at, at + 3)])
    assert text[window.start : window.end] == text[: text.index("\n二")]


def test_long_place_and_many_places_are_shown_in_part() -> None:
    text = ("全年调解纠纷。" * 20 + "\n") * 200
    (window,) = find_windows(text, [Span(0, len(text))])
    assert window.end <= LONGEST + AROUND
    spread = [Span(at, at + 2) for at in range(0, len(text), 1_000)]
    assert len(find_windows(text, spread)) == MOST


def test_characters_that_turn_the_text_around_are_shown_as_a_mark() -> None:
    assert make_visible("\u202e35\u2066件\x00\x1b[2J\n\t。") == "�35�件��[2J\n\t。"


@given(
    st.text("全年53件\n", min_size=4, max_size=400),
    st.lists(st.tuples(st.integers(0, 399), st.integers(1, 30)), max_size=6),
)
def test_pieces_are_the_window_and_its_marks_the_places(
    text: str, places: list[tuple[int, int]]
) -> None:
    spans = [
        Span(start, min(start + size, len(text))) for start, size in places if start < len(text)
    ]
    for window in find_windows(text, spans):
        pieces = list(mark_spans(text, window, spans))
        assert "".join(piece.text for piece in pieces) == text[window.start : window.end]
        marked = {at for span in spans for at in range(*span) if window.start <= at < window.end}
        assert sum(len(piece.text) for piece in pieces if piece.marked) == len(marked)


@given(
    st.lists(
        st.tuples(st.integers(0, 59), st.integers(1, 5), st.sampled_from(["", "件", "5件"])),
        max_size=8,
    )
)
def test_mended_pieces_are_the_clean_text(wanted: list[tuple[int, int, str]]) -> None:
    raw, at, changes = "全年调解纠纷一二三四五" * 6, 0, []
    for start, size, after in sorted(wanted):
        if start >= at:
            changes.append(Change(start, start + size, after))
            at = start + size
    traced = Traced(raw).edit(changes, kind=EditKind.OCR, rule="x")
    edits = [[e.raw_start, e.raw_end, e.before, e.after, e.kind, e.rule] for e in traced.edits]
    pieces = list(show_edits(raw, Span(0, len(raw)), edits))
    assert "".join(piece.text for piece in pieces) == traced.text
    assert "".join(piece.text if piece.was is None else piece.was for piece in pieces) == raw


@pytest.mark.parametrize(("begin", "end"), [(3, 9), (0, 4), (7, 20)])
def test_edit_that_reaches_over_the_edge_is_not_shown_twice(begin: int, end: int) -> None:
    raw = "全年调解纠纷五十三件，化解五十二件。"
    pieces = list(
        show_edits(
            raw,
            Span(begin, end),
            [[2, 5, "调解纠", "", "loss", "x"], [8, 12, "三件，化", "3件", "ocr", "y"]],
        )
    )
    kept = "".join(piece.text if piece.was is None else piece.was for piece in pieces)
    assert kept in raw
    assert set(raw[begin:end]) - set(kept) <= set("调解纠")


def test_passages_and_headings_of_a_report(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    report = read_report(TOWN.encode(), "a.txt")
    save(ledger, document_id, report)
    finish(ledger, document_id)
    start = report.source.raw_text.index("98.5%")
    (passage,) = queue.load_passages(ledger, document_id, [Span(start, start + 5)])
    assert [piece.text for piece in passage.raw if piece.marked] == ["98.5%"]
    assert (passage.page, passage.begins, passage.is_edited) == (1, False, False)
    assert "三、存在的不足" in queue.load_headings(ledger, document_id)
    assert queue.load_passages(ledger, 10**9, [Span(0, 1)]) == []
