"""Text that remembers where it came from.

A cleaning rule says what should change (`Change`, in the text as it stands); `Traced` applies it
and keeps, for each character of the clean text, the span of the raw text that it stands for.
Nothing else does arithmetic on offsets.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open `[start, end)` in code points."""

    start: int
    end: int


class EditKind(StrEnum):
    """Why a stretch of the raw text was changed (spec: damage)."""

    FURNITURE = "furniture"
    MARKUP = "markup"
    OCR = "ocr"
    LOSS = "loss"
    STYLE = "style"


class Change(NamedTuple):
    """What a rule wants: `[start, end)` of the text it was given becomes `after`.

    Never empty: `start < end`.
    """

    start: int
    end: int
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One repair, in raw offsets: at `[raw_start, raw_end)` stood `before`, now stands `after`."""

    raw_start: int
    raw_end: int
    before: str
    after: str
    kind: EditKind
    rule: str


@dataclass(frozen=True, slots=True)
class Traced:
    """A raw text and the edits that make the clean text of it.

    The edits never overlap and are sorted, so they are the whole truth:
    `text` and the origins follow from them.

    >>> traced = Traced("共3 件").edit(
    ...     [Change(2, 3, "")], kind=EditKind.OCR, rule="drop_stray_spaces"
    ... )
    >>> traced.text, traced.raw(1, 3)
    ('共3件', Span(start=1, end=4))
    >>> traced.undo() == traced.source
    True
    """

    source: str
    edits: tuple[Edit, ...] = ()
    text: str = field(init=False)
    # Where in the clean text each edit's `after` begins.
    _places: Sequence[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        pieces: list[str] = []
        places: list[int] = []
        at = length = 0
        for edit in self.edits:
            pieces += (self.source[at : edit.raw_start], edit.after)
            length += edit.raw_start - at
            places.append(length)
            length += len(edit.after)
            at = edit.raw_end
        object.__setattr__(self, "text", "".join([*pieces, self.source[at:]]))
        object.__setattr__(self, "_places", places)

    def raw(self, start: int, end: int) -> Span:
        """The raw span that the clean stretch `[start, end)` stands for; what was deleted at
        its edges is left out.
        """
        if start >= end:
            at = self._origin(start)[0] if start < len(self.text) else len(self.source)
            return Span(at, at)
        return Span(self._origin(start)[0], self._origin(end - 1)[1])

    def pieces(self, start: int, end: int) -> list[Span]:
        """The raw spans that the clean stretch stands for, without what was deleted within it.

        >>> traced = Traced("共4\\n6件").edit(
        ...     [Change(2, 3, "")], kind=EditKind.OCR, rule="join_broken_lines"
        ... )
        >>> [tuple(span) for span in traced.pieces(1, 4)]
        [(1, 2), (3, 5)]
        """
        found: list[Span] = []
        for at in range(start, end):
            origin = Span(*self._origin(at))
            if found and origin.start <= found[-1].end:
                origin = Span(found.pop().start, origin.end)
            found.append(origin)
        return found

    def _origin(self, at: int) -> tuple[int, int]:
        """The raw span of one clean character."""
        last = bisect_right(self._places, at) - 1
        if last < 0:
            return at, at + 1
        edit, behind = self.edits[last], at - self._places[last] - len(self.edits[last].after)
        if behind < 0:
            return edit.raw_start, edit.raw_end
        return edit.raw_end + behind, edit.raw_end + behind + 1

    def edit(self, changes: Iterable[Change], *, kind: EditKind, rule: str) -> Traced:
        """The text with these changes made; they may not overlap.

        A change of a replaced stretch joins its edit.
        """
        fresh = [
            self._raw_edit(start, end, after, kind, rule)
            for start, end, after in self._stretches(changes, rule)
        ]
        fresh = [edit for edit in fresh if edit.before != edit.after]
        if not fresh:
            return self
        return Traced(self.source, tuple(_merge(self.edits, fresh)))

    def undo(self) -> str:
        """The raw text, rebuilt from the clean text and the edits (a law: equal to `source`)."""
        pieces: list[str] = []
        at = clean_at = 0
        for edit in self.edits:
            kept = edit.raw_start - at
            pieces += [self.text[clean_at : clean_at + kept], edit.before]
            clean_at += kept + len(edit.after)
            at = edit.raw_end
        return "".join(pieces) + self.text[clean_at:]

    def _stretches(self, changes: Iterable[Change], rule: str) -> Iterator[tuple[int, int, str]]:
        """The changes as (start, end, after), each grown over the replaced
        stretches that it cuts through.
        """
        start = end = at = 0
        after = ""
        for change in sorted(changes):
            if not at <= change.start < change.end <= len(self.text):
                raise ValueError(f"{rule}: empty, overlapping or outside the text: {change}")
            if at == 0 or change.start >= end:
                if at:
                    yield start, end, after + self.text[at:end]
                start = self._stretch_start(change.start)
                at, after = start, ""
            after += self.text[at : change.start] + change.after
            at, end = change.end, max(end, self._stretch_end(change.end))
        if at:
            yield start, end, after + self.text[at:end]

    def _stretch_start(self, at: int) -> int:
        """Where the replaced stretch begins that `at` lies in; else `at` itself."""
        last = bisect_right(self._places, at) - 1
        inside = last >= 0 and at < self._places[last] + len(self.edits[last].after)
        return self._places[last] if inside else at

    def _stretch_end(self, at: int) -> int:
        """Where the replaced stretch ends that the character before `at` lies in;
        else `at` itself.
        """
        last = bisect_right(self._places, at - 1) - 1
        return max(at, self._places[last] + len(self.edits[last].after)) if last >= 0 else at

    def _raw_edit(self, start: int, end: int, after: str, kind: EditKind, rule: str) -> Edit:
        raw = self.raw(start, end)
        before = self.source[raw.start : raw.end]
        return Edit(
            raw_start=raw.start, raw_end=raw.end, before=before, after=after, kind=kind, rule=rule
        )


def place_in_clean(traced: Traced, start: int, end: int) -> Span:
    """The clean characters that stand for any of the raw stretch;
    empty, at its place, where all of it was dropped.

    Found by the origins, which never run backwards, so that no offset is reckoned here.

    >>> traced = Traced("共3 件").edit(
    ...     [Change(2, 3, "")], kind=EditKind.OCR, rule="drop_stray_spaces"
    ... )
    >>> place_in_clean(traced, 1, 4), place_in_clean(traced, 2, 3)
    (Span(start=1, end=3), Span(start=2, end=2))
    """
    places = range(len(traced.text))
    first = bisect_right(places, start, key=lambda at: traced.raw(at, at + 1).end)
    return Span(
        first, max(first, bisect_left(places, end, key=lambda at: traced.raw(at, at + 1).start))
    )


def _merge(old: Iterable[Edit], fresh: Sequence[Edit]) -> list[Edit]:
    """Both lists as one, sorted; an old edit that lies within a fresh one is absorbed by it."""
    spans = sorted((edit.raw_start, edit.raw_end) for edit in fresh)
    starts = [start for start, _ in spans]

    def absorbed(edit: Edit) -> bool:
        place = bisect_right(starts, edit.raw_start) - 1
        return place >= 0 and edit.raw_end <= spans[place][1]

    kept = [edit for edit in old if not absorbed(edit)]
    return sorted([*kept, *fresh], key=lambda edit: edit.raw_start)
