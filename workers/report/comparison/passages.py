"""Which stretches of two masked texts are the same, and how much of each text that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workers.report.comparison.masking import Masked
from workers.report.text import Span

# Runs of fewer equal characters come of the language: where two words in five are replaced, half of
# the text still stands in runs of four and more.
SEED = 4
# Equal runs this near each other, in both texts and in the same order, are one passage: nine in ten
# gaps of a text of which two words in five are replaced are shorter.
GAP = 24
# Shorter passages are phrases of the genre (推进法治建设第一责任人职责, 13).
SHORTEST = 16
# A seed that stands in more places than these says nothing about where its text comes from.
MOST_PLACES = 12
# A copy is mostly in one order, so the passage that a run goes on is among the last few.
_OPEN = 6


@dataclass(slots=True)
class _Chain:
    """Equal runs in a row: where they begin and end in both texts,
    and how many characters are equal.
    """

    start: int
    end: int
    other_start: int
    other_end: int
    same: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the one text and the stretch of the other that it equals but for
    `span length - same` characters.

    Spans of the clean texts; `same` counts masked characters.
    """

    span: Span
    other: Span
    same: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """The passages, in the order of the one text; `same` masked characters of `length`,
    the shorter text's.
    """

    passages: tuple[Passage, ...]
    same: int
    length: int

    @property
    def share(self) -> float:
        """How much of the shorter text is the same, from 0 to 1."""
        return min(1.0, self.same / self.length) if self.length else 0.0


def find_overlap(one: Masked, other: Masked) -> Overlap:
    """What of the one text stands in the other.

    >>> from workers.report.comparison.masking import mask_text
    >>> one = mask_text("松涧镇把法治建设列入要点，先后研究6次，党政正职都作了述法。", ["松涧镇"])
    >>> other = mask_text("兰汀镇把法治建设列入要点，先后研究13次，领导都作了述法。", ["兰汀镇"])
    >>> found = find_overlap(one, other)
    >>> found.passages[0].span, round(found.share, 2)
    (Span(start=0, end=29), 0.92)
    """
    chains = [chain for chain in _find_chains(one.text, other.text) if chain.same >= SHORTEST]
    passages = tuple(
        Passage(one.span(c.start, c.end), other.span(c.other_start, c.other_end), c.same)
        for c in chains
    )
    return Overlap(
        passages, sum(chain.same for chain in chains), min(len(one.text), len(other.text))
    )


def _find_chains(one: str, other: str) -> list[_Chain]:
    chains: list[_Chain] = []
    for start, other_start, length in _equal_runs(one, other):
        chain = _continued_chain(chains, start, other_start)
        if chain is None:
            chains.append(_Chain(start, start + length, other_start, other_start + length, length))
        else:
            chain.end, chain.other_end, chain.same = (
                start + length,
                other_start + length,
                chain.same + length,
            )
    return chains


def _continued_chain(chains: Sequence[_Chain], start: int, other_start: int) -> _Chain | None:
    """The passage that a run goes on; of several the last."""
    for chain in reversed(chains[-_OPEN:]):
        if start - chain.end <= GAP and 0 <= other_start - chain.other_end <= GAP:
            return chain
    return None


def _equal_runs(one: str, other: str) -> Iterator[tuple[int, int, int]]:
    """Equal runs in the order of the one text, none overlapping in it:
    (start, start in the other, length).
    """
    places = _seed_places(other)
    at, expected = 0, 0
    while at <= len(one) - SEED:
        found = places.get(one[at : at + SEED], ())
        if not 0 < len(found) <= MOST_PLACES:
            at += 1
            continue
        length, place = _longest_run(one, at, other, found, expected)
        yield at, place, length
        at += length
        expected = place + length


def _seed_places(text: str) -> Mapping[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for at in range(len(text) - SEED + 1):
        places[text[at : at + SEED]].append(at)
    return places


def _longest_run(
    one: str, at: int, other: str, places: Sequence[int], expected: int
) -> tuple[int, int]:
    """The longest equal run from one of the places: its length and place;
    of equal ones that nearest to `expected`.
    """
    if len(places) == 1:
        return _run_length(one, at, other, places[0]), places[0]
    return max(
        (_run_length(one, at, other, place), -abs(place - expected), place) for place in places
    )[::2]


def _run_length(one: str, at: int, other: str, place: int) -> int:
    """How far the two texts are equal from these places; at least a seed."""
    length, most = SEED, min(len(one) - at, len(other) - place)
    while length < most and one[at + length] == other[place + length]:
        length += 1
    return length
