"""Many words looked for at once, in one pass over the text however many they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ahocorasick_rs import AhoCorasick


class Words:
    """Words and where they stand.

    >>> list(Words(["纠纷", "矛盾纠纷"]).find("调解矛盾纠纷"))
    [('矛盾纠纷', 2, 6), ('纠纷', 4, 6)]
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(words)
        self._automaton = AhoCorasick(self._words, store_patterns=False)

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Each word at each `[start, end)` where it stands, also within another, in the text's
        order; of those that begin alike the longest first.
        """
        # A lone surrogate, which bad files hold, is no character to the library.
        sound = text.encode("utf-8", "replace").decode()
        found = self._automaton.find_matches_as_indexes(sound, overlapping=True)
        for start, end, at in sorted((start, -end, at) for at, start, end in found):
            yield self._words[at], start, -end
