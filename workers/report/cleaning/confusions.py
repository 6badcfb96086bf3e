"""Characters taken for one another: words of which a look-alike makes nonsense
(schema/catalogue/confusions.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.text import Change

FILE = "confusions.yaml"
# The longest phrases of the catalogue have about as many characters.
_AROUND = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """`meant` was read as something else: the wrong `forms` (with the place of the character in
    them), and the Chinese in which one of them stands by chance.
    """

    meant: str
    forms: tuple[tuple[str, int], ...]
    good: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Confusions:
    """All pairs by the character that is read, and a pattern that finds those characters."""

    pairs: Mapping[str, Confusion]
    any: re.Pattern[str]


@knowledge
def confused_pairs() -> Confusions:
    """The catalogue, ready for use; CatalogueError names an entry that is wrong."""
    pairs: dict[str, Confusion] = {}
    for row in load_yaml(FILE)["pairs"]:
        read, meant = str(row.get("read")), str(row.get("meant"))
        require(
            len(read) == len(meant) == 1 and read not in pairs,
            FILE,
            read,
            "read and meant are one character each",
        )
        for word in row["words"]:
            require(
                word.count(meant) == 1 and len(word) > 1,
                FILE,
                word,
                f"must hold {meant} once and more beside it",
            )
        forms = tuple((word.replace(meant, read), word.index(meant)) for word in row["words"])
        pairs[read] = Confusion(meant=meant, forms=forms, good=tuple(row["good"]))
    return Confusions(pairs, re.compile(f"[{''.join(pairs)}]"))


def restore_confused_words(text: str) -> Iterator[Change]:
    """Put back the character that was meant where the one that stands there makes no word;
    in any other word it stays.

    >>> text = "法治宜传进万家，综含执法检杳40次，有关事宜传达到村"
    >>> [(text[change.start], change.after) for change in restore_confused_words(text)]
    [('宜', '宣'), ('含', '合'), ('杳', '查')]
    """
    known = confused_pairs()
    for found in known.any.finditer(text):
        pair = known.pairs[found[0]]
        if _is_in_form(text, found.start(), pair) and not _is_in_good(text, found.start(), pair):
            yield Change(*found.span(), pair.meant)


def _is_in_form(text: str, at: int, pair: Confusion) -> bool:
    return any(at >= place and text.startswith(form, at - place) for form, place in pair.forms)


def _is_in_good(text: str, at: int, pair: Confusion) -> bool:
    """Does a phrase that is good as it stands hold this place?"""
    first = max(at - _AROUND, 0)
    around = text[first : at + _AROUND]
    return any(
        first + found.start() <= at < first + found.end()
        for phrase in pair.good
        if phrase in around
        for found in re.finditer(re.escape(phrase), around)
    )
