"""Fixed phrases of the genre, and the forms in which they are written wrongly.

A phrase that stands in thousands of reports is looked for in every form that lacks one inner
character or has two neighbours exchanged. A form is left out where it may be good Chinese: where
only a particle is dropped, where the catalogue says so (`may_drop`), or where it is part of another
phrase. Where a loss leaves the phrase's first or last character alone, that character could belong
to the neighbouring word (法规行政…, …执法为抓手): such a form counts only between marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.clauses import NARROW_POINTS, POINTS, is_han
from workers.report.chinese.seeking import Words
from workers.report.finding_kinds import FindingKind
from workers.report.text import Span

FILE = "fixed_phrases.yaml"
# Particles and marks that writers drop or add at will.
_FREE = frozenset("的地得了和与及并、，·“”‘’《》（）")
# Marks between which a phrase is whole; a line break is not one, for lines break in mid-word.
_MARKS = frozenset(POINTS + NARROW_POINTS + "“”‘’（）()《》")
# Of so short a phrase every form stands beside a mark; shorter ones are found everywhere
SHORTEST = 4
# Of a name in which any character may be wrong
_LONG = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What stands where the phrase should, whether a mark must stand before or after it, and the
    characters beside which it is good Chinese (旅游社 in 旅游社区).

    `phrase` is None where several phrases lack their character alike (开展法宣传: 法治 or 普法)."""

    kind: FindingKind
    stands: str
    phrase: str | None
    mark_before: bool = False
    mark_after: bool = False
    good_before: str = ""
    good_after: str = ""

    def is_at(self, text: str, at: int) -> bool:
        """Do its neighbours allow it? That the form itself stands there is known."""
        before, after = text[max(at - 1, 0) : at], text[at + len(self.stands) :][:1]
        if self.mark_before and before and before not in _MARKS:
            return False
        if self.mark_after and after not in _MARKS:
            return False
        return not (before and before in self.good_before) and not (
            after and after in self.good_after
        )


class Slips(NamedTuple):
    """All damaged forms by what stands there, and what finds them."""

    forms: Mapping[str, tuple[Slip, ...]]
    words: Words


@knowledge
def slips_of_phrases() -> Slips:
    """The forms of the catalogue's phrases that are written wrongly."""
    listed = load_yaml(FILE)
    rows = [row for written in listed["phrases"] for row in _expand_levels(written)]
    phrases = [str(row["phrase"]) for row in rows]
    require(len(set(phrases)) == len(phrases), FILE, "phrases", "a phrase stands twice")
    whole = "\n".join([*phrases, *map(str, listed["good"])])
    found = [
        slip
        for row in rows
        for slip in (*_lost_forms(row), *_swapped_forms(row))
        if slip.stands not in whole or slip.stands in (slip.phrase or "")
    ]
    found += [
        Slip(kind=FindingKind.LOST_CHARACTERS, stands=str(row["stands"]), phrase=str(row["phrase"]))
        for row in _expand_all(listed["words"])
    ]
    found += [
        Slip(
            kind=FindingKind.WRONG_WORD,
            stands=str(row["stands"]),
            phrase=str(row["phrase"]),
            good_before=str(row.get("good_before", "")),
            good_after=str(row.get("good_after", "")),
        )
        for row in _expand_all(listed["wrong_words"])
    ]
    forms: dict[str, tuple[Slip, ...]] = {}
    for slip in _told_apart(found):
        forms[slip.stands] = (*forms.get(slip.stands, ()), slip)
    return Slips(forms, Words(forms))


def _told_apart(found: list[Slip]) -> Iterator[Slip]:
    """One slip for each form that stands: without a phrase where it could be one of several."""
    meant: dict[Slip, set[str | None]] = {}
    for slip in found:
        meant.setdefault(replace(slip, phrase=None), set()).add(slip.phrase)
    for slip, phrases in meant.items():
        yield replace(slip, phrase=phrases.pop() if len(phrases) == 1 else None)


def _expand_all(rows: list[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield from _expand_levels(row)


def _expand_levels(row: Any) -> Iterator[dict[str, Any]]:
    """One row for each `level` (县, 市, 区 …) that it names;
    a plain string is a phrase with no more to say.
    """
    row = {"phrase": row} if isinstance(row, str) else row
    require(isinstance(row, dict) and row.get("phrase"), FILE, str(row), "needs a phrase")
    for level in row.get("levels", ("",)):
        yield {
            key: value.replace("{level}", level) if isinstance(value, str) else value
            for key, value in row.items()
        }


def _lost_forms(row: dict[str, Any]) -> Iterator[Slip]:
    phrase, may_drop, ends = row["phrase"], str(row.get("may_drop", "")), str(row.get("ends", ""))
    require(len(phrase) >= SHORTEST, FILE, phrase, f"is shorter than {SHORTEST} characters")
    require(ends in {"", "first", "last", "both"}, FILE, phrase, "ends must be first, last or both")
    last = len(phrase) - 1
    for at, character in enumerate(phrase):
        edge = (at == 0 and ends not in {"first", "both"}) or (
            at == last and ends not in {"last", "both"}
        )
        if edge or character in _FREE or character in may_drop:
            continue
        stands = phrase[:at] + phrase[at + 1 :]
        yield Slip(
            kind=FindingKind.LOST_CHARACTERS,
            stands=stands,
            phrase=phrase,
            mark_before=at <= 1,
            mark_after=at >= last - 1,
        )


def _swapped_forms(row: dict[str, Any]) -> Iterator[Slip]:
    """With two neighbours exchanged, as fingers do."""
    phrase = row["phrase"]
    for at, (one, other) in enumerate(pairwise(phrase)):
        if one == other or one in _FREE or other in _FREE:
            continue
        yield Slip(
            kind=FindingKind.WRONG_WORD,
            stands=phrase[:at] + other + one + phrase[at + 2 :],
            phrase=phrase,
        )


def find_slips(text: str) -> Iterator[tuple[Slip, Span]]:
    """The slips in a text's phrases with their places, never overlapping.

    >>> [(slip.phrase, place) for slip, place in find_slips("深入学习党的二十精神。")]
    [('党的二十大精神', Span(start=4, end=10))]
    """
    forms, words = slips_of_phrases()
    until = 0
    for stands, start, end in words.find(text):
        slips = forms[stands] if start >= until else ()
        if slip := next((slip for slip in slips if slip.is_at(text, start)), None):
            until = end
            yield slip, Span(start, end)


def find_wrong_names(text: str) -> Iterator[tuple[str, Span]]:
    """Long names (of doctrines, systems, duties) of which one character is another, with their
    places: so much stands right that nothing else can be meant.

    >>> list(find_wrong_names("深入学习习近平法制思想。"))
    [('习近平法治思想', Span(start=4, end=11))]
    """
    for name, half in _halves():
        for head in (True, False):
            part = name[:half] if head else name[half:]
            at = text.find(part)
            while at >= 0:
                start = at if head else at - half
                stands = text[max(start, 0) : start + len(name)]
                if start >= 0 and _is_one_off(stands, name):
                    yield name, Span(start, start + len(name))
                at = text.find(part, at + 1)


@knowledge
def _halves() -> tuple[tuple[str, int], ...]:
    """The names, the longest first, and where each is cut in two."""
    names = load_yaml(FILE)["names"]
    require(min(map(len, names)) >= _LONG, FILE, "names", f"one is shorter than {_LONG}")
    return tuple((name, len(name) // 2) for name in sorted(names, key=len, reverse=True))


def _is_one_off(stands: str, name: str) -> bool:
    """One inner character is another Chinese one; an edge may be of the next word, and particles
    stand for each other.
    """
    if stands == name:
        return False
    different = [
        at for at, (one, other) in enumerate(zip(stands, name, strict=False)) if one != other
    ]
    return (
        len(stands) == len(name)
        and len(different) == 1
        and 0 < different[0] < len(name) - 1
        and is_han(stands[different[0]])
        and name[different[0]] not in _FREE
    )
