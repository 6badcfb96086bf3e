"""Laws of the marked text, whatever overlaps; the laws of its parts."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from review.marking import TextMark, cut_text, lay_out
from workers.desk.browsing.parts import part_of, part_text, raw_part
from workers.report.model import Section
from workers.report.text import Change, EditKind, Span, Traced, place_in_clean

TEXTS = st.text("甲乙丙 12\n<&\u202e", max_size=40)
SPANS = st.tuples(st.integers(0, 45), st.integers(0, 45)).map(lambda pair: Span(*sorted(pair)))
MARKS = st.lists(SPANS, max_size=8).map(
    lambda spans: [TextMark(*span, at) for at, span in enumerate(spans)]
)


def within(text: str, span: Span) -> Span:
    return Span(min(span.start, len(text)), min(span.end, len(text)))


@given(TEXTS, MARKS, SPANS, st.lists(st.integers(0, 45), max_size=4))
def test_pieces_are_the_text_and_each_character_has_its_marks(
    text: str, marks: list[TextMark[int]], span: Span, breaks: list[int]
) -> None:
    stretch = within(text, span)
    pieces = list(cut_text(text, marks, stretch, breaks))
    assert "".join(piece.text for piece in pieces) == text[stretch.start : stretch.end]
    for piece in pieces:
        for at in range(piece.start, piece.start + len(piece.text)):
            assert piece.marks == tuple(mark.about for mark in marks if mark.start <= at < mark.end)


@given(TEXTS, MARKS, SPANS)
def test_each_mark_begins_once_where_it_is_seen(
    text: str, marks: list[TextMark[int]], span: Span
) -> None:
    stretch = within(text, span)
    begun = [about for piece in cut_text(text, marks, stretch) for about in piece.begins]

    def is_seen(mark: TextMark[int]) -> bool:
        if mark.start == mark.end:
            return stretch.start <= mark.start <= stretch.end
        return max(mark.start, stretch.start) < min(mark.end, stretch.end)

    assert sorted(begun) == [mark.about for mark in marks if is_seen(mark)]


@given(TEXTS, MARKS, st.lists(st.integers(0, 40), max_size=4))
def test_page_leaves_out_line_breaks_and_nothing_else(
    text: str, marks: list[TextMark[int]], cuts: list[int]
) -> None:
    edges = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    sections = [
        Section(
            level=at % 3,
            number=None,
            title=None,
            roles=(),
            start=start,
            end=end,
            heading_end=min(end, start + 2),
        )
        for at, (start, end) in enumerate(pairwise(edges))
    ]
    blocks = lay_out(text, marks, Span(0, len(text)), sections)
    shown = "".join(piece.text for block in blocks for piece in block.pieces)
    assert shown.replace("\n", "") == text.replace("\n", "").replace(
        "\u202e", "\N{REPLACEMENT CHARACTER}"
    )


@given(st.text("甲乙\n", max_size=60), st.lists(st.integers(0, 60)), st.integers(1, 20))
def test_parts_are_the_text_and_none_is_too_long(
    text: str, starts: list[int], longest: int
) -> None:
    parts = part_text(text, sorted({start for start in starts if start < len(text)}), longest)
    assert "".join(text[part.start : part.end] for part in parts) == text
    assert all(0 < part.end - part.start <= longest for part in parts) or not text
    for at in range(len(text)):
        part = parts[part_of(parts, at)]
        assert part.start <= at < part.end


@given(st.text("甲1 \n", min_size=1, max_size=40), st.data())
def test_raw_stretch_is_found_where_its_characters_stand(source: str, data: st.DataObject) -> None:
    traced = Traced(source)
    for start in sorted(
        data.draw(st.sets(st.integers(0, len(source) - 1), max_size=6)), reverse=True
    ):
        after = data.draw(st.sampled_from(["", "乙", "丙丁"]))
        traced = traced.edit([Change(start, start + 1, after)], kind=EditKind.OCR, rule="test")
    start = data.draw(st.integers(0, len(source) - 1))
    end = data.draw(st.integers(start + 1, len(source)))
    found = place_in_clean(traced, start, end)
    touching = [
        at
        for at in range(len(traced.text))
        if (origin := traced.raw(at, at + 1)).start < end and origin.end > start
    ]
    assert list(range(*found)) == touching


@given(st.text("甲1 \n", min_size=1, max_size=40), st.data())
def test_parts_share_out_the_whole_raw_text(source: str, data: st.DataObject) -> None:
    dropped = data.draw(st.sets(st.integers(0, len(source) - 1), max_size=6))
    changes = [Change(at, at + 1, "") for at in sorted(dropped)]
    traced = Traced(source).edit(changes, kind=EditKind.FURNITURE, rule="test")
    raw = [raw_part(traced, part) for part in part_text(traced.text, [], 7)]
    assert raw[0].start == 0
    assert raw[-1].end == len(source)
    assert all(one.end == other.start for one, other in pairwise(raw))
