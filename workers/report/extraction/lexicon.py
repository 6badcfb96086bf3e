"""Finding the catalogue's words in a text: one pass, whatever the number of words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workers.report.chinese.seeking import Words


class Hit(NamedTuple):
    """A word of the catalogue at `[start, end)`, and what it is.

    `sets` are the numbers of the word sets that it belongs to;
    `topics` also those of the words inside it.
    """

    start: int
    end: int
    sets: frozenset[int]
    topics: frozenset[int]


class Lexicon:
    """Words, each in one or more numbered sets.

    A long word hides the shorter ones inside it: 调解员 is no 调解.

    But the head of a compound stands last: 实地督察 is in the sets of 督察 too. And what it speaks
    of are all the words inside it: 调解员 speaks of 调解.

    >>> lexicon = Lexicon({"调解": {0}, "调解员": {1}, "纠纷": {2}, "矛盾纠纷": {3}})
    >>> [
    ...     (hit.start, sorted(hit.sets), sorted(hit.topics))
    ...     for hit in lexicon.find("调解员化解矛盾纠纷", 0, 9)
    ... ]
    [(0, [1], [0, 1]), (5, [2, 3], [2, 3])]
    """

    __slots__ = ("_sets", "_words")

    def __init__(self, words: Mapping[str, set[int]]) -> None:
        self._sets = {word: (_of_heads(word, words), _of_parts(word, words)) for word in words}
        self._words = Words(words)

    def find(self, text: str, start: int, end: int) -> list[Hit]:
        """The words in `text[start:end]`, in order;
        of words that begin at one place the longest.
        """
        hits: list[Hit] = []
        last, covered = -1, 0
        for word, at, until in self._words.find(text[start:end]):
            if at > last and until > covered:
                hits.append(Hit(start + at, start + until, *self._sets[word]))
                last, covered = at, until
        return hits


def _of_heads(word: str, words: Mapping[str, set[int]]) -> frozenset[int]:
    return frozenset().union(*(words.get(word[at:], ()) for at in range(len(word) - 1)))


def _of_parts(word: str, words: Mapping[str, set[int]]) -> frozenset[int]:
    starts = range(len(word) - 1)
    return frozenset().union(
        *(words.get(word[at:end], ()) for at in starts for end in range(at + 2, len(word) + 1))
    )
