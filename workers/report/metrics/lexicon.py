"""Finding the catalogue's words in a text: one pass, whatever the number of words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Hit(NamedTuple):
    """A word of the catalogue at `[start, end)`; `sets` are the numbers of the word sets that it belongs to."""

    start: int
    end: int
    sets: tuple[int, ...]


class Lexicon:
    """Words, each in one or more numbered sets. A long word hides the shorter ones inside it: 调解员 is no 调解.

    >>> lexicon = Lexicon({"调解": (0,), "调解员": (1,), "纠纷": (2,)})
    >>> [(hit.start, hit.sets) for hit in lexicon.find("调解员调解纠纷", 0, 7)]
    [(0, (1,)), (3, (0,)), (5, (2,))]
    """

    __slots__ = ("_lengths", "_sets")

    def __init__(self, words: Mapping[str, Iterable[int]]) -> None:
        self._sets = {word: tuple(sorted(sets)) for word, sets in words.items()}
        lengths: dict[str, set[int]] = {}
        for word in words:
            lengths.setdefault(word[:2], set()).add(len(word))
        # By the first two characters, longest first: few places of a text begin a word, and fewer a long one.
        self._lengths = {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}

    def find(self, text: str, start: int, end: int) -> list[Hit]:
        """The words in `text[start:end]`, in order; of words that begin at one place the longest."""
        hits: list[Hit] = []
        lengths, sets, covered = self._lengths, self._sets, start
        for at in range(start, end - 1):
            for length in lengths.get(text[at : at + 2], ()):
                until = at + length
                if until <= covered or until > end:
                    continue
                word = text[at:until]
                if word in sets:
                    hits.append(Hit(at, until, sets[word]))
                    covered = until
                    break
        return hits
