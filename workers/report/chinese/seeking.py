"""Many words or patterns looked for at once, of which nearly all stand nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ahocorasick_rs import AhoCorasick

_NAMED = re.compile(r"\(\?P<\w+>")


def either(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    """What matches wherever one of these does: where it finds nothing none of them need be asked.

    They may not refer back to their groups.

    >>> some = either([re.compile(r"(?P<count>\\d+)次$", re.MULTILINE), re.compile("件")])
    >>> some.findall("3次\\n件")
    ['3次', '件']
    """
    parts = (
        f"(?{'m' if pattern.flags & re.MULTILINE else ''}:{_NAMED.sub('(?:', pattern.pattern)})"
        for pattern in patterns
    )
    return re.compile("|".join(parts))


class Words:
    """Words and where they stand, found in one pass over the text however many they are.

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
