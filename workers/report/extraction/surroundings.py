"""A number in its place: what every rule of exclusion looks at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workers.report.extraction.phrases import Phrase
from workers.report.text import Span

# Titles and quoted names: a pair of marks on one line, not further apart than a title or a name is
# long. Opening and closing marks are often confused in scans, so “…“ is a pair too.
_QUOTED = re.compile(
    r"《[^》\n]{1,80}》|“[^“”\n]{1,30}[”“]|‘[^‘’\n]{1,30}’|「[^」\n]{1,30}」|『[^』\n]{1,30}』"
    r'|"[^"\n]{1,30}"'
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A phrase, the rest of its clause `before` and `after` it,
    and the `quoted` stretches of the whole text.
    """

    folded: str
    phrase: Phrase
    before: str
    after: str
    quoted: Sequence[Span]

    @property
    def previous(self) -> str:
        """The character before the number itself, empty at the start of the text."""
        at = self.phrase.number_start
        return self.folded[at - 1] if at else ""

    @property
    def following(self) -> str:
        """The character after the number itself, empty at the end of the text."""
        return self.folded[self.phrase.number_end : self.phrase.number_end + 1]

    @property
    def written(self) -> str:
        """The digits or characters of the number."""
        return self.folded[self.phrase.number_start : self.phrase.number_end]

    @property
    def next(self) -> str:
        """The character after the whole phrase, empty at the end of the text."""
        return self.folded[self.phrase.end : self.phrase.end + 1]


def quoted_stretches(folded: str) -> tuple[Span, ...]:
    """The titles in 《》 and short stretches in quotation marks, in order: names, not statements.

    >>> [
    ...     folded[start:end]
    ...     for folded in ["“141”体系，《条例》第3条"]
    ...     for start, end in quoted_stretches(folded)
    ... ]
    ['“141”', '《条例》']
    """
    return tuple(Span(*match.span()) for match in _QUOTED.finditer(folded))
